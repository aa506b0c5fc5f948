"""A document: an immutable snapshot of a file or notebook, cut into chunks.

Knows nothing of disks or editors: text comes in, chunks with their places go out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from tflsp.dataclass import dataclass, field, replace
from tflsp.documents.outline import NotebookOutline
from tflsp.documents.region import NO_TRAITS, Region
from tflsp.logs import Logger
from tflsp.text import VERBATIM, Codec, LineIndex, Span, SpanMap, TextEdit

log = Logger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not read, and why; ``span`` is in the part's text, None for the whole part."""

    message: str
    span: Span | None = None
    part: int = 0


class ChunkKey(NamedTuple):
    """What an analysis depends on, and so what it is cached by."""

    language: str
    text: str
    traits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """A root region's key and its place: part, map to the part's text, and the cell that it belongs to (0-based)."""

    key: ChunkKey
    map: SpanMap
    part: int = 0
    codec: Codec = VERBATIM
    cell: int | None = None

    @classmethod
    def slice(
        cls,
        language: str,
        text: str,
        start: int = 0,
        *,
        traits: Mapping[str, str] = NO_TRAITS,
        cell: int | None = None,
        part: int = 0,
    ) -> Chunk:
        """A chunk that is a plain slice of its part, beginning at ``start``."""
        key = ChunkKey(language, text, tuple(sorted(traits.items())))
        return cls(key, SpanMap.at(start, len(text)), part, cell=cell)

    def shifted(self, by: int) -> Chunk:
        """The chunk after the text before it grew by ``by`` code points."""
        return Chunk(self.key, self.map.shifted(by), self.part, self.codec, self.cell)

    def region(self) -> Region:
        return Region(self.key.language, self.key.text, traits=dict(self.key.traits))


class Cut(NamedTuple):
    """What a chunker gives: chunks, notes, what makes the next cut cheaper, and a notebook's outline.

    ``syntax`` is anything with ``edited(text, span, inserted)`` that gives its equal after an edit, or None: a
    ``Syntax``, or a scanner's own memory. ``outline`` is called when somebody asks.
    """

    chunks: Sequence[Chunk]
    notes: Sequence[Note] = ()
    syntax: Any = None
    outline: Callable[[], NotebookOutline] | None = None


Chunker = Callable[[str, Any], Cut]


@dataclass(frozen=True)
class Part:
    """One text of a document: the file's, or one cell's where an editor syncs a notebook cell by cell.

    ``identifier`` is the caller's own (a URI); ``cell`` is the 0-based index among all cells of a synced notebook.
    """

    identifier: str
    text: str
    chunker: Chunker
    cell: int | None = None
    _syntax: Any = field(default=None, repr=False, compare=False)

    @cached_property
    def lines(self) -> LineIndex:
        return LineIndex(self.text)

    @cached_property
    def cut(self) -> Cut:
        """The part cut into chunks. A chunker that fails costs its part, says so in a note, and nothing else."""
        try:
            return self.chunker(self.text, self._syntax)
        except Exception as error:
            # The error's text could hold document text: only its kind is said.
            log.error("a document could not be cut into chunks: %s", type(error).__name__)
            return Cut((), (Note(f"could not be read: {type(error).__name__}"),))

    def chunks(self, index: int) -> tuple[Chunk, ...]:
        """The chunks, as those of a document's part number ``index``."""
        kept: tuple[int, tuple[Chunk, ...]] | None = self.__dict__.get("_chunks")
        if kept is None or kept[0] != index:
            is_first = index == 0 and self.cell is None
            own = (chunk if is_first else _placed(chunk, index, self.cell) for chunk in self.cut.chunks)
            kept = self.__dict__["_chunks"] = (index, tuple(own))
        return kept[1]

    def outline(self, index: int) -> NotebookOutline | None:
        """The outline of what the part holds of a notebook, as that of a document's part number ``index``."""
        kept: tuple[int, NotebookOutline | None] | None = self.__dict__.get("_outline")
        if kept is None or kept[0] != index:
            own = self.cut.outline() if self.cut.outline is not None else None
            if own is not None and index:
                own = replace(own, cells=tuple(replace(cell, part=index) for cell in own.cells))
            kept = self.__dict__["_outline"] = (index, own)
        return kept[1]

    def edited(self, edit: TextEdit) -> Part:
        """The part after one edit."""
        text = "".join((self.text[: edit.span.start], edit.new_text, self.text[edit.span.end :]))
        known = self.cut.syntax if "cut" in self.__dict__ else self._syntax
        syntax = known.edited(text, edit.span, len(edit.new_text)) if known is not None else None
        part = Part(self.identifier, text, self.chunker, self.cell, syntax)
        if "lines" in self.__dict__:
            part.__dict__["lines"] = self.lines.edited(text, edit.span, len(edit.new_text))
        return part


@dataclass(frozen=True)
class Document:
    """A snapshot. ``name`` is a path with forward slashes, relative to its project where there is one, or empty."""

    kind: str
    name: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The text of a document of one part."""
        (part,) = self.parts
        return part.text

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        return tuple(chunk for index, part in enumerate(self.parts) for chunk in part.chunks(index))

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(
            Note(note.message, note.span, index) for index, part in enumerate(self.parts) for note in part.cut.notes
        )

    @cached_property
    def memory(self) -> dict[str, Any]:
        """What readers of the whole text know of a state of the document, any, to read the next one at less cost.

        Shared by all states of a document; what is kept must hold for whatever text it is compared with.
        """
        return {}

    @cached_property
    def outline(self) -> NotebookOutline | None:
        """A notebook's cells and metadata; None where the document is no notebook."""
        outlines = [own for index, part in enumerate(self.parts) if (own := part.outline(index)) is not None]
        if not outlines:
            return None
        first = outlines[0]
        cells = tuple(cell for own in outlines for cell in own.cells)
        return NotebookOutline(cells, first.metadata, first.nbformat)

    def edited(self, edit: TextEdit, part: int = 0) -> Document:
        """The document after one edit in one part."""
        parts = list(self.parts)
        parts[part] = parts[part].edited(edit)
        document = Document(self.kind, self.name, tuple(parts))
        document.__dict__["memory"] = self.memory
        return document


def _placed(chunk: Chunk, part: int, cell: int | None) -> Chunk:
    return Chunk(chunk.key, chunk.map, part, chunk.codec, chunk.cell if cell is None else cell)
