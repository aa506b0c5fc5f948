"""The machine that this program runs on: real files, commands, sockets and clock."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import IO, Generic, ParamSpec, TypeVar
from urllib.parse import urlsplit

from tflsp import __version__
from tflsp.checking.container_marks import in_container
from tflsp.doctor.machine import Machine, Ran
from tflsp.remote.targets import Target, all_targets, load, target_of

_PATIENCE = 8.0
# Bytes. An engine's list of containers is long where there are many; beyond this nothing is read.
_LONGEST = 16 << 20

A = ParamSpec("A")
T = TypeVar("T")


def here(folder: Path | None = None, name: str | None = None) -> Machine:
    """This machine, for a project folder (default: the working folder) or a target's. Raises TargetError."""
    target = load(name) if name is not None else _target_of(folder or Path.cwd())
    if name is not None and target is not None and Path(target.folder).is_dir():
        folder = Path(target.folder)
    effective = os.access in os.supports_effective_ids
    return Machine(
        root=Path("/"),
        inside=in_container(Path("/"), os.environ),
        folder=str((folder or Path.cwd()).resolve()),
        home=os.path.expanduser("~"),
        environment=dict(os.environ),
        uid=os.getuid(),
        run=Once(run),
        ask=Once(ask),
        now=time.time,
        stat=os.stat,
        writable=lambda path: os.access(path, os.W_OK, effective_ids=effective),
        space=os.statvfs,
        version=__version__,
        target=target,
        targets=tuple(all_targets()),
        helper=_helper,
    )


class Once(Generic[A, T]):
    """A function that several checks ask the same: the first to ask does the work, the others wait for it."""

    def __init__(self, function: Callable[A, T]) -> None:
        self._function = function
        self._lock = Lock()
        self._locks: dict[object, Lock] = {}
        self._answers: dict[object, T | Exception] = {}

    def __call__(self, *args: A.args, **kwargs: A.kwargs) -> T:
        key = (args, tuple(kwargs.items()))
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._answers:
                try:
                    self._answers[key] = self._function(*args, **kwargs)
                except Exception as error:  # the others are told the same
                    self._answers[key] = error
            answer = self._answers[key]
        if isinstance(answer, Exception):
            raise answer
        return answer


def run(argv: tuple[str, ...], patience: float) -> Ran:
    """Run a command for its output, in English, without input and away from the workspace.

    A command that answers without end (a hostile container's may) is ended as one that does not answer.
    """
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C"},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        return Ran(None, trouble=error.strerror or type(error).__name__)
    with process, ThreadPoolExecutor(2) as readers:
        timer = Timer(patience, _end, (process,))
        timer.start()
        try:
            out, err = readers.map(partial(_read, process), (process.stdout, process.stderr))
            code = process.wait()
        finally:
            in_time = timer.is_alive()
            timer.cancel()
            timer.join()
    if not in_time:
        return Ran(None, trouble=f"no answer within {patience:.0f} s")
    if len(out) > _LONGEST or len(err) > _LONGEST:
        return Ran(None, trouble="an answer without end")
    return Ran(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def _read(process: subprocess.Popen[bytes], stream: IO[bytes] | None) -> bytes:
    data = stream.read(_LONGEST + 1) if stream is not None else b""
    if len(data) > _LONGEST:
        _end(process)
    return data


def _end(process: subprocess.Popen[bytes]) -> None:
    """It and what it started: both hold the other end of our pipes."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def ask(address: str, path: str) -> bytes:
    """The body of a GET request to an engine. Raises OSError where it does not answer with one."""
    parts = urlsplit(address)
    connection: http.client.HTTPConnection
    if parts.scheme == "unix":
        connection = _UnixConnection(parts.path)
    else:
        connection = http.client.HTTPConnection(parts.hostname or "localhost", parts.port or 2375, timeout=_PATIENCE)
    try:
        connection.request("GET", path, headers={"Host": "docker"})
        response = connection.getresponse()
        body = response.read(_LONGEST)
    except http.client.HTTPException as error:
        raise OSError(f"no answer in HTTP ({type(error).__name__})") from None
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise OSError(f"the engine answered {response.status}")
    return body


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.sock.settimeout(_PATIENCE)
            self.sock.connect(self._path)
        except OSError:
            self.sock.close()
            raise


def _target_of(folder: Path) -> Target | None:
    try:
        return target_of(folder)
    except OSError:
        return None


def _helper() -> str | None:
    """The version of the daemon that runs; empty for one that does not say it."""
    told: list[str | None] = []
    # One that hangs is waited for no longer than anything else.
    thread = Thread(target=lambda: told.append(_helper_version()), name="tflsp-doctor-helper", daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    return told[0] if told else ""


def _helper_version() -> str | None:
    from tflsp.remote.control import ControlError, NotRunning, request

    try:
        return next((str(item["version"]) for item in request("status", autostart=False) if "version" in item), "")
    except NotRunning:
        return None
    except (ControlError, OSError, ValueError):  # it speaks another protocol, or ends
        return ""
