"""Settings as rules and the engine see them: resolved, immutable, with a default for everything.

How they are found and read from files is `tflsp.configuration`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GIB = 1 << 30


@dataclass(frozen=True, eq=False)
class Settings:
    """What is in force for a document. Compared by identity: a changed setting is a new value."""

    select: tuple[str, ...] = ()  # prefixes; empty: every rule that is on by default
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)  # code prefix -> error|warning|information|hint
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # glob -> prefixes
    exclude: tuple[str, ...] = ()
    language: str = "en"  # of messages: en or zh
    tensorflow_version: str = "2.9.0"
    image_mirrors: Mapping[str, str] = field(default_factory=dict)  # registry prefix -> official name prefix
    memory_budget: int = 8 * GIB  # bytes that a training step may take
    memory_budget_source: str = "default"  # "default" or "settings"
    dotenv: bool | None = None  # whether python-dotenv is the project's way; None: as its code shows
    code_lens: bool = False
    inlay_hints: bool = True


DEFAULTS = Settings()
