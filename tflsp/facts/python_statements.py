"""Python statements that matter, as facts: imports, assignments, calls, definitions, returns; each with its block.

``python_calls`` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final

from tflsp.dataclass import dataclass
from tflsp.facts.base import Fact
from tflsp.facts.python_values import Attribute, CallValue, ListValue, Name, Starred, TupleValue, Value, dotted
from tflsp.text import Span


class Block(Enum):
    """What a block is. ``with`` and ``if __name__ == "__main__"`` run in any case: they are none."""

    MODULE = "module"
    FUNCTION = "function"
    CLASS = "class"
    BRANCH = "branch"
    LOOP = "loop"


_INNER: Final = (Block.BRANCH, Block.LOOP)


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The block that a statement stands in."""

    block: Block
    span: Span
    name: str = ""
    parent: Scope | None = None

    def around(self) -> Iterator[Scope]:
        """This block and those around it, from the inside out."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    @property
    def home(self) -> Scope:
        """The function, class or module whose names these are."""
        scope = self
        while scope.parent is not None and scope.block in _INNER:
            scope = scope.parent
        return scope


@dataclass(frozen=True, slots=True, eq=False)
class Statement(Fact):
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class PyImport(Statement):
    """One imported name: ``from module import name as alias``; ``name`` is empty for ``import module as alias``."""

    module: str
    name: str
    alias: str

    @property
    def binds(self) -> str:
        """The name that the code then uses."""
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def means(self) -> str:
        """The dotted name that it stands for."""
        if self.name:
            return f"{self.module}.{self.name}"
        return self.module if self.alias else self.module.partition(".")[0]


@dataclass(frozen=True, slots=True, eq=False)
class PyAssign(Statement):
    """``target = value``; several targets for ``a = b = value``. ``operator`` is ``+=`` and the like for those.

    Targets are names, attributes, subscripts and tuples of them. Loops, ``as`` and ``del`` assign too.
    """

    targets: tuple[Value, ...]
    value: Value
    operator: str = "="

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are bound, dotted ones as well."""
        if len(self.targets) == 1 and type(self.targets[0]) is Name:
            return (self.targets[0].name,)
        return tuple(name for target in self.targets for name in _names(target))


@dataclass(frozen=True, slots=True, eq=False)
class PyCall(Statement):
    """A call that no other call is around, and that is not assigned."""

    call: CallValue

    @property
    def callee(self) -> str:
        return self.call.name


@dataclass(frozen=True, slots=True, eq=False)
class PyDefine(Statement):
    """``def`` or ``class``: its own block is ``body``, its parameters have their defaults or None."""

    name: str
    body: Scope
    parameters: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True, eq=False)
class PyReturn(Statement):
    value: Value | None


def _names(target: Value) -> Iterator[str]:
    match target:
        case TupleValue(items=items) | ListValue(items=items):
            for item in items:
                yield from _names(item)
        case Starred(value=value):
            yield from _names(value)
        case Name() | Attribute():
            if name := dotted(target):
                yield name
