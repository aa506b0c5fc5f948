"""Memory and the collector: what was needed for a moment goes back, and what stays is not looked through again.

A collection that walks through everything shows as a slow keystroke.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

# Code points of a text whose first analysis leaves something to give back.
LARGE = 100_000
# Container objects between two looks for young garbage: an analysis makes many, and hardly a cycle.
YOUNG = 10_000


def settle() -> None:
    """What was loaded by now stays: the collector leaves it alone."""
    gc.set_threshold(YOUNG, 10, 10)
    gc.freeze()


def release() -> None:
    """Collect garbage, and have glibc return free memory to the system; elsewhere the first half is all."""
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
