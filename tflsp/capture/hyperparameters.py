"""The hyperparameters that a program trains with, by its syntax: what is written, names and arithmetic resolved.

Nothing is run. In a notebook the cells are taken in the order in which they ran, and later values replace earlier ones:
what is left is what the last training was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from tflsp.capture.constants import Constants, may_be_secret
from tflsp.capture.hyperparameter_calls import Calls
from tflsp.capture.hyperparameter_functions import Functions
from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Chunk, Document
from tflsp.documents.notebook import NotebookMemory
from tflsp.documents.region import FILE
from tflsp.facts.base import Analysis, analyse
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.python_calls import PythonCode, imported_names, imports_of
from tflsp.facts.python_settings import OPTIMIZER, setting_name
from tflsp.facts.python_statements import Block, PyAssign, PyCall, PyDefine, PyReturn, Statement
from tflsp.facts.python_values import DictValue, Literal, Name, TupleValue, Unknown, Value, calls_in, dotted

# Dicts of these names hold settings.
_SETTINGS: Final = frozenset(
    {"args", "cfg", "conf", "config", "hp", "hparams", "hyperparameters", "hyperparams", "params", "settings"}
)
_TOP: Final = (Block.MODULE, Block.CLASS)
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


class _Read(NamedTuple):
    """What was read last of a document: the chunks with code, what tells in which order they ran, and what came of it.

    ``cells`` are those that the chunks belong to; without any, nothing tells of an order.
    """

    chunks: list[Analysis]
    cells: list[int | None]
    runs: list[tuple[object, ...]]
    order: Mapping[int, int] | None
    found: Hyperparameters

    def holds(self, chunks: list[Analysis], cells: list[int | None], order: Mapping[int, int] | None) -> bool:
        """Whether all code is what it was; ``runs`` are not compared."""
        return (
            len(chunks) == len(self.chunks)
            and cells == self.cells
            and order == self.order
            and all(
                new is old or new.once(_said) == old.once(_said) for new, old in zip(chunks, self.chunks, strict=True)
            )
        )


def hyperparameters_of(facts: DocumentFacts, order: Mapping[int, int] | None = None) -> Hyperparameters:
    """The hyperparameters in a document's own Python code; files that it writes are not it.

    ``order`` says of a notebook's cells (from 0) which ran when (from 1), where the document does not. As long as a
    document's code stays as it is, it is not followed again.
    """
    memory = facts.document.memory
    with_code = [pair for pair in facts.analysed if PythonCode in pair[1].facts]
    chunks = [analysis for _, analysis in with_code]
    cells = [chunk.cell for chunk, _ in with_code]
    runs = _runs(facts.document) if any(cell is not None for cell in cells) else []
    known: _Read | None = memory.get(__name__)
    if known is not None and known.runs == runs and known.holds(chunks, cells, order):
        return known.found
    reader = _Reader(facts.derive(imports_of))
    for fact, is_parameters in _in_order_of_execution(facts, order):
        text = fact.region.text
        for statement in fact.statements:
            reader.statement(statement, text, is_parameters=is_parameters)
    memory[__name__] = known = _Read(chunks, cells, runs, None if order is None else dict(order), reader.found())
    return known.found


def _runs(document: Document) -> list[tuple[object, ...]]:
    """What the cells of a notebook say of when they ran, and what they are for."""
    memory = document.parts[0].cut.syntax
    if isinstance(memory, NotebookMemory) and len(document.parts) == 1:
        # As they say it: to make an outline of thousands takes longer than all else.
        fields = [cell.raw.fields for cell in memory.cells]
        return [(each.get("execution_count"), each.get("prompt_number"), each.get("metadata")) for each in fields]
    outline = document.outline
    return [(cell.execution_count, cell.tags) for cell in outline.cells] if outline is not None else []


def _said(analysis: Analysis) -> tuple[tuple[str, ...], tuple[tuple[tuple[str, str], ...], ...]]:
    """A chunk's own code, and what all of its code imports."""
    own = tuple(code.region.text for code in analysis.once(_own_code))
    return own, tuple(code.derive(imported_names) for code in analysis.of(PythonCode))


def hyperparameters_in(document: Document, order: Mapping[int, int] | None = None) -> Hyperparameters:
    """The hyperparameters in a document; ``order`` as for ``hyperparameters_of``."""
    return hyperparameters_of(facts_of(document), order)


def facts_of(document: Document, known: DocumentFacts | None = None) -> DocumentFacts:
    """A document's facts, for ``hyperparameters_of``.

    ``known`` are the facts of any state of it, or of another document: chunks that have them are not analysed again.
    """
    # The result is the caller's own: what is known may be in use in another thread.
    if known is not None and (known.document is document or _are_of(known.analysed, document)):
        return DocumentFacts(document, known.analysed)
    analyses = {} if known is None else {chunk.key: analysis for chunk, analysis in known.analysed}
    return DocumentFacts(
        document, [(chunk, analyses.get(chunk.key) or analyse(chunk.key)) for chunk in document.chunks]
    )


def _are_of(analysed: Sequence[tuple[Chunk, Analysis]], document: Document) -> bool:
    """Whether these are the chunks of a document, each at its place."""
    return len(analysed) == len(document.chunks) and all(
        chunk is own for (chunk, _), own in zip(analysed, document.chunks, strict=True)
    )


