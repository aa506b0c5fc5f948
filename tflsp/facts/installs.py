"""Packages being installed: pip, uv pip, apt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.dataclass import dataclass, replace
from tflsp.documents.words import UNKNOWN, Word
from tflsp.facts.base import Fact
from tflsp.facts.command_options import OptionTable, parse_options, positionals
from tflsp.facts.commands import Command, Redirection, interprets
from tflsp.facts.containers import Option
from tflsp.facts.nested_commands import PYTHONS
from tflsp.facts.requirements import Requirement, parse_requirement
from tflsp.text import Span
from tflsp.text.patterns import pattern


@dataclass(frozen=True, slots=True, eq=False)
class PipInstall(Fact):
    """``pip install …``, ``uv pip install …``, ``python -m pip install …``. ``span`` is the command.

    ``options`` have pip's long names (``upgrade``, ``requirement``, ``constraint``, ``editable``, ``index-url``, …);
    ``sources`` are words that are paths or addresses. ``complete`` is False where an unknown word may hold more.
    """

    command: Command
    program: str
    requirements: tuple[Requirement, ...]
    options: tuple[Option, ...]
    sources: tuple[Word, ...] = ()
    complete: bool = True
    in_virtual_environment: bool = False  # evidently: its pip, or an activation before it in the same text

    def option(self, *names: str) -> Option | None:
        """The last option of one of these names."""
        return next((option for option in reversed(self.options) if option.name in names), None)

    @property
    def upgrades(self) -> bool:
        return self.option("upgrade", "force-reinstall", "ignore-installed", "reinstall") is not None


@dataclass(frozen=True, slots=True)
class Package:
    """A system package; ``version`` is None where none is asked for."""

    name: str
    version: str | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class AptInstall(Fact):
    """``apt-get install …``, ``apt install …``. ``span`` is the command."""

    command: Command
    packages: tuple[Package, ...]
    options: tuple[Option, ...]


_PIP_VALUED = """
abi build-option cache-dir cert client-cert config-settings constraint default-index editable exclude-newer
exists-action extra-index-url find-links global-option group hash implementation index index-strategy index-url
install-option keyring-provider link-mode log no-binary only-binary override platform prefix prerelease progress-bar
proxy python python-platform python-version report requirement resolution retries root root-user-action src target
timeout torch-backend trusted-host upgrade-package upgrade-strategy use-deprecated use-feature
"""
_PIP_FLAGS = """
break-system-packages compile disable-pip-version-check dry-run force-reinstall ignore-installed ignore-requires-python
isolated no-build no-build-isolation no-cache no-cache-dir no-clean no-color no-compile no-deps no-index no-input
no-python-version-warning no-warn-conflicts no-warn-script-location pre prefer-binary quiet reinstall require-hashes
require-virtualenv system upgrade user verbose
"""
_PIP = OptionTable(
    frozenset(_PIP_VALUED.split()),
    frozenset(_PIP_FLAGS.split()),
    {
        "C": "config-settings",
        "I": "ignore-installed",
        "P": "upgrade-package",
        "U": "upgrade",
        "c": "constraint",
        "e": "editable",
        "f": "find-links",
        "i": "index-url",
        "n": "no-cache",
        "p": "python",
        "q": "quiet",
        "r": "requirement",
        "t": "target",
        "v": "verbose",
    },
)
_APT = OptionTable(
    frozenset(("option", "config-file", "target-release", "default-release")),
    frozenset(("yes", "assume-yes", "quiet", "no-install-recommends", "fix-broken")),
    {"c": "config-file", "f": "fix-broken", "o": "option", "q": "quiet", "t": "target-release", "y": "yes"},
)
_PIP_NAME = pattern(r"pip[0-9.]*\Z")
_ACTIVATED = pattern(r"(?:^|[;&|\n]|\bdo\b)\s*(?:source|\.)\s+\S*\bactivate\b|\bconda\s+activate\b")
_IN_ENVIRONMENT = pattern(r"(?:^|/)(?:\.?v?env|\.?virtualenv|ENV)[^/]*/(?:bin|Scripts)/|VIRTUAL_ENV|/venvs?/")


@interprets("pip", *(f"pip{version}" for version in ("2", "3", "3.7", "3.8", "3.9", "3.10", "3.11")), "uv", *PYTHONS)
def pip_install(command: Command) -> Iterator[Fact]:
    """``install`` of pip under each of its names."""
    words = command.words
    program, at = _pip(command)
    rest = positionals(words, at, _PIP)
    if not program or not rest or words[rest[0]].value != "install":
        return
    options = tuple(parse_options(words, rest[0] + 1, _PIP, interspersed=True).options)
    requirements: list[Requirement] = []
    sources: list[Word] = []
    complete = True
    for index in rest[1:]:
        word = words[index]
        requirement = parse_requirement(word)
        if requirement is not None:
            requirements.append(_with_redirection(requirement, word, command.redirects))
        elif word.pattern.startswith(UNKNOWN):
            complete = False
        elif word.pattern:
            sources.append(word)
    isolated = bool(_IN_ENVIRONMENT.search(words[0].raw)) or _activated(command)
    yield PipInstall(
        command.region, command.span, command, program, tuple(requirements), options, tuple(sources), complete, isolated
    )


def _pip(command: Command) -> tuple[str, int]:
    """What runs, and where its arguments begin."""
    words = command.words
    if command.name == "uv":
        at = next(iter(positionals(words, 1, _PIP)), len(words))
        return ("uv pip", at + 1) if at < len(words) and words[at].value == "pip" else ("", 0)
    if _PIP_NAME.match(command.name):
        return "pip", 1
    for at in range(1, len(words) - 1):
        if words[at].value == "-m":
            return ("pip", at + 2) if words[at + 1].value == "pip" else ("", 0)
        if not words[at].pattern.startswith("-"):
            break
    return "", 0


def _activated(command: Command) -> bool:
    return bool(_ACTIVATED.search(command.region.text, 0, command.span.start))


def _with_redirection(requirement: Requirement, word: Word, redirects: tuple[Redirection, ...]) -> Requirement:
    """A requirement with the specifier that the shell takes for a redirection: it follows without a blank."""
    for redirect in redirects:
        follows = redirect.span.start == word.span.end and redirect.operator in ("<", ">")
        if follows and re.match(r"=?[0-9]", redirect.target.raw):
            return replace(requirement, redirected=redirect.span)
    return requirement


@interprets("apt", "apt-get", "aptitude")
def apt_install(command: Command) -> Iterator[Fact]:
    """``install`` of apt."""
    words = command.words
    rest = positionals(words, 1, _APT)
    if rest and words[rest[0]].value == "install":
        packages = tuple(_package(words[index]) for index in rest[1:] if words[index].value)
        options = tuple(parse_options(words, 1, _APT, interspersed=True).options)
        yield AptInstall(command.region, command.span, command, packages, options)


def _package(word: Word) -> Package:
    name, equals, version = word.pattern.partition("=")
    return Package(name.removesuffix("-"), version if equals else None, word.inner)
