"""Keras 2.9's optimizers: how many further copies of the trained weights each keeps (its slots)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tflsp.dataclass import dataclass
from tflsp.tensorflow.layers.model import UNKNOWN


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer's class name, its slots, and the arguments that add one each when they are set."""

    name: str
    slots: int
    order: tuple[str, ...]
    adds: tuple[str, ...] = ()


OPTIMIZERS: Final[Mapping[str, Optimizer]] = {
    optimizer.name.lower(): optimizer
    for optimizer in (
        Optimizer("Adadelta", 2, ("learning_rate", "rho", "epsilon", "name")),
        Optimizer("Adagrad", 1, ("learning_rate", "initial_accumulator_value", "epsilon", "name")),
        Optimizer("Adam", 2, ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", "name"), adds=("amsgrad",)),
        Optimizer("Adamax", 2, ("learning_rate", "beta_1", "beta_2", "epsilon", "name")),
        Optimizer(
            "Ftrl",
            2,
            (
                "learning_rate",
                "learning_rate_power",
                "initial_accumulator_value",
                "l1_regularization_strength",
                "l2_regularization_strength",
                "name",
                "l2_shrinkage_regularization_strength",
                "beta",
            ),
        ),
        Optimizer("Nadam", 2, ("learning_rate", "beta_1", "beta_2", "epsilon", "name")),
        Optimizer(
            "RMSprop",
            1,
            ("learning_rate", "rho", "momentum", "epsilon", "centered", "name"),
            adds=("momentum", "centered"),
        ),
        Optimizer("SGD", 0, ("learning_rate", "momentum", "nesterov", "name"), adds=("momentum",)),
    )
}
"""By lower-case name, as `tf.keras.optimizers.get` looks strings up."""

DEFAULT: Final = "RMSprop"
"""What `Model.compile()` uses when no optimizer is named."""


def slots(name: str, positional: Sequence[object] = (), keywords: Mapping[str, object] | None = None) -> int | None:
    """Copies of the trained weights that an optimizer keeps, from its name (class or string) and arguments.

    None for an optimizer that is not known, and where an argument that decides is no literal.
    """
    optimizer = OPTIMIZERS.get(name.lower())
    if optimizer is None or len(positional) > len(optimizer.order):
        return None
    given = dict(zip(optimizer.order, positional, strict=False)) | dict(keywords or {})
    deciding = [given.get(argument) for argument in optimizer.adds]
    if UNKNOWN in deciding:
        return None
    return optimizer.slots + sum(bool(value) for value in deciding)
