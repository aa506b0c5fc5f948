"""What a check is: a function from a machine to a result, and its registration. One file per check in checks/.

A check looks and tells; it changes nothing. What can be mended by itself is a value in its result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tflsp.doctor.machine import Machine


class Words(NamedTuple):
    """The same in both languages."""

    en: str
    zh: str

    def of(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def printable(text: str) -> str:
    """Names of files and answers of programs are anybody's text: nothing in them may drive a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


class State(Enum):
    """What came of looking."""

    OK = "ok"
    PROBLEM = "problem"
    NOT_APPLICABLE = "not applicable"
    UNSEEN = "could not look"


class Where(Enum):
    """Where a complaint can be looked for."""

    HOST = "host"
    CONTAINER = "container"
    BOTH = "both"

    def covers(self, *, inside: bool) -> bool:
        """Whether it is looked for on this side."""
        return self is Where.BOTH or (self is Where.CONTAINER) == inside


@dataclass(frozen=True, slots=True)
class SetMode:
    """A fix: give a file of the user's own the mode that it should have."""

    path: str
    mode: int
    before: int

    @property
    def title(self) -> Words:
        command = f"chmod {self.mode:o} {self.path}"
        return Words(f"{command} (it was {self.before:o})", f"{command}（原为 {self.before:o}）")


@dataclass(frozen=True, slots=True)
class DropLine:
    """A fix: take a line out of a file of the user's own; the file as it was stays beside it with ``.old``."""

    path: str
    line: str

    @property
    def title(self) -> Words:
        shown = printable(" ".join(self.line.split()[:2]))
        return Words(
            f"take the line of {shown} out of {self.path} (a copy stays in {self.path}.old)",
            f"从 {self.path} 删除 {shown} 一行（原文件保留为 {self.path}.old）",
        )


Fix = SetMode | DropLine


@dataclass(frozen=True, slots=True)
class Result:
    """What a check saw. ``evidence`` are names, paths and numbers, never values that may be secret.

    ``advice`` stands in place of the check's own where the remedy depends on what was seen.
    """

    state: State
    seen: Words
    evidence: tuple[str | Words, ...] = ()
    advice: Words | None = None
    fixes: tuple[Fix, ...] = ()

    def lines(self, language: str) -> list[str]:
        """The evidence in a language."""
        return [each.of(language) if isinstance(each, Words) else each for each in self.evidence]


class Stop(Exception):
    """Raised by helpers of checks where looking ends early; carries the check's result."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.seen.en)
        self.result = result


@dataclass(frozen=True, slots=True)
class Check:
    """One complaint: what people say, how it is looked for, what to do, who complained where."""

    number: int
    slug: str
    where: Where
    title: Words
    detection: Words
    advice: Words
    sources: tuple[str, ...]
    look: Callable[[Machine], Result]


_checks: dict[int, Check] = {}


def check(
    number: int,
    slug: str,
    where: Where,
    *,
    title: Words,
    detection: Words,
    advice: Words,
    sources: tuple[str, ...] = (),
) -> Callable[[Callable[[Machine], Result]], Callable[[Machine], Result]]:
    """Register a check. Numbers and slugs never change their meaning; 1 to 25 are the complaints found in research."""

    def register(look: Callable[[Machine], Result]) -> Callable[[Machine], Result]:
        if any((known.number == number) != (known.slug == slug) for known in _checks.values()):
            raise ValueError(f"{number} {slug} is taken")
        _checks[number] = Check(number, slug, where, title, detection, advice, sources, look)
        return look

    return register


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check of checks/, by number."""
    package = import_module("tflsp.doctor.checks")
    for module in iter_modules(package.__path__, "tflsp.doctor.checks."):
        import_module(module.name)
    return tuple(_checks[number] for number in sorted(_checks))


def ok(en: str, zh: str, *evidence: str | Words) -> Result:
    """The complaint was looked for, and is not there."""
    return Result(State.OK, Words(en, zh), evidence)


def problem(
    en: str, zh: str, *evidence: str | Words, advice: Words | None = None, fixes: tuple[Fix, ...] = ()
) -> Result:
    """The complaint is there; ``advice`` fits this case better than what the check says of all."""
    return Result(State.PROBLEM, Words(en, zh), evidence, advice, fixes)


def not_here(en: str, zh: str) -> Result:
    """The complaint cannot arise on this machine."""
    return Result(State.NOT_APPLICABLE, Words(en, zh))


def unseen(en: str, zh: str) -> Result:
    """It could, but something keeps us from looking."""
    return Result(State.UNSEEN, Words(en, zh))
