"""Settings as rules and the engine see them: resolved, immutable, with a default for everything.

What a setting's value may be is `tflsp.options`'s; how files are found is `tflsp.settings_files`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tflsp.dataclass import Field, dataclass
from tflsp.options import GIB, Kind, Problem, options_of, problems_in, properties_of, setting, values_in


@dataclass(frozen=True, eq=False)
class Settings:
    """What is in force for a document. Compared by identity: a changed setting is a new value."""

    select: tuple[str, ...] = setting(
        Kind.STRINGS, "Rules to use, by code prefix or name; empty means every rule that is on by default."
    )
    extend_select: tuple[str, ...] = setting(Kind.STRINGS, "Rules to use besides the selected ones.")
    ignore: tuple[str, ...] = setting(Kind.STRINGS, "Rules not to use, by code prefix or name.")
    exclude: tuple[str, ...] = setting(
        Kind.STRINGS, "Files and folders that `tflsp check` leaves out, as .gitignore patterns."
    )
    severity: Mapping[str, str] = setting(
        Kind.SEVERITIES, "Severity by code prefix or name: error, warning, information or hint."
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = setting(
        Kind.STRINGS_TABLE, "Rules not to use in files that match a .gitignore pattern."
    )
    language: str = setting(Kind.LANGUAGE, "Language of messages: en or zh.", "en")
    tensorflow_version: str = setting(
        Kind.STRING, "The TensorFlow version that images are pinned to; 2.9.3 is the patched one.", "2.9.0"
    )
    image_mirrors: Mapping[str, str] = setting(
        Kind.STRING_TABLE,
        'Company registries by the name they stand for, e.g. "registry.example.com/tensorflow" = "tensorflow".',
    )
    memory_budget: int | None = setting(
        Kind.SIZE,
        'Memory that one training step may take, e.g. "8GiB"; default: what the container gets, else 8 GiB.',
        None,
    )
    dotenv: bool | None = setting(
        Kind.BOOLEAN, "Whether fixes load .env with python-dotenv; default: where the file already does.", None
    )
    code_lens: bool = setting(
        Kind.BOOLEAN,
        "Show code lenses: a file's findings and fixes, promote and compare above a journal's steps, free GPU memory.",
        False,
    )
    inlay_hints: bool = setting(Kind.BOOLEAN, "Show inlay hints in the editor.", True)


DEFAULTS = Settings()
DEFAULT_MEMORY_BUDGET = 8 * GIB
OPTIONS: Mapping[str, Field] = options_of(Settings)
# `extend` is about files, not about rules: it names another settings file to start from.
EXTEND = "extend"
# The table of the container that `tflsp up` starts; rules do not ask for it.
CONTAINER = "container"


def settings_from_mapping(*mappings: Mapping[str, Any]) -> Settings:
    """Settings from tables of settings files or of an editor; later ones stand above earlier ones.

    What is unknown or of the wrong type is left out: see ``problems_of``.
    """
    values: dict[str, Any] = {}
    for mapping in mappings:
        values.update(values_in(mapping, OPTIONS))
    return Settings(**values)


def problems_of(mapping: Mapping[str, Any]) -> list[Problem]:
    """What a settings table holds that tflsp does not know or cannot use."""
    own = {key: value for key, value in mapping.items() if key != CONTAINER}
    if isinstance(own.get(EXTEND), str):
        del own[EXTEND]
    problems = list(problems_in(own, OPTIONS, EXTEND, CONTAINER))
    if CONTAINER in mapping:
        # Imported with the first table: most files have none, and start-up must not pay for it.
        from tflsp.container_settings import container_problems

        problems += container_problems(mapping[CONTAINER])
    return problems


def schema() -> dict[str, Any]:
    """The JSON schema of tflsp.toml."""
    from tflsp.container_settings import CONTAINER_OPTIONS

    extend = {"type": "string", "description": "A settings file, relative to this one, to start from."}
    container = {
        "type": "object",
        "description": "The container that `tflsp up` starts.",
        "properties": properties_of(CONTAINER_OPTIONS),
        "additionalProperties": False,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "tflsp settings",
        "type": "object",
        "properties": {EXTEND: extend, **properties_of(OPTIONS), CONTAINER: container},
        "additionalProperties": False,
    }
