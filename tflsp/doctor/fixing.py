"""Carries fixes out: only on files of the user's own, and so that they can be taken back."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from tflsp.doctor.base import DropLine, Fix, SetMode
from tflsp.doctor.machine import Machine


class NotFixed(Exception):
    """A fix could not be carried out; the text says why. Nothing was changed."""


def carry_out(fix: Fix, machine: Machine) -> None:
    """Do it. Raises NotFixed."""
    path = machine.path(fix.path)
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            raise NotFixed(f"{fix.path} is a link")
        match fix:
            case SetMode(mode=mode):
                path.chmod(mode)
            case DropLine(line=line):
                _drop(path, line)
    except OSError as error:
        raise NotFixed(f"{fix.path}: {error.strerror or type(error).__name__}") from None


def _drop(path: Path, line: str) -> None:
    """Write the file without a line, whole or not at all; as it was, it stays beside it with .old."""
    before = path.read_bytes()
    lines = before.splitlines(keepends=True)
    kept = [each for each in lines if each.rstrip(b"\r\n").decode("utf-8", "replace") != line]
    if len(kept) == len(lines):
        return  # another fix, or somebody else, was here first
    mode = stat.S_IMODE(path.stat().st_mode)
    backup = path.with_name(f"{path.name}.old")
    if not backup.exists() or backup.read_bytes() != before:
        _write(backup, before, mode)
    _write(path, b"".join(kept), mode)


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
