"""What was found of training before an edit, where the edit concerns nothing of it: the same, at its new places.

Most keys are pressed in code that has no part in what is trained. Whether one is such is seen by comparing what would
be run before and after the edit, statement by statement; where anything differs, the code is followed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from tflsp.dataclass import dataclass, field, replace
from tflsp.documents.document import Chunk
from tflsp.documents.region import Region
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import Located
from tflsp.facts.model_batches import reshaping_words
from tflsp.facts.model_slice import Program, Step
from tflsp.facts.python_calls import PythonCode
from tflsp.facts.python_statements import PyAssign, PyCall, PyDefine, PyImport, PyReturn, Scope, Statement
from tflsp.facts.training import BatchSize, FitCall, ModelGraph, Origin, PlacedLayer, Training
from tflsp.text import Span

F = TypeVar("F", bound=Fact)
Code = Located[PythonCode]


class Followed(NamedTuple):
    """What was followed: the code, its imports, and each program with the bodies of functions that were looked at."""

    codes: Sequence[Code]
    imports: Mapping[str, str]
    programs: Sequence[tuple[Program, Mapping[Scope, Sequence[Step]]]]


class _Lost(Exception):
    """Something stands where the text was edited."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """A region's text before and after: what of it is others."""

    region: Region  # as it is now
    start: int
    end: int  # before the edit
    by: int

    @classmethod
    def between(cls, old: Region, new: Region) -> _Edit:
        start = _common(old.text, new.text)
        behind = _common(old.text[start:][::-1], new.text[start:][::-1])
        return cls(new, start, len(old.text) - behind, len(new.text) - len(old.text))

    def span(self, span: Span) -> Span:
        """Where a span stands now; raises _Lost for one that was edited."""
        if span.end <= self.start:
            return span
        if span.start < self.end:
            raise _Lost
        return span.shift(self.by)

    def is_same(self, old: Span, new: Span) -> bool:
        return old == new if old.end <= self.start else old.start >= self.end and old.shift(self.by) == new


def still_holds(
    before: Training, codes: Sequence[Code], imports: Mapping[str, str], programs: Sequence[Program]
) -> Training | None:
    """What was found before, with its places as they are now; None where the code is to be followed anew."""
    followed = before.followed
    if followed is None or len(followed.codes) != len(codes) or len(followed.programs) != len(programs):
        return None
    if imports != followed.imports:
        return None
    moves = _Moves()
    for old, new in zip(followed.codes, codes, strict=True):
        if old.chunk is not new.chunk:
            moves.chunks[old.chunk] = new.chunk
        if old.fact is not new.fact:
            moves.add(old.fact, new.fact)
    for (program, read), now in zip(followed.programs, programs, strict=True):
        if not moves.is_same_program(program, read, now):
            return None
    try:
        found = moves.training(before)
    except _Lost:
        return None
    bodies = [{moves.scopes.get(scope, scope): None for scope in read} for _, read in followed.programs]
    kept = [
        (program, {scope: program.body(scope) for scope in scopes})
        for program, scopes in zip(programs, bodies, strict=True)
    ]
    return replace(found, followed=Followed(codes, imports, kept))


