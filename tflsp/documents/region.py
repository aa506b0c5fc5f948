"""Regions: stretches of one language, nested in one another, each with its way back to the text around it.

A document is cut into *chunks* (root regions), which are analysed apart from each other and from where they stand, so
that typing in one leaves the work done on all others valid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tflsp.dataclass import dataclass, field
from tflsp.documents.syntax import Syntax, parse
from tflsp.text import VERBATIM, Chained, Codec, Span, SpanMap, TextEdit, written_outside

NO_TRAITS: Mapping[str, str] = MappingProxyType({})


@dataclass(eq=False, slots=True)
class Region:
    """A text in one language and, unless it is a chunk itself, the region that it lies in.

    ``traits`` say how the text is to be taken (``{"console": "yes"}``, a fence's ``info`` string, a Dockerfile's
    ``instruction``); readers agree on their names in this module's constants. ``origin`` is the fact that the region
    was read out of, where that matters (the ``docker exec`` of a ``sh -c "…"``).
    """

    language: str
    text: str
    parent: Region | None = None
    map: SpanMap | None = None
    codec: Codec = VERBATIM
    traits: Mapping[str, str] = field(default_factory=dict)
    _syntax: Syntax | None = field(default=None, repr=False)
    origin: object = field(default=None, repr=False)

    @property
    def root(self) -> Region:
        region = self
        while region.parent is not None:
            region = region.parent
        return region

    @property
    def depth(self) -> int:
        return sum(1 for _ in self.ancestors())

    def ancestors(self) -> Iterator[Region]:
        """The regions around this one, from the inside out."""
        region = self.parent
        while region is not None:
            yield region
            region = region.parent

    def within(self, *languages: str) -> bool:
        """Whether this region is, or lies in, one of these languages."""
        return self.language in languages or any(outer.language in languages for outer in self.ancestors())

    def trait(self, name: str) -> str | None:
        """A trait of this region or of the nearest one around it that has it."""
        if name in self.traits:
            return self.traits[name]
        return next((outer.traits[name] for outer in self.ancestors() if name in outer.traits), None)

    @property
    def syntax(self) -> Syntax:
        """The tree-sitter tree of the text; kept until ``forget``."""
        if self._syntax is None:
            self._syntax = parse(self.language, self.text)
        return self._syntax

    def forget(self) -> None:
        """Let go of the tree: facts keep their region, and must not keep its tree alive."""
        self._syntax = None

    def inner(
        self,
        language: str,
        span: Span,
        *,
        traits: Mapping[str, str] = NO_TRAITS,
        codec: Codec = VERBATIM,
    ) -> Region:
        """A part that is a plain slice of this region."""
        return Region(language, span.of(self.text), self, SpanMap.at(span.start, len(span)), codec, traits)

    def to_root(self, span: Span) -> Span:
        """The span in the chunk's own text."""
        region = self
        while region.parent is not None and region.map is not None:
            span, region = region.map.span(span), region.parent
        return span

    def edit_to_root(self, edit: TextEdit) -> TextEdit:
        """An edit of this region as an edit of the chunk's text."""
        region = self
        while region.parent is not None and region.map is not None:
            edit, region = written_outside(edit, region.text, region.map, region.codec), region.parent
        return edit

    def from_root(self, offset: int) -> int | None:
        """A cursor in the chunk's text as a cursor in this region, or None where it stands outside."""
        if self.parent is None or self.map is None:
            return offset
        outer = self.parent.from_root(offset)
        return None if outer is None else self.map.inwards(outer)

    @property
    def root_codec(self) -> Codec:
        """Writes text for this region as the chunk's text wants it."""
        if self.parent is None:
            return VERBATIM
        return self.codec if self.parent.parent is None else Chained(self.codec, self.parent.root_codec)


# Names of traits.
CELL = "cell"  # "code", "markdown" or "raw": the chunk is a notebook's cell
FENCE = "fence"  # the info string of the fence that the region is the content of
JUPYTEXT = "jupytext"  # "yes": the Markdown is a notebook, its code fences are cells
CONSOLE = "console"  # "yes": lines begin with a prompt, or are output
MAGIC = "magic"  # the name of the IPython magic, or "!", that the region is the body of
FILE = "file"  # the name of the file that the region is written to (%%writefile)
INSTRUCTION = "instruction"  # the Dockerfile instruction that the region is the argument of
VARIABLES = "variables"  # a JSON object: names and literal values that a shell region finds set
BAD_EXAMPLE = "bad example"  # "yes": the author shows it as a mistake
ABOVE = "above"  # "bad": what stands right above the chunk shows the fence that it begins with as a mistake
KEY = "key"  # the key of a configuration file that the region is the value of
