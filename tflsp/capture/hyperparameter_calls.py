"""The calls that hyperparameters stand in: optimizers, compile, fit, layers, callbacks, tf.data, seeds.

What a later call says replaces what an earlier one said. Names are those of Keras 2.9's arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tflsp.capture.constants import Constants
from tflsp.facts.python_values import (
    Attribute,
    CallValue,
    ListValue,
    Literal,
    Name,
    Subscript,
    TupleValue,
    Value,
    dotted,
)
from tflsp.tensorflow.layers.signatures import ALIASES, SIGNATURES
from tflsp.tensorflow.optimizers import OPTIMIZERS
from tflsp.text.patterns import pattern

DEFAULT_RATES: Final = {name: "0.01" if name == "sgd" else "0.001" for name in OPTIMIZERS}
"""The learning rate of an optimizer that is given none."""

_FIT: Final = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split")
_RECORDED: Final = ("batch_size", "epochs", "validation_split", "steps_per_epoch", "initial_epoch", "class_weight")
_LOADERS: Final = frozenset({"flow", "flow_from_directory", "flow_from_dataframe", "image_dataset_from_directory"})
_LOADED: Final = ("batch_size", "target_size", "image_size", "validation_split", "color_mode", "class_mode")
_PIPELINE: Final = frozenset(
    {"batch", "cache", "padded_batch", "prefetch", "ragged_batch", "repeat", "shuffle", "take"}
)
_BATCH: Final = pattern(r"(?:padded_)?batch\((\S+)\)")
# What arrays have no method of.
_OF_TF_DATA: Final = frozenset(
    {"batch", "padded_batch", "prefetch", "from_tensor_slices", "from_generator", "as_dataset"}
)
_SEEDS: Final = frozenset({"set_seed", "set_random_seed", "seed", "default_rng", "enable_op_determinism"})


class Calls:
    """What the calls of a program have said so far."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self.values: dict[str, str] = {}
        self.layers: list[str] = []
        self.callbacks: list[str] = []
        self.pipeline: list[str] = []
        self.pipes: dict[str, list[str]] = {}  # of names that stand for a data set of tf.data
        self.seeds: dict[str, str] = {}
        self._of_optimizer: set[str] = set()
        self._is_trained = False  # a layer that follows is another model's
        self._has_batch_of_fit = False
        self.recorded = 0
        self.parameters: Mapping[str, str] = {}  # of the function that is being read, by their names in it
        self.standing: dict[str, str] = {}  # parameters that are all of a hyperparameter's value, by its name

    def read(self, value: Value, text: str) -> None:
        """All calls of an expression; those that stand inside of a layer, optimizer or callback are its arguments."""
        if not self._is_one_of_ours(value, text):
            match value:
                case CallValue(callee=callee, positional=positional, keywords=keywords):
                    # What goes into a layer comes before it, `Dense(1)(Dropout(0.5)(x))`, and so does a receiver.
                    arguments = (*positional, *(keyword.value for keyword in keywords))
                    inner = (*arguments, callee) if isinstance(callee, CallValue) else (callee, *arguments)
                    for each in inner:
                        self.read(each, text)
                    self._method(value, text)
                case Attribute(value=owner):
                    self.read(owner, text)
                case ListValue(items=items) | TupleValue(items=items):
                    for item in items:
                        self.read(item, text)
                case _:
                    for each in getattr(value, "calls", ()):
                        self.read(each, text)

    def set(self, name: str, value: Value, text: str) -> None:
        """A hyperparameter has this value from here on; one that is not written down has none."""
        self.recorded += 1
        shown = self.constants.shown(value, text)
        if shown is None:
            self._drop(name)
        else:
            self._put(name, shown)
        settled, _ = self.constants.settled(value, text)
        if isinstance(settled, Name) and settled.name in self.parameters:
            self.standing[name] = self.parameters[settled.name]

    def _put(self, name: str, shown: str) -> None:
        self.values[name] = shown
        self.standing.pop(name, None)

    def _drop(self, name: str) -> None:
        self.values.pop(name, None)
        self.standing.pop(name, None)

    def _is_one_of_ours(self, value: Value, text: str) -> bool:
        if not isinstance(value, CallValue) or not (name := self.constants.full_name(value)):
            return False
        last = name.rpartition(".")[2]
        if ".optimizers." in f".{name}" or (last.lower() in OPTIMIZERS and name == last and last[0].isupper()):
            if last.lower() in OPTIMIZERS:
                self._optimizer(value, last, text)
            return True
        if ".layers." in f".{name}" or (name == last and (last in SIGNATURES or last in ALIASES)) or _is_input(name):
            self._layer(value, text)
            return True
        return False

    def _optimizer(self, call: CallValue, name: str, text: str) -> None:
        known = OPTIMIZERS[name.lower()]
        for each in self._of_optimizer:
            self._drop(each)
        self.values["optimizer"] = known.name
        # No value of `Adam()` is written, and yet it has one.
        self._put("learning_rate", DEFAULT_RATES[name.lower()])
        self._of_optimizer = {"learning_rate"}
        given = dict(zip(known.order, call.positional, strict=False))
        given |= {keyword.name: keyword.value for keyword in call.keywords}
        for argument, value in given.items():
            if argument and argument != "name":
                key = "learning_rate" if argument == "lr" else argument
                self._of_optimizer.add(key)
                self.set(key, value, text)

    def _layer(self, call: CallValue, text: str) -> None:
        if self._is_trained:
            self.layers.clear()
            self._is_trained = False
        if (shown := self.constants.call(call, text)) is not None:
            self.recorded += 1
            self.layers.append(shown)

    def _method(self, call: CallValue, text: str) -> None:
        last = call.name.rpartition(".")[2]
        if isinstance(call.callee, Attribute):
            last = call.callee.name
        if last == "compile":
            self._compile(call, text)
        elif last == "fit":
            self._fit(call, text)
        elif last in _LOADERS:
            self._arguments(call, _LOADED, text)
        elif last in _SEEDS:
            self._seed(call, text)
        elif last == "train_test_split":
            self._arguments(call, ("test_size", "train_size", "random_state"), text)
        elif last == "set_global_policy" and call.positional:
            self.set("mixed_precision", call.positional[0], text)
        elif last == "set_value" and len(call.positional) == 2:
            target = dotted(call.positional[0])
            if target.endswith((".optimizer.learning_rate", ".optimizer.lr")):
                self.set("learning_rate", call.positional[1], text)

    def _compile(self, call: CallValue, text: str) -> None:
        optimizer = call.argument("optimizer", 0)
        if optimizer is not None:
            settled, _ = self.constants.settled(optimizer, text)
            if isinstance(settled, Literal) and str(settled.value).lower() in OPTIMIZERS:
                self._optimizer(CallValue(settled.span, settled, (), ()), str(settled.value), text)
        for position, name in ((1, "loss"), (2, "metrics")):
            if (value := call.argument(name, position)) is not None:
                self.set(name, value, text)

    def _fit(self, call: CallValue, text: str) -> None:
        # What this training is not given, it does not have from an earlier one.
        for name in ("validation_split", "steps_per_epoch", "initial_epoch", "class_weight"):
            self._drop(name)
        if self._has_batch_of_fit:
            self._drop("batch_size")
        x = call.argument("x", 0)
        self.pipeline = (self.piped(x, text) if x is not None else None) or []
        batches = [_BATCH.fullmatch(each) for each in self.pipeline]
        self._has_batch_of_fit = any(batches) or call.argument("batch_size", 2) is not None
        for found in batches:
            if found is not None:
                self._put("batch_size", found[1])
        self._arguments(call, _RECORDED, text, _FIT)
        self._is_trained = True
        listed = call.argument("callbacks", _FIT.index("callbacks"))
        settled, origin = self.constants.settled(listed, text) if listed is not None else (None, text)
        items: Sequence[Value] = settled.items if isinstance(settled, ListValue | TupleValue) else ()
        shown = []
        for item in items:
            callback, where = self.constants.settled(item, origin)
            shown.append(self.constants.shown(callback, where))
        self.callbacks = [each for each in shown if each is not None]

    def _arguments(self, call: CallValue, names: Sequence[str], text: str, order: Sequence[str] = ()) -> None:
        for name in names:
            value = call.argument(name, order.index(name) if name in order else None)
            if value is not None:
                self.set(name, value, text)

    def piped(self, value: Value, text: str) -> list[str] | None:
        """The steps of a tf.data pipeline that an expression stands for; None where it is none, as far as it shows."""
        chain: list[CallValue] = []
        while isinstance(value, CallValue) and isinstance(value.callee, Attribute):
            chain.append(value)
            value = value.callee.value
        if isinstance(value, Subscript):
            value = value.value
        known = self.pipes.get(value.name) if isinstance(value, Name) else None
        methods = {_method_of(call) for call in chain}
        if known is None and methods.isdisjoint(_OF_TF_DATA) and not any(map(self._makes_data, chain)):
            return None
        steps = list(known or ())
        for call in reversed(chain):
            if (name := _method_of(call)) in _PIPELINE:
                shown = [self.constants.shown(argument, text) for argument in call.positional[:1]]
                steps.append(f"{name}({', '.join(each for each in shown if each is not None)})")
        return steps

    def _makes_data(self, call: CallValue) -> bool:
        return ".data." in self.constants.full_name(call)

    def _seed(self, call: CallValue, text: str) -> None:
        shown = [self.constants.shown(value, text) for value in call.positional]
        name = self.constants.full_name(call)
        if name.startswith(("tensorflow.", "tf.", "numpy.", "np.", "random.", "keras.", "torch.")):
            self.seeds[name] = ", ".join(each for each in shown if each is not None)


def _is_input(name: str) -> bool:
    return name in ("Input", "tensorflow.keras.Input", "keras.Input", "tf.keras.Input")


def _method_of(call: CallValue) -> str:
    return call.callee.name if isinstance(call.callee, Attribute) else ""
