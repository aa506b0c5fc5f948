"""The machine that checks look at: its files below a root, its environment, commands, clock. All of it is injected.

Paths in checks are the machine's own (``/proc/net/tcp``); only this module joins them to the root.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from tflsp.doctor.base import Stop, unseen
from tflsp.remote.targets import Target

# Files of /proc and settings are small; a device or a log by mistake must not fill the memory.
LARGEST = 8 << 20
_PIECE = 1 << 15


class Stat(Protocol):
    """The part of ``os.stat_result`` that checks read."""

    @property
    def st_uid(self) -> int: ...
    @property
    def st_mode(self) -> int: ...
    @property
    def st_mtime(self) -> float: ...


class Space(Protocol):
    """The part of ``os.statvfs_result`` that checks read."""

    @property
    def f_frsize(self) -> int: ...
    @property
    def f_bavail(self) -> int: ...
    @property
    def f_blocks(self) -> int: ...
    @property
    def f_favail(self) -> int: ...
    @property
    def f_files(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command answered. ``code`` is None where it could not be run; ``trouble`` says why."""

    code: int | None
    out: str = ""
    err: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a check is given. ``folder`` is the project's (or the working) folder; ``inside``: in a container.

    ``run`` takes argv and seconds. ``ask`` takes an engine's address and the path of a GET request, and returns the
    body; it raises OSError where nobody answers. ``writable`` says whether this user may write to a path;
    ``helper`` gives the version of the daemon that runs, None where none does.
    """

    root: Path
    inside: bool
    folder: str
    home: str
    environment: Mapping[str, str] = field(repr=False)
    uid: int
    run: Callable[[tuple[str, ...], float], Ran]
    ask: Callable[[str, str], bytes]
    now: Callable[[], float]
    stat: Callable[[Path], Stat]
    writable: Callable[[Path], bool]
    space: Callable[[Path], Space]
    version: str
    target: Target | None = None
    targets: tuple[Target, ...] = ()
    helper: Callable[[], str | None] = lambda: None

    def path(self, path: str) -> Path:
        """Where a path of the machine is for us."""
        return self.root / path.lstrip("/")

    def own(self, path: Path) -> str:
        """The machine's name for a path of ours."""
        return "/" + path.relative_to(self.root).as_posix()

    def text(self, path: str) -> str | None:
        """A file's text, or None where there is none. Ends the check where it may not be read."""
        data = self.bytes(path)
        return None if data is None else data.decode("utf-8", "replace")

    def bytes(self, path: str) -> bytes | None:
        """As ``text``, undecoded, at most LARGEST."""
        try:
            with self.path(path).open("rb", buffering=0) as file:
                # In pieces: files of /proc/sys refuse to be read into a large buffer.
                return b"".join(takewhile(bool, (file.read(_PIECE) for _ in range(LARGEST // _PIECE))))
        except (FileNotFoundError, NotADirectoryError, ProcessLookupError, IsADirectoryError):
            return None
        except OSError as error:
            raise cannot_read(path, error) from None

    def exists(self, path: str) -> bool:
        return self.found(path) is not None

    def found(self, path: str) -> Stat | None:
        """The file's stat, links followed; None where there is nothing."""
        try:
            return self.stat(self.path(path))
        except (FileNotFoundError, NotADirectoryError, ProcessLookupError):
            return None
        except OSError as error:
            raise cannot_read(path, error) from None

    def is_folder(self, path: str) -> bool:
        found = self.found(path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def glob(self, pattern: str) -> list[str]:
        """Paths by pattern, sorted; folders that may not be read have none."""
        return sorted(self.own(path) for path in self._glob(pattern))

    def _glob(self, pattern: str) -> Iterator[Path]:
        try:
            yield from self.root.glob(pattern.lstrip("/"))
        except OSError:
            return

    def which(self, program: str) -> str | None:
        """Where PATH has a program."""
        for folder in self.environment.get("PATH", "").split(":"):
            found = self.found(f"{folder}/{program}") if folder.startswith("/") else None
            if found is not None and stat.S_ISREG(found.st_mode) and found.st_mode & 0o111:
                return f"{folder.rstrip('/')}/{program}"
        return None

    def short(self, path: str) -> str:
        """A path for people, with ``~`` for the home folder."""
        home = self.home.rstrip("/")
        return f"~{path[len(home) :]}" if home and (path == home or path.startswith(f"{home}/")) else path


def cannot_read(path: str, error: OSError) -> Stop:
    """The end of a check that may not read what it must."""
    why = error.strerror or type(error).__name__
    return Stop(unseen(f"{path} cannot be read: {why}", f"无法读取 {path}：{why}"))
