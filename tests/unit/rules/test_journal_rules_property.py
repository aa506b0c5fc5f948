"""Journals of any shape: what typing finds is what checking anew finds, and fixes come to an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents.document import Document
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import Memo, check
from tflsp.facts.journal import read_journal
from tflsp.findings import Finding
from tflsp.project import NO_PROJECT
from tflsp.rules.base import Context, Piece, all_rules
from tflsp.rules.notebooks.journal_text import JournalText
from tflsp.settings import DEFAULTS
from tflsp.text import Span, TextEdit, apply_edits

CODES = {"TFL401", "TFL402", "TFL403", "TFL404", "TFL405", "TFL412"}
PIECES = (
    "# Title",
    "## Goal",
    "## 实验目标：q",
    "### Hypotheses",
    "1. too large",
    "✅ Target: val_accuracy > 97%",
    "✅ 目标指标：",
    "## Method",
    "## Results",
    "## Conclusion",
    "### Debug step #1: a",
    "### 调试步骤 #3：b",
    "### Step 2",
    "#### Analysis",
    "**Debug step #4**",
    "**Goal**",
    "Conclusion\n==========",
    "  - Result: nested",
    "- learning_rate: 0.1 → 0.01",
    "原学习率:0.01 → 新学习率:0.001",
    "Optimizer: Adam",
    "- Result: loss 0.1",
    "结果：",
    "💡 Analysis: <!-- why -->",
    "## ❌ OOM error log",
    "> ResourceExhaustedError: OOM when allocating tensor",
    "```text\nValueError: x\n```",
    "```bash\ndocker run a/b:1 ls\ndocker run a/b:2 ls\n```",
    "```\nunclosed",
    "<!-- hidden -->",
    "see [the goal](#goal) and [step 2](#step-3)",
    "[nowhere](#debug-stop-1-a)",
    "text",
    "",
)
TYPED = st.one_of(
    st.sampled_from(PIECES).map("\n{}\n".format), st.sampled_from(("", "x", "\n", "#", "`", " ", "1", "："))
)
LINES = st.lists(st.sampled_from(PIECES), max_size=10)
CODE = st.sampled_from(("", "Adam(0.1)", "model.fit(x, y, epochs=3)", "lr = 0.01\nSGD(lr)", "!pip install x"))


def found(document: Document, memo: Memo | None = None) -> list[Finding]:
    return [each for each in check(document, memo=memo or Memo()).findings if each.code in CODES]


def told(findings: list[Finding]) -> list[object]:
    """What is the same however the document was cut: a fence that somebody types in is cut further (`tflsp.memo`)."""
    return [
        (each.code, each.key, each.arguments, each.part, each.span, each.fact_span, each.fixes, each.related,
         each.severity, each.chunk.key.language, each.local.of(each.chunk.key.text), each.chunk.map.span(each.local))
        for each in findings
    ]  # fmt: skip


@given(LINES, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 5), TYPED), max_size=4), st.booleans())
def test_typing_finds_what_checking_anew_finds(before: list[str], edits: list[tuple[int, int, str]], far: bool) -> None:
    document, memo = open_text("journal.md", ("\n\n" if far else "\n").join(before)), Memo()
    found(document, memo)
    for at, length, new in edits:
        at = min(at, len(document.text))
        document = document.edited(TextEdit(Span(at, min(at + length, len(document.text))), new))
        assert told(found(document, memo)) == told(found(open_text("journal.md", document.text)))


@given(st.lists(LINES, min_size=1, max_size=4), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), TYPED)))
def test_typing_in_cells_finds_what_checking_anew_finds(
    before: list[list[str]], edits: list[tuple[int, int, str]]
) -> None:
    def opened(texts: list[str]) -> Document:
        cells = [CellText(f"{number}", "markdown", "markdown", text) for number, text in enumerate(texts)]
        return open_notebook("a.ipynb", cells)

    document, memo = opened(["\n".join(lines) for lines in before]), Memo()
    found(document, memo)
    for cell, at, new in edits:
        part = cell % len(document.parts)
        at = min(at, len(document.parts[part].text))
        document = document.edited(TextEdit(Span(at, at), new), part)
        assert told(found(document, memo)) == told(found(opened([part.text for part in document.parts])))


def test_equal_entries_are_told_apart() -> None:
    step = "### Debug step #2: a\n\n- Result: loss 0.1\n\n"
    document, memo = open_text("journal.md", f"## Goal\n\n{step}{step}{step}"), Memo()
    for _ in range(3):
        assert told(found(document, memo)) == told(found(open_text("journal.md", document.text)))
        document = document.edited(TextEdit(Span(8, 8), "more\n"))


def test_what_a_link_may_have_meant_is_looked_for_where_headings_change() -> None:
    text = "## Goal\n\nsee [it](#debug-step-1-quick)\n\n### Debug step #1: faster\n\n[b](#goal)\n\n- Result: loss 0.1\n"
    document, memo = open_text("journal.md", text), Memo()
    links = [each for each in found(document, memo) if each.code == "TFL412"]
    at = document.text.index("faster\n\n[")
    document = document.edited(TextEdit(Span(at, at + 6), "slower"))
    assert told(found(document, memo)) == told(found(open_text("journal.md", document.text)))
    (link,) = [each for each in found(document, memo) if each.code == "TFL412"]
    assert [each.key for each in links] == [link.key]
    assert link.fixes != links[0].fixes


def test_what_is_typed_in_one_step_leaves_the_findings_of_the_others() -> None:
    steps = "".join(f"### Debug step #{number}: a\n\nlr: 0.{number} → 0.0{number}\n\n" for number in range(1, 6))
    document, memo = open_text("journal.md", f"# T\n\n## Goal\n\nq\n\n{steps}"), Memo()
    before = found(document, memo)
    at = document.text.index("lr: 0.3")
    after = found(document.edited(TextEdit(Span(at, at), "x")), memo)
    assert len(before) == len(after)
    same = [old is new for old, new in zip(before, after, strict=True)]
    moved = [old.arguments is new.arguments for old, new in zip(before, after, strict=True)]
    typed = {number for number, each in enumerate(before) if each.arguments.get("step") == "#3"}
    assert typed == {number for number, is_moved in enumerate(moved) if not is_moved}
    assert all(same[: min(typed)])


@given(st.lists(LINES, min_size=1, max_size=4), st.sampled_from(("\n", "\n\n")))
def test_a_journal_is_read_chunk_by_chunk_as_it_is_read_at_once(cells: list[list[str]], separator: str) -> None:
    texts = [separator.join(lines) for lines in cells]
    notebook = open_notebook(
        "a.ipynb", [CellText(f"{number}", "markdown", "markdown", text) for number, text in enumerate(texts)]
    )
    for document in (open_text("a.md", separator.join(texts)), notebook):
        wanted = [(each.head, each.text, each.entry) for each in read_journal(document).entries]
        read = JournalText(check(document).facts, None).entries
        assert [(each.entry.head, each.entry.text, each.entry.fields) for each in read] == wanted


@given(LINES)
def test_fixes_come_to_an_end(pieces: list[str]) -> None:
    text = "\n\n".join(pieces)
    for _ in range(60):
        fixable = next((each for each in found(open_text("journal.md", text)) if each.fixes), None)
        if fixable is None:
            return
        text = apply_edits(text, fixable.fixes[0].edits)
    pytest.fail(f"{fixable} is offered again and again")


@given(st.lists(st.tuples(LINES, CODE), min_size=1, max_size=4))
def test_no_notebook_is_too_strange(cells: list[tuple[list[str], str]]) -> None:
    texts = [cell for lines, code in cells for cell in (("markdown", "\n".join(lines)), ("code", code))]
    notebook = [CellText(f"{number}", kind, "python", text) for number, (kind, text) in enumerate(texts)]
    report = check(open_notebook("exp_a.ipynb", notebook))
    for finding in report.findings:
        for fix in finding.fixes:
            apply_edits(texts[finding.part][1], fix.edits)
    # The engine leaves out a rule that raises.
    for code in CODES:
        for each in all_rules()[code].check(report.facts, Context(DEFAULTS, NO_PROJECT, "notebook", "exp_a.ipynb")):
            if isinstance(each, Piece):
                list(each.make())
