"""What installing a package does to the image of TensorFlow 2.9 that it is installed in.

Measured with TensorFlow 2.9.0 under Python 3.8: ``import tensorflow`` fails with protobuf 4.21 and 5.29 and works with
3.20.3; ``keras`` 2.10 to 2.13 cannot be imported, 2.8 cannot train; with NumPy 1.24 locally connected layers fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final

from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.installs import PipInstall
from tflsp.facts.requirements import Requirement
from tflsp.rules.base import Context
from tflsp.rules.packages.places import Place, place_of
from tflsp.rules.packages.versions import admits, numbers
from tflsp.tensorflow.release import SAFE_PROTOBUF


class Harm(Enum):
    """How it goes wrong. The value is a key of messages."""

    SECOND = "second"
    NEEDLESS = "needless"
    ANOTHER = "another"
    PROTOBUF = "protobuf"
    KERAS = "keras"
    NUMPY = "numpy"


TENSORFLOWS: Final = frozenset(
    (
        "tensorflow",
        "tensorflow-cpu",
        "tensorflow-gpu",
        "intel-tensorflow",
        "tf-nightly",
        "tf-nightly-cpu",
        "tf-nightly-gpu",
    )
)
# What TensorFlow 2.9 stands on: the bound that keeps it whole, a release inside of it, and one outside.
BOUNDS: Final = {
    "keras": ("keras<2.10", "2.9.0", "2.10.0"),
    "numpy": ("numpy<1.24", "1.23.5", "1.24.0"),
    "protobuf": (SAFE_PROTOBUF, "3.19.6", "4.21.0"),
}
CORE: Final = TENSORFLOWS | BOUNDS.keys()
_HARM: Final = {"keras": Harm.KERAS, "numpy": Harm.NUMPY, "protobuf": Harm.PROTOBUF}


def harms(
    found: Located[PipInstall], facts: DocumentFacts, context: Context
) -> Iterator[tuple[Requirement, Harm, Place]]:
    """The requirements of an install that break or double what the image brings."""
    install = found.fact
    if CORE.isdisjoint(requirement.name for requirement in install.requirements):
        return
    place = place_of(found, facts, context)
    if place is None:
        return
    is_constrained = install.option("constraint", "build-constraint") is not None
    for requirement in install.requirements:
        if requirement.url is not None or not requirement.known or (is_constrained and not requirement.is_pinned):
            continue
        harm = _harm(requirement, place, upgrades=install.upgrades)
        if harm is not None:
            yield requirement, harm, place


def _harm(requirement: Requirement, place: Place, *, upgrades: bool) -> Harm | None:
    specifier = requirement.specifier
    if requirement.name in TENSORFLOWS:
        return _tensorflow(requirement, place, upgrades=upgrades)
    if requirement.name not in BOUNDS or place.version is None:
        return None
    _, inside, outside = BOUNDS[requirement.name]
    version = requirement.version
    if version is not None:
        breaks = numbers(version) >= numbers(outside) or (requirement.name == "keras" and numbers(version)[:2] < (2, 9))
    else:
        # What is there is kept as long as it will do, unless an upgrade is asked for.
        breaks = not admits(specifier, inside) or (upgrades and admits(specifier, outside))
    return _HARM[requirement.name] if breaks else None


def _tensorflow(requirement: Requirement, place: Place, *, upgrades: bool) -> Harm | None:
    """CPU images have the package tensorflow-cpu, GPU images tensorflow; pip takes them for two."""
    if requirement.name not in ("tensorflow", "tensorflow-cpu"):
        return Harm.SECOND
    if place.gpu is not None and (requirement.name == "tensorflow") != place.gpu:
        return Harm.SECOND
    if place.version is None:
        return None
    if not admits(requirement.specifier, place.version):
        return Harm.ANOTHER
    if requirement.version is not None or not admits(requirement.specifier, "2.10.0"):
        return None
    if upgrades:
        return Harm.ANOTHER
    return Harm.NEEDLESS if place.gpu is None else None
