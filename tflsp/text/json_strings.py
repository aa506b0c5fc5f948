"""JSON strings with the place of every character: what they say, and the map back to how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from json import JSONDecoder

from tflsp.dataclass import dataclass, field
from tflsp.text.codecs import JsonLines, JsonString
from tflsp.text.maps import Segment, SpanMap
from tflsp.text.patterns import pattern

_decode = JSONDecoder().raw_decode
# A segment from its tuple, in half of the time: a notebook has thousands.
_segment: Callable[[tuple[int, int, int]], Segment] = partial(tuple.__new__, Segment)
# A string, complete or not: one that is not closed ends with its line.
_STRING = pattern(r'"((?:[^"\\\r\n]++|\\[^\r\n])*+)\\?"?')
_ESCAPE = pattern(r"\\(?:u(?:[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|[0-9a-fA-F]{4})|[^\r\n])")
_SIMPLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_BETWEEN = pattern(r'\[\s*"(?:[^"\\\x00-\x1f]|\\[^\r\n])*+"(\s*,\s*)"')
_AFTER_BRACKET = pattern(r"\[(\s*)")
# An escape that no JSON writer makes unless it writes ASCII only.
_WIDE_ESCAPE = pattern(r"(?<!\\)(?:\\\\)*\\u(?!00[01])")


def json_text(raw: str) -> str:
    """What a raw JSON string, or list of strings, says; strings that are broken are read as far as they go."""
    try:
        value, end = _decode(raw, 0)
    except (ValueError, RecursionError):
        value, end = None, 0
    if end < len(raw) and raw[end:].strip():
        return "".join(_loose(found[1]) for found in _STRING.finditer(raw))
    if isinstance(value, list):
        return "".join(value) if all(isinstance(item, str) for item in value) else ""
    return value if isinstance(value, str) else ""


def json_map(raw: str, start: int = 0) -> SpanMap:
    """Maps ``json_text(raw)`` to where ``raw`` stands; ``start`` is where it begins. Computed at first use."""
    return SpanMap.lazily(lambda: _segments(raw), start)


@dataclass(frozen=True, slots=True)
class JsonSource:
    """The part is what ``raw``, a JSON string or list of strings, says; how to write into it is seen when needed."""

    raw: str = field(repr=False)

    def encode(self, text: str) -> str:
        return json_codec(self.raw).encode(text)


def json_codec(raw: str) -> JsonLines | JsonString:
    """Writes text into ``raw`` in its own manner: its way between lines, its way with characters beyond ASCII."""
    ascii_only = raw.isascii() and "\\u" in raw and _WIDE_ESCAPE.search(raw) is not None
    if not raw.startswith("["):
        return JsonString(ascii_only)
    if found := _BETWEEN.match(raw):
        return JsonLines(found[1], ascii_only)
    space = _AFTER_BRACKET.match(raw)
    return JsonLines("," + (space[1] if space and space[1] else " "), ascii_only)


def _segments(raw: str) -> list[Segment]:
    made: list[Segment] = []
    add = made.append
    for found in _STRING.finditer(raw):
        at, end = found.span(1)
        escaped = raw.find("\\", at, end)
        if escaped < 0:
            add(_segment((end - at, at, end - at)))
            continue
        if escaped == end - 2 and escaped > at and raw[end - 1] == "n":
            # A line as Jupyter writes it: nothing is escaped but its end.
            add(_segment((escaped - at, at, escaped - at)))
            add(_segment((1, escaped, 2)))
            continue
        for escape in _ESCAPE.finditer(raw, escaped, end):
            start, stop = escape.span()
            if start > at:
                add(_segment((start - at, at, start - at)))
            add(_segment((1, start, stop - start)))
            at = stop
        if end > at:
            add(_segment((end - at, at, end - at)))
    return made


def _loose(content: str) -> str:
    return _ESCAPE.sub(_unescaped, content)


def _unescaped(escape: re.Match[str]) -> str:
    raw = escape.group()
    if raw[1] == "u" and len(raw) > 2:
        # The two halves of a pair, or one escape.
        units = bytes.fromhex(raw[2:6] + (raw[8:] if len(raw) > 6 else ""))
        return units.decode("utf-16-be", "surrogatepass")
    return _SIMPLE.get(raw[1], raw[1])
