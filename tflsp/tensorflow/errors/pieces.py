"""Cuts what a program printed into log lines, tracebacks and the rest.

TensorFlow's log has a time, a letter and a source file before each message; tracebacks are Python's own or IPython's,
and an exception's message may go on for many lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from tflsp.dataclass import dataclass
from tflsp.text.patterns import pattern

LONGEST_MESSAGE = 400
"""Lines after which a message is cut: nobody reads on, and a log that goes on without a blank line is none."""

LONGEST_LINE = 4000
"""Code points of a line that are read: what is longer is data, and expressions would take their time over it."""

_ANSI = pattern(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_QUOTE = pattern(r"^[ \t]{0,3}>(?![>]{2} )[> \t]*")
_LOG = pattern(
    r"^.{0,80}?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6}: (?P<letter>[IWEF]) (?P<file>[^\s:]+):\d+\] (?P<message>.*)$"
)
_PYTHON_LOG = pattern(r"^(?P<word>INFO|WARNING|ERROR|FATAL|CRITICAL):(?:tensorflow|absl):(?P<message>.*)$")
_TRACEBACK = pattern(r"^\s*(?P<name>[A-Za-z_][\w.]*)?\s*Traceback \(most recent call last\):?\s*$")
_EXCEPTION = pattern(r"^(?P<name>[A-Za-z_][\w.]*)(?::(?:[ \t]+(?P<message>.*))?)?$")
_CHAINED = pattern(r"^(?:During handling of the above exception|The above exception was the direct cause)")
# Messages that have blank lines in them.
_LONG = pattern(
    r"Graph execution error|in user code:|Exception encountered when calling|^\s*$|Detected unsupported operations"
)


class PieceKind(Enum):
    """What a piece of output is."""

    LOG = "log"
    TRACEBACK = "traceback"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that belong together. ``line`` is one-based; ``letter`` is a log line's (I, W, E or F).

    Of a traceback, ``text`` is the exception's message and ``trace`` the lines before it.
    """

    kind: PieceKind
    line: int
    text: str
    letter: str = ""
    exception: str = ""
    trace: tuple[str, ...] = ()


def plain_lines(text: str) -> list[str]:
    """The lines without colours and marks of quotation; what a carriage return wrote over is gone."""
    lines = _ANSI.sub("", text).split("\n")
    return [_QUOTE.sub("", line.rstrip("\r").rpartition("\r")[2]) for line in lines]


def cut(text: str) -> Iterator[Piece]:
    """The pieces of an output in their order."""
    lines = [line[:LONGEST_LINE] for line in plain_lines(text)]
    at, rest = 0, 0
    while at < len(lines):
        piece, end = _piece(lines, at)
        if piece is None:
            at += 1
            continue
        if rest < at:
            yield Piece(PieceKind.REST, rest + 1, "\n".join(lines[rest:at]))
        yield piece
        at = rest = end
    if rest < len(lines):
        yield Piece(PieceKind.REST, rest + 1, "\n".join(lines[rest:]))


def _piece(lines: list[str], at: int) -> tuple[Piece | None, int]:
    line = lines[at]
    if "] " in line and (log := _LOG.match(line)):
        return Piece(PieceKind.LOG, at + 1, log["message"], log["letter"]), at + 1
    if found := _PYTHON_LOG.match(line):
        return Piece(PieceKind.LOG, at + 1, found["message"], found["word"][0].replace("C", "F")), at + 1
    if "Traceback (" in line and (start := _TRACEBACK.match(line)):
        return _traceback(lines, at, start["name"] or "")
    return None, at


def _traceback(lines: list[str], at: int, name: str) -> tuple[Piece | None, int]:
    """A traceback up to the end of its message; None where it has no exception (its end was cut off)."""
    end = at + 1
    while end < len(lines) and not _is_start(lines[end]):
        found = _EXCEPTION.match(lines[end])
        if found and (found["name"].rpartition(".")[2] == name.rpartition(".")[2] if name else _is_class(found)):
            after = _message_end(lines, end, found["message"] or "")
            text = "\n".join([found["message"] or "", *lines[end + 1 : after]]).rstrip()
            trace = tuple(lines[at + 1 : end])
            short = found["name"].rpartition(".")[2]
            return Piece(PieceKind.TRACEBACK, at + 1, text, exception=short, trace=trace), after
        end += 1
    return None, at


def _is_class(found: re.Match[str]) -> bool:
    """Whether a line without indentation names an exception, rather than being a word that was printed."""
    name = found["name"].rpartition(".")[2]
    return name[:1].isupper() or name.endswith(("error", "Error", "timeout", "herror", "gaierror"))


def _is_start(line: str) -> bool:
    return bool(
        _TRACEBACK.match(line) or _CHAINED.match(line) or ("] " in line and _LOG.match(line)) or _PYTHON_LOG.match(line)
    )


def _message_end(lines: list[str], at: int, first: str) -> int:
    """Where an exception's message ends: messages with blank lines are known, others end at one."""
    is_long = bool(_LONG.search(first))
    end = at + 1
    # The line of the operation is the last that TensorFlow writes.
    if "[Op:" in first:
        return end
    while end < min(len(lines), at + LONGEST_MESSAGE) and not _is_start(lines[end]):
        line = lines[end]
        if "[Op:" in line:
            return end + 1
        if not line.strip() and not is_long and not lines[min(end + 1, len(lines) - 1)].startswith((" ", "\t")):
            break
        end += 1
    return end
