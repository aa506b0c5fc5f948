"""Known data sets, and what the arguments of load_data make of them."""

from __future__ import annotations

import pytest

from tflsp.tensorflow.datasets import DATASETS, find, loaded
from tflsp.tensorflow.layers import UNKNOWN, Shape
from tflsp.tensorflow.sizes import tensor_bytes


@pytest.mark.parametrize(
    ("name", "train", "test", "sample", "dtype", "classes"),
    [
        ("mnist", 60_000, 10_000, (28, 28), "uint8", 10),
        ("fashion_mnist", 60_000, 10_000, (28, 28), "uint8", 10),
        ("cifar10", 50_000, 10_000, (32, 32, 3), "uint8", 10),
        ("cifar100", 50_000, 10_000, (32, 32, 3), "uint8", 100),
        ("imdb", 25_000, 25_000, (None,), "object", 2),
        ("reuters", 8_982, 2_246, (None,), "object", 46),
        ("boston_housing", 404, 102, (13,), "float64", None),
    ],
)
def test_known(name: str, train: int, test: int, sample: Shape, dtype: str, classes: int | None) -> None:
    found = DATASETS[name]
    assert (found.train, found.test, found.sample, found.dtype, found.classes) == (train, test, sample, dtype, classes)


@pytest.mark.parametrize(
    "name", ["mnist", "mnist.load_data", "tf.keras.datasets.mnist", "keras.datasets.mnist.load_data"]
)
def test_find(name: str) -> None:
    assert find(name) is DATASETS["mnist"]


@pytest.mark.parametrize("name", ["", "mine.mnist", "svhn", "tf.keras.datasets", "tf.keras.datasets.mnist.x"])
def test_find_nothing(name: str) -> None:
    assert find(name) is None


@pytest.mark.parametrize(
    ("name", "positional", "keywords", "lengths", "classes"),
    [
        ("mnist", (), {}, (60_000, 10_000), 10),
        ("mnist", ("other.npz",), {}, (60_000, 10_000), 10),
        ("reuters", (), {"num_words": 10_000}, (8_982, 2_246), 46),
        ("reuters", (), {"test_split": 0.5}, (5_614, 5_614), 46),
        ("reuters", (), {"test_split": UNKNOWN}, (None, None), 46),
        ("reuters", (), {"test_split": 1.5}, (None, None), 46),
        ("boston_housing", ("x.npz", 0.1), {}, (455, 51), None),
        ("boston_housing", (), {"test_split": 0}, (506, 0), None),
        ("imdb", (), {"maxlen": 100}, (None, None), 2),
        ("imdb", ("imdb.npz", None, 0, UNKNOWN), {}, (None, None), 2),
        ("cifar100", ("coarse",), {}, (50_000, 10_000), 20),
        ("cifar100", (), {"label_mode": UNKNOWN}, (50_000, 10_000), None),
    ],
)
def test_loaded(
    name: str,
    positional: tuple[object, ...],
    keywords: dict[str, object],
    lengths: tuple[int | None, int | None],
    classes: int | None,
) -> None:
    found = loaded(DATASETS[name], positional, keywords)
    assert (found.train, found.test) == lengths
    assert found.classes == classes


def test_the_whole_of_mnist() -> None:
    mnist = DATASETS["mnist"]
    assert tensor_bytes((mnist.train, *mnist.sample), mnist.dtype) == 47_040_000
