"""What of a program can matter to its training: the statements that a call of fit depends on, and no others.

A keystroke follows the code again; most of a long notebook has no part in what is fitted. What each piece of code
mentions is worked out once and kept with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from sys import intern
from typing import Final, NamedTuple

from tflsp.dataclass import dataclass, field
from tflsp.facts.document_facts import Located
from tflsp.facts.python_calls import TRAINS, PythonCode
from tflsp.facts.python_statements import Block, PyAssign, PyCall, PyDefine, PyReturn, Scope, Statement
from tflsp.facts.python_values import Attribute, CallValue, Name, Value, dotted, names_in
from tflsp.text.patterns import pattern

# Calls that change what holds for every model, or say what a device has.
_STATE: Final = pattern(r"set_global_policy|set_policy|set_floatx|memory_limit|\.\s*scope\s*\(")
_STATE_WORDS: Final = ("set_", "memory_limit", "scope")
# How far back a name is followed: more steps from one name to the next than any real program takes.
MAX_ROUNDS: Final = 100
_WORD: Final = pattern(r"[^\W\d]\w*")
# Names of these never stand for something that a document makes.
_LIBRARIES: Final = ("tensorflow", "keras", "numpy")


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
    free: dict[Scope, frozenset[str]] = field(default_factory=dict)
    scopes: frozenset[Scope] = frozenset()  # all of the functions
    wanted: frozenset[str] = frozenset()  # the names that its training needs

    def used_by(self, index: int) -> frozenset[str]:
        """The names that a statement of the module uses; those of a definition are worked out when it matters."""
        statement = self.module[index]
        return self.uses[index] | _free(self, statement.body) if isinstance(statement, PyDefine) else self.uses[index]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """What is to be run: the module's steps, and the functions that train something.

    ``homes`` are the pieces of code that functions stand in.
    """

    module: Sequence[Step]
    trained: Sequence[Scope]
    homes: Mapping[Scope, Piece]

    def body(self, scope: Scope) -> Sequence[Step]:
        """The steps of a function's body; none where it is not the program's."""
        home = self.homes.get(scope)
        return () if home is None else [Step(home.code, each) for each in home.outline.bodies.get(scope, ())]

    def define(self, scope: Scope) -> PyDefine | None:
        """The definition of a function."""
        home = self.homes.get(scope)
        return None if home is None else home.outline.defines.get(scope)


def program_of(codes: Sequence[Located[PythonCode]], imports: Mapping[str, str]) -> Program:
    """The part of a program that its training depends on. Code that mentions nothing of it is not even read."""
    slices = {index: Piece(code) for index, code in enumerate(codes) if code.fact.derive(_matters)}
    wanted = set[str]().union(*(each.outline.wanted for each in slices.values()))
    known: set[str] = set()
    for _ in range(MAX_ROUNDS):
        wanted = {name for name in wanted if not imports.get(name, "").startswith(_LIBRARIES)}
        known |= wanted
        found: set[str] = set()
        for index, code in enumerate(codes):
            if index in slices:
                found |= slices[index].mark(wanted)
            elif code.fact.derive(_vocabulary).meets(wanted):
                slices[index] = Piece(code)
                found |= slices[index].mark(known)
        wanted = found - known
        if not wanted:
            break
    apart = frozenset(known)
    for index, code in enumerate(codes):
        if index not in slices:
            code.fact.derive(_vocabulary).apart = apart
    ordered = [slices[index] for index in sorted(slices)]
    # What is only given to something else may come back changed; what that something is does not matter.
    bound = known & set[str]().union(*(each.outline.changes for each in ordered))
    for each in ordered:
        for name in each.outline.mentions.keys() & bound:
            each.marks.update(each.outline.mentions[name])
    homes: dict[Scope, Piece] = {}
    for each in ordered:
        homes.update(dict.fromkeys(each.outline.scopes, each))
    steps = [step for each in ordered for step in each.steps()]
    return Program(steps, [scope for each in ordered for scope in each.outline.trained], homes)


class Piece:
    """A piece of code and the statements of it that matter, by index."""

    def __init__(self, code: Located[PythonCode]) -> None:
        self.code = code
        self.outline = code.fact.derive(outline_of)
        self.marks = set(self.outline.seeds)

    def mark(self, names: Set[str]) -> set[str]:
        """Take in what binds or changes these names; gives the names that this needs in its turn."""
        found: set[str] = set()
        for name in self.outline.changes.keys() & names:
            for index in self.outline.changes[name]:
                self.marks.add(index)
                found |= self.outline.used_by(index)
        return found

    def steps(self) -> Iterator[Step]:
        return (Step(self.code, self.outline.module[index]) for index in sorted(self.marks))


def _matters(code: PythonCode) -> bool:
    text = code.region.text
    return TRAINS.search(text) is not None or _sets_state(text)


def _sets_state(text: str) -> bool:
    return any(map(text.__contains__, _STATE_WORDS)) and _STATE.search(text) is not None


@dataclass(slots=True, eq=False)
class _Vocabulary:
    """The words of a piece of code, looked for when one of them may be meant, and names that are none of them."""

    text: str
    apart: frozenset[str] = frozenset()
    _words: tuple[str, ...] | None = None

    def meets(self, names: Set[str]) -> bool:
        new = names - self.apart
        if self._words is None and any(map(self.text.__contains__, new)):
            # Pieces of one document use the same words.
            self._words = tuple(set(map(intern, _WORD.findall(self.text))))
        return self._words is not None and not new.isdisjoint(self._words)


def _vocabulary(code: PythonCode) -> _Vocabulary:
    return _Vocabulary(code.region.text)


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
        if _sets_state(inside):
            outline.stated.append(scope.name)
    for statement in code.statements:
        if statement.scope.home.block is Block.MODULE:
            _add(outline, statement, text)
    outline.scopes = frozenset((*outline.bodies, *outline.defines))
    outline.wanted = frozenset(_wanted(outline))
    return outline


def _wanted(outline: Outline) -> Iterator[str]:
    yield from outline.stated
    for index in outline.seeds:
        yield from outline.used_by(index)
    for scope in outline.trained:
        yield from _free(outline, scope)


def _add(outline: Outline, statement: Statement, text: str) -> None:
    index = len(outline.module)
    outline.module.append(statement)
    changed = frozenset(_changed(statement))
    uses = frozenset(_used(statement))
    outline.uses.append(uses)
    for name in changed:
        outline.changes.setdefault(name, []).append(index)
    for name in changed if isinstance(statement, PyDefine) else uses | changed:
        outline.mentions.setdefault(name, []).append(index)
    inside = statement.span.of(text)
    if not isinstance(statement, PyDefine) and (TRAINS.search(inside) or _sets_state(inside)):
        outline.seeds.append(index)


def _free(outline: Outline, scope: Scope) -> frozenset[str]:
    """The names of the module's that a function's body may use, functions inside of it included."""
    known = outline.free.get(scope)
    if known is None:
        used, bound, inner = set[str](), set[str](), set[str]()
        for statement in outline.bodies.get(scope, ()):
            used.update(_used(statement))
            if isinstance(statement, PyDefine):
                bound.add(statement.name)
                inner |= _free(outline, statement.body)
            elif isinstance(statement, PyAssign):
                bound.update(statement.names)
        if scope.block is Block.FUNCTION:
            define = outline.defines.get(scope)
            bound.update(define.parameters if define is not None else ())
            used = (used | inner) - bound
        else:
            used |= inner  # what a class binds is not seen by its methods
        known = outline.free[scope] = frozenset(used)
    return known


def _used(statement: Statement) -> Iterator[str]:
    match statement:
        case PyCall(call=value) | PyReturn(value=Value() as value):
            yield from names_in(value)
        case PyAssign(targets=targets, value=value, operator=operator):
            yield from names_in(value)
            for target in targets:
                if operator != "=" or not isinstance(target, Name):
                    yield from names_in(target)
        case PyDefine(parameters=parameters):
            for default in parameters.values():
                yield from names_in(default) if default is not None else ()


def _changed(statement: Statement) -> Iterator[str]:
    """The first parts of the names that a statement binds, or calls a method of."""
    match statement:
        case PyDefine(name=name):
            yield name
        case PyAssign(targets=targets, value=value):
            for target in targets:
                yield from names_in(target)
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
