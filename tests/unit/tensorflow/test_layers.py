"""Layer formulas on hand-made cases; the random ones, against TensorFlow itself, are in tests/e2e."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.tensorflow.configurations import single_layers
from tflsp.tensorflow.layers import (
    UNKNOWN,
    Layer,
    LayerShape,
    Reason,
    Shape,
    apply,
    bind,
    canonical,
    declared_input,
    kinds,
    refusal,
    stack,
)
from tflsp.tensorflow.layers.signatures import SIGNATURES


def layer(kind: str, *positional: object, **keywords: object) -> Layer:
    found = bind(kind, positional, keywords)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("made", "shape", "output", "trainable", "non_trainable", "saved"),
    [
        (layer("Dense", 128, "relu"), (784,), (128,), 100_480, 0, 128),
        (layer("Dense", 10, use_bias=False), (5, 7), (5, 10), 70, 0, 50),
        (layer("Dense", 10, trainable=False), (7,), (10,), 0, 80, 10),
        (layer("Dense", 3, activation=UNKNOWN, kernel_initializer=UNKNOWN), (4,), (3,), 15, 0, 3),
        (layer("Conv2D", 32, (3, 3)), (28, 28, 1), (26, 26, 32), 320, 0, 26 * 26 * 32),
        (layer("Conv2D", 8, 3, 2, "same", "channels_first"), (3, 9, 9), (8, 5, 5), 224, 0, 200),
        (layer("Conv2D", 8, 3, groups=4), (9, 9, 4), (7, 7, 8), 80, 0, 392),
        (layer("Conv1D", 4, 3, padding="causal", dilation_rate=4), (20, 2), (20, 4), 28, 0, 80),
        (layer("Conv2DTranspose", 6, 3, strides=2, padding="same"), (7, 7, 2), (14, 14, 6), 114, 0, 1176),
        (layer("DepthwiseConv2D", 3, depth_multiplier=2), (8, 8, 3), (6, 6, 6), 60, 0, 216),
        (layer("SeparableConv2D", 5, 3), (8, 8, 3), (6, 6, 5), 47, 0, 180),
        (layer("MaxPool2D"), (7, 7, 3), (3, 3, 3), 0, 0, 27),
        (layer("AveragePooling1D", 3, 1, padding="same"), (7, 2), (7, 2), 0, 0, 14),
        (layer("BatchNormalization"), (4, 4, 16), (4, 4, 16), 32, 32, 256),
        (layer("LayerNormalization", axis=[1, 2]), (4, 5, 6), (4, 5, 6), 40, 0, 240),
        (layer("LSTM", 64), (60, 16), (64,), 20_736, 0, 8 * 60 * 64),
        (layer("GRU", 4, return_sequences=True), (10, 8), (10, 4), 168, 0, 6 * 10 * 4),
        (layer("GRU", 4, reset_after=False), (10, 8), (4,), 156, 0, 6 * 10 * 4),
        (layer("SimpleRNN", 4), (10, 8), (4,), 52, 0, 2 * 10 * 4),
        (layer("Bidirectional", layer("LSTM", 3)), (4, 2), (6,), 144, 0, 2 * 8 * 4 * 3),
        (layer("TimeDistributed", layer("Dense", 3)), (4, 2), (4, 3), 9, 0, 12),
        (layer("Embedding", 1000, 16), (20,), (20, 16), 16_000, 0, 320),
        (layer("Flatten"), (4, 5, 6), (120,), 0, 0, 0),
        (layer("Reshape", (7, -1)), (14, 3), (7, 6), 0, 0, 0),
        (layer("GlobalAvgPool2D"), (4, 5, 6), (6,), 0, 0, 6),
        (layer("UpSampling2D", (2, 3)), (4, 5, 6), (8, 15, 6), 0, 0, 720),
        (layer("ZeroPadding2D", ((1, 0), (2, 3))), (4, 5, 6), (5, 10, 6), 0, 0, 300),
        (layer("Dropout", 0.5), (10,), (10,), 0, 0, 20),
        (layer("Permute", (2, 1)), (3, 4), (4, 3), 0, 0, 12),
        (layer("RepeatVector", 5), (3,), (5, 3), 0, 0, 15),
        (layer("PReLU", shared_axes=[1, 2]), (4, 5, 6), (4, 5, 6), 6, 0, 120),
        (layer("Normalization"), (13,), (13,), 0, 27, 13),
        (layer("LSTM", 4, return_sequences=True), (None, 6), (None, 4), 176, 0, None),
        (layer("Conv2D", 4, 3), (None, None, 3), (None, None, 4), 112, 0, None),
        (layer("Flatten"), (None, 6), (None,), 0, 0, 0),
    ],
    ids=lambda value: value.kind if isinstance(value, Layer) else None,
)
def test_outcome(
    made: Layer, shape: Shape, output: Shape, trainable: int, non_trainable: int, saved: int | None
) -> None:
    assert apply(made, shape) == LayerShape(output, trainable, non_trainable, saved)


@pytest.mark.parametrize(
    ("made", "shape"),
    [
        (layer("Dense", UNKNOWN), (784,)),
        (layer("Dense", 10, use_bias=UNKNOWN), (784,)),
        (layer("Dense", 10, trainable=UNKNOWN), (784,)),
        (layer("Dense", "10"), (784,)),
        (layer("Dense", 10), (4, None)),
        (layer("Conv2D", 8, (3, UNKNOWN)), (9, 9, 3)),
        (layer("Conv2D", 8, 3, padding=UNKNOWN), (9, 9, 3)),
        (layer("Conv2D", 8, 3, data_format=UNKNOWN), (9, 9, 3)),
        (layer("DepthwiseConv2D", 3, strides=2, dilation_rate=2), (19, 19, 3)),
        (layer("LSTM", 8, return_state=True), (5, 3)),
        (layer("LSTM", 8, return_sequences=UNKNOWN), (5, 3)),
        (layer("LSTM", 8), (5, None)),
        (layer("Bidirectional", UNKNOWN), (5, 3)),
        (layer("Bidirectional", layer("LSTM", 8), merge_mode=None), (5, 3)),
        (layer("Bidirectional", layer("Dense", 8)), (5, 3)),
        (layer("BatchNormalization", renorm=True), (5,)),
        (layer("Reshape", (-1, UNKNOWN)), (6,)),
        (layer("Input", (3,), sparse=True), (3,)),
        (Layer("Lambda", {"function": UNKNOWN}), (3,)),
    ],
)
def test_what_cannot_be_known_is_silent(made: Layer, shape: Shape) -> None:
    assert apply(made, shape) is None
    assert refusal(made, shape) is None


@pytest.mark.parametrize(
    ("made", "shape", "reason"),
    [
        (layer("Conv2D", 8, 3), (28, 28), Reason.RANK),
        (layer("Dense", 8), (), Reason.RANK),
        (layer("LSTM", 8), (5,), Reason.RANK),
        (layer("Conv2D", 8, 3), (2, 9, 1), Reason.TOO_SMALL),
        (layer("MaxPooling1D", 3), (2, 4), Reason.TOO_SMALL),
        (layer("Cropping1D", 2), (4, 2), Reason.TOO_SMALL),
        (layer("Conv2D", 8, 3, groups=3), (9, 9, 4), Reason.SIZE),
        (layer("Reshape", (5, 5)), (24,), Reason.SIZE),
        (layer("Dense", -1), (4,), Reason.ARGUMENT),
        (layer("Dense"), (4,), Reason.ARGUMENT),
        (layer("Conv2D", 8, 3, padding="full"), (9, 9, 3), Reason.ARGUMENT),
        (layer("Conv2D", 8, 3, strides=2, dilation_rate=2), (9, 9, 3), Reason.ARGUMENT),
        (layer("Conv2D", 8, (3, 3, 3)), (9, 9, 3), Reason.ARGUMENT),
        (layer("BatchNormalization", axis=4), (9, 9, 3), Reason.ARGUMENT),
        (layer("Permute", (1, 1)), (3, 4), Reason.ARGUMENT),
    ],
)
def test_what_tensorflow_refuses(made: Layer, shape: Shape, reason: Reason) -> None:
    assert apply(made, shape) is None
    found = refusal(made, shape)
    assert found is not None
    assert found.reason is reason


def test_bind_puts_positional_arguments_under_their_names() -> None:
    assert bind("Convolution2D", (8, (3, 3), 2, "same"), {"activation": "relu"}) == Layer(
        "Conv2D",
        {"filters": 8, "kernel_size": (3, 3), "strides": 2, "padding": "same", "activation": "relu"},
    )
    assert bind("LSTM", (64,), {"input_shape": (10, 3)}) == Layer("LSTM", {"units": 64, "input_shape": (10, 3)})


@pytest.mark.parametrize(
    ("kind", "positional", "keywords"),
    [
        ("Lambda", (UNKNOWN,), {}),
        ("dense", (3,), {}),
        ("Dense", (3,), {"unit": 3}),
        ("Dense", (3,), {"units": 3}),
        ("Flatten", ("channels_last", 1), {}),
    ],
)
def test_bind_refuses_what_python_would(kind: str, positional: tuple[object, ...], keywords: dict[str, object]) -> None:
    assert bind(kind, positional, keywords) is None


def test_aliases() -> None:
    assert canonical("MaxPool2D") == "MaxPooling2D"
    assert canonical("GlobalAvgPool1D") == "GlobalAveragePooling1D"
    assert canonical("SeparableConvolution2D") == "SeparableConv2D"
    assert canonical("Conv2D") == "Conv2D"
    assert canonical("Attention") is None


def test_every_kind_has_a_signature() -> None:
    assert kinds() == SIGNATURES.keys()


@pytest.mark.parametrize(
    ("made", "shape"),
    [
        (layer("Dense", 3, input_shape=(4,)), (4,)),
        (layer("Dense", 3, input_shape=[4]), (4,)),
        (layer("Dense", 3, input_dim=4), (4,)),
        (layer("Dense", 3, batch_input_shape=(32, 4)), (4,)),
        (layer("Dense", 3), None),
        (layer("Dense", 3, input_shape=4), None),
        (layer("Dense", 3, input_shape=(UNKNOWN,)), None),
        (layer("Dense", 3, input_shape=UNKNOWN), None),
        (layer("Flatten", input_shape=()), ()),
        (layer("Conv2D", 3, 3, input_shape=(None, None, 3)), (None, None, 3)),
        (layer("Embedding", 10, 4), (None,)),
        (layer("Embedding", 10, 4, input_length=7), (7,)),
        (layer("Embedding", 10, 4, input_shape=(9,)), (9,)),
        (layer("LSTM", 3, input_dim=4, input_length=5), (5, 4)),
        (layer("LSTM", 3, input_dim=4), (None, 4)),
        (layer("Bidirectional", layer("LSTM", 4, input_shape=(3, 2))), None),
        (layer("Input", (28, 28)), (28, 28)),
        (layer("Input", 4), (4,)),
        (layer("Input", batch_shape=(32, 4)), (4,)),
        (layer("InputLayer", (4,)), (4,)),
        (layer("InputLayer", input_shape=4), (4,)),
    ],
)
def test_declared_input(made: Layer, shape: Shape | None) -> None:
    assert declared_input(made) == shape


MLP = [layer("Flatten", input_shape=(28, 28)), layer("Dense", 128), layer("Dense", 10)]


def test_stack() -> None:
    found = stack(MLP)
    assert [shape and shape.output for shape in found] == [(784,), (128,), (10,)]
    assert sum(shape.parameters for shape in found if shape) == 101_770


def test_stack_prefers_the_declared_input() -> None:
    assert stack(MLP, (99,)) == stack(MLP)
    assert [shape and shape.output for shape in stack(MLP[1:], (20,))] == [(128,), (10,)]


@pytest.mark.parametrize("unreadable", [None, Layer("Lambda", {}), layer("Dense", UNKNOWN)])
def test_stack_is_silent_from_what_it_cannot_know(unreadable: Layer | None) -> None:
    found = stack([MLP[0], unreadable, MLP[2]])
    assert [shape is None for shape in found] == [False, True, True]


def test_stack_without_an_input() -> None:
    assert stack(MLP[1:]) == (None, None)
    assert stack([]) == ()


@given(st.integers(0, 2**32), st.data())
def test_an_unknown_argument_never_gives_another_outcome(seed: int, data: st.DataObject) -> None:
    """Blanking any one argument either leaves the outcome as it is or silences it: nothing is guessed."""
    call, shape = data.draw(st.sampled_from(list(single_layers(Random(seed), 1))))
    made = call.bound()
    for name in made.arguments:
        blanked = apply(Layer(made.kind, {**made.arguments, name: UNKNOWN}), shape)
        assert blanked is None or blanked == apply(made, shape)


@given(st.integers(0, 2**32), st.data())
def test_a_variable_dimension_never_gives_another_outcome(seed: int, data: st.DataObject) -> None:
    """With one dimension variable, what remains known is what it was."""
    call, shape = data.draw(st.sampled_from(list(single_layers(Random(seed), 1))))
    whole = apply(call.bound(), shape)
    for axis in range(len(shape)):
        found = apply(call.bound(), (*shape[:axis], None, *shape[axis + 1 :]))
        if whole is None or found is None:
            continue
        assert found.parameters == whole.parameters
        assert all(size in (None, full) for size, full in zip(found.output, whole.output, strict=True))


_ARGUMENT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 40)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=6,
)


@given(
    st.sampled_from(sorted(SIGNATURES)),
    st.lists(_ARGUMENT, max_size=8),
    st.lists(st.none() | st.integers(0, 30), max_size=5).map(tuple),
)
def test_no_literal_crashes(kind: str, positional: list[object], shape: Shape) -> None:
    """Whatever stands in the source, there is an answer, and its dimensions are sizes."""
    made = bind(kind, positional[: len(SIGNATURES[kind])])
    assert made is not None
    declared_input(made)
    found = apply(made, shape)
    refusal(made, shape)
    if found is not None:
        assert found.trainable >= 0
        assert found.non_trainable >= 0
        assert all(size is None or size >= 0 for size in found.output)
