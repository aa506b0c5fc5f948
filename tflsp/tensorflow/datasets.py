"""The data sets of `tf.keras.datasets` in 2.9: how many samples, of which shape and type.

From the docstrings and code of keras 2.9.0, keras/datasets. What an argument of load_data changes is worked out, or
unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tflsp.dataclass import dataclass, replace
from tflsp.tensorflow.layers.model import UNKNOWN, Shape


@dataclass(frozen=True, slots=True)
class Dataset:
    """What `load_data()` returns: `(x_train, y_train), (x_test, y_test)`.

    `train` and `test` are lengths; None where an argument decides them. `sample` and `label` are shapes of one of
    each; a sample of (None,) is a list of numbers whose length varies. `classes` is None for regression.
    """

    name: str
    train: int | None
    test: int | None
    sample: Shape
    dtype: str
    label: Shape
    label_dtype: str
    classes: int | None


DATASETS: Final[Mapping[str, Dataset]] = {
    found.name: found
    for found in (
        Dataset("boston_housing", 404, 102, (13,), "float64", (), "float64", None),
        Dataset("cifar10", 50_000, 10_000, (32, 32, 3), "uint8", (1,), "uint8", 10),
        Dataset("cifar100", 50_000, 10_000, (32, 32, 3), "uint8", (1,), "int64", 100),
        Dataset("fashion_mnist", 60_000, 10_000, (28, 28), "uint8", (), "uint8", 10),
        Dataset("imdb", 25_000, 25_000, (None,), "object", (), "int64", 2),
        Dataset("mnist", 60_000, 10_000, (28, 28), "uint8", (), "uint8", 10),
        Dataset("reuters", 8_982, 2_246, (None,), "object", (), "int64", 46),
    )
}
"""By module name, as loaded without arguments."""

_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "boston_housing": ("path", "test_split", "seed"),
    "cifar100": ("label_mode",),
    "imdb": ("path", "num_words", "skip_top", "maxlen"),
    "reuters": ("path", "num_words", "skip_top", "maxlen", "test_split"),
}


def find(name: str) -> Dataset | None:
    """The data set that a dotted name means: `tf.keras.datasets.mnist`, with or without `.load_data`; or `mnist`."""
    parts = name.removesuffix(".load_data").split(".")
    if len(parts) > 1 and parts[-2] != "datasets":
        return None
    return DATASETS.get(parts[-1])


def loaded(
    dataset: Dataset, positional: Sequence[object] = (), keywords: Mapping[str, object] | None = None
) -> Dataset:
    """The data set as these arguments of `load_data` give it; lengths and classes are None where they decide them.

    Values that are no literals are given as UNKNOWN.
    """
    given = dict(zip(_ORDER.get(dataset.name, ()), positional, strict=False)) | dict(keywords or {})
    if given.get("maxlen") is not None:
        # Longer reviews are dropped, not cut: how many remain is in the data.
        return replace(dataset, train=None, test=None)
    if given.get("label_mode", "fine") != "fine":
        return replace(dataset, classes=20 if given["label_mode"] == "coarse" else None)
    if "test_split" not in given or dataset.train is None or dataset.test is None:
        return dataset
    split, total = given["test_split"], dataset.train + dataset.test
    if split is UNKNOWN or not isinstance(split, int | float) or not 0 <= split < 1:
        return replace(dataset, train=None, test=None)
    train = int(total * (1 - split))
    return replace(dataset, train=train, test=total - train)
