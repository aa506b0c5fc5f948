"""What a setting is: the kinds of values that settings files may hold, how each is read, described and checked.

Which settings there are, `settings` and `container_settings` say; how files are found `settings_files` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from tflsp.bilingual import LANGUAGES
from tflsp.dataclass import MISSING, Field, field, fields
from tflsp.text.patterns import pattern

GIB = 1 << 30
SEVERITIES = ("error", "warning", "information", "hint")
VARIANTS = ("cpu", "gpu")
# What an unprivileged program may listen on.
PORTS = range(1024, 65536)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": GIB, "t": 1 << 40}
# In a form that JSON schema's regular expressions (ECMA-262) share.
_SIZE = pattern(r"\s*(\d+(?:\.\d+)?)\s*([kmgtKMGT]?)[iI]?[bB]?\s*")
_GPU = pattern(r"\d{1,3}|(?:GPU|MIG)-[0-9A-Za-z/-]{4,80}")


class Kind(Enum):
    """What a setting's value is."""

    STRINGS = "strings"
    STRING = "string"
    BOOLEAN = "boolean"
    SIZE = "size"
    NUMBER = "number"
    PORT = "port"
    LANGUAGE = "language"
    VARIANT = "variant"
    GPUS = "gpus"
    SEVERITIES = "severities"
    STRING_TABLE = "string table"
    STRINGS_TABLE = "strings table"
    PORT_TABLE = "port table"


class Problem(NamedTuple):
    """Something wrong with a settings table: the path of keys, what is wrong, and what may have been meant.

    ``what`` is ``unknown`` or ``value``; ``hint`` is a key, or the values that are possible.
    """

    path: tuple[str, ...]
    what: str
    hint: str | None


def setting(kind: Kind, description: str, default: Any = MISSING) -> Any:
    """A field of a settings dataclass. Without a default: an empty list or table."""
    metadata = {"kind": kind, "description": description}
    if default is MISSING:
        factory = tuple if kind is Kind.STRINGS else dict
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def options_of(settings: type[Any]) -> Mapping[str, Field]:
    """The options of a settings dataclass by the key in files, which is kebab-case."""
    return {each.name.replace("_", "-"): each for each in fields(settings)}


def values_in(mapping: Mapping[str, Any], options: Mapping[str, Field]) -> Iterator[tuple[str, Any]]:
    """Field names and values of what a table sets; what is unknown or of the wrong kind is left out."""
    for key, value in mapping.items():
        option = options.get(key.replace("_", "-"))
        if option is not None and (read := _read(option.metadata["kind"], value)) is not None:
            yield option.name, read


def problems_in(mapping: Mapping[str, Any], options: Mapping[str, Field], *others: str) -> Iterator[Problem]:
    """What a table holds that is no option, or that its option cannot use. ``others`` are keys that may be meant."""
    for key, value in mapping.items():
        option = options.get(key)
        if option is None:
            # Imported with the first mistake.
            from difflib import get_close_matches

            close = get_close_matches(key.replace("_", "-"), [*options, *others], n=1)
            yield Problem((key,), "unknown", close[0] if close else None)
        elif _read(option.metadata["kind"], value) is None:
            yield Problem((key,), "value", _expectation(option.metadata["kind"]))


def properties_of(options: Mapping[str, Field]) -> dict[str, Any]:
    """The JSON schema of each option, by key."""
    return {
        key: {"description": option.metadata["description"], **schema_of(option.metadata["kind"])}
        for key, option in options.items()
    }


def schema_of(kind: Kind) -> dict[str, Any]:
    """The JSON schema of a kind of value."""
    strings = {"type": "array", "items": {"type": "string"}}
    port = {"type": "integer", "minimum": PORTS.start, "maximum": PORTS.stop - 1}
    gpu = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": f"^({_GPU.pattern})$"}]}
    schemas: dict[Kind, dict[str, Any]] = {
        Kind.STRINGS: strings,
        Kind.STRING: {"type": "string"},
        Kind.BOOLEAN: {"type": "boolean"},
        Kind.SIZE: {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": f"^{_SIZE.pattern}$"}]},
        Kind.NUMBER: {"type": "number", "exclusiveMinimum": 0},
        Kind.PORT: port,
        Kind.LANGUAGE: {"enum": list(LANGUAGES)},
        Kind.VARIANT: {"enum": list(VARIANTS)},
        Kind.GPUS: {"anyOf": [{"enum": ["all", "none"]}, {"type": "array", "items": gpu, "minItems": 1}]},
        Kind.SEVERITIES: {"type": "object", "additionalProperties": {"enum": list(SEVERITIES)}},
        Kind.STRING_TABLE: {"type": "object", "additionalProperties": {"type": "string"}},
        Kind.STRINGS_TABLE: {"type": "object", "additionalProperties": strings},
        Kind.PORT_TABLE: {"type": "object", "additionalProperties": {**port, "minimum": 1}},
    }
    return schemas[kind]


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
        case Kind.NUMBER, int() | float() if not isinstance(value, bool) and 0 < value < 1 << 20:
            return value
        case Kind.PORT, int() if value in PORTS and not isinstance(value, bool):
            return value
        case (Kind.LANGUAGE, str()) if value in LANGUAGES:
            return value
        case (Kind.VARIANT, str()) if value in VARIANTS:
            return value
        case Kind.GPUS, "all" | "none":
            return (value,)
        case Kind.GPUS, list() | tuple() if value and all(_is_gpu(item) for item in value):
            return tuple(dict.fromkeys(str(item) for item in value))
        case Kind.SEVERITIES, Mapping() if all(item in SEVERITIES for item in value.values()):
            return dict(value)
        case Kind.STRING_TABLE, Mapping() if all(isinstance(item, str) for item in value.values()):
            return dict(value)
        case Kind.STRINGS_TABLE, Mapping() if all(_read(Kind.STRINGS, item) is not None for item in value.values()):
            return {key: tuple(item) for key, item in value.items()}
        case Kind.PORT_TABLE, Mapping() if all(type(item) is int and 0 < item < 65536 for item in value.values()):
            return dict(value)
    return None


def _is_gpu(value: object) -> bool:
    """Whether a value is an index as nvidia-smi shows it, or a UUID of a GPU or of a MIG device."""
    return (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000) or (
        isinstance(value, str) and _GPU.fullmatch(value) is not None
    )


def _expectation(kind: Kind) -> str:
    return {
        Kind.STRINGS: 'a list of strings, e.g. ["TFL1"]',
        Kind.STRING: "a string",
        Kind.BOOLEAN: "true or false",
        Kind.SIZE: 'a size, e.g. "8GiB"',
        Kind.NUMBER: "a number above 0",
        Kind.PORT: f"a port, {PORTS.start} to {PORTS.stop - 1}",
        Kind.LANGUAGE: " or ".join(f'"{language}"' for language in LANGUAGES),
        Kind.VARIANT: " or ".join(f'"{variant}"' for variant in VARIANTS),
        Kind.GPUS: '"all", "none", or a list of indices and UUIDs, e.g. [0, 1]',
        Kind.SEVERITIES: "a table of " + ", ".join(SEVERITIES),
        Kind.STRING_TABLE: "a table of strings",
        Kind.STRINGS_TABLE: "a table of lists of strings",
        Kind.PORT_TABLE: "a table of ports, e.g. { mlflow = 5000 }",
    }[kind]
