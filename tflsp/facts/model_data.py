"""Data by the calls that load, pad, encode or split it; anything else is an array's or a pipeline's call."""

from __future__ import annotations

import math

from tflsp.dataclass import replace
from tflsp.facts.model_arrays import array_call
from tflsp.facts.model_pipelines import pipeline_call
from tflsp.facts.model_values import (
    NOTHING_KNOWN,
    Abstract,
    Arguments,
    Array,
    Items,
    Known,
    plain,
    whole_number,
)
from tflsp.tensorflow.datasets import Dataset, find, loaded


def data_call(name: str, given: Arguments) -> Abstract:
    """What a function of Keras, NumPy, TensorFlow or scikit-learn makes, where that is an array or a data set."""
    if name.endswith(("preprocessing.sequence.pad_sequences", "utils.pad_sequences")):
        first, length = given.get("sequences", 0), whole_number(given.get("maxlen", 1))
        return Array((first.length, length), "int32", first.source) if isinstance(first, Array) else NOTHING_KNOWN
    if name.endswith("utils.to_categorical") and isinstance(first := given.get("y", 0), Array):
        classes = whole_number(given.get("num_classes", 1))
        return Array((first.length, classes), "float32", first.source)
    if name.endswith("model_selection.train_test_split"):
        return _split(given)
    if name.endswith(".load_data") and ("datasets." in name or name.count(".") == 1):
        known = find(name)
        return _loaded(known, given) if known is not None else NOTHING_KNOWN
    made = array_call(name, given)
    return pipeline_call(name, given) if made is NOTHING_KNOWN else made


def _loaded(dataset: Dataset, given: Arguments) -> Abstract:
    if not given.certain:
        return NOTHING_KNOWN
    data = loaded(
        dataset,
        [plain(value) for value in given.positional],
        {name: plain(value) for name, value in given.keywords.items()},
    )

    def pair(length: int | None) -> Items:
        x = Array((length, *data.sample) if data.sample != (None,) else (length,), data.dtype, data.name)
        return Items((x, Array((length, *data.label), data.label_dtype, data.name)))

    return Items((pair(data.train), pair(data.test)))


def _split(given: Arguments) -> Abstract:
    """scikit-learn's train_test_split: the test part is rounded up."""
    size = plain(given.get("test_size") or Known(None))
    train = plain(given.get("train_size") or Known(None))
    parts: list[Abstract] = []
    for array in given.positional:
        if not isinstance(array, Array) or not array.shape or array.length is None or train is not None:
            parts += (NOTHING_KNOWN, NOTHING_KNOWN)
            continue
        share = 0.25 if size is None else size
        if isinstance(share, bool) or not isinstance(share, int | float):
            return NOTHING_KNOWN
        test = share if isinstance(share, int) else math.ceil(array.length * share)
        parts += (
            replace(array, shape=(array.length - test, *array.shape[1:])),
            replace(array, shape=(test, *array.shape[1:])),
        )
    return Items(tuple(parts))
