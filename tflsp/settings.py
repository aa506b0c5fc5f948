"""Settings as rules and the engine see them: resolved, immutable, with a default for everything.

Each field carries the kind and the description that files, the JSON schema and completion use; how files are found is
`tflsp.settings_files`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from difflib import get_close_matches
from enum import Enum
from typing import Any, NamedTuple

GIB = 1 << 30
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": GIB, "t": 1 << 40}
# In a form that JSON schema's regular expressions (ECMA-262) share.
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgtKMGT]?)[iI]?[bB]?\s*")


class Kind(Enum):
    """What a setting's value is; the value is its JSON schema."""

    STRINGS = "strings"
    STRING = "string"
    BOOLEAN = "boolean"
    SIZE = "size"
    LANGUAGE = "language"
    SEVERITIES = "severities"
    STRING_TABLE = "string table"
    STRINGS_TABLE = "strings table"


def _setting(kind: Kind, description: str, default: Any = MISSING) -> Any:
    metadata = {"kind": kind, "description": description}
    if default is MISSING:
        factory = tuple if kind is Kind.STRINGS else dict
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, eq=False)
class Settings:
    """What is in force for a document. Compared by identity: a changed setting is a new value."""

    select: tuple[str, ...] = _setting(
        Kind.STRINGS, "Rules to use, by code prefix or name; empty means every rule that is on by default."
    )
    extend_select: tuple[str, ...] = _setting(Kind.STRINGS, "Rules to use besides the selected ones.")
    ignore: tuple[str, ...] = _setting(Kind.STRINGS, "Rules not to use, by code prefix or name.")
    exclude: tuple[str, ...] = _setting(
        Kind.STRINGS, "Files and folders that `tflsp check` leaves out, as .gitignore patterns."
    )
    severity: Mapping[str, str] = _setting(
        Kind.SEVERITIES, "Severity by code prefix or name: error, warning, information or hint."
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = _setting(
        Kind.STRINGS_TABLE, "Rules not to use in files that match a .gitignore pattern."
    )
    language: str = _setting(Kind.LANGUAGE, "Language of messages: en or zh.", "en")
    tensorflow_version: str = _setting(
        Kind.STRING, "The TensorFlow version that images are pinned to; 2.9.3 is the patched one.", "2.9.0"
    )
    image_mirrors: Mapping[str, str] = _setting(
        Kind.STRING_TABLE,
        'Company registries by the name they stand for, e.g. "registry.example.com/tensorflow" = "tensorflow".',
    )
    memory_budget: int | None = _setting(
        Kind.SIZE,
        'Memory that one training step may take, e.g. "8GiB"; default: what the container gets, else 8 GiB.',
        None,
    )
    dotenv: bool | None = _setting(
        Kind.BOOLEAN, "Whether fixes load .env with python-dotenv; default: where the file already does.", None
    )
    code_lens: bool = _setting(Kind.BOOLEAN, "Show code lenses in the editor.", False)
    inlay_hints: bool = _setting(Kind.BOOLEAN, "Show inlay hints in the editor.", True)


DEFAULTS = Settings()
DEFAULT_MEMORY_BUDGET = 8 * GIB
SEVERITIES = ("error", "warning", "information", "hint")
LANGUAGES = ("en", "zh")


def key_of(setting: Field[Any]) -> str:
    """The key in files: kebab-case."""
    return setting.name.replace("_", "-")


OPTIONS: Mapping[str, Field[Any]] = {key_of(setting): setting for setting in fields(Settings)}
# `extend` is about files, not about rules: it names another settings file to start from.
EXTEND = "extend"
# Tables that other parts of tflsp read from the same file.
FOREIGN_TABLES = frozenset({"container"})


class Problem(NamedTuple):
    """Something wrong with a settings table: the path of keys, what is wrong, and what may have been meant.

    ``what`` is ``unknown`` or ``value``; ``hint`` is a key, or the values that are possible.
    """

    path: tuple[str, ...]
    what: str
    hint: str | None


def settings_from_mapping(*mappings: Mapping[str, Any]) -> Settings:
    """Settings from tables of settings files or of an editor; later ones stand above earlier ones.

    What is unknown or of the wrong type is left out: see ``problems_of``.
    """
    values: dict[str, Any] = {}
    for mapping in mappings:
        for key, value in mapping.items():
            option = OPTIONS.get(key.replace("_", "-"))
            if option is not None and (read := _read(option.metadata["kind"], value)) is not None:
                values[option.name] = read
    return Settings(**values)


def problems_of(mapping: Mapping[str, Any]) -> list[Problem]:
    """What a settings table holds that tflsp does not know or cannot use."""
    problems = []
    for key, value in mapping.items():
        if key in FOREIGN_TABLES or (key == EXTEND and isinstance(value, str)):
            continue
        option = OPTIONS.get(key)
        if option is None:
            close = get_close_matches(key.replace("_", "-"), [*OPTIONS, EXTEND], n=1)
            problems.append(Problem((key,), "unknown", close[0] if close else None))
        elif _read(option.metadata["kind"], value) is None:
            problems.append(Problem((key,), "value", _expectation(option.metadata["kind"])))
    return problems


def schema_of(kind: Kind) -> dict[str, Any]:
    """The JSON schema of a kind of value."""
    strings = {"type": "array", "items": {"type": "string"}}
    schemas: dict[Kind, dict[str, Any]] = {
        Kind.STRINGS: strings,
        Kind.STRING: {"type": "string"},
        Kind.BOOLEAN: {"type": "boolean"},
        Kind.SIZE: {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": f"^{_SIZE.pattern}$"}]},
        Kind.LANGUAGE: {"enum": list(LANGUAGES)},
        Kind.SEVERITIES: {"type": "object", "additionalProperties": {"enum": list(SEVERITIES)}},
        Kind.STRING_TABLE: {"type": "object", "additionalProperties": {"type": "string"}},
        Kind.STRINGS_TABLE: {"type": "object", "additionalProperties": strings},
    }
    return schemas[kind]


def schema() -> dict[str, Any]:
    """The JSON schema of tflsp.toml."""
    properties = {
        key: {"description": option.metadata["description"], **schema_of(option.metadata["kind"])}
        for key, option in OPTIONS.items()
    }
    extend = {"type": "string", "description": "A settings file, relative to this one, to start from."}
    container = {"type": "object", "description": "The container that `tflsp up` starts."}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "tflsp settings",
        "type": "object",
        "properties": {EXTEND: extend, **properties, "container": container},
        "additionalProperties": False,
    }


def parse_size(value: object) -> int | None:
    """Bytes from a number or from a text such as ``8g``, ``8GiB`` or ``512 MiB``; units are powers of 1024."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value > 0 else None
    if isinstance(value, str) and (found := _SIZE.fullmatch(value)):
        return int(float(found[1]) * _UNITS[found[2].lower()]) or None
    return None


def _read(kind: Kind, value: object) -> object | None:
    match kind, value:
        case Kind.STRINGS, list() | tuple() if all(isinstance(item, str) for item in value):
            return tuple(value)
        case (Kind.STRING, str()) | (Kind.BOOLEAN, bool()):
            return value
        case Kind.SIZE, _:
            return parse_size(value)
        case Kind.LANGUAGE, str() if value in LANGUAGES:
            return value
        case Kind.SEVERITIES, Mapping() if all(item in SEVERITIES for item in value.values()):
            return dict(value)
        case Kind.STRING_TABLE, Mapping() if all(isinstance(item, str) for item in value.values()):
            return dict(value)
        case Kind.STRINGS_TABLE, Mapping() if all(_read(Kind.STRINGS, item) is not None for item in value.values()):
            return {key: tuple(item) for key, item in value.items()}
    return None


def _expectation(kind: Kind) -> str:
    return {
        Kind.STRINGS: 'a list of strings, e.g. ["TFL1"]',
        Kind.STRING: "a string",
        Kind.BOOLEAN: "true or false",
        Kind.SIZE: 'a size, e.g. "8GiB"',
        Kind.LANGUAGE: " or ".join(f'"{language}"' for language in LANGUAGES),
        Kind.SEVERITIES: "a table of " + ", ".join(SEVERITIES),
        Kind.STRING_TABLE: "a table of strings",
        Kind.STRINGS_TABLE: "a table of lists of strings",
    }[kind]
