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
from tflsp.rules.base import Context, all_rules
from tflsp.rules.notebooks.journal_text import JournalText
from tflsp.settings import DEFAULTS
from tflsp.text import Span, TextEdit, apply_edits

CODES = {"TFL401", "TFL402", "TFL403", "TFL404", "TFL405"}
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
    "text",
    "",
)
LINES = st.lists(st.sampled_from(PIECES), max_size=10)
CODE = st.sampled_from(("", "Adam(0.1)", "model.fit(x, y, epochs=3)", "lr = 0.01\nSGD(lr)", "!pip install x"))


def found(document: Document, memo: Memo | None = None) -> list[Finding]:
    return [each for each in check(document, memo=memo or Memo()).findings if each.code in CODES]


def told(findings: list[Finding]) -> list[object]:
    return [(each.code, each.key, each.part, each.span, each.fixes, each.severity) for each in findings]


@given(LINES, st.lists(st.sampled_from(PIECES), max_size=3), st.integers(0, 200), st.sampled_from(("\n", "\n\n")))
def test_typing_finds_what_checking_anew_finds(before: list[str], typed: list[str], at: int, separator: str) -> None:
    document, memo = open_text("journal.md", separator.join(before)), Memo()
    found(document, memo)
    for new in typed:
        at = min(at, len(document.text))
        document = document.edited(TextEdit(Span(at, at), f"{separator}{new}{separator}"))
        assert told(found(document, memo)) == told(found(open_text("journal.md", document.text)))


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
        list(all_rules()[code].check(report.facts, Context(DEFAULTS, NO_PROJECT, "notebook", "exp_a.ipynb")))
