"""URIs and paths.

A document is known by its URI exactly as the client writes it; only what touches a disk needs a path.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:")
_CELL = re.compile(r"#tflsp-cell=([0-9]{1,9})\Z")
# Cells carry their notebook's path; their scheme is VS Code's.
CELL_SCHEMES = frozenset({"vscode-notebook-cell", "vscode-notebook-cell-remote", "vscode-interactive-input"})


def scheme_of(uri: str) -> str:
    """The scheme, or an empty text where there is none."""
    head, colon, _ = uri.partition(":")
    return head.lower() if colon else ""


def path_of(uri: str) -> Path | None:
    """The path of a ``file:`` URI on this machine, or None for anything else."""
    if scheme_of(uri) != "file":
        return None
    try:
        parts = urlsplit(uri)
        path = unquote(parts.path, errors="surrogateescape")
    except ValueError:
        return None
    if not path or "\0" in path:
        return None
    if os.name == "nt":
        if _DRIVE.match(path):
            path = path[1:]
        elif parts.netloc:
            path = f"//{parts.netloc}{path}"
    return Path(os.path.normpath(path))


def uri_of(path: Path) -> str:
    """The ``file:`` URI of an absolute path."""
    return path.as_uri()


def cell_uri(notebook: str, number: int) -> str:
    """The URI of a cell, from 0, of a notebook that is not open: it has none of the client's yet."""
    return f"{notebook}#tflsp-cell={number}"


def cell_number(uri: str) -> int | None:
    """The number in a cell's URI that `cell_uri` has made."""
    found = _CELL.search(uri)
    return int(found[1]) if found else None


def name_of(uri: str, root: Path | None) -> str:
    """A document's name: its path below ``root`` with forward slashes, or the last part of its path."""
    path = path_of(uri)
    if path is not None and root is not None:
        try:
            return path.relative_to(root).as_posix()
        except ValueError:
            pass
    try:
        return PurePosixPath(unquote(urlsplit(uri).path)).name
    except ValueError:
        return ""


def within(path: Path, folder: Path) -> bool:
    """Whether a path lies in a folder, or is the folder."""
    return path == folder or folder in path.parents
