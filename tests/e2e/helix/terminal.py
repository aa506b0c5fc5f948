"""A real Helix in a terminal of its own, set up by what docs/guides/editors.md tells its users to write.

Helix has no way in but its keys and its screen, and tells in its log what it exchanges with the server. That log is a
pipe here: whoever waits for something looks again after each piece of what is drawn or logged.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.components import ROOT

ROWS, COLUMNS = 50, 120
# Seconds. Nothing takes as long; the machine may be busy with other tests.
PATIENCE = 60

_ESCAPES = re.compile(r"\x1b\[[0-9;?:<>=]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z=>]")
# What Helix asks the terminal (its attributes, which come last), and what one without extras answers.
_ASKED, _ANSWER = "\x1b[c", b"\x1b[?62;c"


class Helix:
    """One Helix. `type` presses keys; `until` waits for what the screen or the log tells."""

    def __init__(self, terminal: int, log: int) -> None:
        self.terminal = terminal
        self.log = log
        self.drawn = ""
        self._logged = b""

    def type(self, keys: str) -> None:
        """Press keys. What is drawn from now on stands in `drawn`."""
        self.drawn = ""
        os.write(self.terminal, keys.encode())

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds. Looks at once, then after each piece of output."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            left = max(deadline - time.monotonic(), 0)
            ready, _, _ = select.select([self.terminal, self.log], [], [], left)
            assert ready, f"nothing happens any more; the last that was drawn is {self.drawn[-2000:]!r}"
            if self.terminal in ready:
                self._draw()
            self._read_log()

    def _read_log(self) -> None:
        with suppress(BlockingIOError):
            while logged := os.read(self.log, 1 << 16):
                self._logged += logged

    def _draw(self) -> None:
        output = os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
        if _ASKED in output:
            os.write(self.terminal, _ANSWER)
        self.drawn += _ESCAPES.sub("", output)

    def until_drawn(self, *texts: str) -> None:
        """Wait until all of these have been drawn since the last keys."""
        self.until(lambda: all(text in self.drawn for text in texts))

    def sent(self, method: str) -> list[dict[str, Any]]:
        """What Helix has sent to the server by this method, as its log has it."""
        return [message for message in self.messages("->") if message.get("method") == method]

    def messages(self, direction: str) -> list[dict[str, Any]]:
        """All messages to the server (`->`) or from it (`<-`); a line that is being written is none yet."""
        self._read_log()
        found = []
        for line in self._logged.decode("utf-8", "replace").splitlines():
            _, arrow, text = line.partition(f"tflsp {direction} ")
            if arrow and text.startswith("{"):
                with suppress(json.JSONDecodeError):
                    found.append(json.loads(text))
        return found


def documented() -> str:
    """The languages.toml that docs/guides/editors.md shows."""
    section = (ROOT / "docs/guides/editors.md").read_text("utf-8").partition("## Helix")[2]
    (block,) = re.findall(r"^```toml\n(.*?)^```", section.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    return str(block)


@contextmanager
def helix(program: Path, home: Path, file: Path) -> Iterator[Helix]:
    """Helix with a file open, in a home that has the documented configuration."""
    (home / ".config/helix").mkdir(parents=True)
    (home / ".config/helix/languages.toml").write_text(documented(), "utf-8")
    os.mkfifo(home / "helix.log")
    log = os.open(home / "helix.log", os.O_RDWR | os.O_NONBLOCK)
    environment = {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(file.parent)
        os.execve(program, [str(program), "-v", "--log", str(home / "helix.log"), file.name], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    try:
        yield Helix(terminal, log)
    finally:
        os.close(terminal)  # it is told by a hang-up, and ends
        os.close(log)
        os.waitpid(pid, 0)