def _in_order_of_execution(facts: DocumentFacts, order: Mapping[int, int] | None) -> Iterator[tuple[PythonCode, bool]]:
    """The document's code, and whether it is papermill's. Where cells have run, those that have not are left out."""
    outline = facts.document.outline
    cells = outline.cells if outline is not None else ()
    found: list[tuple[int, int, PythonCode, bool]] = []
    for index, code in enumerate(facts.pick(PythonCode, _own_code)):
        cell = cells[code.chunk.cell] if code.chunk.cell is not None and code.chunk.cell < len(cells) else None
        count = cell.execution_count or 0 if cell is not None else 0
        if order and code.chunk.cell is not None:
            count = order.get(code.chunk.cell, 0)
        found.append((count, index, code.fact, cell is not None and not _PARAMETERS.isdisjoint(cell.tags)))
    ran = [each for each in found if each[0]]
    ran.sort()  # no two have the same index, so no facts are compared
    for _, _, fact, is_parameters in ran or found:
        yield fact, is_parameters


def _own_code(analysis: Analysis) -> tuple[PythonCode, ...]:
    """A chunk's code that is the document's own program."""
    return tuple(
        code
        for code in analysis.of(PythonCode)
        if code.region.trait(FILE) is None and not code.region.within("shell", "console", "dockerfile")
    )


class _Reader:
    """Follows statements in their order."""

    def __init__(self, imports: Mapping[str, str]) -> None:
        self.constants = Constants(imports)
        self.calls = Calls(self.constants)
        self.named: dict[str, None] = {}  # constants that are hyperparameters by their name, in order
        # Numbers of the top level by a name that tells what they are, `learning_rate`.
        self.terms: dict[str, tuple[Value, str]] = {}
        self.functions = Functions(self.constants)

    def statement(self, statement: Statement, text: str, *, is_parameters: bool) -> None:
        before = self.calls.recorded
        self.calls.parameters = self.functions.parameters_in(statement.scope)
        match statement:
            case PyAssign(value=value):
                self.read(value, text)
                for target in statement.targets:
                    if statement.operator == "=":
                        self.assign(statement, target, value, text, is_parameters)
                    elif statement.scope.block in _TOP:
                        self.terms.pop(dotted(target), None)
            case PyCall(call=call):
                self.read(call, text)
            case PyReturn(value=Value() as value):
                self.read(value, text)
            case PyDefine(body=body) if body.block is Block.FUNCTION:
                self.functions.define(statement, text)
        home = statement.scope.home
        if self.calls.recorded > before and home.block is Block.FUNCTION:
            self.functions.builders[home.name] = None

    def read(self, value: Value, text: str) -> None:
        self.calls.read(value, text)
        for call in calls_in(value):
            self.functions.call(call, text, self.calls.parameters)

    def assign(self, statement: PyAssign, target: Value, value: Value, text: str, is_parameters: bool) -> None:
        if isinstance(target, TupleValue) and isinstance(value, TupleValue) and len(target.items) == len(value.items):
            # All values are those from before, `a, b = b, a`.
            meant = []
            for each, item in zip(target.items, value.items, strict=True):
                with self.constants.making(dotted(each)):
                    meant.append(self.constants.settled(item, text))
            for each, (item, origin) in zip(target.items, meant, strict=True):
                self.assign(statement, each, item, origin, is_parameters)
            return
        name = dotted(target)
        if not name:
            return
        if name.endswith((".optimizer.learning_rate", ".optimizer.lr")):
            self.calls.set("learning_rate", value, text)
            return
        home = statement.scope.home
        if home.block is Block.CLASS:
            name = f"{home.name}.{name}"
        with self.constants.making(name):
            self.constants.bind(name, value, text)
        self.pipe(name, value, text)
        if isinstance(target, Name) and setting_name(target.name) not in ("", OPTIMIZER):
            self.term(statement, name, value)
        if isinstance(value, DictValue) and name.lower().rpartition("_")[2] in _SETTINGS:
            self.members(name, value, text)
        elif isinstance(target, Name) and home.block is not Block.FUNCTION and (is_parameters or target.name.isupper()):
            self.named.setdefault(name)

    def term(self, statement: PyAssign, name: str, value: Value) -> None:
        """A name that tells what it is. What a loop or a branch makes of it is not what was chosen."""
        if statement.scope.block in _TOP:
            self.terms.pop(name, None)
            if _is_number(self.constants.values[name][0]):
                self.terms[name] = self.constants.values[name]
        elif isinstance(value, Unknown) and statement.scope.home.block is not Block.FUNCTION:
            self.terms.pop(name, None)  # it goes through several

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
        through: set[str] = set()
        for hyperparameter, parameter in self.calls.standing.items():
            # `Adam(learning_rate=rate)` in a function that is called with 0.001 is what people call 0.001.
            shown, names = self.functions.value_of(parameter)
            if shown is not None:
                values[hyperparameter] = shown
                through |= names
        own = {name: self.constants.values[name] for name in self.named if name in self.constants.values}
        functions = self.functions
        given = {name: each for name, each in functions.given.items() if name.partition(".")[0] in functions.builders}
        told = {
            name: (value, text)
            for name, (value, text) in {**own, **given, **self.terms}.items()
            if name not in self.constants.used and isinstance(value, Literal) and not may_be_secret(name)
        }
        # What is said already under the name of what it is used for is not said again.
        said = through | self.constants.used_for(*self.constants.used, *told)
        for name, (value, text) in told.items():
            if name not in said and (shown := self.constants.shown(value, text)) is not None:
                # A function's parameter of that name says nothing: `def build(epochs): model.fit(x, epochs=epochs)`.
                values[name] = shown if values.get(name) == name else values.get(name, shown)
        calls = self.calls
        return Hyperparameters(values, tuple(calls.layers), tuple(calls.callbacks), tuple(calls.pipeline), calls.seeds)


def _is_number(value: Value) -> bool:
    return isinstance(value, Literal) and isinstance(value.value, int | float) and not isinstance(value.value, bool)
