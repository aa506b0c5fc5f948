"""What the links of a document lead to: files of its workspace as links see them, and the guides around it.

Where a file's page comes from is the caller's choice: the disk (``PageFiles``), or documents that are open.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from tflsp.documents.document import Document
from tflsp.documents.opening import open_bytes
from tflsp.facts.journal import stretches
from tflsp.facts.journal_pages import outline_of, page_of
from tflsp.facts.linked import Linked, LinkedFile, Page

LARGEST = 8 << 20  # bytes
# A page has fewer; further files are not looked into.
MOST_FILES = 200
_KINDS = ("markdown", "notebook", "percent")


class Found(NamedTuple):
    """A file: whether it is there, and what it offers to links where that can be said."""

    is_there: bool
    page: Page | None = None


Look = Callable[[Path], "Found | None"]
"""Gives what is known of a file; None where nothing is."""


class Surroundings(NamedTuple):
    """Where a document stands: its file, the folders that links are followed in, and where ``/`` begins."""

    file: Path
    roots: tuple[Path, ...]
    top: Path | None


def surroundings(file: Path, roots: Iterable[Path | None], top: Path | None) -> Surroundings:
    """Where a file stands, with all links in the folders' names followed. A file's own folder is always looked into."""
    folder = Path(os.path.realpath(file.parent))
    found = (Path(os.path.realpath(root)) for root in roots if root is not None)
    return Surroundings(
        folder / file.name, tuple(dict.fromkeys((folder, *found))), Path(os.path.realpath(top)) if top else None
    )


def linked_files(around: Surroundings, paths: Iterable[str], guides: Iterable[Path], look: Look) -> Linked:
    """What is known of the files that links (decoded paths) lead to, and of the guides around a journal."""
    files: dict[str, LinkedFile] = {}
    for path in sorted(paths)[:MOST_FILES]:
        target = path_from(around.file, path, around.top)
        if target is None or not any(target.is_relative_to(root) for root in around.roots):
            continue  # what a text that somebody else has written names is not looked at all over the machine
        if target == around.file:
            files[path] = LinkedFile(str(target), target.name, is_self=True)
        elif (found := look(target)) is not None:
            files[path] = _linked(around, target, found)
    near = {
        os.path.relpath(guide, around.file.parent).replace(os.sep, "/"): _linked(around, guide, found)
        for guide in (Path(os.path.realpath(guide)) for guide in guides)  # as promotion finds them
        if guide != around.file and (found := look(guide)) is not None and found.page is not None
    }
    return Linked(files, {path: file for path, file in near.items() if file.back})


def _linked(around: Surroundings, target: Path, found: Found) -> LinkedFile:
    links = found.page.links_to(around.file.name) if found.page is not None else ()
    names = {name for name in {link.path for link in links} if path_from(target, name, around.top) == around.file}
    back = tuple(link for link in links if link.path in names)
    return LinkedFile(str(target), target.name, found.is_there, page=found.page, back=back)


class PageFiles:
    """Files on disk, each read once as long as it stays as it is."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int, int], Found]] = {}

    def look(self, path: Path) -> Found | None:
        """What is known of a file; None where the disk does not tell."""
        try:
            status = path.stat()
            sign = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._known.get(path)
            if known is None or known[0] != sign:
                is_text = stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST
                page = _page_of_bytes(path.name, path.read_bytes()) if is_text else None
                known = self._known[path] = sign, Found(True, page)
        except (FileNotFoundError, NotADirectoryError):
            self._known.pop(path, None)
            return Found(False)
        except (OSError, ValueError):
            return None
        return known[1]

    def keep(self, paths: Iterable[Path]) -> None:
        """Forget all but these."""
        self._known = {path: known for path in paths if (known := self._known.get(path)) is not None}


def _page_of_bytes(name: str, data: bytes) -> Page | None:
    return page_of_document(open_bytes(name, data)[0])


def page_of_document(document: Document) -> Page | None:
    """What a document offers to links; None where its kind does not tell, or where it was not read to its end."""
    if document.kind not in _KINDS or document.notes:
        return None
    return page_of([outline_of(stretch.text) for stretch in stretches(document)])


def path_from(start: Path | None, path: str, root: Path | None) -> Path | None:
    """The file that a link in the file ``start`` means; one that begins with a slash starts at ``root``."""
    base = root if path.startswith("/") else start.parent if start is not None else None
    if base is None or "\0" in path:
        return None
    return Path(_normal(f"{base}/{path.lstrip('/')}"))


def _normal(path: str) -> str:
    parts: list[str] = []
    for each in path.split("/"):
        if each == "..":
            if parts:
                parts.pop()
        elif each not in ("", "."):
            parts.append(each)
    return "/" + "/".join(parts)
