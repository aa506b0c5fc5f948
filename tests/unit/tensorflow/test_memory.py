"""The memory estimate: its parts by hand, its arithmetic, and the batch that fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.tensorflow.measured import MEASURED
from tflsp.tensorflow.layers import UNKNOWN, Layer, Shape, bind, stack
from tflsp.tensorflow.memory import (
    ModelEstimate,
    Part,
    Row,
    Verdict,
    estimate,
    explain,
    largest_power_of_two,
    verdict,
)

GIB = 2**30


def layer(kind: str, *positional: object, **keywords: object) -> Layer:
    found = bind(kind, positional, keywords)
    assert found is not None
    return found


def made(layers: Sequence[Layer], shape: Shape, slots: int = 2, **settings: bool) -> ModelEstimate | None:
    return estimate(list(zip(layers, stack(layers, shape), strict=True)), shape, slots=slots, **settings)


def known(layers: Sequence[Layer], shape: Shape, slots: int = 2, **settings: bool) -> ModelEstimate:
    found = made(layers, shape, slots, **settings)
    assert found is not None
    return found


MLP = [layer("Dense", 128, "relu"), layer("Dense", 10)]
WEIGHTS = 784 * 128 + 128 + 128 * 10 + 10


def test_parts_of_a_small_model() -> None:
    model = known(MLP, (784,))
    assert model.weight_bytes == model.gradient_bytes == 4 * WEIGHTS
    assert model.slot_bytes == 2 * 4 * WEIGHTS
    assert model.input_bytes == 4 * 784
    assert model.saved_bytes == 4 * (128 + 10)
    assert model.working_bytes == 4 * 2 * 128
    assert model.fixed_bytes == 4 * 4 * WEIGHTS
    assert model.bytes_per_sample == 4 * (784 + 138 + 256)
    assert model.total(0) == model.fixed_bytes
    assert model.total(60_000) == 284_348_320


@pytest.mark.parametrize(("slots", "copies"), [(0, 2), (1, 3), (2, 4), (3, 5)])
def test_optimizer_slots_are_further_copies(slots: int, copies: int) -> None:
    assert known(MLP, (784,), slots).fixed_bytes == copies * 4 * WEIGHTS


def test_mixed_precision_halves_activations_and_not_weights() -> None:
    whole, mixed = known(MLP, (784,)), known(MLP, (784,), mixed_float16=True)
    assert mixed.fixed_bytes == whole.fixed_bytes
    assert mixed.bytes_per_sample * 2 == whole.bytes_per_sample


def test_inference_keeps_nothing() -> None:
    model = known(MLP, (784,), training=False)
    assert model.fixed_bytes == 4 * WEIGHTS
    assert model.bytes_per_sample == 4 * (784 + 256)


def test_frozen_layers_have_no_gradients() -> None:
    frozen = [layer("Dense", 128, trainable=False), layer("Dense", 10)]
    model = known(frozen, (784,))
    assert model.weight_bytes == 4 * WEIGHTS
    assert model.gradient_bytes == 4 * 1290
    assert model.slot_bytes == 2 * 4 * 1290


@pytest.mark.parametrize(("following", "saved"), [("ReLU", 1), ("Activation", 1), ("LeakyReLU", 2), ("Dropout", 3)])
def test_a_normalisation_gives_its_buffer_to_the_activation_after_it(following: str, saved: int) -> None:
    rate = {"Activation": ("relu",), "Dropout": (0.5,)}.get(following, ())
    model = known([layer("BatchNormalization"), layer(following, *rate)], (8, 8, 4))
    assert model.saved_bytes == 4 * saved * 256


def test_a_layers_own_dtype_counts() -> None:
    double = known([layer("Dense", 8, dtype="float64")], (4,), 0)
    single = known([layer("Dense", 8)], (4,), 0)
    assert double.fixed_bytes == 2 * single.fixed_bytes
    assert known([layer("Dense", 8, dtype="float32")], (4,), 0, mixed_float16=True).saved_bytes == 32
    assert known([layer("Dense", 8, dtype="mixed_float16")], (4,), 0).saved_bytes == 16


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ([layer("Dense", UNKNOWN)], (4,)),
        ([layer("Dense", 8, dtype=UNKNOWN)], (4,)),
        ([layer("Dense", 8, dtype="string")], (4,)),
        ([layer("LSTM", 8)], (None, 4)),
        ([layer("Dense", 8)], (None, 4)),
        ([], (None, 4)),
    ],
)
def test_what_cannot_be_known_is_silent(layers: list[Layer], shape: Shape) -> None:
    assert made(layers, shape) is None


@pytest.mark.parametrize("name", MEASURED)
def test_against_measurements(name: str) -> None:
    """Within a third of what TensorFlow really took, where a factor of two is promised."""
    model = MEASURED[name]
    estimated = known(model.layers(), model.shape).bytes_per_sample
    assert 3 / 4 < model.bytes_per_sample / estimated < 4 / 3


def test_explain_shows_the_arithmetic() -> None:
    assert explain(known(MLP, (784,)), 60_000) == (
        Row(Part.WEIGHTS, "101770 x 4 B", 407_080),
        Row(Part.GRADIENTS, "101770 x 4 B", 407_080),
        Row(Part.SLOTS, "2 x 101770 x 4 B", 814_160),
        Row(Part.INPUT, "60000 x 784 x 4 B", 188_160_000),
        Row(Part.SAVED, "60000 x 552 B", 33_120_000),
        Row(Part.WORKING, "60000 x 2 x 512 B", 61_440_000),
        Row(Part.TOTAL, "1628320 B + 60000 x 4712 B", 284_348_320),
    )


KINDS = (
    layer("Dense", 7),
    layer("BatchNormalization"),
    layer("ReLU"),
    layer("Dense", 5, dtype="float64"),
    layer("Dropout", 0.1),
)
LAYERS = st.lists(st.sampled_from(KINDS), max_size=5)


@given(LAYERS, st.integers(0, 3), st.integers(1, 10**6), st.booleans(), st.booleans())
def test_explained_rows_add_up_and_compute(
    layers: list[Layer], slots: int, batch: int, mixed: bool, training: bool
) -> None:
    model = known(layers, (3, 4), slots, mixed_float16=mixed, training=training)
    *rows, total = explain(model, batch)
    assert total.part is Part.TOTAL
    assert total.bytes == model.total(batch) == sum(row.bytes for row in rows)
    assert all(row.bytes > 0 for row in rows)
    for row in (*rows, total):
        terms = [prod(map(int, re.findall(r"\d+", term))) for term in row.formula.split("+")]
        assert sum(terms) == row.bytes


@given(st.integers(1, 10**12))
def test_largest_power_of_two_fits_and_the_next_does_not(budget: int) -> None:
    model = known(MLP, (784,))
    found = largest_power_of_two(model, budget)
    if found is None:
        assert model.total(1) > budget
    else:
        assert found & (found - 1) == 0
        assert model.total(found) <= budget < model.total(2 * found)


def test_nothing_fits_where_the_weights_do_not() -> None:
    assert largest_power_of_two(known(MLP, (784,)), 1_000_000) is None
    assert largest_power_of_two(known(MLP, (784,)), 8 * GIB) == 2**20


@pytest.mark.parametrize(
    ("bytes_needed", "expected"),
    [
        (0, Verdict.FITS),
        (4 * GIB, Verdict.FITS),
        (4 * GIB + 1, Verdict.MAYBE),
        (16 * GIB, Verdict.MAYBE),
        (16 * GIB + 1, Verdict.OVER),
    ],
)
def test_verdict_respects_the_uncertainty(bytes_needed: int, expected: Verdict) -> None:
    assert verdict(bytes_needed, 8 * GIB) is expected
