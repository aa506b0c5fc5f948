"""What is mounted where, from /proc/self/mountinfo (proc(5))."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tflsp.doctor.base import Stop, unseen
from tflsp.doctor.machine import Machine

MOUNTINFO = "/proc/self/mountinfo"
_ESCAPE = re.compile(r"\\([0-7]{3})")
# What is in memory or in the container's own layer is gone with the container.
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})


@dataclass(frozen=True, slots=True)
class Mount:
    """One line: the part of the file system (``root``) that is seen at ``point``."""

    root: str
    point: str
    options: frozenset[str]
    kind: str
    source: str

    @property
    def read_only(self) -> bool:
        return "ro" in self.options

    @property
    def kept(self) -> bool:
        """In a container: whether what is written there outlives it."""
        return self.point != "/" and self.kind not in _IN_MEMORY


def mounts(machine: Machine) -> tuple[Mount, ...]:
    """Every mount, later ones over earlier ones. Ends the check where there is no such list (not Linux)."""
    text = machine.text(MOUNTINFO)
    if text is None:
        raise Stop(unseen(f"there is no {MOUNTINFO} here", f"此处没有 {MOUNTINFO}"))
    return tuple(mount for line in text.splitlines() if (mount := _mount(line)) is not None)


def mount_of(path: str, among: tuple[Mount, ...]) -> Mount | None:
    """The mount that a path lies in."""
    found = [mount for mount in among if _within(path, mount.point)]
    longest = max((len(mount.point) for mount in found), default=0)
    return next((mount for mount in reversed(found) if len(mount.point) == longest), None)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _mount(line: str) -> Mount | None:
    before, dash, after = line.partition(" - ")
    words, rest = before.split(" "), after.split(" ")
    if not dash or len(words) < 6 or len(rest) < 2:
        return None
    return Mount(_plain(words[3]), _plain(words[4]), frozenset(words[5].split(",")), rest[0], _plain(rest[1]))


def _plain(word: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), word)
