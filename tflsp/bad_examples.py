"""Whether the author shows something as a mistake: ❌, 错误示范, "don't use".

Only in Markdown, and only near by: the line itself, what stands above it in the same fence, and the two lines before
the fence (which may be another chunk's). The nearest mark counts, so that a ✅ below a ❌ ends the bad part.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tflsp.documents.example_marks import WINDOW, says_bad
from tflsp.documents.region import ABOVE, BAD_EXAMPLE, Region
from tflsp.text import LineIndex


def is_bad_example(region: Region, start: int) -> bool:
    """Whether what begins at ``start`` of the chunk that ``region`` lies in is shown as a mistake."""
    root = region.root
    if root.language != "markdown":
        return False
    if region.trait(BAD_EXAMPLE) is not None:
        return True
    lines = _lines(root.text)
    fence = _fence_start(region)
    for text in _lines_above(lines, lines.line_of(start), None if fence is None else lines.line_of(fence)):
        if (said := says_bad(text)) is not None:
            return said
    return fence is not None and root.traits.get(ABOVE) is not None


def _fence_start(region: Region) -> int | None:
    """Where the outermost region below the root begins, or None for the root's own text."""
    while region.parent is not None and region.parent.parent is not None:
        region = region.parent
    return None if region.map is None else region.map.start(0)


def _lines_above(lines: LineIndex, line: int, fence: int | None) -> Iterator[str]:
    """The line itself, the lines above it in its fence, and the last written ones before."""
    yield lines.line_text(line)
    if fence is not None:
        for above in range(line - 1, fence - 1, -1):
            yield lines.line_text(above)
        line = fence - 1  # the fence's opening line
    left = WINDOW
    for above in range(line - 1, -1, -1):
        text = lines.line_text(above)
        if text.strip():
            yield text
            left -= 1
        elif fence is None:
            return
        if not left:
            return


@lru_cache(maxsize=32)
def _lines(text: str) -> LineIndex:
    """A chunk with several findings is asked several times."""
    return LineIndex(text)
