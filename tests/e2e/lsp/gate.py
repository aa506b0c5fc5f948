"""Programs that wait until a test lets them go, as one on a slow disk waits for its files."""

from __future__ import annotations

import os
from pathlib import Path


class Gate:
    """Closed at first; who has come to it goes on when it is opened, and who comes later does not wait."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pipe = folder / "gate"
        os.mkfifo(self._pipe)
        # As long as this end is open a reader waits, and opening the pipe never does.
        self._held: int | None = os.open(self._pipe, os.O_RDWR)

    def program(self, name: str, command: str, *, coming: str = ":") -> Path:
        """A program behind the gate; ``coming`` is what it does before."""
        path = self._folder / name
        path.write_text(f'#!/bin/sh\n{coming}\nread -r line <"{self._pipe}"\n{command}\n', "utf-8")
        path.chmod(0o755)
        return path

    def open(self) -> None:
        if self._held is not None:
            free = self._folder / "gate.open"
            free.touch()
            free.replace(self._pipe)
            os.close(self._held)
            self._held = None
