"""Which regions lie inside of a region, as its syntax tells: fences in Markdown, heredocs, magics.

One function per host language, registered by decorator. What takes knowledge of commands (``sh -c``) is found by readers of
facts instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tflsp.documents.region import Region

Nester = Callable[[Region], Iterator[Region]]
_nesters: dict[str, list[Nester]] = {}


def nests(*languages: str) -> Callable[[Nester], Nester]:
    """Register a function that finds the regions inside of regions of these languages."""

    def register(nester: Nester) -> Nester:
        for language in languages:
            _nesters.setdefault(language, []).append(nester)
        return nester

    return register


def nesters_of(language: str) -> tuple[Nester, ...]:
    return tuple(_nesters.get(language, ()))
