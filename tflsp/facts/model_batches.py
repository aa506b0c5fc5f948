"""Where data is cut into batches: ``batch`` of tf.data, ``flow`` of generators; and what a map does to the axes."""

from __future__ import annotations

from typing import Final

from tflsp.facts.document_facts import Located
from tflsp.facts.model_pipelines import dataset_method
from tflsp.facts.model_values import Abstract, Arguments, Function, Known, Stream, whole_number
from tflsp.facts.python_calls import PythonCode
from tflsp.facts.python_statements import PyDefine
from tflsp.facts.python_values import CallValue, Unknown
from tflsp.facts.training import BatchSize

# Position of the batch size among the parameters.
_POSITIONS: Final = {"batch": 0, "flow": 2}
# What the function of a map may add an axis with.
_RESHAPING: Final = ("expand_dims", "newaxis", "[None", "reshape", "batch", "stack", "py_function")


def stream_method(
    stream: Stream, name: str, call: CallValue, given: Arguments, code: Located[PythonCode] | None
) -> Abstract:
    """What a method of a tf.data.Dataset gives."""
    if name != "batch":
        return dataset_method(stream, name, given, _reshapes(given.get("map_func", 0), call, code))
    if stream.batched is not False:
        return Stream(batched=True if stream.batched else None, kind=stream.kind)
    return Stream(stream.length, stream.sample, True, batch_of(call, given, "batch", code), source=stream.source)


def batch_of(
    call: CallValue, given: Arguments, given_by: str, code: Located[PythonCode] | None
) -> Located[BatchSize] | None:
    """The batch size that a call of ``batch`` or ``flow`` is given; None where it is not known."""
    position = _POSITIONS[given_by]
    size, written = given.get("batch_size", position), call.argument("batch_size", position)
    number = whole_number(size)
    if number is None or number <= 0 or written is None or code is None or not isinstance(size, Known):
        return None
    fact = BatchSize(code.fact.region, written.span, number, given_by, size.where, size.computed)
    return Located(fact, code.chunk)


def _reshapes(function: Abstract | None, call: CallValue, code: Located[PythonCode] | None) -> bool | None:
    """Whether a map's function may add the batch's axis; None where it cannot be seen."""
    if isinstance(function, Function):
        return reshaping_words(function.define)
    if call.positional and isinstance(call.positional[0], Unknown) and code is not None:
        text = call.positional[0].span.of(code.fact.region.text)
    else:
        return None
    return _has_words(text)


def reshaping_words(define: PyDefine) -> bool:
    """Whether a function's text has a word of those that add an axis."""
    return _has_words(define.span.of(define.region.text))


def _has_words(text: str) -> bool:
    return any(word in text for word in _RESHAPING)
