"""An error as it is known from what a program printed: plain values, none of which is certain to be there."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from tflsp.dataclass import dataclass

OTHER: Final = "other"
"""The key of errors that no page explains."""


class Level(StrEnum):
    """How bad it is: the program failed, works with less than it could have, or only says so."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in a program: a path or a cell (``In [3]``), a line (from 1, or 0), a function, and the line's text."""

    file: str
    line: int
    function: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """What an allocator said, in bytes; None where it did not."""

    wanted: int | None = None
    limit: int | None = None
    in_use: int | None = None
    largest_free: int | None = None

    @property
    def fragmented(self) -> bool:
        """Whether there was enough memory, but not in one piece."""
        if self.wanted is None or self.limit is None or self.in_use is None:
            return False
        return self.in_use + self.wanted < self.limit


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """One error, put together from all lines that speak of it.

    ``key`` names the page in docs/errors/ or is OTHER; ``line`` is where it begins in the text (one-based); ``frame``
    is the innermost place that is the user's own; ``name`` is what the text names (a layer, a library, a variable).
    ``fingerprint`` is the same for the same error at another time, on another path, with other numbers.
    """

    key: str
    level: Level
    message: str
    fingerprint: str
    line: int
    exception: str = ""
    op: str = ""
    node: str = ""
    name: str = ""
    shapes: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ()
    device: str = ""
    allocator: str = ""
    memory: Memory = Memory()
    frame: Frame | None = None
    times: int = 1
