from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.journal.examples import FULL_STEP, entries
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Step
from tflsp.journal.entries import tidied
from tflsp.journal.templates import render


@settings(max_examples=400)
@given(entries, st.sampled_from(["en", "zh"]))
def test_what_is_written_is_read_again(entry: Entry, language: str) -> None:
    text = render(entry, language)
    (found,) = read_journal(open_text("a.md", text)).entries
    assert found.entry == tidied(entry)
    assert found.language == language
    assert found.text == text.rstrip("\n")


@given(entries)
def test_tidying_twice_changes_nothing(entry: Entry) -> None:
    assert tidied(tidied(entry)) == tidied(entry)


@pytest.mark.parametrize(
    "entry", [FULL_STEP, Goal("q", ("a", "b"), "acc > 97%"), ErrorLog("OOM", "a\nb"), Conclusion("x"), Step(1)]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_plain_entries(entry: Entry, language: str) -> None:
    assert [each.entry for each in read_journal(open_text("a.md", render(entry, language))).entries] == [entry]
