"""Words know where every part of their content is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents.shell_commands import read_shell
from tflsp.documents.words import UNKNOWN, Piece, Word, literal, merge
from tflsp.text import Span, SpanMap

PARTS = st.sampled_from(["ab", "'c d'", '"e f"', "\\ ", "${X:-gh}", "$Y", '"i$Y"', "$(z)", "$A", "é", "\\\n", "$'\\n'"])


def words(parts: list[str]) -> tuple[str, Word]:
    text = "A='j k'\nprintf x" + "".join(parts)
    return text, read_shell(text)[0].words[1]


@given(st.lists(PARTS, min_size=1, max_size=6))
def test_verbatim_parts_are_written_where_they_are_said_to_be(parts: list[str]) -> None:
    text, word = words(parts)
    for start in range(len(word.pattern)):
        for end in range(start + 1, len(word.pattern) + 1):
            if word.is_verbatim(start, end):
                assert word.place(start, end).of(text) == word.pattern[start:end]


@given(st.lists(PARTS, min_size=1, max_size=6), st.data())
def test_slices_are_words(parts: list[str], data: st.DataObject) -> None:
    text, word = words(parts)
    start = data.draw(st.integers(0, len(word.pattern)))
    end = data.draw(st.integers(start, len(word.pattern)))
    part = word.slice(start, end)
    assert (part.value if part.value is not None else part.pattern) == word.pattern[start:end]
    assert (part.value is None) == (UNKNOWN in word.pattern[start:end])
    for index in range(end - start):
        assert part.is_verbatim(index, index + 1) == word.is_verbatim(start + index, start + index + 1)
        if part.is_verbatim(index, index + 1):
            assert part.place(index, index + 1).of(text) == word.pattern[start + index]


@given(st.lists(PARTS, min_size=1, max_size=6), st.integers(1, 5))
def test_moved_words_lie_in_the_text_around(parts: list[str], gap: int) -> None:
    text, word = words(parts)
    middle = len(text) // 2
    around = "#" * gap + text[:middle] + "-" * gap + text[middle:]
    places = SpanMap.of_slices([Span(gap, gap + middle), Span(2 * gap + middle, 2 * gap + len(text))])
    moved = word.moved(places)
    assert moved.pattern == word.pattern
    for index in range(len(word.pattern)):
        if moved.is_verbatim(index, index + 1):
            assert moved.place(index, index + 1).of(around) == word.pattern[index]


def test_a_scattered_part_means_the_word() -> None:
    text = "A=b\necho $A/c"
    word = read_shell(text)[0].words[1]
    assert word.value == "b/c"
    assert word.place(0, 3) == word.span
    assert word.place(0, 1).of(text) == "b"
    assert word.place(0, 1).start == 2


def test_the_value_of_a_variable_elsewhere_is_never_verbatim() -> None:
    word = Word("ab", "$A", Span(0, 2), Span(0, 2), (Piece("ab", 0, 2, exact=False),))
    assert not word.is_verbatim(0, 2)
    assert word.slice(0, 1).place(0, 1) == Span(0, 2)


def test_unknown_words_are_one_unknown() -> None:
    word = Word(None, "$x", Span(3, 5), Span(3, 5))
    assert word.pattern == UNKNOWN
    assert word.place(0, 1) == Span(3, 5)
    assert str(word) == "$x"


def test_neighbours_are_merged() -> None:
    assert merge([Piece("a", 0, 1), Piece("", 1, 2), Piece("b", 1, 1), Piece("c", 4, 1)]) == [
        Piece("ab", 0, 2),
        Piece("c", 4, 1),
    ]
    assert literal("ab", Span(1, 3)).slice(1, 2).span == Span(2, 3)
