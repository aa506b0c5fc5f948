"""A journal that was read before it was edited is read as any other is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents.opening import open_text
from tflsp.documents.percent import HEADER, MARKER
from tflsp.facts import journal_resumed, journal_written
from tflsp.facts.journal import JournalEntry, read_journal
from tflsp.facts.journal_lines import headings
from tflsp.facts.journal_resumed import Marked, resumed
from tflsp.journal.percent import cells
from tflsp.text import Span, TextEdit

PIECES = (
    "# Title",
    "## Goal",
    "### 调试步骤 #3：b",
    "**Debug step #4**",
    "Goal\n---",
    "Conclusion\r\n======",
    "====",
    "```",
    "``` a`b",
    "~~~~ x",
    "- item\n  ```\n  code\nbehind it",
    "  ```",
    "<!--",
    "<!-- shown -->**Goal**",
    "-->",
    "--> # none",
    "text",
    "",
)
ENDS = st.sampled_from(("\n", "\n", "\n\n", "\r\n", "\r", ""))
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES), ENDS), max_size=14).map(
    lambda parts: "".join(piece + end for piece, end in parts)
)
TYPED = st.one_of(TEXTS, st.sampled_from(("x", "#", "`", "~", "-", "=", "<", "!", " ", "\n", "")))
EDITS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9), TYPED), min_size=1, max_size=3)


@pytest.mark.parametrize("block", [1, 7, 4_096])
@given(text=TEXTS, edits=EDITS, often=st.booleans())
def test_headings_after_edits_are_those_of_the_text(
    block: int, text: str, edits: list[tuple[int, int, str]], often: bool
) -> None:
    document = open_text("journal.md", text)
    before = Marked(text, headings(text))
    read_journal(document)
    for at, length, new in edits:
        start = min(at, len(document.text))
        document = document.edited(TextEdit(Span(start, min(start + length, len(document.text))), new))
        if often:
            read_journal(document)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_resumed, "_BLOCK", block)
        assert list(resumed(before, document.text).marks) == list(headings(document.text))
    own, anew = read_journal(document), read_journal(open_text("journal.md", document.text))
    assert list(map(told, own.entries)) == list(map(told, anew.entries))


def told(entry: JournalEntry) -> tuple[object, ...]:
    return entry.head, entry.level, entry.span, entry.inner, entry.body, entry.text, entry.entry


def test_only_what_is_edited_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = "".join(f"### Debug step #{number}\n\n```\n# code\n```\n\n" for number in range(1, 200))
    document = open_text("journal.md", f"# Log\n\n{steps}")
    read_journal(document)
    again: list[str] = []

    def read(text: str, start: int = 0) -> object:
        again.append(text)
        return headings(text, start)

    monkeypatch.setattr(journal_resumed, "headings", read)
    monkeypatch.setattr(journal_written, "headings", read)
    at = document.text.index("#100") + 4
    before = read_journal(document).entries
    after = read_journal(document.edited(TextEdit(Span(at, at), ": slower"))).entries
    assert after[99].head.title == "slower"
    assert again == []
    # What stands before and behind is the same, and what was made of it holds.
    assert [old.written is new.written for old, new in zip(before, after, strict=True)].count(False) <= 2


MARKS = ("# %%", "#%% [md]", "# %%%", "# In[3]:", "#\t%%", " # %%", "# ---", "# a: b", "x", "", "\ufeff")


@given(st.lists(st.tuples(st.sampled_from(MARKS), ENDS), max_size=9))
def test_cells_begin_at_every_marker(parts: list[tuple[str, str]]) -> None:
    text = "".join(piece + end for piece, end in parts)
    header = HEADER.match(text)
    start = header.end() if header else 0
    starts = [found.start() for found in MARKER.finditer(text, start)]
    found = [span.start for span in cells(text)]
    assert found == starts or found == [start, *starts]
