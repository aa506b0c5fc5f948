"""TFL408: a notebook that still has the name that an editor gave it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules.base import Context, Match, Severity, match, rule
from tflsp.rules.notebooks.cells import notebook_cells
from tflsp.text.patterns import pattern

# What Jupyter (in English and in Chinese), VS Code and Colab call what has no name, and what they call a copy.
_GIVEN = pattern(r"(?:untitled|未命名)(?:[ _-]?\d+)?|.+-copy\d*(?:\(\d+\))?|copy of .+", re.IGNORECASE)
# VS Code's notebook that was never saved has no folder: there is nothing to rename yet.
_UNSAVED = pattern(r"Untitled-\d+\.ipynb")


@rule("TFL408", "nb-untitled", severity=Severity.HINT, kinds=("notebook",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge the file's name; say it at the notebook's first cell."""
    if not context.name or _UNSAVED.fullmatch(context.name):
        return
    name = PurePosixPath(context.name).name
    if _GIVEN.fullmatch(name.removesuffix(".ipynb")) is None:
        return
    first = next(notebook_cells(facts), None)
    if first is not None:
        yield match(first.first_line, file=name)
