"""TFL405: a journal that says another value than the code beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from tflsp.documents.region import FILE
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.journal_entries import Kind, Step
from tflsp.facts.python_calls import PythonCode
from tflsp.facts.python_settings import (
    OPTIMIZER,
    Setting,
    agree,
    assigned,
    bare,
    literal_of,
    setting_name,
    settings_of,
    written_value,
)
from tflsp.rules.base import Context, Edit, Fix, Match, Piece, Related, Safety, Severity, match, rule
from tflsp.rules.notebooks.journal_text import JournalText, Placed, Written, journal_text
from tflsp.rules.notebooks.step_fences import fences_of_steps
from tflsp.tensorflow.optimizers import OPTIMIZERS
from tflsp.text import Span


class _Claim(NamedTuple):
    """What a step says that a value was and is from now on, at ``span`` of the step's text."""

    name: str
    old: float | str | None
    value: float | str
    span: Span


class _Found(NamedTuple):
    """A setting and the cell that it stands in: the number of its chunk."""

    cell: int
    setting: Setting
    where: Located[PythonCode]


@rule(
    "TFL405",
    "claim-code-mismatch",
    severity=Severity.INFORMATION,
    kinds=("markdown", "notebook", "percent"),
    given=("JournalDeclared", "JournalHeading"),
    even_in_bad_examples=True,
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match | Piece]:
    """Judge what the latest step that speaks of a value says of it, against the code nearest to that step.

    In Markdown each step is judged, against the fences that stand in it.
    """
    journal = journal_text(facts, context) if facts.has((PythonCode.__name__,)) else None
    if journal is None:
        return
    if not any(placed.entry.once(_claims) for placed in journal.of(Kind.STEP)):
        return
    if journal.is_markdown:
        for placed, codes in fences_of_steps(facts, journal):
            yield journal.piece("fences", partial(_of_step, journal, placed, codes), placed)
        return
    steps = list(journal.of(Kind.STEP))
    latest: dict[str, tuple[Placed, _Claim]] = {}
    for placed in steps:
        for claim in placed.entry.once(_claims):
            before = latest.get(claim.name)
            if before is None or before[0].entry.head.number <= placed.entry.head.number:
                latest[claim.name] = placed, claim
    if not latest:
        return
    cells = {id(chunk): number for number, (chunk, _) in enumerate(journal.analysed)}
    found = list(_settings([code for code in facts.all(PythonCode) if _is_cell(code)], cells))
    for placed, claim in latest.values():
        other = _other(claim, _nearest(claim.name, placed, steps, found))
        if other is not None:
            yield from _matches(journal, placed, claim, other)


def _claims(entry: Written) -> tuple[_Claim, ...]:
    """The new values of a step's changes, and its optimizer."""
    step, found = entry.fields, []
    changes = list(step.changes) if isinstance(step, Step) else []
    for row in entry.rows:
        name, written, old = "", "", ""
        if row.is_change and changes:
            change = changes.pop(0)
            name, written, old = setting_name(change.name), change.new, change.old
        elif row.label is not None and row.label.field == "optimizer":
            name, written = OPTIMIZER, row.label.value
        written = bare(written)
        value = written_value(name, written)
        at = row.text.rfind(written)
        if value is not None and at >= 0:
            length = len(written) if isinstance(value, float) else len(value)
            found.append(
                _Claim(name, written_value(name, bare(old)), value, Span(row.start + at, row.start + at + length))
            )
    return tuple(found)


def _of_step(journal: JournalText, placed: Placed, codes: Sequence[Located[PythonCode]]) -> Iterator[Match]:
    """Judge what a step of a Markdown journal says against its own fences."""
    claims = {claim.name: claim for claim in placed.entry.once(_claims)}
    found = list(_settings(codes, {id(code.chunk): 0 for code in codes})) if claims else []
    for claim in claims.values():
        beside = [each for each in found if each.setting.name == claim.name]
        after = [each for each in beside if not agree(claim.old, each.setting.value)]
        other = _other(claim, after or beside)
        if other is not None:
            yield from _matches(journal, placed, claim, other)


