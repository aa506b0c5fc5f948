"""Where a program sets what a training goes by: learning rate, batch size, epochs, optimizer, rates of dropout and
decay, momentum, constants in capitals.

Each with the place where its value is written, so that it can be compared with what a text says, and changed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from tflsp.facts.python_calls import PythonCode
from tflsp.facts.python_statements import PyAssign, PyCall, PyDefine, PyReturn
from tflsp.facts.python_values import Attribute, CallValue, Literal, Name, Value, calls_in
from tflsp.tensorflow.optimizers import OPTIMIZERS
from tflsp.text import Span
from tflsp.text.patterns import pattern

LEARNING_RATE, BATCH_SIZE, EPOCHS, OPTIMIZER = "learning_rate", "batch_size", "epochs", "optimizer"
_NAMES = (
    (
        LEARNING_RATE,
        pattern(r"(?:初始|initial[ _]|base[ _])?(?:学习率|learning[ _-]?rate|lr)\Z", re.IGNORECASE),
    ),
    (BATCH_SIZE, pattern(r"批(?:次|量|处理)?大小|batch[ _-]?size\Z", re.IGNORECASE)),
    (EPOCHS, pattern(r"(?:训练|迭代)?轮[数次]\Z|(?:num(?:ber)?[ _](?:of[ _])?)?epochs?\Z", re.IGNORECASE)),
    ("dropout_rate", pattern(r"(?:随机)?(?:丢弃|失活)率\Z|dropout(?:[ _-]?(?:rate|prob))?\Z", re.IGNORECASE)),
    ("weight_decay", pattern(r"权重衰减(?:系数)?\Z|weight[ _-]?decay\Z", re.IGNORECASE)),
    ("momentum", pattern(r"动量(?:系数)?\Z|momentum\Z", re.IGNORECASE)),
    (OPTIMIZER, pattern(r"优化器\Z|optimi[sz]er\Z", re.IGNORECASE)),
)
_CONSTANT = pattern(r"[A-Z][A-Z0-9_]{2,}\Z")
_NUMBER = pattern(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.\d*)?(?:[eE][-+]?\d+)?\Z")
_WORD = pattern(r"\A(?P<name>[A-Za-z]+)(?![A-Za-z])")


class Setting(NamedTuple):
    """A value as a program has it at ``span`` of its region; None where it is no literal.

    ``refers`` is the name that stands there instead. ``is_certain`` is False for a default that a caller may override.
    ``is_alone``: an optimizer that is given nothing but a learning rate.
    """

    name: str
    value: float | str | None
    span: Span
    refers: str = ""
    is_certain: bool = True
    is_alone: bool = True


def setting_name(name: str) -> str:
    """What a parameter's name stands for, in a text or in a program: itself for a constant, empty for others."""
    name = name.strip(" `*")
    known = next((canonical for canonical, words in _NAMES if words.match(name)), "")
    return known or (name if _CONSTANT.match(name) else "")


def bare(written: str) -> str:
    """A value without the marks of Markdown around it and the sentence's behind it."""
    return written.rstrip("。.;；,， `*").lstrip(" `*")


def written_value(name: str, written: str) -> float | str | None:
    """What a text says that ``name`` is: a number, an optimizer's name; None for anything else."""
    if not name or not written:
        return None
    if name == OPTIMIZER:
        word = _WORD.match(written)
        return word["name"] if word is not None and word["name"].lower() in OPTIMIZERS else None
    return float(written.replace(",", "").replace("_", "")) if _NUMBER.match(written) else None


def agree(one: float | str | None, other: float | str | None) -> bool:
    """Whether two values are known and the same."""
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return False
    return math.isclose(one, other, rel_tol=1e-9)


def settings_of(code: PythonCode) -> tuple[Setting, ...]:
    """The settings of a piece of code, in their order. To be used through ``code.derive``."""
    return tuple(_settings(code))


def assigned(code: PythonCode) -> tuple[tuple[str, Value], ...]:
    """What names stand for where they are assigned. To be used through ``code.derive``."""
    return tuple(
        (statement.names[0], statement.value)
        for statement in code.statements
        if isinstance(statement, PyAssign) and len(statement.names) == 1
    )


def literal_of(value: Value) -> float | str | None:
    """A number or a text that stands there as such."""
    if not isinstance(value, Literal) or isinstance(value.value, bool):
        return None
    return value.value if isinstance(value.value, int | float | str) else None


def _settings(code: PythonCode) -> Iterator[Setting]:
    for statement in code.statements:
        match statement:
            case PyAssign(value=value):
                names = statement.names
                name = setting_name(names[0].rpartition(".")[2]) if len(names) == 1 else ""
                if name and name != OPTIMIZER and statement.operator == "=" and literal_of(value) is not None:
                    yield Setting(name, literal_of(value), value.span)
                yield from _in(value)
            case PyCall(call=call):
                yield from _in(call)
            case PyReturn(value=Value() as value):
                yield from _in(value)
            case PyDefine(parameters=parameters):
                for parameter, default in parameters.items():
                    name = setting_name(parameter)
                    if name and default is not None and literal_of(default) is not None:
                        yield Setting(name, literal_of(default), default.span, is_certain=False)


def _in(value: Value) -> Iterator[Setting]:
    for call in calls_in(value):
        last = call.callee.name if isinstance(call.callee, Attribute) else call.name
        optimizer = OPTIMIZERS.get(last.lower()) if last[:1].isupper() else None
        if optimizer is not None:
            is_alone = len(call.positional) + len(call.keywords) <= 1 and all(
                setting_name(keyword.name) == LEARNING_RATE for keyword in call.keywords
            )
            end = call.callee.span.end
            yield Setting(OPTIMIZER, optimizer.name, Span(end - len(last), end), is_alone=is_alone)
            if call.positional:
                yield _given(LEARNING_RATE, call.positional[0])
        elif last == "batch" and len(call.positional) == 1 and isinstance(call.callee, Attribute):
            yield _given(BATCH_SIZE, call.positional[0])
        yield from _keywords(call, is_optimizer=optimizer is not None)


def _keywords(call: CallValue, *, is_optimizer: bool) -> Iterator[Setting]:
    for keyword in call.keywords:
        name = setting_name(keyword.name)
        if name == OPTIMIZER:
            if isinstance(literal_of(keyword.value), str):
                yield _given(OPTIMIZER, keyword.value)
        elif name == LEARNING_RATE:
            if is_optimizer or literal_of(keyword.value) is not None:
                yield _given(name, keyword.value)
        elif name in (BATCH_SIZE, EPOCHS):
            yield _given(name, keyword.value)


def _given(name: str, value: Value) -> Setting:
    literal = literal_of(value)
    refers = value.name if isinstance(value, Name) else ""
    span = value.span
    if name == OPTIMIZER and isinstance(value, Literal) and isinstance(literal, str):
        known = OPTIMIZERS.get(literal.lower())
        return Setting(name, known.name if known is not None else None, value.content or span)
    return Setting(name, literal, span, refers)
