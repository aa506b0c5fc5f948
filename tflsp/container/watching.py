"""What `up` tells while it works, and asks: the command line shows it, tests record it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from tflsp.container.engines import Progress


class Watcher(Protocol):
    """Someone who watches, and may be asked."""

    def step(self, text: str) -> None:
        """Something begins; it takes a moment."""

    def note(self, text: str) -> None:
        """Something that a person should know."""

    def follow(self, text: str, news: Iterator[Progress]) -> None:
        """Run a pull or a build to its end and show its progress."""

    def agrees(self, question: str) -> bool:
        """Whether the person says yes; no where nobody can be asked."""
