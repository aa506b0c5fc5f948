"""Actions that are offered to the client and done when it asks, by a token; what they need stays on this side."""

from __future__ import annotations

from collections.abc import Callable

# Actions are offered far more often than chosen.
MOST = 256


class Promises:
    """The last actions that were offered."""

    def __init__(self) -> None:
        self._acts: dict[str, Callable[[], None]] = {}

    def give(self, token: str, act: Callable[[], None]) -> None:
        """Keep an action under a token; the oldest is forgotten where there are many."""
        while len(self._acts) >= MOST:
            del self._acts[next(iter(self._acts))]
        self._acts[token] = act

    def keep(self, token: str) -> Callable[[], None] | None:
        """The action of a token, once."""
        return self._acts.pop(token, None)
