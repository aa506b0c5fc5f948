"""Fixtures that every test may use, and how Hypothesis looks for counterexamples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import components

# No deadline: the machine is shared, and time is measured in bench/, not here. In CI the examples are the same every
# time, so that a submission is judged by what it changed; `HYPOTHESIS_PROFILE=thorough` looks long and at random.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if components.in_ci() else "default"))


@pytest.fixture(scope="session")
def tensorflow_python() -> Path:
    """The interpreter that has TensorFlow 2.9.0."""
    return components.tensorflow_python()


@pytest.fixture(scope="session")
def neovim() -> Path:
    """The path of the real Neovim."""
    return components.neovim()


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the two seed articles."""
    return components.seeds()
