"""Calls that make and use Keras models: layers, Sequential, compile, fit; from arguments that are evaluated already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tflsp.facts.document_facts import Located
from tflsp.facts.model_pipelines import sample_of
from tflsp.facts.model_values import (
    Abstract,
    Arguments,
    Array,
    Items,
    Known,
    LayerValue,
    Model,
    Named,
    OptimizerValue,
    PolicyValue,
    Stream,
    plain,
    shape_of,
    whole_number,
)
from tflsp.facts.python_values import CallValue, Value
from tflsp.facts.training import BatchSize, Data, FitCall, ModelGraph, Origin, PlacedLayer
from tflsp.tensorflow import layers, optimizers

# Position of batch_size in each method's parameters.
_BATCH_AT: Final[Mapping[str, int]] = {"fit": 2, "evaluate": 2, "predict": 1}
METHODS: Final = frozenset(_BATCH_AT)
_VALIDATION_SPLIT_AT: Final = 6


def layer(name: str, given: Arguments) -> LayerValue:
    """A layer of literal arguments; an empty one where it cannot be read."""
    if not given.certain:
        return LayerValue(None)
    keywords = {key: plain(value) for key, value in given.keywords.items()}
    return LayerValue(layers.bind(name, [plain(value) for value in given.positional], keywords))


def optimizer(name: str, given: Arguments) -> OptimizerValue:
    """An optimizer by its class and arguments."""
    if not given.certain:
        return OptimizerValue(name, None)
    keywords = {key: plain(value) for key, value in given.keywords.items()}
    return OptimizerValue(name, optimizers.slots(name, [plain(value) for value in given.positional], keywords))


def policy(value: Abstract | None) -> str | None:
    """The name of a dtype policy given as a text or as a Policy."""
    match value:
        case Known(value=str() as name) | PolicyValue(name=str() as name):
            return name
    return None


def add(model: Model, value: Abstract | None, where: Origin) -> None:
    """Put a layer, or a nested model's layers, behind those of a model."""
    match value:
        case LayerValue(layer=found):
            _append(model, PlacedLayer(found, where))
        case Model() as inner if inner is not model:
            model.certain = model.certain and inner.certain and inner.policy == model.policy
            for placed in inner.layers:
                _append(model, placed)
        case _:
            _append(model, PlacedLayer(None, where))


def _append(model: Model, placed: PlacedLayer) -> None:
    # The input of a nested model adds nothing.
    if model.layers and placed.layer is not None and placed.layer.kind in ("Input", "InputLayer"):
        return
    model.layers.append(placed)


def build(model: Model, given: Arguments) -> None:
    """``model.build(input_shape)``, whose shape begins with the batch."""
    shape = shape_of(given.get("input_shape", 0))
    model.input_shape = shape[1:] if shape else None


def compile_model(model: Model, given: Arguments) -> None:
    """``model.compile(optimizer, loss, …)``."""
    model.compiled = True
    chosen = given.get("optimizer", 0) if given.certain else Named("?", imported=False)
    match chosen:
        case None:
            model.optimizer, model.slots = optimizers.DEFAULT, optimizers.slots(optimizers.DEFAULT)
        case Known(value=str() as name):
            model.optimizer, model.slots = name, optimizers.slots(name)
        case OptimizerValue(name=name, slots=slots):
            model.optimizer, model.slots = name, slots
        case Named(name=name):
            model.optimizer, model.slots = name.rpartition(".")[2], None
        case _:
            model.optimizer = model.slots = None
    loss = given.get("loss", 1)
    model.loss = loss.value if isinstance(loss, Known) else None


def fit(method: str, call: CallValue, given: Arguments, model: ModelGraph | None, where: Origin) -> FitCall:
    """A call of fit, evaluate or predict."""
    at = _BATCH_AT[method]
    x, batch = given.get("x", 0), given.get("batch_size", at)
    if isinstance(batch, Known) and batch.value is None:
        batch = None
    data = _data(x, given, trains=method == "fit")
    keyword = call.keyword("batch_size")
    written: Value | None = keyword.value if keyword is not None else call.argument("batch_size", at)
    if batch is None:
        written = None
    size: Located[BatchSize] | None = None
    if isinstance(x, Stream):
        size = x.batch
    elif (
        written is not None and isinstance(batch, Known) and (number := whole_number(batch)) is not None and number > 0
    ):
        fact = BatchSize(where.region, written.span, number, "batch_size", batch.where, batch.computed)
        size = Located(fact, where.chunk)
    first = call.argument("x", 0)
    argument = keyword.span if keyword is not None and written is not None else written.span if written else None
    return FitCall(
        where.region,
        where.span,
        method,
        call.callee.span,
        model,
        data,
        first.span if first is not None else None,
        size,
        argument,
        whole_number(batch),
    )


def _data(x: Abstract | None, given: Arguments, *, trains: bool) -> Data | None:
    match x:
        case Array() | Items():
            length, sample, source = _first(x)
            if length is not None and trains:
                length = _without_validation(length, given)
            return Data("array", length, sample, source=source)
        case Stream():
            return Data(x.kind, x.length, x.sample, x.batched, x.source)
    return None


def _first(x: Abstract) -> tuple[int | None, tuple[int | None, ...] | None, str]:
    # A list of arrays is one array per input of a model: only a lone array is followed.
    return sample_of(x) if isinstance(x, Array) else (None, None, "")


def _without_validation(length: int, given: Arguments) -> int | None:
    """Keras keeps the last part of arrays for validation, the training part rounded down."""
    split = given.get("validation_split", _VALIDATION_SPLIT_AT)
    if split is None:
        return length
    share = split.value if isinstance(split, Known) else None
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < 1:
        return None
    return int(length * (1.0 - share))
