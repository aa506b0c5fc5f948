"""Whether what a document's links lead to is to be looked at, and the look itself for files on disk.

Light: what looks is imported where there is a link to follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tflsp.checking.project_files import project_root
from tflsp.engine import Report
from tflsp.project import NO_PROJECT, Project
from tflsp.rules.base import Context
from tflsp.selection import active_rules
from tflsp.settings import Settings

if TYPE_CHECKING:
    from tflsp.checking.linked_files import PageFiles
    from tflsp.facts.linked import Linked
    from tflsp.rules.notebooks.linking import Wanted

# What a document has some of whose links are followed.
_FACTS = ("JournalHeading", "JournalDeclared", "GuideLink")


def links_of(report: Report, settings: Settings, project: Project = NO_PROJECT) -> Wanted | None:
    """What is to be looked at for a document; None where none of its rules asks."""
    document = report.document
    if not report.facts.has(_FACTS) or not any(rule.linked for rule, _ in active_rules(settings, document.name)):
        return None
    from tflsp.rules.notebooks.linking import wanted

    return wanted(report.facts, Context(settings, project, document.kind, document.name))


def linked_on_disk(path: Path, report: Report, settings: Settings, folders: Sequence[Path] = ()) -> Linked | None:
    """What the links of a file lead to, as its project and ``folders`` lie on disk; None where nobody asks."""
    found = links_of(report, settings)
    if found is None:
        return None
    from tflsp.checking.guide_files import guides_of
    from tflsp.checking.linked_files import linked_files, surroundings

    root = _root(path.parent)
    guides = guides_of(path, root) if found.guides else []
    around = [folder for folder in folders if path.is_relative_to(folder)]
    top = max(around, key=lambda folder: len(folder.parts), default=root)
    return linked_files(surroundings(path, [root, *folders], top), found.paths, guides, _files().look)


@cache
def _root(folder: Path) -> Path:
    return project_root(folder)


@cache
def _files() -> PageFiles:
    from tflsp.checking.linked_files import PageFiles

    return PageFiles()
