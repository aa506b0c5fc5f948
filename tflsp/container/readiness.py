"""Waiting until a started container can be worked in: tflsp in it says so, or why it cannot."""

from __future__ import annotations

import re
import time

from tflsp.container.engines import Engine
from tflsp.container.faults import EngineError, Fault, one_line

HEALTH = ("tflsp", "health")
# A cold machine reads some hundred megabytes before Jupyter answers.
PATIENCE = 90.0
_TOKEN = re.compile(rb"((?:token|password|secret)[=:]\s?)[^\s&'\"]+", re.IGNORECASE)


def wait_until_ready(engine: Engine, name: str, patience: float = PATIENCE) -> None:
    """Block until the container is healthy. Raises EngineError where it ends, or is not after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    try:
        # The command waits by itself, and ends with the container: nothing is asked twice.
        ran = engine.run(name, (*HEALTH, "--wait", f"{patience:.0f}"))
        # An engine may take the command before it notices that the container has just ended.
        while ran.code != 0 and _runs(engine, name) and time.monotonic() < deadline:
            time.sleep(0.1)
            ran = engine.run(name, (*HEALTH, "--wait", f"{max(deadline - time.monotonic(), 0):.0f}"))
    except EngineError:
        if _runs(engine, name):
            raise
        raise _ended(engine, name) from None
    if ran.code != 0:
        if not _runs(engine, name):
            raise _ended(engine, name)
        raise EngineError(
            Fault.NOT_HEALTHY,
            f"The container runs but is not healthy after {patience:.0f} seconds: {one_line(ran.output) or 'no word'}.",
            "Look at what it wrote: " + (_tail(engine, name) or "nothing."),
        )


def _runs(engine: Engine, name: str) -> bool:
    found = engine.container(name)
    return found is not None and found.running


def without_secrets(text: bytes) -> bytes:
    """A log's text with tokens blotted out: Jupyter writes its own into addresses."""
    return _TOKEN.sub(rb"\1***", text)


def _ended(engine: Engine, name: str) -> EngineError:
    found = engine.container(name)
    tail = _tail(engine, name)
    if found is not None and found.out_of_memory:
        return EngineError(
            Fault.RESOURCES, "The container ran out of memory while it started.", "Raise memory under [container]."
        )
    code = "" if found is None or found.exit_code is None else f" with code {found.exit_code}"
    return EngineError(
        Fault.NOT_HEALTHY,
        f"The container ended{code} instead of starting.",
        "It wrote: " + (tail or "nothing; is the image built from tflsp's container/ folder?"),
    )


def _tail(engine: Engine, name: str) -> str:
    try:
        written = b"".join(engine.logs(name, tail=5))
    except EngineError:
        return ""
    return one_line(without_secrets(written).decode("utf-8", "replace"), 600)
