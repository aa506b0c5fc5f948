"""Python values as the words of a command: literals with their places, and unknowns for everything else."""

from __future__ import annotations

from tflsp.documents.python_strings import is_string, string_word
from tflsp.documents.region import Region
from tflsp.documents.words import UNKNOWN, Piece, Word, merge
from tflsp.facts.python_values import BinOp, ListValue, Literal, TupleValue, Value, dotted
from tflsp.text import Span


def word_of(region: Region, value: Value) -> Word:
    """The word that an argument is. Numbers are words too; ``sys.executable`` is python."""
    text = region.text
    if is_string(text, value.span):
        return string_word(text, value.span)
    raw = value.span.of(text)
    if isinstance(value, Literal) and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return Word(raw.replace("_", ""), raw, value.span, value.span)
    if isinstance(value, BinOp) and value.operator == "+":
        return _joined(raw, value.span, word_of(region, value.left), word_of(region, value.right))
    if dotted(value) == "sys.executable":
        return Word("python", raw, value.span, value.span, (Piece("python", value.span.start, len(raw), exact=False),))
    return Word(None, raw, value.span, value.span)


def words_of(region: Region, value: Value) -> tuple[Word, ...] | None:
    """The words of a list or tuple (of several added, too), or None where it is neither."""
    match value:
        case ListValue(items=items) | TupleValue(items=items):
            return tuple(word_of(region, item) for item in items)
        case BinOp(operator="+", left=left, right=right):
            first = words_of(region, left)
            rest = words_of(region, right)
            return None if first is None else first + ((_opaque(region, right),) if rest is None else rest)
    return None


def _opaque(region: Region, value: Value) -> Word:
    """Any number of words that are not known."""
    return Word(None, value.span.of(region.text), value.span, value.span)


def _joined(raw: str, span: Span, left: Word, right: Word) -> Word:
    pieces = merge((*_pieces(left), *_pieces(right)))
    known = left.value is not None and right.value is not None
    value = "".join(piece.text for piece in pieces) if known else None
    return Word(value, raw, span, span, tuple(pieces), quoted=True)


def _pieces(word: Word) -> tuple[Piece, ...]:
    if word.pieces:
        return word.pieces
    if word.value is None:
        return (Piece(UNKNOWN, word.inner.start, len(word.inner), exact=False),)
    return (Piece(word.value, word.inner.start, len(word.inner)),)
