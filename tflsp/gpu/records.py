"""Snapshots as JSON objects and back; docs/gpu.md says what is in them.

What is read may come from another version, or from a container that means no good: anything that is not what it should
be counts as missing, and no text keeps its control characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from tflsp.bilingual import either
from tflsp.gpu.problems import problem_of
from tflsp.gpu.state import (
    Clocks,
    Ecc,
    Gpu,
    Memory,
    MigDevice,
    Missing,
    Process,
    Snapshot,
    System,
    Utilization,
    Value,
    known,
)

T = TypeVar("T")
Record = dict[str, Any]

# More than any machine has; a list without end is not read to its end.
_MOST_GPUS, _MOST_PROCESSES, _LONGEST = 256, 4096, 256
# A number that is no float's any more would fail wherever it is shown.
_GREATEST = 1 << 62
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SNAKE = re.compile(r"_([a-z])")


def record_of(snapshot: Snapshot, language: str = "en") -> Record:
    """The snapshot as JSON. A missing value is null, and ``missing`` of its GPU says why, by path."""
    gpus = []
    for gpu in snapshot.gpus:
        missing: dict[str, str] = {}
        record = {_camel(field.name): _plain(getattr(gpu, field.name), field.name, missing) for field in fields(gpu)}
        record["problem"] = _problem(gpu.problem, language)
        gpus.append({**record, "missing": missing})
    return {
        "time": round(snapshot.time, 3),
        "source": snapshot.source,
        "driver": known(snapshot.system.driver),
        "cuda": known(snapshot.system.cuda),
        "hostPids": snapshot.host_pids,
        "problem": _problem(snapshot.problem, language),
        "gpus": gpus,
    }


def snapshot_of(record: object) -> Snapshot:
    """The snapshot in a JSON object; never raises."""
    read = _Reader(record)
    return Snapshot(
        time=known(read.number("time")) or 0.0,
        source=known(read.text("source")) or "",
        system=System(read.text("driver"), read.text("cuda")),
        gpus=tuple(_gpu(number, each) for number, each in enumerate(read.list("gpus", _MOST_GPUS))),
        problem=known(_Reader(read.table.get("problem")).text("code")),
        host_pids=read.table.get("hostPids") is True,
    )


def clean(text: str) -> str:
    """Text of others, fit for a terminal and a line: without control characters, and of a length."""
    return _CONTROL.sub("\ufffd", text[:_LONGEST])


def _plain(value: object, path: str, missing: dict[str, str]) -> Any:
    match value:
        case Missing(why):
            missing[_camel(path)] = why
            return None
        case str():
            return clean(value)
        case tuple():
            return [_plain(each, f"{path}.{number}", missing) for number, each in enumerate(value)]
        case _ if is_dataclass(value):
            return {
                _camel(field.name): _plain(getattr(value, field.name), f"{path}.{field.name}", missing)
                for field in fields(value)
            }
    return value


def _problem(code: str | None, language: str) -> Record | None:
    if code is None:
        return None
    found = problem_of(code)
    message, remedy = either(language, found.message), either(language, found.remedy)
    return {"code": code, "message": message, "remedy": remedy, "normal": found.normal}


def _camel(name: str) -> str:
    return _SNAKE.sub(lambda found: found[1].upper(), name)


class _Reader:
    """A JSON object whose values are what they should be, or missing."""

    def __init__(self, record: object, missing: Mapping[str, Any] | None = None, path: str = "") -> None:
        self.table: Mapping[str, Any] = record if isinstance(record, dict) else {}
        self._missing = missing or {}
        self._path = path

    def why(self, key: str) -> Missing:
        why = self._missing.get(self._path + key)
        return Missing(clean(why) if isinstance(why, str) else "not-reported")

    def text(self, key: str) -> Value[str]:
        value = self.table.get(key)
        return clean(value) if isinstance(value, str) else self.why(key)

    def whole(self, key: str) -> Value[int]:
        value = self.table.get(key)
        fit = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _GREATEST
        return value if fit and isinstance(value, int) else self.why(key)

    def number(self, key: str) -> Value[float]:
        value = self.table.get(key)
        fit = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _GREATEST
        return float(value) if fit and value is not None else self.why(key)

    def truth(self, key: str) -> Value[bool]:
        value = self.table.get(key)
        return value if isinstance(value, bool) else self.why(key)

    def list(self, key: str, most: int) -> list[Any]:
        value = self.table.get(key)
        return value[:most] if isinstance(value, list) else []

    def inner(self, key: str, make: Callable[[_Reader], Value[T]]) -> Value[T]:
        value = self.table.get(key)
        return make(self._into(value, key)) if isinstance(value, dict) else self.why(key)

    def many(self, key: str, most: int, make: Callable[[int, _Reader], T]) -> Value[tuple[T, ...]]:
        if not isinstance(self.table.get(key), list):
            return self.why(key)
        return tuple(
            make(number, self._into(each, f"{key}.{number}")) for number, each in enumerate(self.list(key, most))
        )

    def _into(self, value: object, key: str) -> _Reader:
        return _Reader(value, self._missing, f"{self._path}{key}.")


def _gpu(number: int, record: object) -> Gpu:
    missing = record.get("missing") if isinstance(record, dict) else None
    read = _Reader(record, missing if isinstance(missing, dict) else None)
    index = read.whole("index")
    return Gpu(
        index=number if isinstance(index, Missing) else index,
        uuid=read.text("uuid"),
        name=read.text("name"),
        bus=read.text("bus"),
        compute_capability=read.text("computeCapability"),
        memory=read.inner("memory", _memory),
        utilization=read.inner("utilization", _utilization),
        mig=_or_none(read, "mig", lambda: read.many("mig", _MOST_GPUS, _part)),
        temperature=read.whole("temperature"),
        power=read.number("power"),
        power_limit=read.number("powerLimit"),
        clocks=read.inner("clocks", lambda inner: Clocks(inner.whole("sm"), inner.whole("memory"))),
        fan=read.whole("fan"),
        throttling=read.many("throttling", 64, lambda at, _: _name(read, at)),
        ecc=_or_none(read, "ecc", lambda: read.inner("ecc", _ecc)),
        persistence=read.truth("persistence"),
        processes=read.many("processes", _MOST_PROCESSES, _process),
        problem=known(_Reader(read.table.get("problem")).text("code")),
    )


def _or_none(read: _Reader, key: str, make: Callable[[], Value[T]]) -> Value[T | None]:
    """Null is a value where no reason says that it is missing."""
    if key in read.table and read.table[key] is None and read.why(key).why == "not-reported":
        return None
    return make()


def _memory(read: _Reader) -> Value[Memory]:
    total, used, free = read.whole("total"), read.whole("used"), read.whole("free")
    if isinstance(total, Missing) or isinstance(used, Missing) or isinstance(free, Missing):
        return Missing("unreadable")
    return Memory(total, used, free, read.whole("reserved"))


def _utilization(read: _Reader) -> Value[Utilization]:
    gpu = read.whole("gpu")
    return gpu if isinstance(gpu, Missing) else Utilization(gpu, read.whole("memory"))


def _ecc(read: _Reader) -> Value[Ecc]:
    enabled = read.truth("enabled")
    return enabled if isinstance(enabled, Missing) else Ecc(enabled, read.whole("corrected"), read.whole("uncorrected"))


def _part(number: int, read: _Reader) -> MigDevice:
    index = read.whole("index")
    at = number if isinstance(index, Missing) else index
    return MigDevice(at, read.text("uuid"), read.text("name"), read.inner("memory", _memory))


def _process(number: int, read: _Reader) -> Process:
    pid, kind = read.whole("pid"), known(read.text("kind"))
    container = known(read.text("container"))
    return Process(known(pid) or 0, kind or "compute", read.whole("memory"), read.text("name"), container)


def _name(read: _Reader, at: int) -> str:
    value = read.table["throttling"][at]
    return clean(value) if isinstance(value, str) else "?"