def _settings(codes: Sequence[Located[PythonCode]], cells: Mapping[int, int]) -> Iterator[_Found]:
    """The settings of pieces of code in order; a name stands for the one value that it is given.

    ``cells`` are the numbers of the chunks by their identity.
    """
    values: dict[str, list[_Found]] = {}
    for code in codes:
        for name, value in code.fact.derive(assigned):
            setting = Setting(name, literal_of(value), value.span)
            values.setdefault(name, []).append(_Found(cells[id(code.chunk)], setting, code))
    for code in codes:
        cell = cells[id(code.chunk)]
        for setting in code.fact.derive(settings_of):
            meant = values.get(setting.refers, [])
            if setting.refers and len(meant) == 1:
                origin = meant[0]
                yield _Found(cell, origin.setting._replace(name=setting.name), origin.where)
            else:
                yield _Found(cell, setting, code)


def _is_cell(code: Located[PythonCode]) -> bool:
    region = code.fact.region
    return (
        region.root.language != "markdown"
        and region.trait(FILE) is None
        and not region.within("shell", "console", "dockerfile")
    )


def _nearest(name: str, placed: Placed, steps: Sequence[Placed], found: Sequence[_Found]) -> list[_Found]:
    """The settings of this name in the cells beside a step; where there are none, in the cell nearest to it."""
    same = [each for each in found if each.setting.name == name]
    at = placed.chunk
    above = max((step.chunk for step in steps if step.chunk < at), default=-1)
    below = min((step.chunk for step in steps if step.chunk > at), default=math.inf)
    beside = [each for each in same if above < each.cell < below]
    if beside or not same:
        return beside
    nearest = min(same, key=lambda each: (abs(each.cell - at), each.cell > at)).cell
    return [each for each in same if each.cell == nearest]


def _other(claim: _Claim, beside: Sequence[_Found]) -> _Found | None:
    """The setting that says something else; None where one agrees, where one is not known, and where they differ."""
    if any(agree(claim.value, each.setting.value) for each in beside):
        return None
    certain = [each for each in beside if each.setting.is_certain]
    if not certain or any(each.setting.value is None for each in certain):
        return None
    first = certain[0]
    same = all(agree(first.setting.value, each.setting.value) for each in certain)
    return first if same and isinstance(first.setting.value, str) == isinstance(claim.value, str) else None


def _matches(journal: JournalText, placed: Placed, claim: _Claim, other: _Found) -> Iterator[Match]:
    where = journal.located(placed, claim.span)
    if where is None:
        return
    region, setting, chunk = other.where.fact.region, other.setting, other.where.chunk
    written, says = setting.span.of(region.text), claim.span.of(placed.entry.text)
    code = Located(Fact(region, setting.span), chunk)
    arguments: dict[str, object] = {"name": claim.name, "says": says, "has": written}
    text_fix = Fix((Edit(where.fact.span, written),), Safety.UNSAFE, "fix.text", arguments)
    code_fix = _code_fix(claim, says, other, arguments)
    is_one_part = chunk.part == where.chunk.part
    # That a value changed to what it was is no sentence: then the code was not changed.
    text_fixes = [] if agree(claim.old, setting.value) else [text_fix]
    fixes = [*text_fixes, *(code_fix if is_one_part else ())]
    related = [Related(code, setting.span)]
    yield match(where, fixes=fixes, related=related, name=claim.name, says=says, has=written)
    if not is_one_part:
        # An editor that syncs cells one by one mends each in its own place.
        related = [Related(where, where.fact.span, "related.text")]
        yield match(
            code, message="message.code", fixes=code_fix, related=related, name=claim.name, says=says, has=written
        )


def _code_fix(claim: _Claim, says: str, other: _Found, arguments: dict[str, object]) -> list[Fix]:
    setting = other.setting
    new = says.replace(",", "")
    if isinstance(claim.value, str):
        if not setting.is_alone:
            return []  # what else the optimizer is given, another may not know
        known, written = OPTIMIZERS[claim.value.lower()].name, setting.span.of(other.where.fact.region.text)
        new = known if written[:1].isupper() else known.lower()
    edit = Edit(setting.span, new, other.where.fact.region, other.where.chunk)
    return [Fix((edit,), Safety.UNSAFE, "fix.code", arguments)]
