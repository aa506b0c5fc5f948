"""Reading and writing files so that nothing is lost: bytes that are not UTF-8, line ends, byte order marks, modes.

Writing is atomic: a temporary file beside the old one takes its place.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

_BOM = "\ufeff"


def decode(data: bytes) -> str:
    """Bytes as text; what is not UTF-8 survives as surrogate escapes, and ``encode`` gives it back."""
    return data.decode("utf-8", "surrogateescape").removeprefix(_BOM)


def encode(text: str, like: bytes) -> bytes:
    """Text as bytes, with the byte order mark that the old content had."""
    data = text.encode("utf-8", "surrogateescape")
    return b"\xef\xbb\xbf" + data if like.startswith(b"\xef\xbb\xbf") else data


def is_file(entry: os.DirEntry[str]) -> bool:
    """Whether an entry of a folder is a file, or a link to one; a link to itself is none."""
    try:
        return entry.is_file()
    except OSError:
        return False


def leads_in_a_circle(path: Path) -> bool:
    """Whether a file is a link to itself, over others or not: it is not there, and cannot be made."""
    try:
        path.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content; its mode stays, and a link stays a link. Raises OSError."""
    # Imported where something is written: reading must not pay for it.
    import tempfile

    target = Path(os.path.realpath(path))
    if leads_in_a_circle(target):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            os.chmod(name, target.stat().st_mode & 0o7777)
        else:
            os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
