"""What a fact is, how readers register, and the analysis of one chunk.

A reader turns a region into facts and into further regions. Facts keep spans of their own region; where those stand in
the document is looked up when a finding is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar, cast

from tflsp.dataclass import dataclass, field
from tflsp.documents.document import ChunkKey
from tflsp.documents.nesting import nesters_of
from tflsp.documents.region import CELL, JUPYTEXT, Region
from tflsp.logs import Logger
from tflsp.registration import EVERY, Registry
from tflsp.text import Span

log = Logger(__name__)

# Answers that an analysis keeps: functions may be made anew with every key.
MAX_KNOWN = 32
# Deeper than any real document; a bound for hostile ones.
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """Something that a text says, at ``span`` of ``region``."""

    region: Region = field(repr=False)
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Unread(Fact):
    """What a part of a reader failed on, where the rest of the reader could go on."""

    failure: str


F = TypeVar("F", bound=Fact)
T = TypeVar("T")

Reader = Callable[[Region], Iterator[Fact | Region]]
_readers: Registry[Reader] = Registry("tflsp.facts", "reads")


def reads(*languages: str) -> Callable[[Reader], Reader]:
    """Register a reader for regions of these languages; ``EVERY`` stands for all."""
    return lambda reader: _readers.register(reader, *languages)


PROGRAM = "python-program"
"""What readers of Python ask for that has to be run to matter: not a fence that Markdown shows, unless it is a cell."""


def readers_of(language: str) -> tuple[Reader, ...]:
    return _readers.of(language)


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """The facts of one chunk, and the regions that they were found in."""

    root: Region
    regions: tuple[Region, ...]
    facts: Mapping[type[Fact], tuple[Fact, ...]]
    failures: tuple[str, ...] = ()
    _known: dict[Callable[[Analysis], object], object] = field(default_factory=dict, repr=False)

    def once(self, function: Callable[[Analysis], T]) -> T:
        """``function(self)``, computed once and kept as long as the chunk stays as it is."""
        if function not in self._known:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[function] = function(self)
        return cast("T", self._known[function])

    def of(self, kind: type[F]) -> tuple[F, ...]:
        """The facts of exactly this class, in the order in which they stand."""
        return cast("tuple[F, ...]", self.facts.get(kind, ()))


Deriver = Callable[["Analysis"], Iterator[Fact]]
_derivers: Registry[Deriver] = Registry("tflsp.facts", "derives")


def derives(deriver: Deriver) -> Deriver:
    """Register a reader of a whole chunk, run when all regions are known: for facts made of other facts.

    It is given the analysis without what other derivers find, while the regions' trees are still there.
    """
    return _derivers.register(deriver, EVERY)


def analyse(key: ChunkKey) -> Analysis:
    """Read a chunk and all regions inside of it. A reader that fails is left out and named in ``failures``."""
    root = Region(key.language, key.text, traits=dict(key.traits))
    regions: list[Region] = []
    facts: dict[type[Fact], list[Fact]] = {}
    failures: list[str] = []
    queue = [root]
    while queue:
        region = queue.pop()
        regions.append(region)
        for read in (*nesters_of(region.language), *_reading(region)):
            try:
                for item in read(region):
                    if isinstance(item, Fact):
                        facts.setdefault(type(item), []).append(item)
                    elif item.depth < MAX_DEPTH:
                        queue.append(item)
            except Exception as error:  # one reader's fault must not cost the others' findings
                failures.append(f"{read.__module__}.{read.__name__}: {type(error).__name__}")
                # The traceback's text could hold document text: only the place is logged.
                log.error("reader %s failed: %s", read.__name__, type(error).__name__)
    failures += (fact.failure for fact in facts.get(Unread, ()) if isinstance(fact, Unread))
    ordered = {kind: _in_order(found) for kind, found in facts.items()}
    known = Analysis(root, tuple(regions), ordered)
    derived: dict[type[Fact], list[Fact]] = {}
    for derive in _derivers.of(EVERY):
        try:
            for fact in derive(known):
                derived.setdefault(type(fact), []).append(fact)
        except Exception as error:  # as above
            failures.append(f"{derive.__module__}.{derive.__name__}: {type(error).__name__}")
            log.error("reader %s failed: %s", derive.__name__, type(error).__name__)
    for region in regions:
        region.forget()
    more = {kind: _in_order([*ordered.get(kind, ()), *found]) for kind, found in derived.items()}
    return Analysis(root, tuple(regions), {**ordered, **more}, tuple(failures))


def _reading(region: Region) -> tuple[Reader, ...]:
    readers, root = readers_of(region.language), region.root
    if region.language != "python":
        return readers
    if root.language == "markdown" and CELL not in root.traits and region.trait(JUPYTEXT) is None:
        return readers
    every = readers_of(EVERY)
    return (*readers, *(reader for reader in readers_of(PROGRAM) if reader not in every))


def _in_order(facts: list[Fact]) -> tuple[Fact, ...]:
    return tuple(facts) if len(facts) == 1 else tuple(sorted(facts, key=_place))


def _place(fact: Fact) -> Span:
    return fact.region.to_root(fact.span)


__all__ = ["EVERY", "PROGRAM", "Analysis", "Fact", "Reader", "Unread", "analyse", "derives", "readers_of", "reads"]
