"""What `tflsp check` can be told: the one table that click's command and the quick start both read."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from tflsp.cli.output import FORMATS
from tflsp.dataclass import dataclass


class Kind(Enum):
    """What stands behind an option: nothing, or one of these."""

    FLAG = "flag"
    CHOICE = "choice"
    CODES = "codes"
    PATH = "path"
    EXISTING_PATH = "existing path"
    COUNT = "count"


class Option(NamedTuple):
    """An option: its name in Options, how it is written, and what stands behind it."""

    name: str
    flags: tuple[str, ...]
    kind: Kind
    help: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    paths: tuple[Path, ...] = ()
    output_format: str = "full"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    statistics: bool = False
    stdin_filename: Path | None = None
    settings_file: Path | None = None
    language: str | None = None
    jobs: int = 0
    watch: bool = False
    strict: bool = False
    exit_zero: bool = False


OPTIONS = (
    Option("output_format", ("--output-format",), Kind.CHOICE, "How findings are printed.", tuple(FORMATS)),
    Option("select", ("--select",), Kind.CODES, "Use only these rules (prefixes or names, with commas)."),
    Option("ignore", ("--ignore",), Kind.CODES, "Leave these rules out."),
    Option("fix", ("--fix",), Kind.FLAG, "Apply safe fixes."),
    Option("unsafe_fixes", ("--unsafe-fixes",), Kind.FLAG, "With --fix or --diff: unsafe fixes too."),
    Option("diff", ("--diff",), Kind.FLAG, "Show what --fix would change; change nothing."),
    Option("statistics", ("--statistics",), Kind.FLAG, "Count findings by rule."),
    Option("stdin_filename", ("--stdin-filename",), Kind.PATH, "What standard input (-) is called."),
    Option("settings_file", ("--config",), Kind.EXISTING_PATH, "Use this settings file."),
    Option("language", ("--language",), Kind.CHOICE, "Language of messages.", ("en", "zh")),
    Option("jobs", ("--jobs", "-j"), Kind.COUNT, "Processes; 0: one per core."),
    Option("watch", ("--watch",), Kind.FLAG, "Check again whenever a file changes."),
    Option("strict", ("--strict",), Kind.FLAG, "Hints and information make the run fail too."),
    Option("exit_zero", ("--exit-zero",), Kind.FLAG, "Exit with 0 even where there are findings."),
)


def plainly(arguments: Sequence[str]) -> Options | None:
    """The options of arguments that say plainly what they mean. None where click has to look: help, mistakes, ``-``."""
    named = {flag: option for option in OPTIONS for flag in option.flags}
    values: dict[str, Any] = {}
    paths: list[Path] = []
    waiting = list(reversed(arguments))
    while waiting:
        argument = waiting.pop()
        if not argument.startswith("-"):
            paths.append(Path(argument))
            continue
        flag, equals, value = argument.partition("=")
        option = named.get(flag)
        if option is None or (equals and option.kind is Kind.FLAG):
            return None
        if option.kind is Kind.FLAG:
            values[option.name] = True
            continue
        if not equals:
            if not waiting:
                return None
            value = waiting.pop()
        read = _read(option, value)
        if read is None:
            return None
        values[option.name] = (*values.get(option.name, ()), read) if option.kind is Kind.CODES else read
    return Options(tuple(paths), **values)


def _read(option: Option, value: str) -> object | None:
    """A value of the option's kind; None where it is none, or where it may be meant for something else."""
    if value.startswith("-"):
        return None
    match option.kind:
        case Kind.CHOICE:
            return value if value in option.choices else None
        case Kind.COUNT:
            return int(value) if value.isascii() and value.isdigit() else None
        case Kind.PATH:
            return Path(value)
        case Kind.EXISTING_PATH:
            return Path(value) if Path(value).exists() else None
    return value
