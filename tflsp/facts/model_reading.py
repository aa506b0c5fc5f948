"""Runs the statements of a program on abstract values, block by block; expressions are ``model_evaluation``'s.

Bounded: a document of endless steps is followed up to ``MAX_STEPS``, calls of its own functions ``MAX_CALLS`` deep.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tflsp.facts.model_evaluation import Evaluator, Names
from tflsp.facts.model_slice import Program, Step
from tflsp.facts.model_values import NOTHING_KNOWN, Abstract, Arguments, Array, Function, Items, Known, Model, Named
from tflsp.facts.python_statements import Block, PyAssign, PyCall, PyDefine, PyImport, PyReturn, Scope, Statement
from tflsp.facts.python_values import Attribute, BinOp, ListValue, Name, Starred, Subscript, TupleValue, Value, dotted

MAX_STEPS: Final = 10_000
MAX_CALLS: Final = 3


class Reading:
    """Runs the steps of one program; what it finds is in ``found``."""

    def __init__(self, imports: Mapping[str, str], program: Program) -> None:
        self.found = Evaluator(imports, self._called)
        self._globals = Names()
        self.read: dict[Scope, Sequence[Step]] = {}  # the bodies that were looked at
        self._program = program
        self._chains: dict[Scope, tuple[Scope, ...]] = {}
        self._returned: list[Abstract] = []
        self._steps = 0

    def run(self) -> None:
        """Run the program: what stands in no function, then by itself each function that trains something."""
        module = self._program.module
        self._run(module, 0)
        self._globals = _for_functions(module, self.found.names)
        policy, distributed = self.found.policy, self.found.distributed
        for home in self._program.trained:
            self.found.policy, self.found.distributed = policy, distributed
            self.found.names = self._local(home, {})
            self._run(self._body(home), 0)

    def _local(self, home: Scope, given: Mapping[str, Abstract]) -> Names:
        """The names that a function begins with; its own, and those of functions around it, are not known yet."""
        names = (self._globals or self.found.names).inner()
        for scope in home.around():
            for step in self._body(scope):
                names.update(dict.fromkeys(bound_names(step.statement), NOTHING_KNOWN))
            if (define := self._program.define(scope)) is not None:
                names.update(dict.fromkeys(define.parameters, NOTHING_KNOWN))
        names.update(given)
        return names

    def _body(self, scope: Scope) -> Sequence[Step]:
        if (body := self.read.get(scope)) is None:
            body = self.read[scope] = self._program.body(scope)
        return body

    def _run(self, steps: Sequence[Step], depth: int) -> None:
        at = 0
        while at < len(steps) and self._steps < MAX_STEPS:
            chain = self._chain(steps[at].statement.scope)
            if len(chain) <= depth:
                self._steps += 1
                self.found.code = steps[at].code
                self._execute(steps[at].statement)
                at += 1
                continue
            end = at + 1
            while end < len(steps) and chain[depth] in self._chain(steps[end].statement.scope):
                end += 1
            self._block(steps[at:end], chain[depth], depth)
            at = end

    def _block(self, steps: Sequence[Step], scope: Scope, depth: int) -> None:
        """A branch or a loop: what it binds is known inside of it only; in a loop not before it is bound again."""
        state = self.found
        outside, policy = state.names, state.policy
        bound = dict.fromkeys((name for step in steps for name in bound_names(step.statement)), NOTHING_KNOWN)
        state.names = outside.inner(bound if scope.block is Block.LOOP else None)
        self._run(steps, depth + 1)
        state.names = outside
        outside.update(bound)
        if state.policy != policy:
            state.policy = None

    def _chain(self, scope: Scope) -> tuple[Scope, ...]:
        """The branches and loops around a statement within its function, from the outside in."""
        chain = self._chains.get(scope)
        if chain is None:
            inner = [each for each in scope.around() if each.home is scope.home and each is not scope.home]
            chain = self._chains[scope] = tuple(reversed(inner))
        return chain

    def _execute(self, statement: Statement) -> None:
        match statement:
            case PyCall(call=call):
                self.found.value(call)
            case PyAssign(targets=targets, value=value, operator="="):
                given = self.found.value(value)
                for target in targets:
                    self._assign(target, given)
            case PyAssign(targets=(target, *_), value=value):
                changed = BinOp(statement.span, statement.operator.rstrip("="), target, value)
                self._assign(target, self.found.value(changed))
            case PyDefine(name=name) if not _is_cut_off(statement):
                function = statement.body.block is Block.FUNCTION
                self.found.names[name] = Function(statement) if function else NOTHING_KNOWN
            case PyReturn(value=value):
                inside = len(self._chain(statement.scope)) > 0
                given = self.found.value(value) if value is not None else NOTHING_KNOWN
                self._returned.append(NOTHING_KNOWN if inside else given)
            case PyImport() if statement.binds in self.found.names:
                # Whatever the name stood for, it is the module's again.
                self.found.names[statement.binds] = Named(statement.means, imported=True)

    def _assign(self, target: Value, value: Abstract) -> None:
        names = self.found.names
        match target:
            case TupleValue(items=items) | ListValue(items=items):
                starred = any(isinstance(item, Starred) for item in items)
                fits = isinstance(value, Items) and len(value.values) == len(items) and not starred
                for index, item in enumerate(items):
                    self._assign(item, value.values[index] if isinstance(value, Items) and fits else NOTHING_KNOWN)
            case Starred(value=inner):
                self._assign(inner, NOTHING_KNOWN)
            case Name(name=name):
                names[name] = value
            case Attribute(value=owner):
                holder = self.found.value(owner)
                if isinstance(holder, Model):
                    # model.trainable = False and its kin: no longer what it was made as.
                    holder.certain = False
                if name := dotted(target):
                    names[name] = value
            case Subscript(value=Name(name=name)) if not isinstance(names.get(name), Array):
                names[name] = NOTHING_KNOWN

    def _called(self, function: Function, given: Arguments) -> Abstract:
        """What a function of the document's own returns, where it returns once and at its end."""
        state, define = self.found, function.define
        body = self._body(define.body)
        if not body or not given.certain or state.calls >= MAX_CALLS or self._steps >= MAX_STEPS:
            return NOTHING_KNOWN
        outer, code, returned = state.names, state.code, self._returned
        arguments = self._bound_arguments(define, given)
        state.names, self._returned, state.calls = self._local(define.body, arguments), [], state.calls + 1
        self._run(body, 0)
        made, inner = self._returned, state.names
        state.names, state.code, self._returned, state.calls = outer, code, returned, state.calls - 1
        if len(made) != 1:
            return NOTHING_KNOWN
        _move(made[0], inner, outer)
        return made[0]

    def _bound_arguments(self, define: PyDefine, given: Arguments) -> dict[str, Abstract]:
        bound = {name: self.found.value(default) for name, default in define.parameters.items() if default is not None}
        bound.update(zip(define.parameters, given.positional, strict=False))
        bound.update({name: value for name, value in given.keywords.items() if name in define.parameters})
        return bound


def bound_names(statement: Statement) -> Iterator[str]:
    """The names that a statement binds."""
    match statement:
        case PyAssign():
            yield from statement.names
        case PyDefine(name=name) if not _is_cut_off(statement):
            yield name


def _is_cut_off(define: PyDefine) -> bool:
    """Whether this is a method of a large class that was cut at it, and stands like a function now."""
    return define.scope.block is Block.MODULE and next(iter(define.parameters), "") in ("self", "cls")


def _for_functions(module: Sequence[Step], names: Names) -> Names:
    """What functions find: a constant that is bound more than once may be anything when they run."""
    bindings = Counter(name for step in module for name in bound_names(step.statement))
    return Names(
        {
            name: NOTHING_KNOWN if isinstance(value, Known) and bindings[name] > 1 else value
            for name, value in names.items()
        }
    )


def _move(value: Abstract, inner: Names, outer: Names) -> None:
    """A model that a function made for itself is its caller's now."""
    for each in value.values if isinstance(value, Items) else (value,):
        if isinstance(each, Model) and each.home is inner:
            each.home = outer
