"""Takes the options of a docker command line apart, as spf13/pflag does.

``--name=value``, ``--name value``, ``-itp80:80``, flags without a value, ``--``; and unknown words in their midst.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tflsp.documents.words import UNKNOWN, Word
from tflsp.facts.containers import Option
from tflsp.facts.docker_option_names import SYNONYMS, OptionTable
from tflsp.facts.images import looks_like_image
from tflsp.text import Span


class Parsed(NamedTuple):
    """Options, and the index of the first word that is none (``len(words)`` where all are)."""

    options: list[Option]
    rest: int
    opaque: tuple[int, ...] = ()  # indices of unknown words that are taken for options


def parse_options(words: Sequence[Word], start: int, table: OptionTable, *, interspersed: bool = False) -> Parsed:
    """Take options off ``words`` from ``start`` on. With ``interspersed`` options may follow other words too."""
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
        elif not interspersed and _stands_for_options(words, at):
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
    canonical = SYNONYMS.get(name, name)
    if equals:
        options.append(_option(canonical, word.span, word.slice(len(name) + 3, len(word.pattern))))
        return at + 1
    valued = name in table.valued or (not table.knows(name) and _is_a_value(words, at + 1))
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


def _is_a_value(words: Sequence[Word], at: int) -> bool:
    """Whether the word behind an option that no table knows is its value rather than the image."""
    if at + 1 >= len(words):
        return False
    text = words[at].pattern
    return not text.startswith("-") and (text[:1].isdigit() or text[:1] in "/.~" or "=" in text)


def _stands_for_options(words: Sequence[Word], at: int) -> bool:
    """Whether an unknown, unquoted word (``$GPU_FLAGS``, ``[OPTIONS]``) holds options, as what follows it tells."""
    word = words[at]
    if word.raw.upper() in ("[OPTIONS]", "[OPTION]", "OPTIONS", "[FLAGS]", "...", "…"):
        return True
    if word.value is not None or word.raw.startswith("<") or at + 1 >= len(words):
        return False
    whole_array = word.raw.startswith('"${') and word.raw.rstrip('}"').endswith("[@]")
    if (word.quoted and not whole_array) or any(piece.text != UNKNOWN for piece in word.pieces):
        return False
    name = word.raw.strip('${}"').upper()
    if any(part in name for part in ("IMAGE", "IMG", "TAG", "REPO")):
        return False
    following = words[at + 1].pattern
    if following.startswith("-"):
        # `$IMAGE -c "…"` exists, `$FLAGS -p 80:80 image` is far more usual.
        return True
    return whole_array or looks_like_image(following) or "IMAGE" in words[at + 1].raw.upper()
