"""What a terminal shows of text that was written to it: progress bars overwrite their line, colours leave no trace."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.text.patterns import pattern

# CSI sequences, OSC sequences (titles, links), and two-letter escapes.
_ESCAPE = pattern("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_])")


def shown_lines(text: str) -> Iterator[str]:
    r"""The lines as they stand at last, without trailing blanks.

    A line overwritten by ``\r`` is what was written last: Keras pads what is shorter than its predecessor. It goes back
    by ``\b`` before each ``\r``, which is nothing to see.
    """
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    for line in text.split("\n"):
        if "\r" in line or "\b" in line:
            line = _last_written(line)
        yield line.rstrip()


def _last_written(line: str) -> str:
    for piece in reversed(line.replace("\b", "").split("\r")):
        if piece and not piece.isspace():
            return piece
    return ""
