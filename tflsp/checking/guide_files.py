"""Where a project keeps its guides: SUMMARY.md, best_practices.md, troubleshooting_guide.md, or as people call them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tflsp.checking.files import is_file
from tflsp.checking.project_files import project_root
from tflsp.journal.guides import FILE_NAMES, Guide, guide_of


def guide_path(journal: Path, guide: Guide, root: Path | None = None) -> Path:
    """Where a journal's guide is, or goes: the nearest at or above the journal, up to the project's root; else beside
    another guide; else at the root.
    """
    journal = journal.resolve()
    root = project_root(journal) if root is None else root.resolve()
    beside: Path | None = None
    for folder in _folders(journal, root):
        found = _guides_in(folder)
        if guide in found:
            return found[guide]
        beside = beside or (folder if found else None)
    return (beside or root) / FILE_NAMES[guide]


def guides_of(journal: Path, root: Path) -> list[Path]:
    """The guides that are there and that ``guide_path`` would give for a journal."""
    found: dict[Guide, Path] = {}
    for folder in _folders(journal.resolve(), root.resolve()):
        found = {**_guides_in(folder), **found}
    return list(found.values())


def _folders(journal: Path, root: Path) -> Iterator[Path]:
    """Where guides are looked for, the nearest first."""
    folders = [each for each in (journal.parent, *journal.parents) if each == root or root in each.parents] or [root]
    yield from dict.fromkeys(each for level in folders for each in (level, level / "docs"))


def _guides_in(folder: Path) -> dict[Guide, Path]:
    """The guides in a folder; of two that are the same the one that is called as ours."""
    found: dict[Guide, Path] = {}
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if is_file(entry))
    except OSError:
        return found
    for name in names:
        guide = guide_of(name)
        if guide is not None and (guide not in found or name == FILE_NAMES[guide]):
            found[guide] = folder / name
    return found
