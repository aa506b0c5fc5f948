"""The table of experiments: between its markers, and nowhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.journal.examples import texts
from tflsp.documents.opening import open_text
from tflsp.facts.journal_entries import Conclusion, Entry, Goal, Step
from tflsp.journal.summary import BEGIN, END, Experiment, NotSummarised, experiment_of, with_table
from tflsp.journal.templates import render

ONE = Experiment("Learning rate", "notebooks/exp lr.ipynb", "Why? a|b", True, "97.8 %", "It was the rate.")
ROW = "| [Learning rate](notebooks/exp%20lr.ipynb) | Why? a\\|b | ✅ yes | 97.8 % | It was the rate. |"
rows = st.builds(Experiment, texts, st.just("a/b.md"), texts, st.sampled_from([True, False, None]), texts, texts)


def test_a_summary_from_nothing() -> None:
    text = with_table("", [ONE], path="SUMMARY.md")
    assert text == (
        "# Summary\n\nOne line per result, with a link to where it was found.\n\n## Experiments\n\n"
        f"{BEGIN}\n\n| Experiment | Goal | Goal met | Best result | Conclusion |\n"
        f"| --- | --- | --- | --- | --- |\n{ROW}\n\n{END}\n"
    )
    assert with_table("", [], path="SUMMARY.md") == ""
    assert with_table("", [ONE], path="SUMMARY.md", language="zh").startswith("# 总结\n")


def test_the_rest_of_the_file_stays() -> None:
    begun = f"# 总结\r\n\r\n## 🧪 实验一览\r\n\r\n手写。\r\n\r\n{BEGIN}\r\nold\r\n{END}\r\n\r\n## 其他\r\n\r\n文字"
    text = with_table(begun, [ONE], path="docs/SUMMARY.md")
    head, _, rest = text.partition(BEGIN)
    assert head == begun.partition(BEGIN)[0]
    assert rest.endswith(f"\r\n{END}\r\n\r\n## 其他\r\n\r\n文字")
    assert "| [Learning rate](../notebooks/exp%20lr.ipynb) |" in rest
    assert "| ✅ 是 |" in rest
    assert text.count("\n") == text.count("\r\n")
    assert "old" not in text


def test_a_section_that_is_there_gets_the_table() -> None:
    text = with_table("# Summary\n\n## Experiments\n\nMine.\n\n## Other\n\nx\n", [ONE], path="SUMMARY.md")
    assert text.startswith(f"# Summary\n\n## Experiments\n\nMine.\n\n{BEGIN}\n")
    assert text.endswith(f"{END}\n\n## Other\n\nx\n")


def test_a_marker_without_the_other_is_said() -> None:
    with pytest.raises(NotSummarised, match="last line is missing"):
        with_table(f"# Summary\n\n{BEGIN}\n\nmine\n", [ONE], path="SUMMARY.md")
    shown = f"# Summary\n\n```markdown\n{BEGIN}\n```\n"
    assert with_table(shown, [ONE], path="SUMMARY.md").startswith(shown)


def test_what_a_journal_comes_to() -> None:
    entries: list[Entry] = [Goal("Why?", (), "val_accuracy > 97%"), Step(1, "x", result="val_accuracy 0.95")]
    text = "# T\n\n" + "\n".join(render(each, "en") for each in entries)
    # It goes on: what it has not reached it may reach yet.
    wanted = Experiment("T", "a.md", "Why?; val_accuracy > 97%", None, "val_accuracy 95 % (#1)", "")
    assert experiment_of(open_text("a.md", text), "a.md") == wanted
    text += "\n" + render(Conclusion("So.", "96 %", False), "en")
    assert experiment_of(open_text("a.md", text), "a.md") == Experiment(
        "T", "a.md", "Why?; val_accuracy > 97%", False, "96 %", "So."
    )


@settings(max_examples=150, deadline=None)
@given(texts, st.lists(rows, max_size=3))
def test_twice_is_once(text: str, found: list[Experiment]) -> None:
    try:
        once = with_table(text, found, path="SUMMARY.md")
    except NotSummarised:
        return
    begun = once.partition("<!-- tflsp: experiments")[0]
    assert begun.startswith(text.rstrip()) or not text.strip("\ufeff \t\r\n")
    if once == text:
        return
    try:
        assert with_table(once, found, path="SUMMARY.md") == once
    except NotSummarised:
        pytest.fail("our own table is not found again")
    table = [line for line in re.split(r"\r\n|\n|\r", once[len(begun) :]) if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table} == {6}
    assert len(table) == len(found) + 2
