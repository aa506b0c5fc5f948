"""Python code as facts: what it imports, assigns and calls (python_statements), and what imported names stand for.

It is read when somebody asks, since most code is nobody's concern: a reader asks for its own region (``calls``), a rule
on a whole document goes through the ``PythonCode`` facts, which keep what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from tflsp.dataclass import dataclass, field
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.facts.document_facts import DocumentFacts, Located, placeless
from tflsp.facts.python_reading import statements_of
from tflsp.facts.python_statements import PyAssign, PyCall, PyDefine, PyImport, PyReturn, Statement
from tflsp.facts.python_values import CallValue, Value, calls_in
from tflsp.text import Span

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Memory:
    statements: tuple[Statement, ...] | None = None
    derived: dict[Callable[..., Any], Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class PythonCode(Fact):
    """A region of Python. Its statements are read at the first question, and kept."""

    _memory: _Memory = field(default_factory=_Memory, repr=False)

    @property
    def statements(self) -> tuple[Statement, ...]:
        if self._memory.statements is None:
            self._memory.statements = statements_of(self.region)
            self.region.forget()
        return self._memory.statements

    def derive(self, function: Callable[[PythonCode], T]) -> T:
        """``function(self)``, computed once and kept as long as this code stays as it is."""
        known = self._memory.derived
        if function not in known:
            known[function] = function(self)
        derived: T = known[function]
        return derived


@reads("python")
def python_code(region: Region) -> Iterator[PythonCode]:
    """One fact for the whole region."""
    yield PythonCode(region, Span(0, len(region.text)))


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
        for name, means in code.fact.derive(_imports):
            if found.setdefault(name, means) != means:
                found[name] = ""
    return found


def _imports(code: PythonCode) -> tuple[tuple[str, str], ...]:
    if "import" not in code.region.text:
        return ()
    imported = (statement for statement in code.statements if isinstance(statement, PyImport))
    return tuple((statement.binds, statement.means) for statement in imported if statement.name != "*")


def resolve(name: str, imports: Mapping[str, str]) -> str:
    """``k.layers.Dense`` with ``from tensorflow import keras as k`` is ``tensorflow.keras.layers.Dense``."""
    first, dot, rest = name.partition(".")
    return imports.get(first, first) + dot + rest


def located(facts: DocumentFacts) -> Iterator[tuple[Located[PythonCode], Statement]]:
    """All statements of a document in order."""
    for code in facts.all(PythonCode):
        for statement in code.fact.statements:
            yield code, statement
