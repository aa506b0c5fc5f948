"""Python code as facts: what it imports, assigns and calls (python_statements), and what imported names stand for.

It is read when somebody asks, since most code is nobody's concern: a reader asks for its own region (``calls``), a rule
on a whole document goes through the ``PythonCode`` facts, which keep what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from tflsp.dataclass import dataclass, field
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.facts.document_facts import DocumentFacts, Located, placeless
from tflsp.facts.python_reading import imports_in, statements_of
from tflsp.facts.python_statements import PyAssign, PyCall, PyDefine, PyImport, PyReturn, Statement
from tflsp.facts.python_values import CallValue, Value, calls_in
from tflsp.text import Span
from tflsp.text.patterns import pattern

T = TypeVar("T")

TRAINS: Final = pattern(r"\.\s*(?:fit|evaluate|predict)\s*\(")


@dataclass(slots=True, eq=False)
class _Memory:
    statements: tuple[Statement, ...] | None = None
    derived: dict[Callable[..., Any], Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class PythonCode(Fact):
    """A region of Python. Its statements are read at the first question, and kept."""

    _memory: _Memory = field(default_factory=_Memory, repr=False)

    @property
    def is_read(self) -> bool:
        return self._memory.statements is not None

    @property
    def statements(self) -> tuple[Statement, ...]:
        if self._memory.statements is None:
            self._memory.statements = statements_of(self.region)
            self.region.forget()
        return self._memory.statements

    def read(self) -> None:
        """Read the statements while others read the region's tree as well."""
        self._memory.statements = statements_of(self.region)

    def derive(self, function: Callable[[PythonCode], T]) -> T:
        """``function(self)``, computed once and kept as long as this code stays as it is."""
        known = self._memory.derived
        if function not in known:
            known[function] = function(self)
        derived: T = known[function]
        return derived


@reads("python")
def python_code(region: Region) -> Iterator[PythonCode]:
    """One fact for the whole region. What trains something is read at once: it will be asked for."""
    code = PythonCode(region, Span(0, len(region.text)))
    if TRAINS.search(region.text):
        code.read()
    yield code


def calls(region: Region) -> Iterator[CallValue]:
    """All calls of a region, outer ones before those inside of them."""
    for statement in statements_of(region):
        match statement:
            case PyCall():
                yield from calls_in(statement.call)
            case PyAssign():
                for value in (*statement.targets, statement.value):
                    yield from calls_in(value)
            case PyDefine():
                for default in statement.parameters.values():
                    yield from calls_in(default) if default is not None else ()
            case PyReturn(value=Value() as value):
                yield from calls_in(value)


@placeless
def imports_of(facts: DocumentFacts) -> Mapping[str, str]:
    """Names that the document's Python code imports -> the dotted names that they stand for.

    Ask by ``facts.derive(imports_of)``. A name that stands for two things stands for the empty name; what a star brings
    is not known.
    """
    found: dict[str, str] = {}
    for code in facts.all(PythonCode):
        for name, means in code.fact.derive(imported_names):
            if found.setdefault(name, means) != means:
                found[name] = ""
    return found


def imported_names(code: PythonCode) -> tuple[tuple[str, str], ...]:
    """Names that a piece of code imports, and what they stand for; to be used through ``code.derive``."""
    return tuple((found.binds, found.means) for found in code.derive(import_statements) if found.name != "*")


def import_statements(code: PythonCode) -> tuple[PyImport, ...]:
    """The imports of a piece of code, wherever they stand. To be used through ``code.derive``: nothing else is read."""
    if "import" not in code.region.text:
        return ()
    if code.is_read:
        return tuple(statement for statement in code.statements if isinstance(statement, PyImport))
    found = imports_in(code.region)
    code.region.forget()
    return found


def resolve(name: str, imports: Mapping[str, str]) -> str:
    """``k.layers.Dense`` with ``from tensorflow import keras as k`` is ``tensorflow.keras.layers.Dense``."""
    first, dot, rest = name.partition(".")
    return imports.get(first, first) + dot + rest


def located(facts: DocumentFacts) -> Iterator[tuple[Located[PythonCode], Statement]]:
    """All statements of a document in order."""
    for code in facts.all(PythonCode):
        for statement in code.fact.statements:
            yield code, statement
