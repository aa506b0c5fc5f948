"""Names of the standard library that came after Python 3.8, and what does the same there.

Tested against the real interpreter: none of them is in 3.8. Only what programs use; not every constant of ``socket``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

Version = tuple[int, int]

_MODULES: Final = {(3, 9): "graphlib zoneinfo", (3, 11): "tomllib"}
_NAMES: Final = {
    (3, 9): """
        argparse.BooleanOptionalAction ast.unparse asyncio.to_thread functools.cache importlib.resources.as_file
        importlib.resources.files math.lcm math.nextafter math.ulp os.pidfd_open os.waitstatus_to_exitcode
        random.randbytes types.GenericAlias typing.Annotated
    """,
    (3, 10): """
        abc.update_abstractmethods ast.Match base64.b32hexdecode base64.b32hexencode contextlib.AsyncContextDecorator
        contextlib.aclosing dataclasses.KW_ONLY importlib.metadata.packages_distributions inspect.get_annotations
        itertools.pairwise platform.freedesktop_os_release statistics.correlation statistics.covariance
        statistics.linear_regression sys.orig_argv sys.stdlib_module_names threading.getprofile threading.gettrace
        types.EllipsisType types.NoneType types.NotImplementedType types.UnionType typing.Concatenate typing.ParamSpec
        typing.ParamSpecArgs typing.ParamSpecKwargs typing.TypeAlias typing.TypeGuard typing.is_typeddict
    """,
    (3, 11): """
        asyncio.Barrier asyncio.BrokenBarrierError asyncio.Runner asyncio.TaskGroup asyncio.timeout asyncio.timeout_at
        contextlib.chdir datetime.UTC enum.EnumCheck enum.EnumType enum.FlagBoundary enum.ReprEnum enum.StrEnum
        enum.global_enum enum.member enum.nonmember enum.property enum.verify hashlib.file_digest
        inspect.getmembers_static locale.getencoding logging.getLevelNamesMapping math.cbrt math.exp2 operator.call
        re.NOFLAG sys.exception typing.LiteralString typing.Never typing.NotRequired typing.Required typing.Self
        typing.TypeVarTuple typing.Unpack typing.assert_never typing.assert_type typing.clear_overloads
        typing.dataclass_transform typing.get_overloads typing.reveal_type
    """,
    (3, 12): """
        calendar.Day calendar.Month collections.abc.Buffer inspect.BufferFlags inspect.markcoroutinefunction
        itertools.batched logging.getHandlerByName logging.getHandlerNames math.sumprod random.binomialvariate
        sys.monitoring threading.setprofile_all_threads threading.settrace_all_threads types.get_original_bases
        typing.TypeAliasType typing.override
    """,
    (3, 13): """
        base64.z85decode base64.z85encode copy.replace glob.translate math.fma os.process_cpu_count
        pathlib.UnsupportedOperation queue.ShutDown re.PatternError statistics.kde statistics.kde_random
        typing.NoDefault typing.ReadOnly typing.TypeIs typing.get_protocol_members typing.is_protocol
        warnings.deprecated
    """,
}
MODULES: Final[Mapping[str, Version]] = {name: version for version, names in _MODULES.items() for name in names.split()}
NAMES: Final[Mapping[str, Version]] = {name: version for version, names in _NAMES.items() for name in names.split()}

# Methods that only ``str`` and ``bytes`` have (pandas' ``.str.removeprefix`` is its own), and one of ``int``, for what
# is evidently one.
METHODS: Final[Mapping[str, Version]] = {"removeprefix": (3, 9), "removesuffix": (3, 9), "bit_count": (3, 10)}


class Argument(NamedTuple):
    """A keyword argument that a function of the standard library took on later."""

    function: str
    name: str
    version: Version


ARGUMENTS: Final = (
    Argument("zip", "strict", (3, 10)),
    *(Argument("dataclasses.dataclass", name, (3, 10)) for name in ("kw_only", "match_args", "slots")),
    Argument("dataclasses.dataclass", "weakref_slot", (3, 11)),
    Argument("dataclasses.field", "kw_only", (3, 10)),
    *(
        Argument(f"bisect.{name}", "key", (3, 10))
        for name in ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")
    ),
    Argument("ast.dump", "indent", (3, 9)),
    Argument("argparse.ArgumentParser", "exit_on_error", (3, 9)),
    Argument("glob.glob", "root_dir", (3, 10)),
    Argument("glob.iglob", "root_dir", (3, 10)),
    *(Argument(f"hashlib.{name}", "usedforsecurity", (3, 9)) for name in ("md5", "sha1", "sha256")),
    Argument("logging.basicConfig", "encoding", (3, 9)),
    Argument("random.sample", "counts", (3, 9)),
    Argument("tempfile.TemporaryDirectory", "ignore_cleanup_errors", (3, 10)),
)

# Classes that can be subscripted (``deque[int]``) since 3.9 only.
_GENERICS: Final = """
    asyncio.Future asyncio.Queue asyncio.Task collections.ChainMap collections.Counter collections.OrderedDict
    collections.defaultdict collections.deque collections.abc.AsyncGenerator collections.abc.AsyncIterable
    collections.abc.AsyncIterator collections.abc.Awaitable collections.abc.ByteString collections.abc.Callable
    collections.abc.Collection collections.abc.Container collections.abc.Coroutine collections.abc.Generator
    collections.abc.ItemsView collections.abc.Iterable collections.abc.Iterator collections.abc.KeysView
    collections.abc.Mapping collections.abc.MappingView collections.abc.MutableMapping collections.abc.MutableSequence
    collections.abc.MutableSet collections.abc.Reversible collections.abc.Sequence collections.abc.Set
    collections.abc.ValuesView concurrent.futures.Future contextlib.AbstractAsyncContextManager
    contextlib.AbstractContextManager functools.cached_property functools.partial itertools.chain logging.LoggerAdapter
    os.PathLike queue.PriorityQueue queue.Queue re.Match re.Pattern subprocess.CompletedProcess subprocess.Popen
    tempfile.TemporaryDirectory types.MappingProxyType weakref.WeakKeyDictionary weakref.WeakSet
    weakref.WeakValueDictionary weakref.ref
