"""What is offered unasked at a place: entries for which there is evidence there, and nothing anywhere else.

A run that the journal does not tell, in its cell; an error in a fence or quote without an entry; a line with a
hyperparameter that was another at the last step.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from tflsp.capture.hyperparameters import Hyperparameters, facts_of, hyperparameters_of
from tflsp.capture.pasted import pasted_at
from tflsp.capture.snapshots import FILE, SnapshotsError, last_snapshot
from tflsp.checking.journal_capture import name_in_project
from tflsp.checking.project_files import project_root
from tflsp.documents.document import Document
from tflsp.facts.journal import Journal, is_journal
from tflsp.facts.journal_entries import Kind
from tflsp.journal.reading import journal_of
from tflsp.server.explain.words import say
from tflsp.server.journal.awaited import awaited_by
from tflsp.server.journal.evidence import Evidence, changed_words, has_word, of_error, of_run
from tflsp.server.journal.runs import runs_of_file
from tflsp.server.journal.targets import Target, Way
from tflsp.server.journal.unlogged import unlogging_of
from tflsp.server.places import Place


async def unasked(place: Place, target: Target) -> dict[Kind, str]:
    """The kinds of entries with their titles."""
    if target.way is Way.VIRTUAL:
        return {}
    position = target.position or {"line": 0, "character": 0}
    offset = place.offset(position["line"], position["character"])
    found: dict[Kind, str] = {}
    if place.opened.is_notebook:
        for each in await unlogging_of(place.session).of(place.opened):
            if each.cell == target.cell:
                found[Kind(each.kind)] = each.title
    # What was inserted just now is what has changed since.
    await awaited_by(place.session).settled()
    return found or await asyncio.to_thread(_found, place, target, offset)


def _found(place: Place, target: Target, offset: int) -> dict[Kind, str]:
    document, number, language = place.analysed.state.document, place.number, place.language
    journal = journal_of(document)
    line = _line(document.parts[number].text, offset)
    if not place.opened.is_notebook and document.kind == "notebook" and is_journal(document, journal):
        found = _of_raw_cell(document, journal, offset, language)
        if found is not None:
            return found
    if (pasted := pasted_at(document, journal, number, offset)) is not None:
        return {} if pasted.is_told else _error(of_error(pasted.report, language), language)
    if _is_markdown(document, number):
        return {}
    before = _before(target.path, journal) if document.kind in ("notebook", "percent") and line.strip() else None
    if before is None:
        return {}
    now = hyperparameters_of(facts_of(document, place.analysed.report.facts))
    if not has_word(line, changed_words(before, now)):
        return {}
    return {Kind.STEP: say("log-change", language, number=journal.next_number)}


def _line(text: str, offset: int) -> str:
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def _is_markdown(document: Document, number: int) -> bool:
    if document.kind == "markdown":
        return True
    outline = (
        document.parts[number].outline(number) if document.kind == "notebook" and len(document.parts) > 1 else None
    )
    return outline is not None and outline.cells[0].kind == "markdown"


def _of_raw_cell(document: Document, journal: Journal, offset: int, language: str) -> dict[Kind, str] | None:
    """The last run of a notebook's JSON, in its cell; None outside of code cells."""
    cells = document.outline.cells if document.outline is not None else ()
    number = next((index for index, cell in enumerate(cells) if cell.span.touches(offset)), None)
    if number is None or cells[number].kind != "code":
        return None
    runs = runs_of_file(document.text)
    if not runs or runs[-1].cell != number:
        return {}
    evidence = of_run(runs[-1], language)
    if evidence is None or evidence.is_told(journal):
        return {}
    if evidence.kind is Kind.ERROR:
        return _error(evidence, language)
    return {Kind.STEP: say("log-step", language, number=journal.next_number)}


def _error(evidence: Evidence, language: str) -> dict[Kind, str]:
    return {Kind.ERROR: say("log-error", language, title=evidence.name)}


def _before(path: Path | None, journal: Journal) -> Hyperparameters | None:
    """What the hyperparameters were at the last step."""
    if path is None:
        return None
    root = project_root(path)
    if not (root / FILE).exists():
        return None
    try:
        steps = {each.number for each in journal.of(Kind.STEP) if each.number}
        snapshot = last_snapshot(root, name_in_project(path, root), steps)
    except (SnapshotsError, ValueError):
        return None
    return None if snapshot is None else snapshot.hyperparameters
