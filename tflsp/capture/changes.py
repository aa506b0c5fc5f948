"""What has changed between two states of a program's hyperparameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.dataclass import dataclass
from tflsp.facts.python_settings import agree, setting_name, written_value


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``old`` is None for what was added, ``new`` for what was removed.

    ``name`` is a hyperparameter's, or ``layer``, ``callback``, ``pipeline`` or ``seed``.
    """

    name: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        """``learning_rate: 0.01 -> 0.001``, ``layer: + Dropout(0.3)``, ``layer: - Dense(64)``."""
        if self.old is None:
            return f"{self.name}: + {self.new}"
        if self.new is None:
            return f"{self.name}: - {self.old}"
        return f"{self.name}: {self.old} -> {self.new}"


def changes(old: Hyperparameters, new: Hyperparameters) -> tuple[Change, ...]:
    """What is different, in the order of the program: values, then layers, callbacks, the pipeline, seeds.

    A batch size that stands in the pipeline as well is told once, as a value.
    """
    found = list(_of_values(old.values, new.values))
    found += _of_calls("layer", old.layers, new.layers)
    found += _of_calls("callback", old.callbacks, new.callbacks)
    said = {(f"batch({each.old})", f"batch({each.new})") for each in found if each.name == "batch_size"}
    found += (each for each in _of_calls("pipeline", old.pipeline, new.pipeline) if (each.old, each.new) not in said)
    for name, before, after in _pairs(old.seeds, new.seeds):
        found.append(Change("seed", _seed(name, before), _seed(name, after)))
    return tuple(found)


def changes_told(told: Mapping[str, str], new: Hyperparameters) -> Iterator[Change]:
    """What is different from what a text says of single values; what it says nothing of may have changed too."""
    for name, written in new.values.items():
        meant = setting_name(name)
        old, value = told.get(meant, ""), written_value(meant, written)
        before = written_value(meant, old)
        if before is not None and value is not None and not agree(before, value):
            yield Change(name, old, written)


def _of_values(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name, before, after in _pairs(old, new):
        yield Change(name, before, after)


def _pairs(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    for name in dict.fromkeys((*new, *old)):
        if (before := old.get(name)) != (after := new.get(name)):
            yield name, before, after


def _seed(name: str, value: str | None) -> str | None:
    return None if value is None else f"{name}({value})"


def _of_calls(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for kind, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from _replaced(name, old[first:last], new[begin:end])


def _replaced(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Calls of the same function are one that has changed; the others have gone or come."""
    kinds = SequenceMatcher(None, list(map(_called, old)), list(map(_called, new)), autojunk=False)
    for kind, first, last, begin, end in kinds.get_opcodes():
        if kind == "equal":
            yield from (Change(name, *pair) for pair in zip(old[first:last], new[begin:end], strict=True))
        else:
            yield from (Change(name, each, None) for each in old[first:last])
            yield from (Change(name, None, each) for each in new[begin:end])


def _called(call: str) -> str:
    return call.partition("(")[0]
