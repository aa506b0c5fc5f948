"""Our `dataclass` beside the standard library's, on the same classes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

import pytest

from tflsp.dataclass import dataclass, field, fields, replace


@dataclass(frozen=True, slots=True, order=True)
class Point:
    x: int
    y: int = 0


def plain(decorate: Callable[..., Any], field: Callable[..., Any]) -> type[Any]:
    @decorate(frozen=True)
    class Plain:
        known: ClassVar[int] = 1
        name: str
        lines: list[int] = field(default_factory=list)
        secret: str = field(default="s", repr=False, compare=False)

        @cached_property
        def length(self) -> int:
            return len(self.lines)

    return Plain


def derived(decorate: Callable[..., Any], field: Callable[..., Any]) -> type[Any]:
    @decorate(frozen=True, slots=True)
    class Base:
        """A base."""

        name: str
        size: int = 1

    @decorate(frozen=True, slots=True)
    class Derived(Base):
        size: int = 2
        more: tuple[int, ...] = ()

    return Derived


def unhashable(decorate: Callable[..., Any], field: Callable[..., Any]) -> type[Any]:
    @decorate(slots=True)
    class Unhashable:
        name: str
        twice: str = ""

        def __post_init__(self) -> None:
            self.twice = self.name * 2

        def __repr__(self) -> str:
            return "own"

    return Unhashable


def identical(decorate: Callable[..., Any], field: Callable[..., Any]) -> type[Any]:
    @decorate(eq=False, slots=True)
    class Identical:
        name: str

    return Identical


CLASSES = [plain, derived, unhashable, identical]


@pytest.mark.parametrize("make", CLASSES)
def test_as_the_standard_library_does(make: Callable[..., type[Any]]) -> None:
    ours, theirs = make(dataclass, field), make(dataclasses.dataclass, dataclasses.field)
    assert [each.name for each in fields(ours)] == [each.name for each in dataclasses.fields(theirs)]
    assert ours.__match_args__ == theirs.__match_args__
    assert ours.__doc__ == theirs.__doc__ or str(theirs.__doc__).startswith(theirs.__name__ + "(")
    for one, two in ((ours("a"), theirs("a")), (ours(name="b"), theirs(name="b"))):
        assert repr(one) == repr(two)
        assert hasattr(one, "__dict__") == hasattr(two, "__dict__")
        assert (one == copy.copy(one)) == (two == copy.copy(two))
        assert one != ours("other")
        assert one != two
        assert (type(one).__hash__ is None) == (type(two).__hash__ is None)
        assert repr(replace(one, name="c")) == repr(dataclasses.replace(two, name="c"))
    for arguments in ((), ("a", "b", "c", "d", "e")):
        with pytest.raises(TypeError):
            ours(*arguments)
        with pytest.raises(TypeError):
            theirs(*arguments)


def test_every_instance_has_its_own_list() -> None:
    ours = plain(dataclass, field)
    one, two = ours("a"), ours("a")
    assert one == two
    assert hash(ours("a", ())) == hash(ours("a", (), "another secret"))
    one.lines.append(1)
    assert one != two
    assert (one.length, two.length) == (1, 0)


def test_order_hash_and_pickle() -> None:
    assert sorted([Point(2), Point(1, 3), Point(1)]) == [Point(1), Point(1, 3), Point(2)]
    assert Point(2) > Point(1) >= Point(1) <= Point(1, 1) < Point(2)
    assert {Point(1): "found"}[Point(1, 0)] == "found"
    assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)
    with pytest.raises(TypeError):
        sorted([Point(1), 1])  # type: ignore[type-var]
    match Point(3, 4):
        case Point(x, y):
            assert (x, y) == (3, 4)


def test_a_field_without_a_default_behind_one_with_one() -> None:
    @dataclass
    class Wrong:
        x: int = 1
        y: int  # type: ignore[misc]

    with pytest.raises(TypeError, match="Wrong: a field without a default"):
        Wrong(1, 2)
