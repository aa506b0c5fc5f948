"""Takes the options of a command line apart, as GNU's getopt, Go's pflag and Python's optparse do.

``--name=value``, ``--name value``, ``-itp80:80``, flags without a value, ``--``; and unknown words in their midst.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from tflsp.documents.words import Word
from tflsp.facts.containers import Option
from tflsp.text import Span

_NONE: Mapping[str, str] = MappingProxyType({})


class OptionTable(NamedTuple):
    """Which options a subcommand knows; ``short`` maps letters to long names, ``synonyms`` long names to usual ones.

    With ``others_valued`` an option that is in no table takes a value where one follows.
    """

    valued: frozenset[str]
    flags: frozenset[str]
    short: Mapping[str, str] = _NONE
    synonyms: Mapping[str, str] = _NONE
    others_valued: bool = False

    def knows(self, name: str) -> bool:
        return name in self.valued or name in self.flags


Opaque = Callable[[Sequence[Word], int], bool]


class Parsed(NamedTuple):
    """Options, and the index of the first word that is none (``len(words)`` where all are)."""

    options: list[Option]
    rest: int
    opaque: tuple[int, ...] = ()  # indices of unknown words that are taken for options


def parse_options(
    words: Sequence[Word],
    start: int,
    table: OptionTable,
    *,
    interspersed: bool = False,
    is_opaque: Opaque | None = None,
) -> Parsed:
    """Take options off ``words`` from ``start`` on. With ``interspersed`` options may follow other words too.

    ``is_opaque`` says whether an unknown word before all others stands for options.
    """
    options: list[Option] = []
    opaque: list[int] = []
    first_other, at = len(words), start
    while at < len(words):
        text = words[at].pattern
        if text == "--":
            return Parsed(options, min(first_other, at + 1), tuple(opaque))
        if text.startswith("--"):
            at = _long(words, at, table, options)
        elif text.startswith("-") and len(text) > 1:
            at = _short(words, at, table, options)
        elif is_opaque is not None and is_opaque(words, at):
            opaque.append(at)
            at += 1
        else:
            first_other = min(first_other, at)
            if not interspersed:
                break
            at += 1
    return Parsed(options, first_other, tuple(opaque))


def _long(words: Sequence[Word], at: int, table: OptionTable, options: list[Option]) -> int:
    word = words[at]
    name, equals, _ = word.pattern[2:].partition("=")
    canonical = table.synonyms.get(name, name)
    if equals:
        options.append(_option(canonical, word.span, word.slice(len(name) + 3, len(word.pattern))))
        return at + 1
    valued = name in table.valued or (not table.knows(name) and _is_a_value(words, at + 1, table))
    if not valued or at + 1 >= len(words):
        options.append(Option(canonical, None, word.span))
        return at + 1
    value = words[at + 1]
    options.append(_option(canonical, Span(word.span.start, value.span.end), value))
    return at + 2


def _short(words: Sequence[Word], at: int, table: OptionTable, options: list[Option]) -> int:
    """A cluster of letters, the last of which may have a value: attached, behind ``=``, or as the next word."""
    word, text = words[at], words[at].pattern
    for index in range(1, len(text)):
        name = table.short.get(text[index], text[index])
        begin = word.span.start if index == 1 else word.place(index, index + 1).start
        after = text[index + 1 : index + 2]
        if name in table.valued:
            value = _attached(word, index + 1) or (words[at + 1] if at + 1 < len(words) else None)
            if value is None:
                options.append(Option(name, None, Span(begin, word.span.end)))
                return at + 1
            end = word.span.end if after else value.span.end
            options.append(_option(name, Span(begin, end), value))
            return at + 1 if after else at + 2
        if after == "=":
            options.append(_option(name, Span(begin, word.span.end), word.slice(index + 2, len(text))))
            break
        alone = len(text) == 2
        options.append(Option(name, None, word.span if alone else word.place(index, index + 1)))
    return at + 1


def _attached(word: Word, start: int) -> Word | None:
    text = word.pattern
    if start >= len(text):
        return None
    return word.slice(start + 1 if text[start] == "=" else start, len(text))


def _option(name: str, span: Span, value: Word) -> Option:
    return Option(name, value.value, span, value.inner, value)


def positionals(words: Sequence[Word], start: int, table: OptionTable) -> list[int]:
    """The indices of the words that are neither options nor their values."""
    found: list[int] = []
    at = start
    while at < len(words):
        rest = parse_options(words, at, table).rest
        if rest >= len(words):
            break
        found.append(rest)
        at = rest + 1
    return found


def _is_a_value(words: Sequence[Word], at: int, table: OptionTable) -> bool:
    """Whether the word behind an option that no table knows is its value rather than the first argument."""
    if table.others_valued:
        return at < len(words) and not words[at].pattern.startswith("-")
    if at + 1 >= len(words):
        return False
    text = words[at].pattern
    return not text.startswith("-") and (text[:1].isdigit() or text[:1] in "/.~" or "=" in text)
