"""Python expressions as plain values with places: literals, names, calls, lists, arithmetic, subscripts.

What is none of these is ``Unknown`` with the calls inside of it. Nothing here keeps the tree that it was read from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from tflsp.dataclass import dataclass
from tflsp.text import Span


@dataclass(frozen=True, slots=True)
class Value:
    """An expression at ``span`` of its region's text."""

    span: Span


@dataclass(frozen=True, slots=True)
class Literal(Value):
    """A number (with its sign), a text, bytes, True, False, None or an ellipsis.

    ``content`` is where the text of a string stands, if it stands there letter by letter.
    """

    value: object
    content: Span | None = None


@dataclass(frozen=True, slots=True)
class Name(Value):
    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Value):
    value: Value
    name: str


@dataclass(frozen=True, slots=True)
class Keyword(Value):
    """``name=value``; an empty name stands for ``**value``. ``span`` is that of the whole argument."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class CallValue(Value):
    callee: Value
    positional: tuple[Value, ...]
    keywords: tuple[Keyword, ...]

    @property
    def name(self) -> str:
        """The dotted name that is called, as written; empty where it is none."""
        return dotted(self.callee)

    @property
    def certain(self) -> bool:
        """Whether all arguments stand there: no ``*args``, no ``**kwargs``."""
        return all(keyword.name for keyword in self.keywords) and not any(
            isinstance(value, Starred) for value in self.positional
        )

    def keyword(self, name: str) -> Keyword | None:
        return next((keyword for keyword in self.keywords if keyword.name == name), None)

    def argument(self, name: str, position: int | None = None) -> Value | None:
        """The argument of this name, or the positional one at ``position`` if no starred one stands before it."""
        if (keyword := self.keyword(name)) is not None:
            return keyword.value
        if position is None or position >= len(self.positional):
            return None
        before = self.positional[: position + 1]
        return None if any(isinstance(value, Starred) for value in before) else before[-1]


@dataclass(frozen=True, slots=True)
class ListValue(Value):
    """A list or a set."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class TupleValue(Value):
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class DictValue(Value):
    """Keys and values; a key of None stands for ``**value``."""

    items: tuple[tuple[Value | None, Value], ...]


@dataclass(frozen=True, slots=True)
class BinOp(Value):
    operator: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Slice(Value):
    start: Value | None
    stop: Value | None
    step: Value | None


@dataclass(frozen=True, slots=True)
class Subscript(Value):
    """``value[indices]``; an index may be a ``Slice``."""

    value: Value
    indices: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Starred(Value):
    value: Value


@dataclass(frozen=True, slots=True)
class Unknown(Value):
    """Any other expression. ``calls`` are the outermost calls inside of it."""

    calls: tuple[CallValue, ...] = ()


def dotted(value: Value) -> str:
    """``tf.keras.layers.Dense`` of names and attributes; empty for anything else."""
    names: list[str] = []
    while type(value) is Attribute:
        names.append(value.name)
        value = value.value
    if type(value) is not Name:
        return ""
    names.append(value.name)
    return ".".join(reversed(names))


def calls_in(value: Value) -> Iterator[CallValue]:
    """All calls of an expression, outer ones first."""
    return (each for each in values_in(value) if isinstance(each, CallValue))


def values_in(value: Value) -> Iterator[Value]:
    """An expression and all values inside of it, outer ones first."""
    stack: list[Value] = [value]
    while stack:
        current = stack.pop()
        yield current
        if (inside := _INSIDE.get(type(current))) is not None:
            stack.extend(inside(current)[::-1])


def names_in(value: Value) -> list[str]:
    """The names in an expression, as often as they stand there, in no order."""
    found: list[str] = []
    stack: list[Value] = [value]
    while stack:
        current = stack.pop()
        while type(current) is Attribute:
            current = current.value
        if type(current) is Name:
            found.append(current.name)
        elif (inside := _INSIDE.get(type(current))) is not None:
            stack.extend(inside(current))
    return found


def _items(value: Any) -> tuple[Value, ...]:
    items: tuple[Value, ...] = value.items
    return items


def _value(value: Any) -> tuple[Value, ...]:
    return (value.value,)


# What stands in the values that hold others. A table: every value of a program is asked.
_INSIDE: Final[dict[type, Callable[[Any], tuple[Value, ...]]]] = {
    CallValue: lambda call: (call.callee, *call.positional, *call.keywords),
    ListValue: _items,
    TupleValue: _items,
    DictValue: lambda value: tuple(part for item in value.items for part in item if part is not None),
    BinOp: lambda value: (value.left, value.right),
    Subscript: lambda value: (value.value, *value.indices),
    Slice: lambda value: tuple(part for part in (value.start, value.stop, value.step) if part is not None),
    Attribute: _value,
    Starred: _value,
    Keyword: _value,
    Unknown: lambda value: value.calls,
}
