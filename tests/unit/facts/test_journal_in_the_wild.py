"""Journals as they are found: no number signs, deeper lists, other arrows, entries over several cells."""

from __future__ import annotations

import json
import time

import pytest

from tests.unit.documents.notebooks import cell, notebook
from tflsp.documents.opening import open_text
from tflsp.facts.journal import Journal, read_journal
from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Passage, Step
from tflsp.facts.journal_words import bold_heading
from tflsp.journal.inserting import plan_insertion
from tflsp.text import apply_edits


def read(text: str, name: str = "a.md") -> list[Entry]:
    return [each.entry for each in read_journal(open_text(name, text)).entries]


def of_cells(*cells: tuple[str, str]) -> Journal:
    text = json.dumps(notebook(*(cell(kind, source) for kind, source in cells)))
    return read_journal(open_text("exp.ipynb", text))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_in_bold_for_headings(end: str) -> None:
    text = """\
**实验目标**

准确率停滞。

**调试步骤 #2：调整学习率**

原学习率：0.01 → 新学习率：0.001

**分析**

学习率过大。

__Debug step 3 - deeper__
Result: 96 %

**❌ not an entry**

**Step 1**

**Error log: OOM**

> OOM when allocating

**结论**

够了。
"""
    assert read(text.replace("\n", end)) == [
        Goal("准确率停滞。"),
        Step(2, "调整学习率", changes=(Change("学习率", "0.01", "0.001"),), analysis="学习率过大。"),
        Step(3, "deeper", "**❌ not an entry**\n\n**Step 1**", result="96 %"),
        ErrorLog("OOM", "OOM when allocating"),
        Conclusion("够了。"),
    ]


@pytest.mark.parametrize(
    ("line", "is_entry"),
    [
        ("**调试步骤 #2**", True),
        ("**Step #2: wider**", True),
        ("__实验步骤 3__  ", True),
        ("**Step 2**", False),  # every tutorial has it
        ("**Goal**: reach 97 %", False),
        ("**Results**", False),
        ("** Goal **", False),
        ("**Goal", False),
        ("*Goal*", False),
        ("**❌ OOM**", False),
        ("**错误日志**", True),
    ],
)
def test_which_lines_in_bold_begin_an_entry(line: str, is_entry: bool) -> None:
    assert (bold_heading(line) is not None) is is_entry


def test_a_part_in_bold_of_a_step_is_no_entry() -> None:
    (found,) = read("### Debug step #1: x\n\n**Goal**\n\nfaster\n\n**Result**\n\n95 %\n")
    assert found == Step(1, "x", "**Goal**\n\nfaster", result="95 %")


