"""Floor 1: text. Lines, positions, spans, edits and maps between a part's text and its document's."""

from __future__ import annotations

from tflsp.text.codecs import VERBATIM, Chained, Codec, JsonLines, JsonString, Prefixed, Verbatim, written_outside
from tflsp.text.lines import Encoding, LineIndex, Position
from tflsp.text.maps import SpanMap
from tflsp.text.spans import Span, TextEdit, apply_edits

__all__ = [
    "VERBATIM",
    "Chained",
    "Codec",
    "Encoding",
    "JsonLines",
    "JsonString",
    "LineIndex",
    "Position",
    "Prefixed",
    "Span",
    "SpanMap",
    "TextEdit",
    "Verbatim",
    "apply_edits",
    "written_outside",
]
