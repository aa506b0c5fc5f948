"""Documents as links see them: what a page offers and where it leads, and the files around a document.

Plain values: which files there are is for callers to find out, and ``Linked`` is how they tell it to rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from tflsp.dataclass import dataclass, field
from tflsp.facts.journal_anchors import loosely, slug
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_words import heading
from tflsp.text.patterns import pattern

T = TypeVar("T")

# Lines and cells of files as viewers of repositories and notebooks name them; a browser's search for a text.
_ELSEWHERE = pattern(
    r"(?:L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?|C\d+|top|/|:~:.*|cell-id=.*|[A-Z]\d+sZ\w*)\Z", re.IGNORECASE
)
_AGAIN = pattern(r"-\d+\Z")
_BETWEEN = pattern(r"[\W_]+")
_NUMBERS = pattern(r"\d+")
_STEP = pattern(r"(?:step|步骤)[-_ #＃]*(?P<number>\d{1,9})|第-?(?P<zh_number>\d{1,9})-?步", re.IGNORECASE)
# How alike a link's anchor and a heading's are to be for the one to be taken for the other; how many are compared.
_ALIKE = 0.75
_CLEARLY = 0.05
_MOST_COMPARED = 2_000


class PageHeading(NamedTuple):
    """A heading: its anchor's name, its title and its level."""

    name: str
    title: str
    level: int


class PageLink(NamedTuple):
    """A link of a document, and the anchors of the headings that it stands below, the outermost first.

    ``step`` is the number of the step that its text names, 0 for none.
    """

    path: str
    fragment: str
    role: str
    below: tuple[str, ...]
    step: int = 0


@dataclass(frozen=True)
class Page:
    """A document as links see it; no places, so that it is the same where something has only moved."""

    headings: tuple[PageHeading, ...] = ()
    ids: frozenset[str] = frozenset()
    links: tuple[PageLink, ...] = ()
    _known: dict[Callable[..., Any], tuple[Linked, Any]] = field(default_factory=dict, repr=False, compare=False)

    def once(self, function: Callable[[Page, Linked], T], linked: Linked) -> T:
        """``function(self, linked)``, computed once as long as what is around the document stays as it is."""
        known = self._known.get(function)
        if known is None or known[0] is not linked:
            known = self._known[function] = linked, function(self, linked)
        found: T = known[1]
        return found

    def find(self, fragment: str) -> PageHeading | None:
        """The heading that a link's fragment (decoded) means, as `find_anchor` finds it."""
        exact, loose = self._named
        return exact.get(fragment) or loose.get(loosely(fragment) or "\n")

    def offers(self, fragment: str) -> bool:
        """Whether a fragment leads anywhere, or to something that cannot be told from here."""
        if not fragment or "\ufffd" in fragment or _ELSEWHERE.match(fragment) or self.find(fragment) is not None:
            return True
        fragment = fragment.removeprefix("user-content-")
        loose = loosely(fragment)
        if not self.ids.isdisjoint((fragment, fragment.lower(), loose, _AGAIN.sub("", loose))):
            return True
        return _bare(fragment) in self._letters

    def close_to(self, fragment: str) -> PageHeading | None:
        """The one heading that a fragment may have meant: the step of that number, or the one that is written alike."""
        number = step_meant(fragment)
        if number:
            return self.step(number)
        if len(self.headings) > _MOST_COMPARED:
            return None
        from difflib import SequenceMatcher  # needed for what is wrong alone

        fragment = slug(fragment)
        numbers = _NUMBERS.findall(fragment)
        matcher = SequenceMatcher(None, b=fragment, autojunk=False)
        alike: list[tuple[float, PageHeading]] = []
        for each in self.headings:
            matcher.set_seq1(each.name)
            if _NUMBERS.findall(each.name) == numbers and matcher.real_quick_ratio() >= _ALIKE:
                alike.append((matcher.ratio(), each))
        alike.sort(key=lambda found: found[0], reverse=True)
        if not alike or alike[0][0] < _ALIKE or (len(alike) > 1 and alike[0][0] - alike[1][0] < _CLEARLY):
            return None
        return alike[0][1]

    def step(self, number: int) -> PageHeading | None:
        """The one step of a number; None where there are several, or none."""
        steps = self._steps.get(number, ())
        return steps[0] if number and len(steps) == 1 else None

    @cached_property
    def _letters(self) -> frozenset[str]:
        """The headings without what stands between their words, which programs drop, or write in their own way."""
        return frozenset(map(_bare, (each.name for each in self.headings))) - {""}

    def links_to(self, name: str) -> Sequence[PageLink]:
        """The links to files of a name, in whatever folder."""
        return self._links_by_name.get(name, ())

    @cached_property
    def _links_by_name(self) -> Mapping[str, Sequence[PageLink]]:
        found: dict[str, list[PageLink]] = {}
        for link in self.links:
            found.setdefault(link.path.rpartition("/")[2], []).append(link)
        return found

    @cached_property
    def _steps(self) -> Mapping[int, Sequence[PageHeading]]:
        found: dict[int, list[PageHeading]] = {}
        for each in self.headings:
            found.setdefault(_step_number(each.title), []).append(each)
        return found

    @cached_property
    def _named(self) -> tuple[Mapping[str, PageHeading], Mapping[str, PageHeading]]:
        exact: dict[str, PageHeading] = {}
        loose: dict[str, PageHeading] = {}
        for each in self.headings:
            exact.setdefault(each.name, each)
            loose.setdefault(loosely(each.name), each)
        return exact, loose


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """The file that a link's path means. ``key`` is the same however that is written; ``name`` what people call it.

    ``page`` is None where nothing can be said of what it offers, ``back`` are its links to the document that asks.
    """

    key: str
    name: str
    is_there: bool = True
    is_self: bool = False
    page: Page | None = None
    back: tuple[PageLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """The files around a document, by the path (decoded) that a link in it has, or would have.

    ``files`` are those that it has links to, where they can be looked at; ``guides`` those that its entries go to.
    """

    files: Mapping[str, LinkedFile] = field(default_factory=dict)
    guides: Mapping[str, LinkedFile] = field(default_factory=dict)


def _bare(anchor: str) -> str:
    return _BETWEEN.sub("", anchor.lower())


def step_meant(text: str) -> int:
    """The number of the step that an anchor or the text of a link names; 0 where it names none."""
    found = _STEP.search(text)
    return int(found["number"] or found["zh_number"]) if found is not None else 0


def _step_number(title: str) -> int:
    found = heading(title)
    return found.number if found is not None and found.kind is Kind.STEP else 0
