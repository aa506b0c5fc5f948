"""The image of the container that this is: what was told, by whom, and what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tflsp.capture.environment import Image
from tflsp.checking.running_image import BASE, VARIABLE, running_image
from tflsp.container import names
from tflsp.container.engines import Image as EnginesImage
from tflsp.container.origin import origin_of

DIGEST, IDENTIFIER = "sha256:" + "ab" * 32, "sha256:" + "12" * 32
OFFICIAL = "tensorflow/tensorflow:2.9.0-jupyter"
NAME = "tflsp-mnist-3f09a1"


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """The root of a container."""
    (tmp_path / ".dockerenv").touch()
    return tmp_path


def built_upon(root: Path, text: str) -> None:
    (root / BASE).parent.mkdir(parents=True)
    (root / BASE).write_text(text)


def test_the_variables_name_is_one() -> None:
    assert names.IMAGE == VARIABLE


@pytest.mark.parametrize(
    ("reference", "image", "expected"),
    [
        (
            "tflsp/mnist-3f09a1:0123",
            EnginesImage(IDENTIFIER, {}, {names.LABEL_BASE: OFFICIAL, names.LABEL_BASE_DIGEST: DIGEST}),
            Image("tflsp/mnist-3f09a1:0123", None, IDENTIFIER, OFFICIAL, DIGEST),
        ),
        (
            f"registry.example:5000/own@{DIGEST}",
            EnginesImage(IDENTIFIER.removeprefix("sha256:"), {"registry.example:5000/own": DIGEST, "a": "b"}, {}),
            Image("registry.example:5000/own", DIGEST, IDENTIFIER),
        ),
        (
            "own:1",
            EnginesImage(IDENTIFIER, {"another": DIGEST}, {names.LABEL_BASE: f"{OFFICIAL}@{DIGEST}"}),
            Image("own:1", None, IDENTIFIER, OFFICIAL, DIGEST),
        ),
        ("own:1", EnginesImage(IDENTIFIER, {}, {names.LABEL_BASE: 'a" b'}), Image("own:1", None, IDENTIFIER)),
    ],
)
def test_what_up_tells_is_what_is_read(reference: str, image: EnginesImage, expected: Image, tmp_path: Path) -> None:
    told = origin_of(NAME, reference, image)
    assert not set(told) & set('"\\#\n')
    assert running_image(tmp_path, {VARIABLE: told}, NAME) == expected


def test_no_container_has_no_image(tmp_path: Path) -> None:
    assert running_image(tmp_path, {}, "laptop") is None


def test_of_a_container_that_nobody_told_nothing_is_known(container: Path) -> None:
    assert running_image(container, {}, "0123456789ab") == Image()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{OFFICIAL}\n", Image(base=OFFICIAL)),
        (f"{OFFICIAL}@{DIGEST}\n", Image(base=OFFICIAL, base_digest=DIGEST)),
        ("\n", Image()),
        ("<b>\x00", Image()),
    ],
)
def test_an_image_says_what_it_was_built_upon(container: Path, text: str, expected: Image) -> None:
    built_upon(container, text)
    assert running_image(container, {}, "0123456789ab") == expected


def test_what_up_told_another_container_is_not_taken_along(container: Path) -> None:
    """An image that was committed from a container has that one's environment."""
    told = origin_of(NAME, "own:1", EnginesImage(IDENTIFIER, {}, {}))
    assert running_image(container, {VARIABLE: told}, "0123456789ab") == Image()


@pytest.mark.parametrize("told", ["image", "=", f"container={NAME} image=- id=sha256:1 digest= base=/", "\ufffd = ="])
def test_what_makes_no_sense_is_not_known(container: Path, told: str) -> None:
    assert running_image(container, {VARIABLE: told}, NAME) == Image()
