"""What a rule is: a function from a fact (or from a document's facts) to matches, and its registration.

The annotation of a rule's first parameter says what it judges; its code, name and severity stand in the decorator, its
messages and examples on its page in docs/rules/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from importlib import import_module
from inspect import getmodule
from pkgutil import walk_packages
from typing import Any, get_args, get_type_hints

from tflsp.documents.document import Chunk
from tflsp.documents.region import Region
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.project import Project
from tflsp.settings import Settings
from tflsp.text import Span


class Severity(IntEnum):
    """LSP's severities, with its numbers."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4

    @property
    def label(self) -> str:
        return self.name.lower()


class Safety(Enum):
    """Whether a fix keeps the meaning: safe in bulk, unsafe one by one, display-only never."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY_ONLY = "display-only"


class Tag(IntEnum):
    """LSP's diagnostic tags."""

    UNNECESSARY = 1
    DEPRECATED = 2


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace a span of the match's region, or of ``region`` where it is another of the same chunk.

    With ``chunk``, of ``region`` in that other chunk of the match's part (an import at the head of a script).
    """

    span: Span
    new_text: str
    region: Region | None = None
    chunk: Chunk | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LineInFile:
    """A line that a fix wants in another file of the project, made if it is missing (``.gitignore``, ``.env.example``).

    ``unless`` is a prefix: nothing is added where a line that begins with it is there already.
    """

    path: str
    line: str = field(repr=False)
    unless: str = ""
    secret: bool = False  # the line holds a secret: it is written to the file and shown nowhere


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that mends a match. ``title`` is a key of the rule's page, ``fix`` unless a rule has several."""

    edits: tuple[Edit, ...]
    safety: Safety
    title: str = "fix"
    arguments: Mapping[str, object] = field(default_factory=dict)
    lines: tuple[LineInFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """Another place of the same document that explains the match; ``message`` is a key of the rule's page."""

    where: Fact | Located[Any]
    span: Span
    message: str = "related"


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule found: a place, and the arguments of the message on the rule's page."""

    where: Fact | Located[Any]
    span: Span
    arguments: Mapping[str, object]
    message: str = "message"
    severity: Severity | None = None
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    tags: tuple[Tag, ...] = ()

    @property
    def fact(self) -> Fact:
        return self.where.fact if isinstance(self.where, Located) else self.where

    @property
    def chunk(self) -> Chunk | None:
        return self.where.chunk if isinstance(self.where, Located) else None


def match(
    where: Fact | Located[Any],
    span: Span | None = None,
    *,
    message: str = "message",
    severity: Severity | None = None,
    fixes: Iterable[Fix] = (),
    related: Iterable[Related] = (),
    tags: Iterable[Tag] = (),
    **arguments: object,
) -> Match:
    """A match at ``span`` of the fact's region (default: the fact's own span)."""
    fact = where.fact if isinstance(where, Located) else where
    return Match(where, span or fact.span, arguments, message, severity, tuple(fixes), tuple(related), tuple(tags))


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know besides the fact: settings, the project, and what kind of document it is in."""

    settings: Settings
    project: Project
    kind: str
    name: str


Check = Callable[[Any, Context], Iterator[Match]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as registered. ``judges`` are the fact classes it is given, or DocumentFacts alone."""

    code: str
    name: str
    severity: Severity
    since: str
    check: Check
    judges: tuple[type, ...]
    enabled: bool = True
    # The same complaint in other tools' words: their markers silence this rule too ("hadolint:DL3006").
    aliases: tuple[str, ...] = ()
    # Whether it keeps its severity where the author shows a mistake: a provider's token is real wherever it stands.
    even_in_bad_examples: bool = False

    @property
    def whole_document(self) -> bool:
        return self.judges == (DocumentFacts,)


_rules: dict[str, Rule] = {}


def rule(
    code: str,
    name: str,
    *,
    severity: Severity,
    since: str = "0.1.0",
    enabled: bool = True,
    aliases: tuple[str, ...] = (),
    even_in_bad_examples: bool = False,
) -> Callable[[Check], Check]:
    """Register a rule. Raises ValueError where a code or name is taken."""

    def register(check: Check) -> Check:
        if code in _rules or any(name == other.name for other in _rules.values()):
            raise ValueError(f"{code} {name} is registered twice")
        _rules[code] = Rule(code, name, severity, since, check, _judged(check), enabled, aliases, even_in_bad_examples)
        return check

    return register


def all_rules() -> Mapping[str, Rule]:
    """Every rule of the package by code, in the order of codes; loads them at first use."""
    if not _loaded:
        package = import_module("tflsp.rules")
        for module in walk_packages(package.__path__, "tflsp.rules."):
            import_module(module.name)
        _loaded.append(True)
        for code in sorted(_rules):
            _rules[code] = _rules.pop(code)
    return _rules


_loaded: list[bool] = []


def _judged(check: Check) -> tuple[type, ...]:
    """The classes that the annotation of the first parameter names."""
    hints = get_type_hints(check, vars(getmodule(check)))
    first = next(iter(hints.values()))
    return get_args(first) or (first,)
