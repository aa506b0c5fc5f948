"""`dataclass` as the standard library's, for a program that must be there at once.

The library compiles six functions for every class as it is defined, which is a third of the time that `tflsp check`
takes for one file. Here ``__init__`` is made when the first instance is, and the others are shared. What is frozen is
held so by the type checker, and costs nothing at run time. Knows nothing of tflsp.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType, MappingProxyType
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


class _Missing:
    """The type of what stands where nothing was given."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()
_FIELDS = "__tflsp_fields__"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Field:
    """What is known of a field. ``metadata`` is the class's own affair."""

    __slots__ = ("compare", "default", "default_factory", "metadata", "name", "repr")

    def __init__(
        self,
        default: Any = MISSING,
        default_factory: Callable[[], Any] | None = None,
        repr: bool = True,
        compare: bool = True,
        metadata: Mapping[str, Any] = _NOTHING,
    ) -> None:
        self.name = ""
        self.default = default
        self.default_factory = default_factory
        self.repr = repr
        self.compare = compare
        self.metadata = metadata


def field(
    *,
    default: Any = MISSING,
    default_factory: Callable[[], Any] | None = None,
    repr: bool = True,
    compare: bool = True,
    metadata: Mapping[str, Any] = _NOTHING,
) -> Any:
    """A field's default, or what makes one, and whether it is shown and compared."""
    return Field(default, default_factory, repr, compare, metadata)


@overload
@dataclass_transform(field_specifiers=(field, Field))
def dataclass(
    cls: None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True, order: bool = False
) -> Callable[[type[T]], type[T]]: ...
@overload
@dataclass_transform(field_specifiers=(field, Field))
def dataclass(cls: type[T], /) -> type[T]: ...
def dataclass(
    cls: type[T] | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True, order: bool = False
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class's annotations its fields. Annotations must be strings, as ``from __future__`` makes them."""

    def make(cls: type[T], /) -> type[T]:
        return _made(cls, frozen=frozen, slots=slots, eq=eq, order=order)

    return make if cls is None else make(cls)


def fields(cls: type) -> tuple[Field, ...]:
    """The fields of a class in their order."""
    return tuple(getattr(cls, _FIELDS).values())


def replace(instance: T, **changes: Any) -> T:
    """A new instance with some fields changed."""
    values = {name: getattr(instance, name) for name in getattr(instance, _FIELDS)}
    return type(instance)(**{**values, **changes})


def _made(cls: type[T], *, frozen: bool, slots: bool, eq: bool, order: bool) -> type[T]:
    inherited: dict[str, Field] = {}
    for base in reversed(cls.__mro__[1:]):
        inherited.update(base.__dict__.get(_FIELDS, _NOTHING))
    own = {
        name: _field(name, cls.__dict__.get(name, MISSING))
        for name, annotation in cls.__annotations__.items()
        if not annotation.startswith("ClassVar")
    }
    known = inherited | own
    compared = [name for name, each in known.items() if each.compare]
    methods: dict[str, Any] = {_FIELDS: known, "__match_args__": tuple(known), "__repr__": _repr}
    if eq:
        methods |= _comparisons(compared)
        if not frozen:
            methods["__hash__"] = None
    if order:
        methods |= _orders(compared)
    namespace = {name: value for name, value in methods.items() if name not in cls.__dict__}
    if slots:
        cls = _with_slots(cls, own, [name for name in own if name not in inherited], namespace)
    else:
        for name, value in namespace.items():
            setattr(cls, name, value)
        for name, each in own.items():
            if isinstance(cls.__dict__.get(name), Field):
                if each.default is MISSING:
                    delattr(cls, name)
                else:
                    setattr(cls, name, each.default)
    _init_at_first_use(cls, known)
    return cls


def _field(name: str, default: Any) -> Field:
    made = default if isinstance(default, Field) else Field(default)
    made.name = name
    return made


def _with_slots(cls: type[T], own: Mapping[str, Field], slots: list[str], more: Mapping[str, Any]) -> type[T]:
    """The class anew: where instances keep their values is settled when a class is made."""
    left_out = {*own, "__dict__", "__weakref__"}
    namespace = {name: value for name, value in cls.__dict__.items() if name not in left_out}
    namespace |= more
    namespace["__slots__"] = tuple(slots)
    made: type[T] = type.__call__(type(cls), cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    return made


def _init_at_first_use(cls: type, known: Mapping[str, Field]) -> None:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        made = _init(cls, known)
        cls.__init__ = made  # type: ignore[misc]
        made(self, *args, **kwargs)

    cls.__init__ = __init__  # type: ignore[misc]


def _init(cls: type, known: Mapping[str, Field]) -> Callable[..., None]:
    if hasattr(cls, "__post_init__") or any(each.default_factory is not None for each in known.values()):
        return _compiled_init(known, post=hasattr(cls, "__post_init__"))
    # To put other names into code that is there takes a twentieth of the time of compiling it.
    code = _template(len(known)).replace(
        co_varnames=("self", *known), co_names=tuple(known), co_qualname=f"{cls.__qualname__}.__init__"
    )
    defaults = [each.default for each in known.values()]
    given = tuple(default for default in defaults if default is not MISSING)
    if any(default is MISSING for default in defaults[len(defaults) - len(given) :]):
        raise TypeError(f"{cls.__qualname__}: a field without a default follows one that has one")
    return FunctionType(code, {}, "__init__", given)


@cache
def _template(count: int) -> CodeType:
    """The code of an ``__init__`` that sets as many fields."""
    fields = {f"field_{number}": Field() for number in range(count)}
    return _compiled_init(fields).__code__


def _compiled_init(known: Mapping[str, Field], *, post: bool = False) -> FunctionType:
    parameters = ["self"]
    body = []
    # Parameters may be called anything: what the body needs besides has names that no field has.
    values: dict[str, Any] = {"_MISSING_": MISSING}
    for name, each in known.items():
        if each.default_factory is not None:
            values[f"_default_{name}_"] = each.default_factory
            parameters.append(f"{name}=_MISSING_")
            body.append(f"self.{name} = _default_{name}_() if {name} is _MISSING_ else {name}")
        elif each.default is not MISSING:
            values[f"_default_{name}_"] = each.default
            parameters.append(f"{name}=_default_{name}_")
            body.append(f"self.{name} = {name}")
        else:
            parameters.append(name)
            body.append(f"self.{name} = {name}")
    if post:
        body.append("self.__post_init__()")
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body or ["pass"])
    exec(source, values)  # noqa: S102 - the names of our own fields
    made: FunctionType = values["__init__"]
    return made


def _key(names: list[str]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda _: ()


def _comparisons(names: list[str]) -> dict[str, Any]:
    key = _key(names)

    def __eq__(self: Any, other: object) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(key(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _orders(names: list[str]) -> dict[str, Any]:
    key = _key(names)

    def __lt__(self: Any, other: object) -> Any:
        return key(self) < key(other) if other.__class__ is self.__class__ else NotImplemented

    def __le__(self: Any, other: object) -> Any:
        return key(self) <= key(other) if other.__class__ is self.__class__ else NotImplemented

    # Of two instances, the other side's answers serve the remaining operators.
    return {"__lt__": __lt__, "__le__": __le__}


def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, each in getattr(self, _FIELDS).items() if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"
