"""What is opened and typed into: a text or a notebook, with the place where the typing goes.

Plain values; nothing here knows a server. Line ends are "\\n" throughout, so that a line number needs no rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the typing starts, what is typed there (over and over), and lines that tell old diagnostics from new ones.

    `line` is 0-based, `column` counts code points. `probe` goes on lines of its own below the typing: a server must
    report it there, in the diagnostics of that version, and no longer once it is gone.
    """

    line: int
    column: int
    typed: str
    probe: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text document with the spot in its middle."""

    name: str
    file_name: str
    language: str
    text: str
    spot: Spot

    @property
    def size(self) -> int:
        """Bytes in UTF-8."""
        return len(self.text.encode())


@dataclass(frozen=True, slots=True)
class Cell:
    """A notebook's cell: `kind` is "code" or "markdown"."""

    kind: str
    text: str

    @property
    def language(self) -> str:
        """The languageId that a notebook editor gives the cell."""
        return "python" if self.kind == "code" else "markdown"


@dataclass(frozen=True, slots=True)
class Notebook:
    """Cells as notebook sync sends them (outputs are never sent), and the cell and spot that is typed into."""

    name: str
    file_name: str
    cells: tuple[Cell, ...]
    cell: int
    spot: Spot

    @property
    def size(self) -> int:
        """Bytes of all sources in UTF-8."""
        return sum(len(cell.text.encode()) for cell in self.cells)


Document = Text | Notebook


def units(text: str, encoding: Encoding) -> int:
    """How many position units `text` takes in `encoding`."""
    match encoding:
        case "utf-8":
            return len(text.encode())
        case "utf-16":
            return len(text.encode("utf-16-le")) // 2
        case "utf-32":
            return len(text)


def line_of(text: str, number: int) -> str:
    """The text of one 0-based line, without its end."""
    return text.split("\n")[number]
