"""Random arguments and input shapes for layers that work along spatial axes."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tflsp.tensorflow.layers import Shape

Keywords = dict[str, object]


def some(random: Random, **choices: Sequence[object]) -> Keywords:
    """Each argument with an even chance, its value one of those given."""
    return {name: random.choice(values) for name, values in choices.items() if random.random() < 0.5}


def size(random: Random, rank: int, values: Sequence[int]) -> object:
    """One number for all axes, or one per axis."""
    each = [random.choice(values) for _ in range(rank)]
    return tuple(each) if random.random() < 0.5 else each[0]


def lengths(random: Random, rank: int) -> Shape:
    """Spatial lengths; now and then one that is variable, or too short for most windows."""
    longest = {1: 40, 2: 20, 3: 9}[rank]
    shortest = 1 if random.random() < 0.1 else 5
    return variable(random, tuple(random.randint(shortest, longest) for _ in range(rank)))


def variable(random: Random, shape: Shape) -> Shape:
    """The shape as it is, or (once in ten times) with some dimensions variable."""
    if random.random() < 0.9:
        return shape
    return tuple(random.choice((None, dimension)) for dimension in shape)


def space(random: Random, rank: int, channels: int, keywords: Keywords) -> Shape:
    """An input with channels where data_format puts them; one axis too many or too few once in a while."""
    found: Shape = (*lengths(random, rank), channels)
    if keywords.get("data_format") == "channels_first":
        found = (channels, *found[:-1])
    if random.random() < 0.03:
        return found[1:]
    return found


FORMATS = ("channels_last", "channels_first", None)
FLAGS = (True, False)


def window(random: Random, rank: int, name: str) -> Keywords:
    """Kernel or pool size, and how it moves."""
    given: Keywords = {name: size(random, rank, (1, 2, 3, 5))}
    if random.random() < 0.6:
        given["strides"] = size(random, rank, (1, 2, 3))
    return given | some(random, padding=("valid", "same", "SAME"), data_format=FORMATS)


def convolution(random: Random, rank: int) -> tuple[Keywords, Shape]:
    groups = random.choice((1, 1, 1, 2, 4))
    channels = random.choice((1, 2, 3, 4, 8))
    keywords = {"filters": random.choice((1, 4, 8, 12))} | window(random, rank, "kernel_size")
    keywords |= some(random, use_bias=FLAGS, activation=("relu", None), trainable=(True, True, False))
    if random.random() < 0.3:
        keywords["dilation_rate"] = size(random, rank, (1, 2, 3))
    if rank < 3 and groups > 1:
        keywords["groups"] = groups
    if rank == 1 and random.random() < 0.2:
        keywords["padding"] = "causal"
    shape = space(random, rank, channels, keywords)
    # Further axes before the spatial ones are batches to a convolution.
    return keywords, (2, *shape) if rank < 3 and random.random() < 0.05 else shape


def transposed(random: Random, rank: int) -> tuple[Keywords, Shape]:
    keywords = {"filters": random.randint(1, 9)} | window(random, rank, "kernel_size")
    keywords |= some(random, use_bias=FLAGS, activation=("relu", None))
    if random.random() < 0.3:
        keywords["output_padding"] = size(random, rank, (0, 1))
    elif random.random() < 0.3 and "strides" not in keywords:
        keywords["dilation_rate"] = random.choice((2, 3))
    return keywords, space(random, rank, random.randint(1, 5), keywords)


def depthwise(random: Random, rank: int) -> tuple[Keywords, Shape]:
    keywords = window(random, rank, "kernel_size") | some(random, depth_multiplier=(1, 2, 3), use_bias=FLAGS)
    if random.random() < 0.3:
        keywords["dilation_rate"] = size(random, rank, (1, 2))
    return keywords, space(random, rank, random.randint(1, 5), keywords)


def separable(random: Random, rank: int) -> tuple[Keywords, Shape]:
    keywords, shape = depthwise(random, rank)
    keywords = {"filters": random.randint(1, 9)} | keywords
    if rank == 1 and random.random() < 0.2:
        keywords["padding"] = "causal"
    return keywords, shape


def pooling(random: Random, rank: int) -> tuple[Keywords, Shape]:
    keywords = window(random, rank, "pool_size") if random.random() < 0.8 else {}
    return keywords, space(random, rank, random.randint(1, 5), keywords)


def global_pooling(random: Random, rank: int) -> tuple[Keywords, Shape]:
    keywords = some(random, data_format=FORMATS, keepdims=FLAGS)
    return keywords, space(random, rank, random.randint(1, 5), keywords)


def upsampling(random: Random, rank: int) -> tuple[Keywords, Shape]:
    factor = random.randint(1, 3) if rank == 1 else size(random, rank, (1, 2, 3))
    keywords: Keywords = {"size": factor} | (some(random, data_format=FORMATS) if rank > 1 else {})
    return keywords, space(random, rank, random.randint(1, 5), keywords)


def borders(random: Random, name: str, rank: int) -> tuple[Keywords, Shape]:
    pairs = tuple((random.randint(0, 3), random.randint(0, 3)) for _ in range(rank))
    both = tuple(random.randint(0, 3) for _ in range(rank))
    given = pairs[0] if rank == 1 else random.choice((pairs, both))
    keywords: Keywords = {name: random.choice((given, random.randint(0, 3)))}
    keywords |= some(random, data_format=FORMATS) if rank > 1 else {}
    return keywords if random.random() < 0.8 else {}, space(random, rank, random.randint(1, 5), keywords)
