"""Random layers, inputs and stacks, from a seeded generator: most are sound, some TensorFlow must refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.e2e.tensorflow.generators import AUGMENTATION, GENERATORS, Inner
from tests.e2e.tensorflow.spatial_generators import Keywords
from tflsp.tensorflow.layers import Layer, Shape, apply, bind
from tflsp.tensorflow.layers.signatures import ALIASES, SIGNATURES

MOST_PARAMETERS = 200_000
SLOW = {"Bidirectional": 8, "GRU": 8, "LSTM": 8} | dict.fromkeys(AUGMENTATION, 1)
"""Kinds whose graph takes TensorFlow a fifth of a second or more to build, and how many of them there shall be."""
STACKED = sorted(GENERATORS.keys() - AUGMENTATION.keys() - {"Softmax"})
"""What stacks are made of. Softmax adds the mask of an earlier Masking or Embedding to its input, and fails on its
shape; masks are not modelled."""


@dataclass(frozen=True, slots=True)
class Call:
    """A layer as a user calls it: possibly by an alias, with some arguments by position."""

    kind: str
    positional: tuple[object, ...]
    keywords: Keywords

    def bound(self) -> Layer:
        """The layer as tflsp reads it."""
        keywords = {name: _inner(item) for name, item in self.keywords.items()}
        layer = bind(self.kind, [_inner(item) for item in self.positional], keywords)
        assert layer is not None, self
        return layer

    def question(self) -> dict[str, object]:
        """The layer as it is put to TensorFlow, in JSON."""
        return {
            "kind": self.kind,
            "positional": [_plain(item) for item in self.positional],
            "keywords": {name: _plain(item) for name, item in self.keywords.items()},
        }


def single_layers(random: Random, per_kind: int) -> Iterator[tuple[Call, Shape]]:
    """`per_kind` configurations of every kind (fewer of the slow ones), with an input shape each."""
    for kind, generate in GENERATORS.items():
        for _ in range(SLOW.get(kind, per_kind)):
            keywords, shape = generate(random)
            yield call(random, kind, keywords), shape


def stacks(random: Random, count: int) -> Iterator[list[Call]]:
    """Sequential models of up to eight layers, the first of which declares the input."""
    for _ in range(count):
        found, shape = _start(random)
        for _ in range(40):
            if len(found) == 8:
                break
            kind = random.choice(STACKED)
            following = call(random, kind, GENERATORS[kind](random)[0])
            outcome = apply(following.bound(), shape)
            if outcome is not None and outcome.parameters < MOST_PARAMETERS:
                found.append(following)
                shape = outcome.output
        yield found


def call(random: Random, kind: str, keywords: Keywords) -> Call:
    """The same layer in one of the ways in which it can be written."""
    names = [alias for alias, name in ALIASES.items() if name == kind]
    name = random.choice(names) if names and random.random() < 0.3 else kind
    leading = 0
    while leading < len(SIGNATURES[kind]) and SIGNATURES[kind][leading] in keywords:
        leading += 1
    by_position = SIGNATURES[kind][: random.randint(0, leading)]
    rest = {argument: item for argument, item in keywords.items() if argument not in by_position}
    return Call(name, tuple(keywords[argument] for argument in by_position), rest)


def _start(random: Random) -> tuple[list[Call], Shape]:
    """First layers with a declared input, and the shape that comes out."""
    while True:
        kind = random.choice(STACKED)
        keywords, shape = GENERATORS[kind](random)
        outcome = apply(call(random, kind, keywords).bound(), shape)
        if outcome is None or outcome.parameters > MOST_PARAMETERS:
            continue
        how = random.choice(["Input", "InputLayer", "input_shape", "batch_input_shape", "other"])
        if how == "Input":
            return [Call("Input", (shape,), {})], shape
        if how == "InputLayer":
            return [Call("InputLayer", (), {"input_shape": shape})], shape
        if how == "batch_input_shape":
            return [call(random, kind, keywords | {how: (None, *shape)})], outcome.output
        if kind == "Embedding" and how == "other":
            plain = call(random, kind, keywords | ({} if shape == (None,) else {"input_length": shape[0]}))
            return [plain], outcome.output
        if kind in {"LSTM", "GRU", "SimpleRNN"} and how == "other":
            lengths = {"input_dim": shape[1], "input_length": shape[0]}
            return [call(random, kind, keywords | lengths)], outcome.output
        if kind == "Dense" and len(shape) == 1 and how == "other":
            return [call(random, kind, keywords | {"input_dim": shape[0]})], outcome.output
        return [call(random, kind, keywords | {"input_shape": shape})], outcome.output


def _inner(item: object) -> object:
    return Call(item.kind, (), item.keywords).bound() if isinstance(item, Inner) else item


def _plain(item: object) -> object:
    return Call(item.kind, (), item.keywords).question() if isinstance(item, Inner) else item
