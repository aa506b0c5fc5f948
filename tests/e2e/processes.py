"""Processes of a kind, counted as a user would: a process and not what it is just starting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T", int, str)


def without_started(parents: Mapping[T, T]) -> list[T]:
    """Of processes that look alike, by number with the parent's, those that none of the others has started.

    What a process starts looks like it for the moment before it is another program.
    """
    return [each for each, parent in parents.items() if parent not in parents]
