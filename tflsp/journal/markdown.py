"""An entry as an edit of a Markdown text: parted by empty lines, in the text's own line ends."""

from __future__ import annotations

from tflsp.text import Span, TextEdit
from tflsp.text.patterns import pattern

_LINE_END = pattern(r"\r\n|\n|\r")
_SOMETHING = pattern(r"\S")


def insertion(text: str, place: int, entry: str, *, blank_lines: int = 1) -> TextEdit:
    """Insert ``entry`` at ``place``, a line's beginning or the text's end, with empty lines around it."""
    end = line_end(text)
    written = place  # where what stands before it ends; a long text is not copied for that
    while written and text[written - 1] in " \t\r\n":
        written -= 1
    tail = text[written:place]
    there = len(_LINE_END.findall(tail)) if tail.endswith(("\n", "\r")) else 0
    lead = 0 if text[: min(written, 2)] in ("", "\ufeff") else max(blank_lines + 1 - there, 0)
    trail = blank_lines if _SOMETHING.search(text, place) else 0
    lines = entry.rstrip("\n").split("\n")
    return TextEdit(Span(place, place), end * lead + end.join(lines) + end * (trail + 1))


def difference(old: str, new: str) -> tuple[TextEdit, ...]:
    """The edit that makes one text of the other, as small as can be; none where they are the same."""
    if old == new:
        return ()
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    tail = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    return (TextEdit(Span(start, len(old) - tail), new[start : len(new) - tail]),)


def line_end(text: str) -> str:
    """How the first line of a text ends, ``\\n`` where there is one line only."""
    found = _LINE_END.search(text)
    return found.group() if found else "\n"
