"""Which regions lie inside of a region, as its syntax tells: fences in Markdown, heredocs, magics.

One function per host language, registered by decorator. What takes knowledge of commands (``sh -c``) is found by
readers of facts instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tflsp.documents.region import Region
from tflsp.registration import Registry

Nester = Callable[[Region], Iterator[Region]]
_nesters: Registry[Nester] = Registry("tflsp.documents", "nests")


def nests(*languages: str) -> Callable[[Nester], Nester]:
    """Register a function that finds the regions inside of regions of these languages."""
    return lambda nester: _nesters.register(nester, *languages)


def nesters_of(language: str) -> tuple[Nester, ...]:
    """The functions that find regions inside of regions of this language."""
    return _nesters.of(language)
