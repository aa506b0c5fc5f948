"""The real parts that tests need beside Python packages: where they are, and what a test does without one.

Where CI=true a missing part is a failure, since `.ci/run` should have installed it. Elsewhere it is a skip that names
the part and the command that brings it, so that nobody takes a shorter run for a whole one. Parts that no machine can
be expected to have (`beyond_reach`) are skipped in CI as well, and say why that is so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest

ROOT = Path(__file__).parents[1]

T = TypeVar("T")


def in_ci() -> bool:
    """Whether a missing part is a failure."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def missing(component: str, remedy: str) -> NoReturn:
    """End the test: without `component`, which `remedy` would bring, it cannot say anything."""
    message = f"missing component: {component}. {remedy}"
    if in_ci():
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def require(component: str, found: T | None, remedy: str) -> T:
    """Return `found`, or end the test where it is None."""
    if found is None:
        missing(component, remedy)
    return found


def beyond_reach(component: str, why: str) -> NoReturn:
    """End the test, in CI too: no machine can be expected to have `component`."""
    pytest.skip(f"missing component: {component}, {why}")


def program(name: str, remedy: str = "Install it and put it on PATH.") -> Path:
    """Return the path of a program: the environment's own before PATH's."""
    return Path(require(name, _which(name), remedy))


def neovim() -> Path:
    """Return the path of the Neovim that requirements/dev.txt brings."""
    return program("nvim", "It comes with requirements/dev.txt: make environment.")


NEWER_NEOVIM = ROOT / ".cache/editors/usr/bin/nvim"
NEWER_HELIX = ROOT / ".cache/editors/usr/bin/hx"


def newer(component: str, *places: Path | str | None) -> Path:
    """Return the first of the places where an editor is that Debian's stable release is too old for.

    `make editors` brings it from the unstable release, which moves: what it brings today may not work tomorrow.
    """
    found = next((Path(place) for place in places if place is not None and Path(place).exists()), None)
    if found is None:
        beyond_reach(component, "which only Debian's unstable release has, and that moves. make editors.")
    return found


def tensorflow_python() -> Path:
    """Return the interpreter (Python 3.8 to 3.10) that has TensorFlow 2.9.0."""
    return require("TensorFlow 2.9.0", _tensorflow_python(), "make tensorflow (needs a Python 3.8 to 3.10).")


def seeds() -> Path:
    """Return the folder of the two articles that tflsp began with: they lie beside the checkout and not in it."""
    folder = ROOT.parent / "shared" / "seeds"
    if not folder.is_dir():
        beyond_reach("the seed articles (../shared/seeds)", "which are not part of the repository")
    return folder


@cache
def _which(name: str) -> str | None:
    own = str(Path(sys.executable).parent)
    return shutil.which(name, path=own) or shutil.which(name)


@cache
def _tensorflow_python() -> Path | None:
    interpreter = ROOT / ".cache" / "tensorflow-2.9" / "bin" / "python"
    if not interpreter.exists():
        return None
    question = "from importlib.metadata import version; print(version('tensorflow'))"
    answer = subprocess.run([interpreter, "-c", question], capture_output=True, text=True, check=False)
    return interpreter if answer.stdout.strip() == "2.9.0" else None
