"""Evaluates Python expressions on abstract values: what a name stands for, what a call makes, what a call of fit says.

Holds the names in force and what has been found. Statements are ``model_reading``'s.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Final

from tflsp.facts import model_arrays, model_calls, model_pipelines
from tflsp.facts.document_facts import Located
from tflsp.facts.model_batches import batch_of, stream_method
from tflsp.facts.model_data import data_call
from tflsp.facts.model_values import (
    NOTHING_KNOWN,
    Abstract,
    Arguments,
    Array,
    Function,
    Generator,
    Items,
    Known,
    LayerValue,
    Model,
    Named,
    Opaque,
    OptimizerValue,
    PolicyValue,
    Stream,
    computed,
    whole_number,
)
from tflsp.facts.python_calls import PythonCode
from tflsp.facts.python_values import (
    Attribute,
    BinOp,
    CallValue,
    ListValue,
    Literal,
    Name,
    Slice,
    Starred,
    Subscript,
    TupleValue,
    Unknown,
    Value,
    dotted,
)
from tflsp.facts.training import FitCall, Origin
from tflsp.tensorflow.layers import canonical
from tflsp.tensorflow.optimizers import OPTIMIZERS
from tflsp.text import Span

_MIB: Final = 1 << 20
# What everybody calls these modules, for snippets that leave the imports out.
_USUAL: Final = {
    "tf": "tensorflow",
    "np": "numpy",
    "keras": "keras",
    "layers": "keras.layers",
    "tfds": "tensorflow_datasets",
}
# Prefixes of Keras' own names -> what they are here.
_KERAS: Final = {
    "tensorflow.keras.": "keras.",
    "tensorflow.python.keras.": "keras.",
    "tensorflow.compat.v2.keras.": "keras.",
    "tensorflow.optimizers.": "keras.optimizers.",
    "tensorflow.losses.": "keras.losses.",
}
_DEVICES: Final = ("LogicalDeviceConfiguration", "VirtualDeviceConfiguration")
_POLICY_SETTERS: Final = ("mixed_precision.set_global_policy", "mixed_precision.experimental.set_policy")
# Libraries whose models take data sets with a batch size of their own.
_OWN_BATCHES: Final = ("autokeras", "ktrain")


class Names(ChainMap[str, Abstract]):
    """What names stand for in one block, above those of the block around it."""

    def inner(self, bound: Mapping[str, Abstract] | None = None) -> Names:
        """The names of a block inside of this one."""
        return Names(dict(bound or {}), *self.maps)


class Evaluator:
    """The names in force, the state that calls change, and what was found on the way.

    ``call_function`` runs a function of the document's own.
    """

    def __init__(self, imports: Mapping[str, str], call_function: Callable[[Function, Arguments], Abstract]) -> None:
        self.names = Names()
        self.code: Located[PythonCode] | None = None
        self.policy: str | None = "float32"
        self.distributed = False
        self.models: list[Model] = []
        self.fits: dict[tuple[int, int, Span], Located[FitCall]] = {}
        self.memory_limits: list[int] = []
        # Calls inside of a function that is called: what they fit was seen when the function was read by itself.
        self.calls = 0
        self._imports = imports
        self._call_function = call_function

    def value(self, value: Value) -> Abstract:
        """What an expression stands for."""
        match value:
            case Literal(value=known):
                return Known(known, self._where(value))
            case Name() | Attribute():
                return self._name(value)
            case CallValue():
                return self._call(value)
            case BinOp():
                return self._arithmetic(value)
            case Subscript():
                return self._subscript(value)
            case ListValue(items=items) | TupleValue(items=items):
                if any(isinstance(item, Starred) for item in items):
                    return NOTHING_KNOWN
                return Items(tuple(self.value(item) for item in items))
            case Unknown(calls=calls):
                for call in calls:
                    self._spoil(self._call(call))
        return NOTHING_KNOWN

    def _where(self, value: Value) -> Origin | None:
        return None if self.code is None else Origin(self.code.chunk, self.code.fact.region, value.span)

    def _name(self, value: Name | Attribute) -> Abstract:
        name = dotted(value)
        if name in self.names:
            return self.names[name]
        if name and (foreign := self._foreign(name)) is not None:
            return foreign
        if isinstance(value, Attribute):
            owner = self.value(value.value)
            match owner:
                case Named(name=outer, imported=imported):
                    # A name bound to a module: keras = tf.keras.
                    return Named(f"{outer}.{value.name}", imported)
                case Array(shape=tuple() as shape) if value.name == "shape":
                    return Items(tuple(NOTHING_KNOWN if size is None else Known(size, None, True) for size in shape))
        return NOTHING_KNOWN

    def _foreign(self, name: str) -> Named | None:
        """A dotted name whose first part nothing here has bound: imported, or from who knows where."""
        first, dot, rest = name.partition(".")
        if first in self.names:
            return None
        known = self._imports.get(first, _USUAL.get(first))
        return Named((first if known is None else known) + dot + rest, imported=known is not None)

    def _arithmetic(self, value: BinOp) -> Abstract:
        left, right = self.value(value.left), self.value(value.right)
        if isinstance(left, Known) and isinstance(right, Known):
            result = computed(value.operator, left.value, right.value)
            if result is None:
                return NOTHING_KNOWN
            return Known(result, self._where(value), left.computed or right.computed)
        return model_arrays.combined(left, right, value.operator)

    def _subscript(self, value: Subscript) -> Abstract:
        owner = self.value(value.value)
        if isinstance(owner, Items) and len(value.indices) == 1:
            index = whole_number(self.value(value.indices[0]))
            inside = index is not None and -len(owner.values) <= index < len(owner.values)
            return owner.values[index] if index is not None and inside else NOTHING_KNOWN
        if not isinstance(owner, Array):
            return NOTHING_KNOWN
        indices: list[Abstract | tuple[Abstract | None, ...]] = []
        for each in value.indices:
            if isinstance(each, Slice):
                parts = (each.start, each.stop, each.step)
                indices.append(tuple(None if part is None else self.value(part) for part in parts))
            else:
                indices.append(self.value(each))
        return model_arrays.subscripted(owner, indices)

    # -- calls

    def _call(self, call: CallValue) -> Abstract:
        given = Arguments(
            [self.value(value) for value in call.positional],
            {keyword.name: self.value(keyword.value) for keyword in call.keywords},
            call.certain,
        )
        callee = call.callee
        target = self._callee(callee)
        if isinstance(callee, Attribute):
            if isinstance(target, tuple):
                return self._method(target[0], callee.name, call, given)
            if callee.name in model_calls.METHODS and isinstance(given.get("x", 0), Array | Stream):
                return self._fit(None, callee.name, call, given)
        match target:
            case Function():
                self._spoil(*given.positional, *given.keywords.values())
                return self._call_function(target, given)
            case Named(name=name, imported=imported):
                return self._named(_canonical(name), imported, call, given)
        return NOTHING_KNOWN

    def _callee(self, callee: Value) -> Abstract | tuple[Abstract]:
        """What is called; of a method its owner alone, since that is to be evaluated once."""
        if not isinstance(callee, Attribute):
            return self.value(callee)
        name = dotted(callee)
        if name and (found := self.names.get(name) or self._foreign(name)) is not None:
            return found
        owner = self.value(callee.value)
        # A name bound to a module: keras = tf.keras.
        return Named(f"{owner.name}.{callee.name}", owner.imported) if isinstance(owner, Named) else (owner,)

    def _named(self, name: str, imported: bool, call: CallValue, given: Arguments) -> Abstract:
        """A call of a class or function that is not the document's own."""
        last = name.rpartition(".")[2]
        keras = name.startswith("keras.") or not (imported or "." in name)
        if last in _DEVICES and (limit := _number(given.get("memory_limit", 0))) is not None:
            self.memory_limits.append(int(limit * _MIB))
        elif name.endswith(_POLICY_SETTERS):
            self.policy = model_calls.policy(given.get("policy", 0))
        elif name.endswith(("mixed_precision.Policy", "mixed_precision.experimental.Policy")):
            return PolicyValue(model_calls.policy(given.get("name", 0)))
        elif name.endswith("backend.set_floatx"):
            self.policy = None
        elif last == "scope" and "." in name:
            self.distributed = True
        elif name == "len" and not imported:
            (value,) = given.positional if len(given.positional) == 1 else (NOTHING_KNOWN,)
            if isinstance(value, Array) and value.length is not None:
                return Known(value.length, None, True)
        elif keras and last == "Sequential":
            return self._sequential(call, given)
        elif keras and canonical(last) is not None and (".layers." in name or last == "Input" or "." not in name):
            return model_calls.layer(last, given)
        elif keras and last.lower() in OPTIMIZERS and (".optimizers." in name or "." not in name):
            return model_calls.optimizer(last, given)
        elif keras and ".layers." in name:
            return LayerValue(None)
        elif "lbfgs" in last.lower():
            return OptimizerValue(last, None)
        else:
            if not imported and "." not in name:
                # A function from who knows where may change what it is given.
                self._spoil(*given.positional, *given.keywords.values())
            return data_call(name, given)
        return NOTHING_KNOWN

    def _method(self, owner: Abstract, name: str, call: CallValue, given: Arguments) -> Abstract:
        """A call of a method of a value."""
        if name in model_calls.METHODS and not isinstance(owner, Array | Stream | Items | Known):
            return self._fit(owner if isinstance(owner, Model) else None, name, call, given)
        match owner:
            case Model():
                self._model_method(owner, name, call, given)
            case Array():
                return model_arrays.array_method(owner, name, given)
            case Stream():
                return stream_method(owner, name, call, given, self.code)
            case Generator() if name in ("flow", "flow_from_directory", "flow_from_dataframe"):
                length, sample, source = model_pipelines.sample_of(given.get("x", 0) if name == "flow" else None)
                batch = batch_of(call, given, "flow", self.code)
                return Stream(length, sample, True, batch, "generator", source)
            case Items() if isinstance(call.callee, Attribute) and isinstance(call.callee.value, Name):
                # list.append and its kin
                self.names[call.callee.value.name] = NOTHING_KNOWN
            case Opaque() if name == "scope":
                self.distributed = True
        return NOTHING_KNOWN

    def _sequential(self, call: CallValue, given: Arguments) -> Abstract:
        where = self._where(call)
        if where is None:
            return NOTHING_KNOWN
        model = Model(where, self.names, self.policy, distributed=self.distributed)
        model.certain = given.certain
        listed = given.get("layers", 0)
        written = call.argument("layers", 0)
        if isinstance(listed, Items):
            places = written.items if isinstance(written, ListValue | TupleValue) else ()
            for index, item in enumerate(listed.values):
                place = places[index] if index < len(places) else call
                model_calls.add(model, item, self._where(place) or where)
        elif listed is not None and not (isinstance(listed, Known) and listed.value is None):
            model.certain = False
        self.models.append(model)
        return model

    def _model_method(self, model: Model, name: str, call: CallValue, given: Arguments) -> None:
        if model.home is not self.names and name in ("add", "pop", "compile", "build"):
            # Changed in a branch or in a loop.
            model.certain = False
            return
        where = self._where(call.positional[0] if call.positional else call) or model.where
        match name:
            case "add":
                model_calls.add(model, given.get("layer", 0), where)
            case "pop" if model.layers:
                model.layers.pop()
            case "compile":
                model_calls.compile_model(model, given)
            case "build":
                model_calls.build(model, given)

    def _fit(self, model: Model | None, name: str, call: CallValue, given: Arguments) -> Abstract:
        where = self._where(call)
        foreign = model is None and any(means.startswith(_OWN_BATCHES) for means in self._imports.values())
        if where is not None and self.calls == 0 and given.certain and not foreign:
            found = model_calls.fit(name, call, given, model.graph() if model is not None else None, where)
            self.fits[(id(where.chunk), id(where.region), call.span)] = Located(found, where.chunk)
        return NOTHING_KNOWN

    def _spoil(self, *values: Abstract) -> None:
        """Models that go somewhere unknown may have come back changed."""
        for value in values:
            if isinstance(value, Model):
                value.certain = False


def _canonical(name: str) -> str:
    for prefix, means in _KERAS.items():
        if name.startswith(prefix):
            return means + name.removeprefix(prefix)
    return name


def _number(value: Abstract | None) -> float | None:
    if isinstance(value, Known) and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return value.value
    return None
