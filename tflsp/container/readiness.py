"""Waiting until a started container can be worked in: its SSH server answers, and tflsp in it says that it is well."""

from __future__ import annotations

import re
import socket
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
    said = "it does not say why"
    pause = 0.02
    banner = False
    while time.monotonic() < deadline:
        found = engine.container(name)
        if found is None or not found.running:
            raise _ended(engine, name)
        # Its banner costs next to nothing to ask for; a command in the container starts a Python.
        endpoint = engine.endpoint(name)
        banner = banner or (endpoint is not None and answers(*endpoint))
        if banner:
            try:
                ran = engine.run(name, HEALTH)
            except EngineError:
                # It ended in between: the next look at it says so.
                continue
            if ran.code == 0:
                return
            said = one_line(ran.output) or said
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)
    tail = _tail(engine, name)
    raise EngineError(
        Fault.NOT_HEALTHY,
        f"The container runs but is not healthy after {patience:.0f} seconds: {said}.",
        "Look at what it wrote: " + (tail or "nothing."),
    )


def answers(host: str, port: int, timeout: float = 2.0) -> bool:
    """Whether an SSH server shows its banner."""
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.settimeout(timeout)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


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
