"""IPython's own syntax in a cell: ``%magic``, ``!command``, ``name?``, ``%%cell`` and automagic ``pip install``.

A line is IPython's where a statement may begin, outside of strings and brackets. Knows nothing of regions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from tflsp.documents.python_cut import end_of_statement
from tflsp.text import Span
from tflsp.text.patterns import pattern


class Form(Enum):
    """How a magic is written."""

    SHELL = auto()  # !cmd, !!cmd, x = !cmd
    LINE = auto()  # %name arguments
    CELL = auto()  # %%name arguments, and the rest of the cell
    HELP = auto()  # ?name, name?
    AUTO = auto()  # pip install …, without any mark


class Magic(NamedTuple):
    """A magic: its name (``!`` for a shell command), all of it, what follows the name, and a cell magic's body.

    ``span`` begins with the mark. ``assigned`` is set where its result goes into a variable.
    """

    form: Form
    name: str
    span: Span
    arguments: Span
    body: Span
    assigned: bool = False


_MARKS = ("%", "!", "?", "pip", "conda", "mamba")
_CANDIDATE = pattern(
    r"^[ \t]*+(?:[%!?]|(?:pip3?|conda|mamba)[ \t])|=[ \t]*(?:!|%[A-Za-z])|\?[ \t]*;?[ \t]*\r?$", re.MULTILINE
)
# To the end of the line, and on where it ends in a backslash.
_REST = r"(?:[^\r\n\\]|\\(?:\r\n|[\s\S])?)*+"
_CELL = pattern(r"\s*%%(?P<name>!|[A-Za-z_][\w.]*!?)(?P<arguments>[^\r\n]*)(?P<body>[\s\S]*)")
_LINE = pattern(
    r"(?P<indent>[ \t]*)(?P<target>[A-Za-z_][\w.,\[\]'\" \t]*=[ \t]*)?"
    rf"(?P<magic>(?:!(?!=)!?|%(?P<name>[A-Za-z_][\w.]*))(?P<arguments>{_REST}))"
)
_HELP = pattern(
    r"[ \t]*(?P<magic>\?{1,2}[ \t]*%{0,2}[A-Za-z_*][\w.*]*|%{0,2}[A-Za-z_*][\w.*\[\]]*\?{1,2})"
    r"[ \t]*;?[ \t]*(?=[\r\n]|\Z)"
)
_AUTOMAGIC = pattern(
    r"[ \t]*(?P<magic>(?P<name>pip3?|conda|mamba)[ \t]+(?:-{1,2}[a-z]|(?:install|uninstall|download|wheel|list|freeze"
    rf"|show|check|config|create|update|upgrade|remove|env|info)\b(?![ \t]*[=(.,\[])){_REST})"
)
# Inside of brackets only these are magics: most likely a bracket above was not closed yet.
_SURE = pattern(
    r"[ \t]*(?:!(?!=)|%(?:pip|conda|matplotlib|load_ext|reload_ext|autoreload|tensorboard|env|cd|run|time|timeit"
    r"|config)\b)"
)


def find_magics(text: str) -> list[Magic]:
    """The magics of a cell in their order. A cell magic is the last: its body is one piece."""
    magics = []
    start = 0
    while (cell := _CELL.match(text, start)) is not None:
        name = cell["name"]
        magics.append(
            Magic(Form.CELL, name, Span(cell.start("name") - 2, len(text)), Span(*cell.span("arguments")), _body(cell))
        )
        if name.lower() not in PYTHON_CELLS:
            return magics
        start = cell.end("arguments")
    if any(mark in text for mark in _MARKS) and _CANDIDATE.search(text, start) is not None:
        magics.extend(_line_magics(text, start))
    return magics


# Cell magics whose body is Python of the kernel's own.
PYTHON_CELLS = frozenset(
    ("time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "ipytest", "debug", "scalene", "snakeviz", "wandb")
)


def _body(cell: re.Match[str]) -> Span:
    start, end = cell.span("body")
    text = cell["body"]
    return Span(start + (2 if text.startswith("\r\n") else 1 if text else 0), end)


def _line_magics(text: str, at: int) -> Iterator[Magic]:
    while at < len(text):
        magic = _magic_at(text, at)
        if magic is not None:
            yield magic
            at = magic.span.end
        at = end_of_statement(text, at, _SURE)


def _magic_at(text: str, at: int) -> Magic | None:
    if found := _HELP.match(text, at):
        end = Span(found.end("magic"), found.end("magic"))
        return Magic(Form.HELP, "?", Span(*found.span("magic")), end, end)
    if found := _AUTOMAGIC.match(text, at):
        span = Span(*found.span("magic"))
        return Magic(Form.AUTO, found["name"], span, Span(found.end("name"), span.end), Span(span.end, span.end))
    return _line_magic(text, at)


def _line_magic(text: str, at: int) -> Magic | None:
    found = _LINE.match(text, at)
    if found is None:
        return None
    span, arguments = Span(*found.span("magic")), Span(*found.span("arguments"))
    end = Span(span.end, span.end)
    form = Form.LINE if found["name"] else Form.SHELL
    return Magic(form, found["name"] or "!", span, arguments, end, found["target"] is not None)
