"""What a notebook holds beside its cells' texts: kinds, execution counts, tags, metadata. Outputs are never read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tflsp.dataclass import dataclass, field
from tflsp.text import Span

NO_METADATA: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CellOutline:
    """One cell. ``kind`` is code, markdown or raw; ``span`` is its source's place in the text of ``part``.

    ``execution_count`` is None for a cell that was not run (or whose count the editor did not tell).
    """

    kind: str
    span: Span
    text: str = ""
    execution_count: int | None = None
    tags: tuple[str, ...] = ()
    part: int = 0


@dataclass(frozen=True, slots=True)
class NotebookOutline:
    """The cells in their order, the notebook's own metadata, and its format's version where known."""

    cells: tuple[CellOutline, ...]
    metadata: Mapping[str, object] = field(default_factory=lambda: NO_METADATA)
    nbformat: tuple[int, int] | None = None
