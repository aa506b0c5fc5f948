"""Keys and values in tflsp.toml and in [tool.tflsp] of pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from tflsp.bilingual import LANGUAGES
from tflsp.container_settings import CONTAINER_OPTIONS
from tflsp.dataclass import Field
from tflsp.engine import all_rules
from tflsp.options import SEVERITIES, VARIANTS, Kind
from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.explain.findings import explain_rule
from tflsp.settings import CONTAINER, EXTEND, OPTIONS

_TABLE = re.compile(r"^[ \t]*\[{1,2}[ \t]*(?P<name>[^\]\r\n]*?)[ \t]*\]{1,2}", re.MULTILINE)
_KEY = re.compile(r"\A[ \t]*(?P<key>[\w-]*)\Z")
_VALUE = re.compile(r"\A[ \t]*(?P<key>[\w-]+)[ \t]*=[ \t]*(?P<value>.*)\Z", re.DOTALL)
_STRING = re.compile(r"[\"'](?P<text>[^\"'\n]*)\Z")
_OPEN = re.compile(r"^[ \t]*(?P<key>[\w-]+)[ \t]*=[ \t]*\[(?P<items>[^\]]*)\Z", re.MULTILINE)
_SAMPLES = {
    Kind.STRINGS: "[]",
    Kind.STRING: '""',
    Kind.BOOLEAN: "true",
    Kind.SIZE: '"8GiB"',
    Kind.LANGUAGE: '"zh"',
    Kind.SEVERITIES: "{}",
    Kind.STRING_TABLE: "{}",
    Kind.STRINGS_TABLE: "{}",
    Kind.NUMBER: "2",
    Kind.PORT: "22022",
    Kind.VARIANT: '"gpu"',
    Kind.GPUS: '"all"',
    Kind.PORT_TABLE: "{}",
}
_RULES = frozenset({"select", "extend-select", "ignore"})


def suggest(cursor: Cursor) -> Iterator[Suggestion]:
    name = PurePosixPath(cursor.place.opened.name).name
    if name not in ("tflsp.toml", ".tflsp.toml", "pyproject.toml"):
        return
    before = cursor.place.part.text[: cursor.offset]
    table = _table(before, name)
    if table is None:
        return
    if table in ("severity", "per-file-ignores"):
        yield from _in_table(cursor, table)
    elif table == CONTAINER:
        yield from _options(cursor, before, CONTAINER_OPTIONS)
    elif table == "":
        yield from _top(cursor, before)


def _table(before: str, name: str) -> str | None:
    """The table of tflsp's settings that the cursor stands in, an empty text for the top one; None outside."""
    tables = _TABLE.findall(before)
    current = tables[-1] if tables else ""
    if name != "pyproject.toml":
        return str(current)
    if current == "tool.tflsp":
        return ""
    return str(current).removeprefix("tool.tflsp.") if str(current).startswith("tool.tflsp.") else None


def _top(cursor: Cursor, before: str) -> Iterator[Suggestion]:
    if (opened := _OPEN.search(before)) is not None:
        if opened["key"] in _RULES and (string := _STRING.search(opened["items"])) is not None:
            yield from _codes(cursor, string["text"])
    else:
        yield from _options(cursor, before, OPTIONS)
        if (key := _KEY.match(cursor.line)) is not None and EXTEND not in _there(before):
            yield Suggestion(EXTEND, f'{EXTEND} = ""', cursor.typed(len(key["key"])), "setting")


def _options(cursor: Cursor, before: str, options: Mapping[str, Field]) -> Iterator[Suggestion]:
    """The keys of a table that are not there yet, or the values of the key on the cursor's line."""
    if (value := _VALUE.match(cursor.line)) is not None:
        option = options.get(value["key"])
        if option is not None:
            yield from _values(cursor, option.metadata["kind"], value["value"])
    elif (key := _KEY.match(cursor.line)) is not None:
        there = _there(before)
        for name, option in options.items():
            if name not in there:
                text = f"{name} = {_SAMPLES[option.metadata['kind']]}"
                span = cursor.typed(len(key["key"]))
                yield Suggestion(name, text, span, "setting", text, option.metadata["description"])


def _there(before: str) -> set[str]:
    return set(re.findall(r"^[ \t]*([\w-]+)[ \t]*=", before[before.rfind("\n[") + 1 :], re.MULTILINE))


def _values(cursor: Cursor, kind: Any, typed: str) -> Iterator[Suggestion]:
    quote = typed[:1] if typed[:1] in ("'", '"') else '"'
    texts = {
        Kind.LANGUAGE: [f"{quote}{language}{quote}" for language in LANGUAGES],
        Kind.BOOLEAN: ["true", "false"],
        Kind.VARIANT: [f"{quote}{variant}{quote}" for variant in VARIANTS],
        Kind.GPUS: [f"{quote}all{quote}", f"{quote}none{quote}"],
        Kind.SIZE: [f"{quote}{size}GiB{quote}" for size in (4, 8, 16, 24)],
    }.get(kind, [])
    for text in texts:
        yield Suggestion(text, text, cursor.typed(len(typed)), "value")


def _in_table(cursor: Cursor, table: str) -> Iterator[Suggestion]:
    value = _VALUE.match(cursor.line)
    if table == "severity" and value is not None:
        for severity in SEVERITIES:
            yield Suggestion(severity, f'"{severity}"', cursor.typed(len(value["value"])), "value")
    elif table == "severity" and (key := _KEY.match(cursor.line)) is not None:
        yield from _codes(cursor, key["key"])
    elif value is not None and (string := _STRING.search(value["value"])) is not None:
        yield from _codes(cursor, string["text"])


def _codes(cursor: Cursor, typed: str) -> Iterator[Suggestion]:
    span = cursor.typed(len(typed))
    for rule in all_rules().values():
        about = explain_rule(rule.code, rule.name, cursor.place.language)
        yield Suggestion(rule.code, rule.code, span, "rule", rule.name, about)
