"""Every rule's page is its test: the examples give the findings that they announce, and the fixes what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.rules.page_examples import Example, Expected, examples
from tflsp.checking.linked_files import Found, Surroundings, linked_files, page_of_document
from tflsp.checking.links import links_of
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import Report, check
from tflsp.facts.linked import Linked
from tflsp.findings import Finding
from tflsp.journal.guides import guide_of
from tflsp.project import Project
from tflsp.rules.base import Rule, Safety, all_rules
from tflsp.rules.notebooks.linking import Wanted
from tflsp.rules.pages import page
from tflsp.settings import settings_from_mapping
from tflsp.text import TextEdit, apply_edits

PAGES = Path(__file__).parents[3] / "docs" / "rules"
ALL_EXAMPLES = [example for path in sorted(PAGES.glob("TFL*.md")) for example in examples(path)]


def report_of(example: Example) -> Report:
    settings = settings_from_mapping({"extend-select": [example.page], **example.settings})
    known: dict[str, Any] = {key: frozenset(v) if isinstance(v, list) else v for key, v in example.project.items()}
    project = Project(**known)
    if example.cell:
        document = open_notebook("example.ipynb", [CellText("cell", "code", "python", example.text)])
    else:
        document = open_text(example.name, example.text)
    report = check(document, settings, project)
    wanted = links_of(report, settings, project)
    return report if wanted is None else check(document, settings, project, linked=linked_of(example, wanted))


def linked_of(example: Example, wanted: Wanted) -> Linked:
    """What the links of an example lead to, of the files beside it."""
    root = Path("/project")
    files = {root / name: text for name, text in example.beside.items()}

    def look(path: Path) -> Found:
        return Found(path in files, page_of_document(open_text(path.name, files[path])) if path in files else None)

    guides = [path for path in files if guide_of(path.name) is not None] if wanted.guides else []
    return linked_files(Surroundings(root / example.name, (root,), root), wanted.paths, guides, look)


def found(report: Report, codes: set[str]) -> Iterator[Expected]:
    for finding in report.findings:
        if finding.code in codes:
            lines = report.document.parts[finding.part].lines
            start, end = lines.position(finding.span.start), lines.position(finding.span.end)
            column = end.character if end.line == start.line else len(lines.line_text(start.line))
            yield Expected(start.line, start.character, column, finding.code, finding.severity.label)


@pytest.mark.parametrize("example", ALL_EXAMPLES, ids=lambda example: example.id)
def test_example_gives_what_it_announces(example: Example) -> None:
    codes = {example.page, *(expected.code for expected in example.expected)}
    report = report_of(example)
    assert not [note for note in report.notes if "not read completely" in note.message]
    got = sorted(found(report, codes), key=str)
    wanted = sorted(example.expected, key=str)
    severities = {(e.line, e.start, e.code): e.severity for e in wanted}
    comparable = [
        e if severities.get((e.line, e.start, e.code)) else Expected(e.line, e.start, e.end, e.code, None) for e in got
    ]
    assert comparable == wanted
    if not example.good:
        assert wanted, "a bad example without a finding"


@pytest.mark.parametrize("example", [e for e in ALL_EXAMPLES if e.fixed is not None], ids=lambda example: example.id)
def test_fix_gives_what_the_page_shows(example: Example) -> None:
    report = report_of(example)
    mine = [finding for finding in report.findings if finding.code == example.page and finding.fixes]
    edits = {edit for finding in mine for edit in chosen_edits(finding, example.fixed_safety)}
    assert apply_edits(report.document.text, edits) == example.fixed


def chosen_edits(finding: Finding, safety: str) -> tuple[TextEdit, ...]:
    allowed = {Safety.SAFE} if safety == "safe" else {Safety.SAFE, Safety.UNSAFE, Safety(safety)}
    return next((fix.edits for fix in finding.fixes if fix.safety in allowed), ())


@pytest.mark.parametrize("example", ALL_EXAMPLES, ids=lambda example: example.id)
def test_messages_and_titles_can_be_said_in_both_languages(example: Example) -> None:
    for finding in report_of(example).findings:
        for language in ("en", "zh"):
            assert finding.message(language)
            assert all(fix.title(language) for fix in finding.fixes)
            assert all(related.message(language) for related in finding.related)


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.code)
def test_page_is_complete(rule: Rule) -> None:
    text = page(rule.code).text
    assert text.startswith(f"# {rule.code} {rule.name}\n")
    for title in ("What it does", "Why", "Messages", "Bad", "Good", "Fix safety", "Sources"):
        assert re.search(rf"^## {title}", text, re.MULTILINE), f"no section {title!r}"
    messages = page(rule.code).messages
    assert messages["en"].keys() == messages["zh"].keys()
    assert "message" in messages["en"] or any(key.startswith("message.") for key in messages["en"])


def test_every_page_has_a_rule() -> None:
    assert {path.stem for path in PAGES.glob("TFL*.md")} == set(all_rules())
