"""`tflsp health`: whether the container that this runs in can be worked in. One line, exit code 0 or 1.

Asks what people use: sshd by its banner, JupyterLab by its API, the language server by initializing one.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

SSH_PORT = 2222
JUPYTER_PORT = 8888
# What the image's build found; the container's environment may say otherwise.
SERVICES_FILE = Path("/opt/tflsp/etc/services")
SERVER_TIMEOUT = 20.0

EPILOG = """\b
Examples:
  tflsp health                  exit code 0 when all is well, else 1, and one line that says why
  tflsp health --wait 30        give a container that has just started up to 30 seconds
"""


class Unwell(Exception):
    """Something does not answer; the text says what."""


@click.command("health", epilog=EPILOG)
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="Wait that long for it.")
def command(wait: float) -> None:
    """Say whether this container can be worked in; for use inside it."""
    deadline = time.monotonic() + wait
    # All at once: while JupyterLab starts, a language server can.
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(patiently, each, deadline) for each in checks()]
    try:
        click.echo(f"healthy: {', '.join(each.result() for each in asked)}")
    except Unwell as unwell:
        click.echo(f"unhealthy: {unwell}")
        raise SystemExit(1) from None


def checks() -> Iterator[Callable[[], str]]:
    """Yield what is to be asked: each gives words, or raises Unwell."""
    yield lambda: ssh_answers(SSH_PORT)
    if "jupyter" in services():
        yield lambda: jupyter_answers(JUPYTER_PORT)
    yield server_starts


def services() -> list[str]:
    """What should run beside sshd."""
    chosen = os.environ.get("TFLSP_SERVICES")
    if chosen is None:
        chosen = SERVICES_FILE.read_text("utf-8") if SERVICES_FILE.exists() else ""
    return chosen.split()


def patiently(check: Callable[[], str], deadline: float) -> str:
    """Ask until the answer is good or the time is up. Raises Unwell."""
    pause = 0.02
    while True:
        try:
            return check()
        except Unwell:
            if time.monotonic() + pause > deadline:
                raise
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


def ssh_answers(port: int, timeout: float = 3.0) -> str:
    """Read sshd's banner. Raises Unwell."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as connection:
            connection.settimeout(timeout)
            banner = connection.makefile("rb").readline(256)
    except OSError as error:
        raise Unwell(f"sshd does not answer on port {port} ({_reason(error)})") from None
    if not banner.startswith(b"SSH-2.0-"):
        raise Unwell(f"what answers on port {port} is not an SSH server")
    return f"sshd on port {port}"


def jupyter_answers(port: int, timeout: float = 5.0) -> str:
    """Ask JupyterLab's API for its version, which needs no token. Raises Unwell."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/api")
        version = json.load(connection.getresponse())["version"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        raise Unwell(f"JupyterLab does not answer on port {port} ({_reason(error)})") from None
    finally:
        connection.close()
    return f"Jupyter {version} on port {port}"


def server_starts(timeout: float = SERVER_TIMEOUT) -> str:
    """Start a language server, initialize it and let it go. Raises Unwell."""
    messages: tuple[dict[str, object], ...] = (
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    )
    frames = b"".join(_frame(message) for message in messages)
    # -P: a file of this name in the folder that a health check happens to run in is not ours.
    command = [sys.executable, "-P", "-m", "tflsp", "serve"]
    try:
        ran = subprocess.run(command, input=frames, capture_output=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unwell(f"the language server does not start ({type(error).__name__})") from None
    if ran.returncode != 0 or b'"serverInfo"' not in ran.stdout:
        raise Unwell(f"the language server ended with code {ran.returncode} and did not initialize")
    return "language server"


def _frame(message: dict[str, object]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
