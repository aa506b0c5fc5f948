"""Settings of the SSH server, wherever they are written: sshd_config itself, and commands that write or override it.

sshd_config(5): a keyword, white space or one ``=``, arguments; keywords in any case. A keyword's first value holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.facts.commands import Command, Word, interprets
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Keywords that somebody judges; others are no facts.
KEYWORDS = (
    "PermitRootLogin",
    "PasswordAuthentication",
    "PermitEmptyPasswords",
    "ChallengeResponseAuthentication",
    "KbdInteractiveAuthentication",
    "Port",
    "ListenAddress",
)
_CANONICAL = {keyword.lower(): keyword for keyword in KEYWORDS}
_SETTING = rf"(?P<keyword>{'|'.join(KEYWORDS)})(?P<between>[ \t]*=[ \t]*|[ \t]+)(?P<quote>\"?)(?P<value>[\w.:*-]+)"
_LINE = pattern(rf"^[ \t]*(?:{_SETTING}|(?P<match>Match)[ \t]+\S)", re.IGNORECASE | re.MULTILINE)
_WRITTEN = pattern(rf"(?:^|[\n'\"]|\\n)[ \t]*{_SETTING}", re.IGNORECASE)
_OPTION = pattern(_SETTING, re.IGNORECASE)
_FILE = pattern(r"(?:^|/)sshd_config(?:$|\.d/|\.|_)")


@dataclass(frozen=True, slots=True, eq=False)
class SshdSetting(Fact):
    """A setting that takes effect, or will when the command has run. ``span`` covers keyword and value.

    ``keyword`` is spelt as in the manual, ``value`` in lower case. ``conditional``: it stands in a Match block.
    """

    keyword: str
    value: str
    value_span: Span
    conditional: bool = False


@reads("sshd-config")
def sshd_config(region: Region) -> Iterator[SshdSetting]:
    """The settings of a configuration file that are not comments."""
    conditional = False
    for found in _LINE.finditer(region.text):
        if found["match"]:
            conditional = True
        else:
            yield _setting(region, found, 0, conditional=conditional)


@interprets("echo", "printf", "tee")
def written_settings(command: Command) -> Iterator[SshdSetting]:
    """Text that is written into sshd_config: ``echo … >>``, ``… | tee -a``. Heredocs are regions."""
    into_file = any(found.writes and _names_file(found.target) for found in command.redirects)
    if not into_file and not (command.name == "tee" and any(map(_names_file, command.words[1:]))):
        return
    texts = command.words[1:] if command.name in ("echo", "printf") else command.stdin
    for word in texts:
        if command.region.text[: word.span.start].endswith("\n"):
            continue  # a heredoc
        for found in _WRITTEN.finditer(word.pattern):
            yield _of_word(command, word, found)
    for word, value in pairwise(texts):  # without quotes they are two words
        keyword = _CANONICAL.get(word.pattern.lower())
        if keyword is not None and value.is_literal:
            yield SshdSetting(
                command.region, Span(word.span.start, value.span.end), keyword, str(value).lower(), value.inner
            )


@interprets("sed")
def replaced_settings(command: Command) -> Iterator[SshdSetting]:
    """``sed -i 's/#PermitRootLogin …/PermitRootLogin yes/' /etc/ssh/sshd_config``: what it puts in."""
    if not any(_names_file(word) for word in command.words[1:]):
        return
    for word in command.words[1:]:
        if not _names_file(word) and (part := _put_in(word.pattern)) is not None:
            yield from _replacement(command, word, part)


@interprets("sshd")
def overriding_options(command: Command) -> Iterator[SshdSetting]:
    """``sshd -o PermitRootLogin=yes``."""
    previous = ""
    for word in command.words[1:]:
        text = word.pattern
        start = 0 if previous == "-o" else 2 if text.startswith("-o") and len(text) > 2 else None
        if start is not None and (found := _OPTION.match(text, start)):
            yield _of_word(command, word, found)
        previous = text


def _names_file(word: Word) -> bool:
    return _FILE.search(word.pattern) is not None


_SED = pattern(r"s(?P<mark>[/|#,@!:%~+])(?P<old>(?:\\.|(?!(?P=mark)).)*)(?P=mark)(?P<new>(?:\\.|(?!(?P=mark)).)*)")
_SED_TEXT = pattern(r"(?:^|[;/$\d}\s])[aic]\\?\s*\n?(?P<new>(?=[A-Za-z]).*)")


def _put_in(script: str) -> tuple[int, int, str] | None:
    """Where a script's replacement (or the text of a, i and c) stands, and the pattern that it replaces."""
    if found := _SED.search(script):
        return found.start("new"), found.end("new"), found["old"]
    if found := _SED_TEXT.search(script):
        return found.start("new"), found.end("new"), ""
    return None


# In a replacement, \1 or & may stand for the keyword that the pattern names.
_WITH_GROUP = pattern(
    rf"(?P<keyword>(?:{'|'.join(KEYWORDS)})|\\\d|&)(?P<between>[ \t=]+)(?P<value>[\w.-]+)", re.IGNORECASE
)
_NAMED = pattern("|".join(KEYWORDS), re.IGNORECASE)


def _replacement(command: Command, word: Word, part: tuple[int, int, str]) -> Iterator[SshdSetting]:
    start, end, pattern = part
    found = _WITH_GROUP.search(word.pattern, start, end)
    if found is None or word.pattern[start : found.start()].rstrip().endswith("#"):
        return
    keyword = found["keyword"]
    if keyword.lower() not in _CANONICAL:
        named = _NAMED.search(pattern)
        if named is None:
            return
        keyword = named.group()
    yield _of_word(command, word, found, keyword)


def _of_word(command: Command, word: Word, found: re.Match[str], keyword: str = "") -> SshdSetting:
    value = word.place(*found.span("value"))
    start = word.place(found.start("keyword"), found.end("keyword")).start
    span = Span(min(start, value.start), value.end)
    return SshdSetting(
        command.region, span, _CANONICAL[(keyword or found["keyword"]).lower()], found["value"].lower(), value
    )


def _setting(region: Region, found: re.Match[str], offset: int, *, conditional: bool) -> SshdSetting:
    span = Span(found.start("keyword") + offset, found.end("value") + offset)
    value = Span(found.start("value") + offset, found.end("value") + offset)
    return SshdSetting(region, span, _CANONICAL[found["keyword"].lower()], found["value"].lower(), value, conditional)
