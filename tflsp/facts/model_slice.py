"""What of a program can matter to its training: the statements that a call of fit depends on, and no others.

A keystroke follows the code again; most of a long notebook has no part in what is fitted. What each piece of code
mentions is worked out once and kept with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tflsp.facts.document_facts import Located
from tflsp.facts.python_calls import PythonCode
from tflsp.facts.python_statements import Block, PyAssign, PyCall, PyDefine, PyReturn, Scope, Statement
from tflsp.facts.python_values import Attribute, CallValue, Name, Value, dotted, values_in
from tflsp.text.patterns import pattern

TRAINS: Final = pattern(r"\.\s*(?:fit|evaluate|predict)\s*\(")
# Calls that change what holds for every model, or say what a device has.
_STATE: Final = pattern(r"set_global_policy|set_policy|set_floatx|memory_limit|\.\s*scope\s*\(")


# How far back a name is followed: more steps from one name to the next than any real program takes.
MAX_ROUNDS: Final = 100


class Step(NamedTuple):
    """A statement and the code that it stands in."""

    code: Located[PythonCode]
    statement: Statement


@dataclass(slots=True, eq=False)
class Outline:
    """One piece of code: its statements by function, and the module's statements by the names that they touch.

    ``changes`` are bound or have a method called, ``mentions`` are used in any way. ``seeds`` train or set a state,
    ``bodies`` belong to functions; ``trained`` are those that train, ``stated`` the names of those that set a state.
    """

    module: list[Statement] = field(default_factory=list)
    bodies: dict[Scope, list[Statement]] = field(default_factory=dict)
    defines: dict[Scope, PyDefine] = field(default_factory=dict)
    changes: dict[str, list[int]] = field(default_factory=dict)
    mentions: dict[str, list[int]] = field(default_factory=dict)
    uses: list[frozenset[str]] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    trained: list[Scope] = field(default_factory=list)
    stated: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """What is to be run: the module's steps, the bodies of functions that matter, and those that train something."""

    module: Sequence[Step]
    bodies: Mapping[Scope, Sequence[Step]]
    trained: Sequence[tuple[Scope, Sequence[Step]]]
    defines: Mapping[Scope, PyDefine]


def program_of(codes: Sequence[Located[PythonCode]]) -> Program:
    """The part of a program that its training depends on."""
    outlines = [(code, code.fact.derive(outline_of)) for code in codes]
    marked: list[set[int]] = [set(outline.seeds) for _, outline in outlines]
    wanted: set[str] = set()
    for _, outline in outlines:
        wanted.update(outline.stated)
        wanted.update(name for index in outline.seeds for name in outline.uses[index])
        wanted.update(name for scope in outline.trained for name in _free(outline, scope))
    known: set[str] = set()
    for _ in range(MAX_ROUNDS):
        known |= wanted
        found: set[str] = set()
        for (_, outline), marks in zip(outlines, marked, strict=True):
            for name in outline.mentions.keys() & wanted:
                if name in outline.changes:
                    for index in outline.changes[name]:
                        marks.add(index)
                        found |= outline.uses[index]
        wanted = found - known
        if not wanted:
            break
    # What is only given to something else may come back changed; what that something is does not matter.
    bound = {name for name in known if any(name in outline.changes for _, outline in outlines)}
    for (_, outline), marks in zip(outlines, marked, strict=True):
        for name in outline.mentions.keys() & bound:
            marks.update(outline.mentions[name])
    return Program(
        [
            Step(code, outline.module[index])
            for (code, outline), marks in zip(outlines, marked, strict=True)
            for index in sorted(marks)
        ],
        {
            scope: [Step(code, statement) for statement in body]
            for code, outline in outlines
            for scope, body in outline.bodies.items()
            if outline.trained or scope.name in known
        },
        [
            (scope, [Step(code, statement) for statement in outline.bodies[scope]])
            for code, outline in outlines
            for scope in outline.trained
        ],
        {scope: define for _, outline in outlines for scope, define in outline.defines.items()},
    )


def outline_of(code: PythonCode) -> Outline:
    """The outline of one piece of code."""
    outline, text = Outline(), code.region.text
    for statement in code.statements:
        if isinstance(statement, PyDefine):
            outline.defines[statement.body] = statement
        home = statement.scope.home
        if home.block is not Block.MODULE:
            outline.bodies.setdefault(home, []).append(statement)
    for scope in outline.bodies:
        inside = scope.span.of(text)
        if TRAINS.search(inside) or "memory_limit" in inside:
            outline.trained.append(scope)
        if _STATE.search(inside):
            outline.stated.append(scope.name)
    for statement in code.statements:
        if statement.scope.home.block is Block.MODULE:
            _add(outline, statement, text)
    return outline


def _add(outline: Outline, statement: Statement, text: str) -> None:
    index = len(outline.module)
    outline.module.append(statement)
    changed = frozenset(_changed(statement))
    uses = frozenset(_free(outline, statement.body) if isinstance(statement, PyDefine) else _used(statement))
    outline.uses.append(uses)
    for name in changed:
        outline.changes.setdefault(name, []).append(index)
    for name in changed if isinstance(statement, PyDefine) else uses | changed:
        outline.mentions.setdefault(name, []).append(index)
    inside = statement.span.of(text)
    if not isinstance(statement, PyDefine) and (TRAINS.search(inside) or _STATE.search(inside)):
        outline.seeds.append(index)


def _free(outline: Outline, scope: Scope) -> Iterator[str]:
    """The names that a function's body uses, functions inside of it included."""
    stack, seen = [scope], set[Scope]()
    while stack:
        current = stack.pop()
        if current in seen:
            continue
        seen.add(current)
        for statement in outline.bodies.get(current, ()):
            yield from _used(statement)
            if isinstance(statement, PyDefine):
                stack.append(statement.body)


def _used(statement: Statement) -> Iterator[str]:
    match statement:
        case PyCall(call=value) | PyReturn(value=Value() as value):
            yield from _names(value)
        case PyAssign(targets=targets, value=value, operator=operator):
            yield from _names(value)
            for target in targets:
                if operator != "=" or not isinstance(target, Name):
                    yield from _names(target)
        case PyDefine(parameters=parameters):
            for default in parameters.values():
                yield from _names(default) if default is not None else ()


def _names(value: Value) -> Iterator[str]:
    return (each.name for each in values_in(value) if isinstance(each, Name))


def _changed(statement: Statement) -> Iterator[str]:
    """The first parts of the names that a statement binds, or calls a method of."""
    match statement:
        case PyDefine(name=name):
            yield name
        case PyAssign(targets=targets, value=value):
            for target in targets:
                yield from _names(target)
            if isinstance(value, Name):
                # From here on there are two names for one thing.
                yield value.name
            yield from _methods(value)
        case PyCall(call=call):
            yield from _methods(call)


def _methods(value: Value) -> Iterator[str]:
    if isinstance(value, CallValue) and isinstance(value.callee, Attribute):
        owner = dotted(value.callee)
        yield from (owner.partition(".")[0],) if owner else _methods(value.callee.value)
