"""The hyperparameters that a program trains with, by its syntax: what is written, names and arithmetic resolved.

Nothing is run. In a notebook the cells are taken in the order in which they ran, and later values replace earlier ones:
what is left is what the last training was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tflsp.capture.constants import Constants, may_be_secret
from tflsp.capture.hyperparameter_calls import Calls
from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Document
from tflsp.documents.region import FILE
from tflsp.facts.base import analyse
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.python_calls import PythonCode, imports_of
from tflsp.facts.python_statements import Block, PyAssign, PyCall, PyDefine, PyReturn, Statement
from tflsp.facts.python_values import DictValue, Literal, Name, Value, calls_in, dotted

# Dicts of these names hold settings.
_SETTINGS: Final = frozenset(
    {"args", "cfg", "conf", "config", "hp", "hparams", "hyperparameters", "hyperparams", "params", "settings"}
)
_PARAMETERS: Final = frozenset({"parameters", "injected-parameters"})


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """Values by name in the order of the program, each as it reads: ``learning_rate``, ``batch_size``, ``BUFFER`` …

    ``layers``, ``callbacks`` and ``pipeline`` (of tf.data) are calls in their order: ``Dense(128, activation=relu)``.
    ``seeds`` are what sets one, with its number: ``tf.random.set_seed``.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    callbacks: tuple[str, ...] = ()
    pipeline: tuple[str, ...] = ()
    seeds: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For a snapshot."""
        return {
            "values": dict(self.values),
            "layers": list(self.layers),
            "callbacks": list(self.callbacks),
            "pipeline": list(self.pipeline),
            "seeds": dict(self.seeds),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Hyperparameters:
        """What ``as_json`` gave. Raises KeyError, TypeError or ValueError for something else."""
        return cls(
            {str(name): str(value) for name, value in dict(stored["values"]).items()},
            tuple(map(str, stored["layers"])),
            tuple(map(str, stored["callbacks"])),
            tuple(map(str, stored["pipeline"])),
            {str(name): str(value) for name, value in dict(stored["seeds"]).items()},
        )


def hyperparameters_of(facts: DocumentFacts, order: Mapping[int, int] | None = None) -> Hyperparameters:
    """The hyperparameters in a document's own Python code; files that it writes are not it.

    ``order`` says of a notebook's cells (from 0) which ran when (from 1), where the document does not.
    """
    reader = _Reader(facts.derive(imports_of))
    for code, is_parameters in _in_order_of_execution(facts, order):
        text = code.fact.region.text
        for statement in code.fact.statements:
            reader.statement(statement, text, is_parameters=is_parameters)
    return reader.found()


def hyperparameters_in(document: Document, order: Mapping[int, int] | None = None) -> Hyperparameters:
    """The hyperparameters in a document; ``order`` as for ``hyperparameters_of``."""
    facts = DocumentFacts(document, [(chunk, analyse(chunk.key)) for chunk in document.chunks])
    return hyperparameters_of(facts, order)


def _in_order_of_execution(
    facts: DocumentFacts, order: Mapping[int, int] | None
) -> Iterator[tuple[Located[PythonCode], bool]]:
    """The document's code, and whether it is papermill's. Where cells have run, those that have not are left out."""
    outline = facts.document.outline
    cells = outline.cells if outline is not None else ()
    found: list[tuple[int, int, Located[PythonCode], bool]] = []
    for index, code in enumerate(facts.all(PythonCode)):
        if code.fact.region.trait(FILE) is not None or code.fact.region.within("shell", "console", "dockerfile"):
            continue
        cell = cells[code.chunk.cell] if code.chunk.cell is not None and code.chunk.cell < len(cells) else None
        count = cell.execution_count or 0 if cell is not None else 0
        if order and code.chunk.cell is not None:
            count = order.get(code.chunk.cell, 0)
        found.append((count, index, code, cell is not None and not _PARAMETERS.isdisjoint(cell.tags)))
    has_run = any(count for count, *_ in found)
    for count, _, code, is_parameters in sorted(found, key=lambda each: each[:2]):
        if count or not has_run:
            yield code, is_parameters


class _Reader:
    """Follows statements in their order."""

    def __init__(self, imports: Mapping[str, str]) -> None:
        self.constants = Constants(imports)
        self.calls = Calls(self.constants)
        self.named: dict[str, None] = {}  # constants that are hyperparameters by their name, in order
        self.functions: dict[str, PyDefine] = {}
        self.builders: dict[str, None] = {}  # functions in which hyperparameters stand
        self.given: dict[str, tuple[Value, str]] = {}  # what functions are given, `build.units`

    def statement(self, statement: Statement, text: str, *, is_parameters: bool) -> None:
        before = self.calls.recorded
        match statement:
            case PyAssign(value=value):
                self.read(value, text)
                if statement.operator == "=":
                    for target in statement.targets:
                        self.assign(statement, target, value, text, is_parameters)
            case PyCall(call=call):
                self.read(call, text)
            case PyReturn(value=Value() as value):
                self.read(value, text)
            case PyDefine(body=body) if body.block is Block.FUNCTION:
                self.functions[statement.name] = statement
                self.builders.pop(statement.name, None)
                for name, default in statement.parameters.items():
                    # A parameter is no constant of the same name.
                    self.constants.values.pop(name, None)
                    if default is not None:
                        self.given[f"{statement.name}.{name}"] = (default, text)
        home = statement.scope.home
        if self.calls.recorded > before and home.block is Block.FUNCTION:
            self.builders[home.name] = None

    def read(self, value: Value, text: str) -> None:
        self.calls.read(value, text)
        for call in calls_in(value):
            if (function := self.functions.get(call.name)) is not None:
                given = dict(zip(function.parameters, call.positional, strict=False))
                given |= {keyword.name: keyword.value for keyword in call.keywords if keyword.name}
                for name, each in given.items():
                    self.given[f"{call.name}.{name}"] = self.constants.settled(each, text)

    def assign(self, statement: PyAssign, target: Value, value: Value, text: str, is_parameters: bool) -> None:
        name = dotted(target)
        if not name:
            return
        if name.endswith((".optimizer.learning_rate", ".optimizer.lr")):
            self.calls.set("learning_rate", value, text)
            return
        home = statement.scope.home
        if home.block is Block.CLASS:
            name = f"{home.name}.{name}"
        self.constants.bind(name, value, text)
        self.pipe(name, value, text)
        if isinstance(value, DictValue) and name.lower().rpartition("_")[2] in _SETTINGS:
            self.members(name, value, text)
        elif isinstance(target, Name) and home.block is not Block.FUNCTION and (is_parameters or target.name.isupper()):
            self.named.setdefault(name)

    def pipe(self, name: str, value: Value, text: str) -> None:
        piped = self.calls.piped(value, text)
        if piped is None:
            self.calls.pipes.pop(name, None)
        else:
            self.calls.pipes[name] = piped

    def members(self, name: str, value: DictValue, text: str) -> None:
        for key, member in value.items:
            if isinstance(key, Literal) and isinstance(key.value, str):
                self.constants.bind(f"{name}.{key.value}", member, text)
                self.named.setdefault(f"{name}.{key.value}")

    def found(self) -> Hyperparameters:
        values = dict(self.calls.values)
        own = {name: self.constants.values[name] for name in self.named if name in self.constants.values}
        given = {name: each for name, each in self.given.items() if name.partition(".")[0] in self.builders}
        for name, (value, text) in {**own, **given}.items():
            # What is said already under the name of what it is used for is not said again.
            if name in self.constants.used or may_be_secret(name) or not isinstance(value, Literal):
                continue
            if (shown := self.constants.shown(value, text)) is not None:
                values.setdefault(name, shown)
        calls = self.calls
        return Hyperparameters(values, tuple(calls.layers), tuple(calls.callbacks), tuple(calls.pipeline), calls.seeds)