def test_a_step_in_bold_ends_one_with_number_signs() -> None:
    found = read("### Debug step #1: x\n\n**Debug step #2: y**\n\n### Details\n\n**Debug step #3**\n")
    assert found == [Step(1, "x"), Step(2, "y"), Step(3)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_underlined_headings(end: str) -> None:
    text = "Notes\n=====\n\n实验目标\n---\n\nx\n\nDebug step #1: y\n=======\nResult: 1\n\n结论\n===\n\nz\n"
    journal = read_journal(open_text("a.md", text.replace("\n", end)))
    assert [each.entry for each in journal.entries] == [Goal("x"), Step(1, "y", result="1"), Conclusion("z")]
    assert [each.level for each in journal.entries] == [2, 1, 1]
    assert [each.text.split(end)[0] for each in journal.entries] == ["实验目标", "Debug step #1: y", "结论"]


def test_what_is_shown_is_not_taken_for_a_heading() -> None:
    assert read("```\n**Debug step #1**\n\nGoal\n----\n```\n\n<!--\n**Goal**\n-->\n\n    Goal\n    ----\n") == []
    assert read("| Goal |\n|---|\n\n- Goal\n---\n") == []


def test_nested_lists() -> None:
    text = """\
### 调试步骤 #1：x

- 变更：
  - 学习率：0.01 → 0.001
    - batch_size: 32 -> 64
- 结论待定
  1. 结果：accuracy 95 %
     稳定
  2. 分析：更平稳
"""
    assert read(text) == [
        Step(
            1,
            "x",
            "- 变更：\n- 结论待定",
            changes=(Change("学习率", "0.01", "0.001"), Change("batch_size", "32", "64")),
            result="accuracy 95 %\n   稳定",
            analysis="更平稳",
        )
    ]


@pytest.mark.parametrize("arrow", ["→", "->", "-->", "--->", "=>", "==>", "⇒", "⟶", "⟹", "➜", "—>"])
def test_arrows(arrow: str) -> None:
    assert read(f"### Step 1\n\n- lr: 0.01 {arrow} 0.001\n") == [Step(1, changes=(Change("lr", "0.01", "0.001"),))]


@pytest.mark.parametrize("line", ["lr: 0.01 <!-- was --> 0.1", "x: <!-- a -->"])
def test_the_end_of_a_comment_is_no_arrow(line: str) -> None:
    assert read(f"### Step 1\n\n{line}\n") == [Step(1, "", line)]


def test_an_entry_over_several_cells() -> None:
    journal = of_cells(
        ("markdown", "## Goal\n\nWhy?"),
        ("markdown", "### Hypotheses\n\n1. too high"),
        ("markdown", "### 调试步骤 #1：慢一点\n\n学习率：0.01 → 0.001"),
        ("code", "model.fit(x)"),
        ("markdown", "Here one sees a curve."),
        ("markdown", "结果：accuracy 95 %"),
        ("markdown", "#### 分析\n\n初始学习率过大。"),
        ("markdown", "结果：another"),
        ("markdown", "## Something else"),
        ("markdown", "分析：of nothing"),
    )
    assert [each.entry for each in journal.entries] == [
        Goal("Why?", ("too high",)),
        Step(
            1,
            "慢一点",
            changes=(Change("学习率", "0.01", "0.001"),),
            result="accuracy 95 %",
            analysis="初始学习率过大。",
        ),
    ]
    assert [[each.cell for each in entry.continued] for entry in journal.entries] == [[1], [5, 6]]
    assert [entry.stretch.cell for entry in journal.entries] == [0, 2]


def test_a_result_with_a_heading_in_a_later_cell() -> None:
    step = ("markdown", "### Step 1: x")
    below = of_cells(step, ("code", "fit()"), ("markdown", "#### Result\n\n95 %"))
    assert [each.entry for each in below.entries] == [Step(1, "x", result="95 %")]
    beside = of_cells(step, ("code", "fit()"), ("markdown", "### Result\n\n95 %"))
    assert [each.entry for each in beside.entries] == [Step(1, "x"), Passage("95 %")]


def test_what_a_step_has_told_a_later_cell_does_not_tell() -> None:
    journal = of_cells(("markdown", "### Step 1: x\n\nResult: 1"), ("markdown", "Result: 2"))
    assert [each.entry for each in journal.entries] == [Step(1, "x", result="1")]


@pytest.mark.parametrize(
    "piece",
    [
        "**",
        "__a",
        "\n---",
        "\nGoal\n---\n",
        "**Goal**\n",
        "\n**",
        "  - ",
        "a: --",
        "a: 1 --> ",
        "\n===",
        "**调试步骤 #",
    ],
)
def test_long_texts_are_read_at_once(piece: str) -> None:
    document = open_text("a.md", f"### Step 1\n\n{piece * 20_000}\n")
    before = time.process_time()
    [each.entry for each in read_journal(document).entries]
    assert time.process_time() - before < 3


def test_a_step_goes_between_two_in_bold() -> None:
    text = "# J\n\n**调试步骤 #1：a**\n\n结果：1\n\n**调试步骤 #2：b**\n\n结果：2\n"
    made = plan_insertion(open_text("a.md", text), Step(title="c"), cursor=text.index("结果：1"))
    new = apply_edits(text, [made.edit])
    steps = read(new)
    assert [(each.number, each.title) for each in steps if isinstance(each, Step)] == [(1, "a"), (3, "c"), (2, "b")]
    assert "\n### 调试步骤 #3：c\n" in new