"""
BUILTIN_GENERICS: Final = frozenset(("dict", "frozenset", "list", "set", "tuple", "type"))
GENERICS: Final = frozenset(_GENERICS.split())

GENERIC_LAST_NAMES: Final = frozenset(name.rpartition(".")[2] for name in GENERICS)

# What ``typing`` calls the built-in ones.
TYPING_FORMS: Final[Mapping[str, str]] = {
    **{name: name.capitalize() for name in ("dict", "list", "set", "tuple", "type")},
    "frozenset": "FrozenSet",
}

# Expressions that are exactly the same.
EQUALS: Final[Mapping[str, str]] = {
    "functools.cache": "functools.lru_cache(maxsize=None)",
    "datetime.UTC": "datetime.timezone.utc",
    "types.NoneType": "type(None)",
}

# What typing_extensions, which TensorFlow 2.9 requires, had when the image was built (4.2, April 2022).
_TYPING_EXTENSIONS: Final = """
    Annotated Concatenate LiteralString Never NotRequired ParamSpec ParamSpecArgs ParamSpecKwargs Required Self
    TypeAlias TypeGuard TypeVarTuple Unpack assert_never assert_type clear_overloads dataclass_transform get_overloads
    is_typeddict reveal_type
"""
TYPING_EXTENSIONS: Final = frozenset(_TYPING_EXTENSIONS.split())


def by_last_name(names: Mapping[str, Version]) -> Mapping[str, tuple[str, ...]]:
    """``{"pairwise": ("itertools.pairwise",)}``."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        last = name.rpartition(".")[2]
        found[last] = (*found.get(last, ()), name)
    return found
