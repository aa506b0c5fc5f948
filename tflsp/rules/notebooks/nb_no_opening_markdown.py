"""TFL406: a notebook that begins without a word, or has no title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules.base import Context, Match, Severity, match, rule
from tflsp.rules.notebooks.cells import Cell, notebook_cells
from tflsp.text.patterns import pattern

# A scratch pad of a cell or two needs no title.
_ENOUGH = 3
_FENCES = pattern(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_TITLE = pattern(
    r"^ {0,3}#(?:[ \t]+\S|[ \t]*$)|^ {0,3}\S[^\r\n]*\r?\n {0,3}=+[ \t]*$|<h1\b|\\(?:title|section)\*?\{",
    re.MULTILINE | re.IGNORECASE,
)
# A raw cell of Quarto or nbdev that holds the title as YAML.
_FRONT_MATTER_TITLE = pattern(r"\A---\s*$[\s\S]*?^title[ \t]*:", re.MULTILINE)


@rule("TFL406", "nb-no-opening-markdown", severity=Severity.HINT, kinds=("notebook",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge the first cell that is not blank, and whether any cell holds a title."""
    if len(list(islice(notebook_cells(facts), _ENOUGH))) < _ENOUGH:
        return
    first = next((cell for cell in notebook_cells(facts) if not _is_setup(cell)), None)
    if first is None:
        return
    if first.kind == "code":
        yield match(first.first_line)
    elif not any(map(_has_title, notebook_cells(facts))) and not _has_heading_cells(facts):
        yield match(first.first_line, message="message.title")


def _is_setup(cell: Cell) -> bool:
    """A licence in comments, or the `%matplotlib inline` that tools put before everything."""
    lines = (line.strip() for line in cell.text.splitlines())
    return cell.kind == "code" and all(not line or line.startswith(("%", "#")) for line in lines)


def _has_title(cell: Cell) -> bool:
    if cell.kind == "raw":
        return _FRONT_MATTER_TITLE.search(cell.text) is not None
    if cell.kind != "markdown":
        return False
    text = _FENCES.sub("", cell.text) if "```" in cell.text or "~~~" in cell.text else cell.text
    return _TITLE.search(text) is not None


def _has_heading_cells(facts: DocumentFacts) -> bool:
    """Whether headings may be a kind of cell instead of text: in notebooks of format 3."""
    outline = facts.document.outline
    return outline is not None and outline.nbformat is not None and outline.nbformat[0] < 4
