"""What a rule is: a function from a fact (or from a document's facts, or a journal) to matches, and its registration.

The annotation of a rule's first parameter says what it judges; its code, name and severity stand in the decorator, its
messages and examples on its page in docs/rules/.
"""

from __future__ import annotations

import _ast  # what `ast` is made on: that one takes a while to import
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import Enum, IntEnum
from functools import cache, cached_property
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Chunk
from tflsp.documents.region import Region
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.project import Project
from tflsp.registration import Declared, declarations
from tflsp.settings import Settings
from tflsp.text import Span
from tflsp.text.patterns import pattern

if TYPE_CHECKING:
    from tflsp.facts.linked import Linked


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


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Matches of a rule that judges whole documents, made once and moved with their chunks from then on.

    ``make`` depends on nothing but the ``key`` and the chunks number ``at``, and speaks of no others. A key stands for
    chunks that read the same, as an entry of a journal does: where there is an equal one, ``make`` is not called.
    """

    key: Hashable
    at: Sequence[int]
    make: Callable[[], Iterable[Match]]


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know besides the fact: settings, the project, and what kind of document it is in."""

    settings: Settings
    project: Project
    kind: str
    name: str
    # What the document's links lead to: for the rules that say ``linked``, and None where nobody has looked.
    linked: Linked | None = None


Check = Callable[[Any, Context], Iterable[Match | Piece]]

# Rules that are given a journal (`rules.notebooks.journal_text`) are asked where one can be: the defaults of their
# decorators.
_JOURNAL = "JournalText"
_OF_JOURNALS = {"kinds": ("markdown", "notebook", "percent"), "given": ("JournalDeclared", "JournalHeading")}


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule as declared. ``judges`` are the names of the fact classes that it is given, or DocumentFacts alone, or
    JournalText alone.

    Its module is imported when there is something to judge.
    """

    code: str
    name: str
    severity: Severity
    module: str
    judges: frozenset[str]
    since: str = "0.1.0"
    enabled: bool = True
    # For rules that judge whole documents: classes of facts without any of which there is nothing to judge.
    given: tuple[str, ...] = ()
    # For rules that judge whole documents: the kinds that they judge; empty means all.
    kinds: tuple[str, ...] = ()
    # The same complaint in other tools' words: their markers silence this rule too ("DL3006").
    aliases: tuple[str, ...] = ()
    # Whether it keeps its severity where the author shows a mistake: a provider's token is real wherever it stands.
    even_in_bad_examples: bool = False
    # For rules that judge whole documents: whether it judges what links lead to.
    linked: bool = False

    @cached_property
    def check(self) -> Check:
        """The function that judges."""
        function: Check = import_module(self.module).check
        if self.judges != {_JOURNAL}:
            return function
        from tflsp.rules.notebooks.journal_text import of_journal

        return of_journal(function)

    @cached_property
    def whole_document(self) -> bool:
        return self.judges in ({DocumentFacts.__name__}, {_JOURNAL})


def rule(
    code: str,
    name: str,
    *,
    severity: Severity,
    since: str = "0.1.0",
    enabled: bool = True,
    given: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    even_in_bad_examples: bool = False,
    linked: bool = False,
) -> Callable[[Check], Check]:
    """Declare a rule: ``check`` of a module of its own. Arguments must be literals: they are read from the source.

    The annotation of the first parameter says what the rule judges: a fact class, a union of them, DocumentFacts, or
    JournalText: then it is asked of documents that are journals.
    """

    def register(check: Check) -> Check:
        if check.__name__ != "check" or all_rules()[code].module != check.__module__:
            raise ValueError(f"{code} {name} is not declared as `check` of a module in tflsp.rules")
        return check

    return register


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule of the package by code, in the order of codes. Raises ValueError where two share a code or a name."""
    found = [_declared(declared) for declared in declarations("tflsp.rules").get("rule", ())]
    rules = {rule.code: rule for rule in sorted(found, key=lambda rule: rule.code)}
    if len(rules) < len(found) or len({rule.name for rule in found}) < len(found):
        raise ValueError("two rules share a code or a name")
    return MappingProxyType(rules)


_CHECK = pattern(r"^def check\(\s*\w+:\s*(?P<annotation>[\w\s|]+)", re.MULTILINE)


def _literal(node: _ast.AST) -> Any:
    """The value of a constant, or of a tuple of constants."""
    match node:
        case _ast.Constant():
            return node.value
        case _ast.Tuple():
            return tuple(map(_literal, node.elts))
    raise ValueError("a rule's decorator takes constants")


def _declared(declared: Declared) -> Rule:
    """A rule from its decorator and its function's annotation."""
    parsed: Any = compile(f"rule{declared.arguments}", declared.module, "eval", _ast.PyCF_ONLY_AST)
    call = parsed.body
    annotation = _CHECK.search(declared.following)
    if not isinstance(call, _ast.Call) or annotation is None:
        raise ValueError(f"{declared.module}: no `check` with an annotated first parameter follows @rule")
    code, name = (_literal(argument) for argument in call.args)
    keywords: dict[str, Any] = {keyword.arg or "": keyword.value for keyword in call.keywords}
    severity = Severity[keywords.pop("severity").attr]
    values = {key: _literal(value) for key, value in keywords.items()}
    judges = frozenset(name.strip() for name in annotation["annotation"].split("|"))
    defaults: dict[str, Any] = _OF_JOURNALS if judges == {_JOURNAL} else {}
    return Rule(code, name, severity, declared.module, judges, **(defaults | values))
