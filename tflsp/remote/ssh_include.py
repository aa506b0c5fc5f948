"""The Include line at the top of ~/.ssh/config, by which ssh finds the containers, and how it comes and goes.

Planning is a function of bytes; the user's file is written only by `install` and `remove`, whole or not at all, and
`remove` gives it back byte for byte.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tflsp.remote.ssh_config import INCLUDE, ConfigProblem, own_path, unwritable, write_own

# What stands in the user's file. The first line differs where the file itself is ours: then it goes with the block.
_INCLUDE = INCLUDE.encode()
_ADDED = b"# Added by tflsp; `tflsp ssh-config --remove` takes these three lines out."
_MADE = b"# This file was made by tflsp; `tflsp ssh-config --remove` takes these three lines out."
_BOM = b"\xef\xbb\xbf"
_BLOCK = re.compile(
    rb"^(?:%s|%s)(\r?\n)%s\1\1" % (re.escape(_ADDED), re.escape(_MADE), re.escape(_INCLUDE)), re.MULTILINE
)
_SECTION = re.compile(rb"^[ \t]*(?:host|match)(?:[ \t=]|\r?$)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """What would happen to the user's file. ``after`` is None where it goes; ``before`` where there is none yet."""

    path: Path
    before: bytes | None
    after: bytes | None

    @property
    def needed(self) -> bool:
        """Whether anything would be written."""
        return self.before != self.after

    def diff(self) -> str:
        """The change as a unified diff, for people."""
        old, new = (_lines(data) for data in (self.before, self.after))
        name = str(self.path)
        return "".join(difflib.unified_diff(old, new, name, name))


def user_path() -> Path:
    """The user's file, which includes ours."""
    return Path.home() / ".ssh" / "config"


def is_included(text: bytes | None) -> bool:
    """Whether a configuration includes our file for every host: written by us or by hand, above all Hosts."""
    section = _SECTION.search(text or b"")
    top = (text or b"")[: section.start() if section else None]
    wanted = {"tflsp/config", "~/.ssh/tflsp/config", str(own_path())}
    for line in top.removeprefix(_BOM).decode("utf-8", "replace").splitlines():
        keyword, _, rest = line.strip().replace("=", " ", 1).partition(" ")
        if keyword.lower() == "include" and wanted & {word.strip('"') for word in rest.split()}:
            return True
    return False


def plan(before: bytes | None) -> bytes:
    """The user's file with our Include at its top, above every Host and Match, where it is valid for all of them.

    ``None`` stands for a file that is not there. Line ends are the file's own. A file that has it stays as it is.
    """
    if before is None:
        return b"\n".join([_MADE, _INCLUDE, b"", b""])
    if is_included(before):
        return before
    before = unplan(before) or b""
    end = b"\r\n" if re.match(rb"[^\n]*\r\n", before) else b"\n"
    mark = _BOM if before.startswith(_BOM) else b""
    return mark + end.join([_ADDED, _INCLUDE, b"", b""]) + before[len(mark) :]


def unplan(before: bytes | None) -> bytes | None:
    """The user's file without our Include; None where nothing is left of a file that we made."""
    if before is None:
        return None
    mark = _BOM if before.startswith(_BOM) else b""
    text = before[len(mark) :]
    match = _BLOCK.search(text)
    if match is None:
        return before
    after = mark + text[: match.start()] + text[match.end() :]
    return None if not after and match[0].startswith(_MADE) else after


def planned() -> Change:
    """What `install` would do to the user's file. Raises ConfigProblem."""
    path = user_path()
    before = _read(path)
    return Change(path, before, plan(before))


def planned_removal() -> Change:
    """What `remove` would do to the user's file. Raises ConfigProblem."""
    path = user_path()
    before = _read(path)
    return Change(path, before, unplan(before))


def install(change: Change) -> None:
    """Write our file, and the user's as planned. Raises ConfigProblem."""
    write_own()
    carry_out(change)


def remove(change: Change) -> None:
    """Write the user's file as planned, and remove ours. Keys and pinned host keys stay. Raises ConfigProblem."""
    carry_out(change)
    own_path().unlink(missing_ok=True)


def carry_out(change: Change) -> None:
    """Replace the user's file, if it is still the one that was planned on. Links, mode and owner stay as they are."""
    if not change.needed:
        return
    path = change.path
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if _read(path) != change.before:
            raise ConfigProblem(f"{path} was changed in the meantime. Try again.")
        if change.after is None:
            path.unlink()
        else:
            _replace(Path(os.path.realpath(path)), change.after)
    except OSError as error:
        raise unwritable(path, error) from error


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".config.tflsp.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        # mkstemp made it 0600, which is right for a file that was not there.
        if path.exists():
            old = path.stat()
            if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(name, old.st_uid, old.st_gid)
            os.chmod(name, stat.S_IMODE(old.st_mode))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigProblem(f"{path} cannot be read: {error.strerror}. Mend that, and try again.") from error


def _lines(data: bytes | None) -> list[str]:
    lines = [] if data is None else data.decode("utf-8", "replace").splitlines(keepends=True)
    return [line if line.endswith("\n") else line + "\n" for line in lines]
