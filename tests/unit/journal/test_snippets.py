"""Entries with tab stops: what is empty can be jumped to, and without the stops it is the plain text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.snippets import expanded
from tests.unit.journal.examples import FULL_STEP, entries
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Change, Conclusion, ErrorLog, Goal, Kind, Step
from tflsp.journal.entries import kind_of
from tflsp.journal.snippets import snippet, with_stops, without_stops
from tflsp.journal.templates import render


@given(entries, st.sampled_from(["en", "zh"]))
def test_without_stops_it_is_the_plain_text(entry: Goal | Step | ErrorLog | Conclusion, language: str) -> None:
    text = render(entry, language)
    kind = kind_of(entry)
    marked = with_stops(text, kind)
    assert without_stops(marked) == text
    shown, stops = expanded(snippet(marked))
    assert [number for number, _ in stops] == [*range(1, len(stops)), 0]
    # Only what parts an empty field from its label is more than the plain text has: as an entry it is the same.
    found = [each.entry for each in read_journal(open_text("", shown, "markdown")).entries]
    assert found == [each.entry for each in read_journal(open_text("", text, "markdown")).entries]
    assert re.sub(r"[ \t：:]+$", "", shown, flags=re.MULTILINE) == re.sub(
        r"[ \t：:]+$", "", text, flags=re.MULTILINE
    ) or (kind is Kind.ERROR)


@given(st.text(alphabet="a1$}{\\\n 💡", max_size=30))
def test_what_snippets_are_made_of_is_escaped(text: str) -> None:
    assert expanded(snippet(text))[0] == text


@pytest.mark.parametrize(
    ("entry", "language", "wanted"),
    [
        (
            Step(3),
            "en",
            "### Debug step #3: ${1}\n\n- Result: ${2}\n\n"
            "💡 Analysis: ${3:<!-- Why was this changed, and what does the result say? -->}$0\n",
        ),
        (
            Step(3, "慢", result="95%", changes=(Change("lr", "$x", "{y}"),)),
            "zh",
            "### 调试步骤 #3：慢\n\n- lr：`\\$x` → {y\\}\n- 结果：95%\n\n"
            "💡 分析：${1:<!-- 为什么做这次修改？结果说明了什么？ -->}$0\n",
        ),
        (
            Step(3),
            "zh",
            "### 调试步骤 #3：${1}\n\n- 结果：${2}\n\n💡 分析：${3:<!-- 为什么做这次修改？结果说明了什么？ -->}$0\n",
        ),
        (
            Conclusion(),
            "en",
            "## Conclusion\n\n${1:<!-- What has been found out? -->}$0\n",
        ),
        (
            ErrorLog(message="```\nAnalysis:\n<!-- x -->"),
            "en",
            "## ❌ Error log: ${1}\n\n````text\n```\nAnalysis:\n<!-- x -->\n````\n\n"
            "### Analysis\n\n${2:<!-- Why did it happen? -->}\n\n"
            "### Solution\n\n${3:<!-- What helped? -->}$0\n",
        ),
        (
            Goal("Why?"),
            "en",
            "## Goal\n\nWhy?\n\n### Hypotheses\n\n1. ${1:<!-- What is assumed so far? -->}\n\n"
            "✅ Target: ${2:<!-- Which metric, and which number? For example: val_accuracy > 97% -->}$0\n",
        ),
    ],
)
def test_stops(entry: Goal | Step | ErrorLog | Conclusion, language: str, wanted: str) -> None:
    assert snippet(with_stops(render(entry, language), kind_of(entry))) == wanted


def test_what_is_full_has_one_stop_at_its_end() -> None:
    source = snippet(with_stops(render(FULL_STEP, "en"), Kind.STEP))
    assert expanded(source) == (render(FULL_STEP, "en"), [(0, "")])


def test_a_field_that_goes_on_below_its_label_is_not_empty() -> None:
    text = render(Step(1, "x", result="- a\n- b", analysis="```\n$x\n```"), "en")
    assert expanded(snippet(with_stops(text, Kind.STEP)))[1] == [(0, "")]


def test_a_text_with_our_own_signs_has_no_stops() -> None:
    text = "### Debug step #3\n\n\ufdd0\n"
    assert with_stops(text, Kind.STEP) == text
