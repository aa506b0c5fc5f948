"""Fixtures that every test may use, and how Hypothesis looks for counterexamples."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import components
from tflsp.rules import running
from tflsp.rules.base import Rule

_contain = running.contain

# A shell's background jobs ignore Ctrl-C, and so would every program that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline: the machine is shared, and time is measured in bench/, not here. In CI the examples are the same every
# time, so that a submission is judged by what it changed; `HYPOTHESIS_PROFILE=thorough` looks long and at random.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if components.in_ci() else "default"))


def _fail(rule: Rule, error: Exception) -> None:
    raise AssertionError(f"rule {rule.code} failed: a user would only miss what it finds") from error


@pytest.fixture(scope="session", autouse=True)
def failing_rules_are_noticed() -> Iterator[None]:
    """A rule that raises is left out where people work, and fails the test here; forked processes inherit it."""
    running.contain = _fail
    yield
    running.contain = _contain


@pytest.fixture
def failing_rules_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rule that raises does where people work."""
    monkeypatch.setattr(running, "contain", _contain)


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
