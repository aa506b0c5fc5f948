"""How new text is written down where a part lies: the other half of a SpanMap, which is for reading.

A codec writes text that replaces something *inside* of a part; it never writes the part's own delimiters.
"""

from __future__ import annotations

from typing import Protocol

from tflsp.dataclass import dataclass
from tflsp.text.maps import SpanMap
from tflsp.text.patterns import pattern
from tflsp.text.spans import Span, TextEdit

_LINE_END = pattern(r"\r\n|\n|\r")


class Codec(Protocol):
    """Writes a part's text as the text around it wants it."""

    def encode(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Verbatim:
    """The part stands as it is."""

    def encode(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class Prefixed:
    """Every line of the part after the first begins with a prefix outside (``> ``, ``# ``, indentation).

    The line end that the part ends with belongs to what stands around it, and always stays.
    """

    prefix: str

    def encode(self, text: str) -> str:
        return _LINE_END.sub(lambda end: end.group() + self.prefix, text)


@dataclass(frozen=True, slots=True)
class JsonString:
    """The part is the content of one JSON string."""

    ascii_only: bool = False

    def encode(self, text: str) -> str:
        import json  # most texts that are checked hold none

        return json.dumps(text, ensure_ascii=self.ascii_only or not _encodable(text))[1:-1]


@dataclass(frozen=True, slots=True)
class JsonLines:
    """The part is a JSON list of lines, as nbformat writes a cell's source; ``between`` stands between two items."""

    between: str
    ascii_only: bool = False

    def encode(self, text: str) -> str:
        one = JsonString(self.ascii_only)
        return f'\\n"{self.between}"'.join(one.encode(line) for line in text.split("\n"))


@dataclass(frozen=True, slots=True)
class Chained:
    """First the inner codec, then the outer."""

    inner: Codec
    outer: Codec

    def encode(self, text: str) -> str:
        return self.outer.encode(self.inner.encode(text))


VERBATIM = Verbatim()


def written_outside(edit: TextEdit, text: str, mapped: SpanMap, codec: Codec) -> TextEdit:
    """An edit of a part as an edit of the text around it; ``text`` is the part's own."""
    if codec is VERBATIM and mapped.is_plain:
        return TextEdit(mapped.span(edit.span), edit.new_text)
    if isinstance(codec, Prefixed):
        edit = _before_last_line_end(edit, text)
    span, new_text = edit.span, edit.new_text
    # A line end that stays is not touched: what stands behind it outside (a prefix, output, a prompt) stays too.
    end = _last_line_end(span.of(text))
    if end and end == _last_line_end(new_text):
        span, new_text = Span(span.start, span.end - len(end)), new_text[: -len(end)]
    return TextEdit(mapped.edit_span(span), codec.encode(new_text))


def _before_last_line_end(edit: TextEdit, text: str) -> TextEdit:
    """The same edit without touching the part's last line end."""
    span, new_text = edit.span, edit.new_text
    last = _last_line_end(text)
    content = len(text) - len(last)
    if not last or span.end <= content or (not new_text and span.start == span.end):
        return edit
    new_text = new_text.removesuffix(_last_line_end(new_text))
    if span.start >= len(text):
        return TextEdit(Span(content, content), last + new_text)
    start = min(span.start, content)
    if not new_text:
        # A last line that goes takes the line end before it along.
        start -= len(_last_line_end(text[:start]))
    return TextEdit(Span(start, content), new_text)


def _last_line_end(text: str) -> str:
    return next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "")


def _encodable(text: str) -> bool:
    """A lone surrogate has no UTF-8 form and must be written as an escape."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
