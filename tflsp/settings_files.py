"""Settings files on disk: which one is in force for a path, and what it says.

The nearest of ``tflsp.toml``, ``.tflsp.toml`` and a ``pyproject.toml`` with ``[tool.tflsp]`` wins; nothing is merged
unless the file says ``extend``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tflsp.dataclass import dataclass
from tflsp.options import Problem
from tflsp.settings import DEFAULTS, EXTEND, Settings, problems_of, settings_from_mapping

NAMES = ("tflsp.toml", ".tflsp.toml", "pyproject.toml")
# A chain of `extend` longer than this is a mistake.
MAX_EXTENDS = 8


class SettingsError(Exception):
    """A settings file cannot be read; the text says which and what to do."""


@dataclass(frozen=True)
class Loaded:
    """Settings, the files that they came from (the nearest first; empty: defaults), and what is wrong with them."""

    settings: Settings
    mapping: Mapping[str, Any]
    files: tuple[Path, ...] = ()
    problems: tuple[tuple[Path, Problem], ...] = ()

    @property
    def root(self) -> Path | None:
        """The folder that patterns in the settings are relative to."""
        return self.files[0].parent if self.files else None

    def with_overrides(self, *overrides: Mapping[str, Any]) -> Loaded:
        """These settings with an editor's or a command line's on top."""
        merged = {**self.mapping}
        for override in overrides:
            merged.update({key.replace("_", "-"): value for key, value in override.items()})
        return Loaded(settings_from_mapping(merged), merged, self.files, self.problems)


NOTHING = Loaded(DEFAULTS, {})


def find(start: Path) -> Path | None:
    """The settings file in force for a file or folder."""
    folder = start if start.is_dir() else start.parent
    for parent in (folder, *folder.parents):
        for name in NAMES:
            path = parent / name
            if path.is_file() and (name != "pyproject.toml" or _has_table(path)):
                return path
    return None


def load(path: Path) -> Loaded:
    """Read a settings file and what it extends. Raises SettingsError with the place of the mistake."""
    mapping: dict[str, Any] = {}
    files: list[Path] = []
    problems: list[tuple[Path, Problem]] = []
    following: Path | None = path
    while following is not None:
        if following in files or len(files) == MAX_EXTENDS:
            raise SettingsError(f"{path}: `extend` runs in a circle or too far; remove it from {following}")
        table = read_table(following)
        files.append(following)
        problems += ((following, problem) for problem in problems_of(table))
        mapping = {**table, **mapping}
        extended = table.get(EXTEND)
        following = (following.parent / extended).resolve() if isinstance(extended, str) else None
    return Loaded(settings_from_mapping(mapping), mapping, tuple(files), tuple(problems))


def load_for(start: Path) -> Loaded:
    """The settings in force for a file or folder. Raises SettingsError."""
    path = find(start)
    return NOTHING if path is None else load(path)


def read_table(path: Path) -> Mapping[str, Any]:
    """The table of a settings file. Raises SettingsError where it cannot be read or is not TOML."""
    # Imported with the first file: without one, start-up must not pay for it.
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None
    if path.name != "pyproject.toml":
        return table
    own = table.get("tool", {}).get("tflsp", {})
    return own if isinstance(own, dict) else {}


def _has_table(path: Path) -> bool:
    try:
        return "[tool.tflsp" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
