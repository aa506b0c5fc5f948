"""29, 32: what tflsp itself has set up."""

from __future__ import annotations

from tests.unit.doctor.made import Made, case
from tflsp.doctor.base import State

OK, PROBLEM, NOT_HERE = State.OK, State.PROBLEM, State.NOT_APPLICABLE
REFERENCE = "tensorflow/tensorflow:2.9.0-jupyter"
PINNED, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def host(made: Made) -> None:
    made.inside = False


@case("helper-outdated", NOT_HERE)
def no_helper(made: Made) -> None:
    host(made)


@case("helper-outdated", OK, "0.1.0")
def same_version(made: Made) -> None:
    host(made)
    made.helper = "0.1.0"


@case("helper-outdated", PROBLEM, "it is 0.0.9, this is 0.1.0")
def old_helper(made: Made) -> None:
    host(made)
    made.helper = "0.0.9"


@case("helper-outdated", PROBLEM, "older")
def helper_of_another_protocol(made: Made) -> None:
    host(made)
    made.helper = ""


def lock(made: Made, version: str = "0.1.0") -> None:
    host(made)
    text = f'version = 1\ntflsp = "{version}"\n\n[images]\n"{REFERENCE}" = "{PINNED}"\n\n[packages]\n'
    made.file("/workspace/tflsp.lock", text)


@case("lock-differs", NOT_HERE)
def no_lock(made: Made) -> None:
    host(made)


@case("lock-differs", OK)
def pinned(made: Made) -> None:
    lock(made)
    made.engine()
    made.image(REFERENCE, Id=OTHER, RepoDigests=[f"tensorflow/tensorflow@{PINNED}"])


@case("lock-differs", OK)
def no_engine(made: Made) -> None:
    lock(made)


@case("lock-differs", PROBLEM, f"{REFERENCE} is sha256:bbbbbbbbbbbb, pinned is sha256:aaaaaaaaaaaa")
def other_image(made: Made) -> None:
    lock(made)
    made.engine()
    made.image(REFERENCE, Id=OTHER, RepoDigests=[])


@case("lock-differs", PROBLEM, "it pins tflsp 0.2.0, this is 0.1.0")
def other_tflsp(made: Made) -> None:
    lock(made, "0.2.0")


@case("lock-differs", PROBLEM, "made by tflsp 0.0.9")
def container_of_another_version(made: Made) -> None:
    lock(made)
    target = made.target()
    labels = {"dev.tflsp.name": target.name, "dev.tflsp.version": "0.0.9"}
    made.engine([{"Name": f"/{target.name}", "Config": {"Labels": labels, "Image": "x"}}])


@case("lock-differs", PROBLEM, "cannot be read")
def damaged(made: Made) -> None:
    host(made)
    made.file("/workspace/tflsp.lock", "version = [\n")
