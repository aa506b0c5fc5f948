"""How findings are printed: one module per format. A format is made for a stream and called with the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol, TextIO

from tflsp.checking.records import Record


class Format(Protocol):
    """Prints the findings of a run; ``fixed`` fixes were applied, ``files`` files looked at."""

    def __call__(self, records: Sequence[Record], fixed: int, files: int) -> None: ...


def _load(name: str) -> Callable[[TextIO], Format]:
    def make(stream: TextIO) -> Format:
        # A format's module is imported when it is used.
        make_format: Callable[[TextIO], Format] = import_module(f"tflsp.cli.output.{name}").make
        return make_format(stream)

    return make


FORMATS = {name: _load(name) for name in ("full", "concise", "json", "sarif", "github", "junit")}
