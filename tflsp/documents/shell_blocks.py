"""What a shell's reserved words take along: the heads of loops and cases, patterns, tests, arrays.

``word`` reads one word and gives the offset behind it; it sees to the commands in the word's substitutions.
"""

from __future__ import annotations

from collections.abc import Callable

from tflsp.documents.shell_words import BLANK, FAR
from tflsp.text.patterns import pattern

_BEFORE_PATTERN = pattern(r"(?:\s|#[^\n]*(?:\n|\Z))*")
_PATTERN = pattern(r"(?!esac\b)\(?(?:[^()\\\n;'\"]|\\(?:\r?\n|.)|\|[ \t]*\r?\n|'[^'\n]*'|\"[^\"\n]*\")*\)")
_LOOP = pattern(r"[ \t]*(?:\(\((?:[^()\n]|\([^()\n]*\))*\)\)|([A-Za-z_]\w*)(?:\s+in\b)?)")
_FUNCTION = pattern(r"[ \t]+[^\s(){};&|<>]+[ \t]*(?:\(\))?")
_NO_ARGUMENTS = pattern(r"\([ \t]*\)")
_TEST_END = pattern(r"\]\](?=[\s;&|)]|\Z)")
_IN = pattern(r"\s+in\b")
_BETWEEN_ITEMS = pattern(r"\s+|#[^\n]*")

BehindWord = Callable[[int], int]


def behind_parenthesis(text: str, at: int) -> int:
    """Behind ``((…))``, or behind one parenthesis."""
    if text.startswith("((", at):
        close = text.find("))", at, at + FAR)
        if close >= 0 and "\n" not in text[at:close]:
            return close + 2
    return at + 1


def behind_parameters(text: str, at: int) -> tuple[int, bool]:
    """Behind the parentheses of ``name ()``, and whether they are that; else behind one parenthesis."""
    found = _NO_ARGUMENTS.match(text, at)
    return (found.end(), True) if found else (at + 1, False)


def behind_function_name(text: str, at: int) -> int:
    """Behind the name that follows ``function``."""
    found = _FUNCTION.match(text, at)
    return found.end() if found else at


def behind_test(text: str, at: int, word: BehindWord) -> int | None:
    """Behind ``[[ … ]]``, or None where it is not closed."""
    end = min(len(text), at + FAR)
    while at < end:
        if found := _TEST_END.match(text, at):
            return found.end()
        between = _BETWEEN_ITEMS.match(text, at)
        at = between.end() if between else word(at)
    return None


def behind_array(text: str, at: int, word: BehindWord) -> int:
    """Behind the parenthesis that closes an array."""
    while at < len(text) and text[at] != ")":
        between = _BETWEEN_ITEMS.match(text, at)
        at = between.end() if between else word(at)
    return min(at + 1, len(text))


def behind_loop_head(text: str, at: int, word: BehindWord) -> tuple[int, str | None]:
    """Behind ``NAME in WORD…`` or ``((…))``, and the name."""
    head = _LOOP.match(text, at)
    if head is None:
        return at, None
    at = head.end()
    while at < len(text) and text[at] not in ";\n\r&|)":
        blank = BLANK.match(text, at)
        at = blank.end() if blank else word(at)
    return at, head[1]


def behind_case_head(text: str, at: int, word: BehindWord) -> int:
    """Behind ``WORD in`` and the first pattern."""
    blank = BLANK.match(text, at)
    at = word(blank.end() if blank else at)
    found = _IN.match(text, at)
    return behind_pattern(text, found.end()) if found else at


def behind_pattern(text: str, at: int) -> int:
    """Behind a case's pattern and its parenthesis, comments before it included."""
    before = _BEFORE_PATTERN.match(text, at)
    found = _PATTERN.match(text, before.end() if before else at)
    return found.end() if found else at
