"""What names and expressions of a program stand for, and how they are written down: numbers, short words, calls.

A text that could be a secret or a path is never written down.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from tflsp.facts.python_calls import resolve
from tflsp.facts.python_values import (
    Attribute,
    BinOp,
    CallValue,
    DictValue,
    ListValue,
    Literal,
    Name,
    Subscript,
    TupleValue,
    Unknown,
    Value,
    dotted,
)
from tflsp.text.patterns import pattern

# What Keras' own arguments look like: relu, val_loss, glorot_uniform, mixed_float16.
_WORD: Final = pattern(r"[A-Za-z][\w.+-]{0,39}\Z")
_SECRET: Final = pattern(r"(?i)pass|pwd|secret|token|key|credential|auth|url|uri|host")
_LARGEST: Final = 10**15
_DEEPEST: Final = 8
_LONGEST: Final = 120
# Of one text: lists of names of lists of names have no end.
_MOST_VALUES: Final = 500

_OPERATORS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


class Constants:
    """The names of a program as far as it was followed, and which of them were used.

    A value goes with the text of its region: what is no plain value is written down as it stands there.
    """

    def __init__(self, imports: Mapping[str, str]) -> None:
        self.imports = imports
        self.values: dict[str, tuple[Value, str]] = {}
        self.used: set[str] = set()
        self._behind: dict[str, set[str]] = {}  # the names that a name's value was made of
        self._shown = 0

    def bind(self, name: str, value: Value, text: str) -> None:
        """A name stands for a value from here on."""
        # `batch = batch * 2` means what `batch` meant before.
        self.values[name] = self.settled(value, text)

    @contextmanager
    def making(self, name: str) -> Iterator[None]:
        """What is used meanwhile stands behind a name: it counts as used where that one does."""
        used, self.used = self.used, set()
        yield
        self._behind.setdefault(name, set()).update(self.used - {name})
        self.used = used

    def used_for(self, *names: str) -> set[str]:
        """All names that stand behind these."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            for name in self._behind.get(waiting.pop(), set()) - found:
                found.add(name)
                waiting.append(name)
        return found

    def full_name(self, call: CallValue) -> str:
        """The dotted name of what is called, imports resolved; empty where it is none."""
        return resolve(call.name, self.imports) if call.name else ""

    def settled(self, value: Value, text: str, depth: int = 0) -> tuple[Value, str]:
        """The value that an expression has, where it is known; else the expression."""
        if depth > _DEEPEST:
            return value, text
        match value:
            case Subscript():
                return self._member(value, text, depth)
            case BinOp(operator=sign, left=left, right=right):
                first, _ = self.settled(left, text, depth + 1)
                second, _ = self.settled(right, text, depth + 1)
                number = _computed(sign, first, second)
                return value if number is None else Literal(value.span, number), text
            case Name() | Attribute() if (name := dotted(value)) in self.values:
                self.used.add(name)
                return self.values[name]
        return value, text

    def _member(self, value: Subscript, text: str, depth: int) -> tuple[Value, str]:
        whole, origin = self.settled(value.value, text, depth + 1)
        if isinstance(whole, DictValue) and len(value.indices) == 1:
            wanted, _ = self.settled(value.indices[0], text, depth + 1)
            for key, member in reversed(whole.items):
                if isinstance(key, Literal) and isinstance(wanted, Literal) and key.value == wanted.value:
                    self.used.add(f"{dotted(value.value)}.{key.value}")
                    return self.settled(member, origin, depth + 1)
        return value, text

    def shown(self, value: Value, text: str, depth: int = 0) -> str | None:
        """A value in few words; None for what is not written down. ``text`` is that of its region."""
        self._shown = self._shown + 1 if depth else 0
        if self._shown > _MOST_VALUES:
            return None
        value, text = self.settled(value, text)
        match value:
            case Literal(value=bool() | None as plain):
                return str(plain)
            case Literal(value=int() | float() as number):
                return number_text(number)
            case Literal(value=str(word)):
                return word if _WORD.match(word) else None
            case ListValue(items=items) | TupleValue(items=items):
                parts = self._all(items, text, depth)
                opening, closing = ("(", ",)" if len(items) == 1 else ")") if isinstance(value, TupleValue) else "[]"
                return None if parts is None else _bounded(f"{opening}{', '.join(parts)}{closing}")
            case DictValue(items=items):
                keys = [_plain(key) for key, _ in items]
                parts = self._all((member for _, member in items), text, depth)
                if parts is None or None in keys:
                    return None
                return _bounded(f"{{{', '.join(f'{key}: {part}' for key, part in zip(keys, parts, strict=True))}}}")
            case CallValue():
                return self.call(value, text, depth)
            case BinOp() | Subscript() | Unknown():
                return _code(value, text)
            case _:
                return dotted(value).rpartition(".")[2] or None

    def call(self, value: CallValue, text: str, depth: int = 0, *, without: Iterable[str] = ("name",)) -> str | None:
        """``Dense(128, activation=relu)``: the last name of what is called, and the arguments that say something."""
        name = value.name.rpartition(".")[2]
        if not name or depth > _DEEPEST:
            return None
        self._shown = self._shown if depth else 0
        parts = [part for each in value.positional if (part := self.shown(each, text, depth + 1)) is not None]
        for keyword in value.keywords:
            if not keyword.name or keyword.name in without or _SECRET.search(keyword.name):
                continue
            if (part := self.shown(keyword.value, text, depth + 1)) is not None:
                parts.append(f"{keyword.name}={part}")
        return _bounded(f"{name}({', '.join(parts)})")

    def _all(self, items: Iterable[Value], text: str, depth: int) -> list[str] | None:
        if depth > _DEEPEST:
            return None
        parts = [self.shown(item, text, depth + 1) for item in items]
        return None if None in parts else [part for part in parts if part is not None]


def number_text(number: float) -> str:
    """0.001 for 1e-3, 1e-05 for 0.00001: however it is written, the same number reads the same."""
    return repr(number)


def may_be_secret(name: str) -> bool:
    """Whether a name tells of something that nobody should read."""
    return _SECRET.search(name) is not None


def _plain(key: Value | None) -> str | None:
    return str(key.value) if isinstance(key, Literal) and isinstance(key.value, int | str) else None


def _code(value: Value, text: str) -> str | None:
    """An expression as it is written, where no string stands in it."""
    written = " ".join(value.span.of(text).split())
    return _bounded(written) if written and not any(quote in written for quote in "\"'") else None


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _computed(sign: str, left: Value, right: Value) -> float | None:
    match left, right:
        case Literal(value=int() | float() as first), Literal(value=int() | float() as second):
            if isinstance(first, bool) or isinstance(second, bool) or max(abs(first), abs(second)) > _LARGEST:
                return None
            try:
                if sign == "**" and abs(second) <= 64:
                    result = first**second
                elif sign == "<<" and isinstance(first, int) and isinstance(second, int) and 0 <= second <= 64:
                    result = first << second
                elif sign in _OPERATORS:
                    result = _OPERATORS[sign](first, second)
                else:
                    return None
            except (ArithmeticError, ValueError):
                return None
            return result if isinstance(result, int | float) and abs(result) <= _LARGEST else None
    return None
