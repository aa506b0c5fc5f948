"""A running `tflsp serve`: one child process that any thread may ask, by LSP over its standard input and output.

It ends when it is closed, and by itself when this process does: its input ends then, and it watches its parent.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread
from typing import IO, Any

from tflsp_jupyterlab.program import NoProgram, command, environment

log = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds
Message = dict[str, Any]


class Ended(Exception):
    """The process has ended before it answered."""


class Refused(Exception):
    """The answer is an error; the text is the server's."""


class Connection:
    """The process. ``apply`` is called on a thread of the connection's with each workspace edit, and says whether it
    was carried out; it must not ask the server anything. ``diagnostics`` are those that were pushed last, by URI."""

    def __init__(self, capabilities: Message, options: Message, apply: Callable[[Message], bool]) -> None:
        """Start it, and wait until it is ready. Raises NoProgram."""
        line = [*command(), "serve"]
        pipe = subprocess.PIPE
        try:
            # Not of this terminal's group: Ctrl+C there asks Jupyter whether it shall end.
            self._child = subprocess.Popen(
                line, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(), start_new_session=True
            )
        except OSError as error:
            raise NoProgram(f"{line[0]}: {error.strerror}") from None
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        assert self._child.stderr is not None
        self._input: IO[bytes] = self._child.stdin
        self._apply = apply
        self.diagnostics: dict[str, list[Message]] = {}
        self._waiting: dict[int, Future[Any]] = {}
        self._last = 0
        self._ended = False
        self._state, self._writing = Lock(), Lock()
        self._complaints: list[str] = []
        self._threads = [
            Thread(target=self._read, args=(self._child.stdout,), name="tflsp-answers", daemon=True),
            Thread(target=self._listen, args=(self._child.stderr,), name="tflsp-complaints", daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        params = {
            "processId": os.getpid(),
            "clientInfo": {"name": "tflsp-jupyterlab"},
            "rootUri": None,
            "capabilities": capabilities,
            "initializationOptions": options,
        }
        try:
            self.wait(self.request("initialize", params))
            self.notify("initialized", {})
        except (Ended, Refused) as error:
            self.close()
            self._threads[1].join(1)
            said = next(iter(self._complaints[-1:]), "") or str(error)
            raise NoProgram(f"{line[0]} serve: {said}") from None

    @property
    def alive(self) -> bool:
        return not self._ended and self._child.poll() is None

    def notify(self, method: str, params: Message) -> None:
        """Raises Ended."""
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Message) -> Future[Any]:
        """The answer, which `wait` waits for. Raises Ended."""
        answer: Future[Any] = Future()
        with self._state:
            if self._ended:
                raise Ended("tflsp has ended")
            self._last += 1
            number = self._last
            self._waiting[number] = answer
        self._write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return answer

    def wait(self, answer: Future[Any]) -> Any:
        """An answer, once it is there. Raises Ended, Refused, NoProgram where it does not come."""
        try:
            return answer.result(PATIENCE)
        except TimeoutError:
            self.close()
            raise NoProgram(f"tflsp gave no answer within {PATIENCE:.0f} s") from None

    def close(self) -> None:
        """End the process."""
        self._over()
        with suppress(OSError):
            self._child.kill()
        self._child.wait()

    def _write(self, message: Message) -> None:
        body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii")
        try:
            with self._writing:
                self._input.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                self._input.flush()
        except (OSError, ValueError):
            self._over()
            raise Ended("tflsp has ended") from None

    def _read(self, output: IO[bytes]) -> None:
        with output, suppress(OSError, ValueError, KeyError):
            while header := output.readline():
                length = 0
                while header.strip():
                    name, _, value = header.partition(b":")
                    if name.strip().lower() == b"content-length":
                        length = int(value)
                    header = output.readline()
                body = output.read(length)
                if len(body) < length:
                    break
                self._take(json.loads(body))
        self._over()

    def _take(self, message: Message) -> None:
        number = message.get("id")
        if "method" not in message:
            with self._state:
                answer = self._waiting.pop(number, None) if isinstance(number, int) else None
            if answer is None:
                return
            if (error := message.get("error")) is not None:
                answer.set_exception(Refused(str(error.get("message", error))))
            else:
                answer.set_result(message.get("result"))
        elif message["method"] == "textDocument/publishDiagnostics":
            params = message["params"]
            if params["diagnostics"]:
                self.diagnostics[params["uri"]] = params["diagnostics"]
            else:
                self.diagnostics.pop(params["uri"], None)
        elif number is not None:
            result = None
            if message["method"] == "workspace/applyEdit":
                try:
                    result = {"applied": self._apply(message["params"]["edit"])}
                except Exception:
                    log.exception("tflsp: an edit could not be carried out")
                    result = {"applied": False}
            with suppress(Ended):
                self._write({"jsonrpc": "2.0", "id": number, "result": result})

    def _listen(self, complaints: IO[bytes]) -> None:
        """What it says on its standard error is for the log; unread it would stand still one day."""
        with complaints, suppress(OSError, ValueError):
            for line in complaints:
                text = line.decode("utf-8", "replace").rstrip()
                self._complaints = [*self._complaints[-4:], text]
                log.warning("tflsp: %s", text)

    def _over(self) -> None:
        with self._state:
            self._ended = True
            waiting, self._waiting = list(self._waiting.values()), {}
        for answer in waiting:
            answer.set_exception(Ended("tflsp has ended"))
        with suppress(OSError, ValueError):
            self._input.close()