@dataclass(slots=True, eq=False)
class _Moves:
    """What stands for what after the edit: chunks, statements, scopes, places in edited regions."""

    chunks: dict[Chunk, Chunk] = field(default_factory=dict)
    edits: dict[Region, _Edit] = field(default_factory=dict)
    statements: dict[Statement, Statement] = field(default_factory=dict)
    scopes: dict[Scope, Scope] = field(default_factory=dict)

    def add(self, old: PythonCode, new: PythonCode) -> None:
        """One code stands for another: pair the statements before and behind the edit."""
        edit = self.edits[old.region] = _Edit.between(old.region, new.region)
        before, after = old.statements, new.statements
        paired = 0
        for one, other in zip(before, after, strict=False):
            if not self._pair(edit, one, other):
                break
            paired += 1
        rest = min(len(before), len(after)) - paired
        for one, other in zip(before[: -rest - 1 : -1], after[: -rest - 1 : -1], strict=False) if rest else ():
            if not self._pair(edit, one, other):
                break

    def _pair(self, edit: _Edit, old: Statement, new: Statement) -> bool:
        if type(old) is not type(new) or [s.block for s in old.scope.around()] != [s.block for s in new.scope.around()]:
            return False
        if isinstance(old, PyDefine) and isinstance(new, PyDefine):
            if not _is_same_definition(edit, old, new):
                return False
            self.scopes[old.body] = new.body
        elif not edit.is_same(old.span, new.span) or (new.span.end <= edit.start and _values(old) != _values(new)):
            return False
        self.scopes.setdefault(old.scope, new.scope)
        self.statements[old] = new
        return self.scopes[old.scope] is new.scope

    def is_same_program(self, old: Program, read: Mapping[Scope, Sequence[Step]], new: Program) -> bool:
        """Whether running the one does what running the other did."""
        if not self._are_same(old.module, new.module) or len(old.trained) != len(new.trained):
            return False
        if any(self.scopes.get(one, one) is not other for one, other in zip(old.trained, new.trained, strict=True)):
            return False
        for scope, body in read.items():
            now = self.scopes.get(scope, scope)
            define, defined = old.define(scope), new.define(now)
            if define is not defined and (define is None or self.statements.get(define) is not defined):
                return False
            if not self._are_same(body, new.body(now)):
                return False
        return True

    def _are_same(self, old: Sequence[Step], new: Sequence[Step]) -> bool:
        return len(old) == len(new) and all(
            one.statement is other.statement or self.statements.get(one.statement) is other.statement
            for one, other in zip(old, new, strict=True)
        )

    # -- places

    def training(self, found: Training) -> Training:
        return replace(
            found,
            models=tuple(self.located(each, self.model(each.fact)) for each in found.models),
            fits=tuple(self.located(each, self.fit(each.fact)) for each in found.fits),
        )

    def located(self, old: Located[F], fact: F) -> Located[F]:
        chunk = self.chunks.get(old.chunk, old.chunk)
        return old if fact is old.fact and chunk is old.chunk else Located(fact, chunk)

    def model(self, model: ModelGraph) -> ModelGraph:
        layers = tuple(self.layer(layer) for layer in model.layers)
        if (edit := self.edits.get(model.region)) is not None:
            return replace(model, region=edit.region, span=edit.span(model.span), layers=layers)
        return model if _are(layers, model.layers) else replace(model, layers=layers)

    def layer(self, layer: PlacedLayer) -> PlacedLayer:
        where = self.origin(layer.where)
        return layer if where is layer.where else PlacedLayer(layer.layer, where)

    def origin(self, origin: Origin) -> Origin:
        edit, chunk = self.edits.get(origin.region), self.chunks.get(origin.chunk, origin.chunk)
        if edit is not None:
            return Origin(chunk, edit.region, edit.span(origin.span))
        return origin if chunk is origin.chunk else Origin(chunk, origin.region, origin.span)

    def fit(self, fit: FitCall) -> FitCall:
        model = None if fit.model is None else self.model(fit.model)
        batch = None if fit.batch is None else self.located(fit.batch, self.batch(fit.batch.fact))
        if (edit := self.edits.get(fit.region)) is None:
            return fit if model is fit.model and batch is fit.batch else replace(fit, model=model, batch=batch)
        return replace(
            fit,
            region=edit.region,
            span=edit.span(fit.span),
            callee=edit.span(fit.callee),
            model=model,
            batch=batch,
            x=None if fit.x is None else edit.span(fit.x),
            argument=None if fit.argument is None else edit.span(fit.argument),
        )

    def batch(self, batch: BatchSize) -> BatchSize:
        literal = None if batch.literal is None else self.origin(batch.literal)
        if (edit := self.edits.get(batch.region)) is not None:
            return replace(batch, region=edit.region, span=edit.span(batch.span), literal=literal)
        return batch if literal is batch.literal else replace(batch, literal=literal)


def _is_same_definition(edit: _Edit, old: PyDefine, new: PyDefine) -> bool:
    """Whether two definitions have the same head; and the same words of which something depends, wherever they are."""
    if old.name != new.name or list(old.parameters) != list(new.parameters):
        return False
    if (old.span.start if old.span.start <= edit.start else old.span.start + edit.by) != new.span.start:
        return False
    if reshaping_words(old) != reshaping_words(new):
        return False
    for one, other in zip(old.parameters.values(), new.parameters.values(), strict=True):
        if one is not None and other is not None:
            if not edit.is_same(one.span, other.span):
                return False
        elif one is not other:
            return False
    return True


def _values(statement: Statement) -> object:
    match statement:
        case PyCall(call=call):
            return call
        case PyAssign(targets=targets, value=value, operator=operator):
            return targets, value, operator
        case PyReturn(value=value):
            return value
        case PyImport(module=module, name=name, alias=alias):
            return module, name, alias
    return None


def _are(some: Iterable[object], others: Iterable[object]) -> bool:
    return all(one is other for one, other in zip(some, others, strict=True))


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
