"""One generator of random arguments and input shapes per layer kind, sound ones mostly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.e2e.tensorflow import spatial_generators as spatial
from tests.e2e.tensorflow.spatial_generators import FLAGS, FORMATS, Keywords, some, variable
from tflsp.tensorflow.layers import Shape, elements

Generator = Callable[[Random], tuple[Keywords, Shape]]


@dataclass(frozen=True, slots=True)
class Inner:
    """A layer inside a wrapper."""

    kind: str
    keywords: Keywords


def any_shape(random: Random) -> Shape:
    return tuple(random.randint(1, 9) for _ in range(random.randint(1, 4)))


def dense(random: Random) -> tuple[Keywords, Shape]:
    keywords: Keywords = {"units": random.choice((1, 10, 64, 32.0))}
    keywords |= some(random, activation=("relu", "softmax", None), use_bias=FLAGS, trainable=(True, False))
    if random.random() < 0.3:
        return keywords, (None, random.randint(1, 50))
    return keywords, any_shape(random)


def embedding(random: Random) -> tuple[Keywords, Shape]:
    keywords: Keywords = {"input_dim": random.randint(1, 500), "output_dim": random.randint(1, 32)}
    return keywords | some(random, mask_zero=FLAGS), (random.choice((None, 7, 40)),)


def recurrent(random: Random, kind: str) -> tuple[Keywords, Shape]:
    keywords: Keywords = {"units": random.randint(1, 24)}
    keywords |= some(random, use_bias=FLAGS, return_sequences=FLAGS, go_backwards=FLAGS, activation=("tanh", "relu"))
    if kind == "GRU":
        keywords |= some(random, reset_after=FLAGS)
    if random.random() < 0.05:
        return keywords, (5,)
    return keywords, (random.choice((None, 4, 11)), random.randint(1, 16))


def bidirectional(random: Random) -> tuple[Keywords, Shape]:
    kind = random.choice(("LSTM", "GRU", "SimpleRNN"))
    keywords, shape = recurrent(random, kind)
    modes = ("concat", "sum", "mul", "ave")
    return {"layer": Inner(kind, keywords)} | some(random, merge_mode=modes, trainable=FLAGS), shape


def time_distributed(random: Random) -> tuple[Keywords, Shape]:
    kind = random.choice(("Dense", "Conv2D", "Flatten", "BatchNormalization", "LSTM", "Dropout", "MaxPooling1D"))
    keywords, shape = GENERATORS[kind](random)
    return {"layer": Inner(kind, keywords)} | some(random, trainable=FLAGS), (random.choice((None, 3, 6)), *shape)


def batch_normalization(random: Random) -> tuple[Keywords, Shape]:
    shape = any_shape(random)
    keywords = some(random, center=FLAGS, scale=FLAGS, momentum=(0.9, 0.99), trainable=FLAGS)
    if random.random() < 0.4:
        axes = range(1, len(shape) + 1)
        keywords["axis"] = random.choice((random.choice(axes), -1, random.sample(axes, random.choice(axes))))
    return keywords, variable(random, shape)


def layer_normalization(random: Random) -> tuple[Keywords, Shape]:
    keywords, shape = batch_normalization(random)
    keywords.pop("momentum", None)
    return keywords, shape


def normalization(random: Random) -> tuple[Keywords, Shape]:
    constants: Keywords = {"mean": 0.5, "variance": 2.0} if random.random() < 0.3 else {}
    return constants | some(random, axis=(None, -1)), variable(random, any_shape(random))


def prelu(random: Random) -> tuple[Keywords, Shape]:
    shape = any_shape(random)
    axes = range(1, len(shape) + 1)
    return some(random, shared_axes=(random.sample(axes, random.choice(axes)), None)), shape


def reshape(random: Random) -> tuple[Keywords, Shape]:
    shape = any_shape(random)
    total = elements(shape) or 0
    divisors = [number for number in range(1, total + 1) if total % number == 0]
    first = random.choice(divisors)
    targets = ((-1,), (first, total // first), (-1, first), (first, -1, 1), (total + 1,), (-1, total + 1), (-1, -1))
    if random.random() < 0.1:
        return {"target_shape": (-1, first)}, (None, *shape)
    return {"target_shape": random.choice(targets)}, shape


def permute(random: Random) -> tuple[Keywords, Shape]:
    shape = any_shape(random)
    dims = random.sample(range(1, len(shape) + 1), len(shape))
    return {"dims": tuple(dims) if random.random() < 0.9 else (*dims, 1)}, variable(random, shape)


def passing(random: Random, required: Keywords) -> tuple[Keywords, Shape]:
    return dict(required), variable(random, any_shape(random))


def image(random: Random, required: Keywords) -> tuple[Keywords, Shape]:
    return dict(required), (random.randint(6, 20), random.randint(6, 20), random.randint(1, 4))


RANKS = (1, 2, 3)
PASSING: dict[str, Keywords] = {
    "Activation": {"activation": "relu"},
    "ActivityRegularization": {"l1": 0.1},
    "AlphaDropout": {"rate": 0.2},
    "Dropout": {"rate": 0.5},
    "ELU": {},
    "GaussianDropout": {"rate": 0.2},
    "GaussianNoise": {"stddev": 0.1},
    "LeakyReLU": {"alpha": 0.1},
    "Masking": {"mask_value": 0.0},
    "ReLU": {"max_value": 6.0},
    "Rescaling": {"scale": 1 / 255},
    "Softmax": {},
    "SpatialDropout1D": {"rate": 0.2},
    "SpatialDropout2D": {"rate": 0.2},
    "SpatialDropout3D": {"rate": 0.2},
    "ThresholdedReLU": {"theta": 0.5},
    "UnitNormalization": {},
}
AUGMENTATION: dict[str, Keywords] = {
    "CenterCrop": {"height": 5, "width": 4},
    "RandomContrast": {"factor": 0.1},
    "RandomCrop": {"height": 5, "width": 4},
    "RandomFlip": {"mode": "horizontal"},
    "RandomRotation": {"factor": 0.1},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
    "RandomZoom": {"height_factor": 0.1},
    "Resizing": {"height": 9, "width": 7},
}
GENERATORS: dict[str, Generator] = {
    **{f"Conv{rank}D": partial(spatial.convolution, rank=rank) for rank in RANKS},
    **{f"Conv{rank}DTranspose": partial(spatial.transposed, rank=rank) for rank in RANKS},
    **{f"DepthwiseConv{rank}D": partial(spatial.depthwise, rank=rank) for rank in (1, 2)},
    **{f"SeparableConv{rank}D": partial(spatial.separable, rank=rank) for rank in (1, 2)},
    **{f"{how}Pooling{rank}D": partial(spatial.pooling, rank=rank) for how in ("Average", "Max") for rank in RANKS},
    **{
        f"Global{how}Pooling{rank}D": partial(spatial.global_pooling, rank=rank)
        for how in ("Average", "Max")
        for rank in RANKS
    },
    **{f"UpSampling{rank}D": partial(spatial.upsampling, rank=rank) for rank in RANKS},
    **{f"ZeroPadding{rank}D": partial(spatial.borders, name="padding", rank=rank) for rank in RANKS},
    **{f"Cropping{rank}D": partial(spatial.borders, name="cropping", rank=rank) for rank in RANKS},
    **{kind: partial(recurrent, kind=kind) for kind in ("LSTM", "GRU", "SimpleRNN")},
    "BatchNormalization": batch_normalization,
    "Bidirectional": bidirectional,
    "Dense": dense,
    "Embedding": embedding,
    "Flatten": lambda random: (some(random, data_format=FORMATS), random.choice(((), (None, 3), any_shape(random)))),
    "LayerNormalization": layer_normalization,
    "Normalization": normalization,
    "PReLU": prelu,
    "Permute": permute,
    "RepeatVector": lambda random: ({"n": random.randint(1, 9)}, any_shape(random)[: random.choice((1, 1, 1, 2))]),
    "Reshape": reshape,
    "TimeDistributed": time_distributed,
    **{kind: partial(passing, required=required) for kind, required in PASSING.items()},
    **{kind: partial(image, required=required) for kind, required in AUGMENTATION.items()},
}
