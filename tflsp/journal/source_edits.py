"""Edits within a journal's Markdown, written as its document has it: plain, in a notebook's JSON, in comments. Pure."""

from __future__ import annotations

from collections.abc import Callable

from tflsp.documents.document import Document
from tflsp.documents.region import CELL
from tflsp.facts.journal import Stretch
from tflsp.journal.markdown import line_end
from tflsp.text import VERBATIM, Codec, Prefixed, Span, TextEdit, written_outside
from tflsp.text.patterns import pattern

_TRAILING_BLANKS = pattern(r"[ \t]+(?=[\r\n])")


def appended(text: str, place: int, line: str, *, blank: bool) -> TextEdit:
    """A line behind the line that ends at ``place``, with an empty one between them if ``blank``."""
    end = line_end(text)
    return TextEdit(Span(place, place), end * (2 if blank else 1) + line)


Writer = Callable[[Stretch, TextEdit], TextEdit]


def writer(document: Document) -> Writer:
    """What makes of an edit of a stretch of Markdown one of the text of the document's part that it stands in."""
    if document.kind == "markdown":
        codecs: dict[int, Codec] = {}
    else:
        codecs = {id(chunk.map): chunk.codec for chunk in document.chunks if (CELL, "markdown") in chunk.key.traits}

    def write(stretch: Stretch, edit: TextEdit) -> TextEdit:
        return _written(stretch, edit, codecs.get(id(stretch.map), VERBATIM))

    return write


def _written(stretch: Stretch, edit: TextEdit, codec: Codec) -> TextEdit:
    outer = written_outside(edit, stretch.text, stretch.map, codec)
    if isinstance(codec, Prefixed):
        # An empty comment has no blank behind its sign.
        outer = TextEdit(outer.span, _TRAILING_BLANKS.sub("", outer.new_text))
    return outer
