"""Values behind keywords: `password = "..."`, `密码:...`, `--token ...`.

Keywords are English and Chinese. What a value may look like depends on the language it stands in (`Grammar`): quoted in
code, a scalar in YAML, a word in a sentence.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from enum import Enum
from functools import cache

from tflsp.facts.credential_text import Found, occurrences
from tflsp.facts.placeholders import Strength, is_hash, is_random, strength_of
from tflsp.text import Span
from tflsp.text.patterns import pattern


class Grammar(Enum):
    """How a language writes a name and its value."""

    CODE = "a quoted literal behind = or :"
    SHELL = "NAME=value and --name value"
    CONFIGURATION = "key: value, key = value, key=value"
    PROSE = "a word behind a colon"


# What every keyword holds, looked for first.
_STEMS = ("passw", "passphrase", "passcode", "pwd", "secret", "token", "key", "密码", "密碼", "口令", "密钥")
_KEYWORD = pattern(
    r"(?P<password>passw(?:or)?d|passphrase|passcode|(?<![a-z])pwd(?![a-z])|密码|密碼|口令)"
    r"|(?P<key>secret|token|(?:api|access|auth|account|encryption|signing)[_-]?key|密钥)",
    re.IGNORECASE,
)
_BEFORE_KEY = pattern(r"(?:api|access|auth|account|encryption|signing)[_-]?\Z", re.IGNORECASE)
_NAME_CHARACTERS = string.ascii_letters + string.digits + "_.-"
_LONGEST_NAME = 48
_PLAUSIBLE = pattern(r"[A-Za-z0-9_-]{0,24}(?:['\"`*\]]{0,4}[ \t]{0,16}(?:[=:：＝是为,]|[ \t][^\s]))")
# What may follow the keyword within a name. `password_hash`, `token_url`, `secret_name` name something else.
_REST_OF_NAME = pattern(
    r"(?:[_-]?(?:access[_-]?)?(?:key|token|value|plain|plaintext|str|string|prod|production|dev|staging))?\d{0,2}(?![A-Za-z0-9_-])",
    re.IGNORECASE,
)
_QUOTED = r"(?P<prefix>[rRuUbB]{0,2})(?P<quote>['\"])(?P<quoted>(?:\\.|(?!(?P=quote))[^\\\n\r]){0,200})(?P=quote)"
_BARE = r"(?P<bare>[!-~]{3,200})"
_AFTER = {
    # password = "x", password: str = "x", ["password"] = "x", "password": "x", password => "x"
    Grammar.CODE: (
        r"['\"]?\]?[ \t]{0,8}(?::[ \t]*(?:str|String|string|bytes|&str|Optional\[str\])(?:[ \t]*\|[ \t]*None)?[ \t]*)?"
        r"(?:=>|:=|=(?!=)|:(?!:)|,(?=[ \t]*['\"]))[ \t]{0,8}(?:\r?\n[ \t]*)?"
        + _QUOTED
        + r"(?=[ \t]*(?:[,;)\]}#\r\n]|\Z|//|/\*))"
    ),
    Grammar.SHELL: (r"(?:=|[ \t]+(?=\S))(?:" + _QUOTED + r"|(?P<bare>[^\s'\",;|&<>(){}`]{3,200})(?!['\"]))"),
    Grammar.CONFIGURATION: (
        r"['\"]?[ \t]{0,16}(?:=>|:=|=|:)[ \t]{0,8}(?:" + _QUOTED + "|" + _BARE + r")(?=[ \t]*(?:[,;#\r\n}\]]|\Z))"
    ),
    Grammar.PROSE: (
        r"(?:['\"`*_]{0,3}[ \t]?(?:[=:：＝]|是|为)['\"`*_]{0,3}[ \t]{0,3})"
        r"(?:(?P<quote>[`'\"“])(?P<quoted>[!-~]{3,100}?)[`'\"”]|" + _BARE + ")"
    ),
}


@cache
def _after(grammar: Grammar) -> re.Pattern[str]:
    return re.compile(_AFTER[grammar])


_BARE_START = pattern(r"[\w!@#%^*+=.~?/-]")
_TRAILING = ".,;:!?)]}>\"'`*_|\\"
_CJK = ("\u3400", "\u9fff")


def keywords(text: str) -> Iterator[int]:
    """Where a keyword stands that some grammar finds a value behind."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter whose small form is two
        lower = text
    starts = {
        keyword.start()
        for stem in _STEMS
        for at in occurrences(lower, stem)
        if (keyword := _keyword_at(text, at, stem)) and _PLAUSIBLE.match(text, keyword.end())
    }
    for start in sorted(starts):
        keyword = _KEYWORD.match(text, start)
        if keyword and any(_value_behind(text, keyword, grammar) for grammar in Grammar):
            yield start


def _keyword_at(text: str, at: int, stem: str) -> re.Match[str] | None:
    """The keyword that a stem belongs to: it begins there, or, for ``key``, up to eleven characters before."""
    if stem == "key":
        before = _BEFORE_KEY.search(text, max(0, at - 11), at)
        if before is None:
            return None
        at = before.start()
    return _KEYWORD.match(text, at)


def keyword_value(text: str, start: int, grammar: Grammar) -> Found | None:
    """The value behind the keyword at ``start``, as ``grammar`` writes it."""
    keyword = _KEYWORD.match(text, start)
    return _value_behind(text, keyword, grammar) if keyword else None


def _value_behind(text: str, keyword: re.Match[str], grammar: Grammar) -> Found | None:
    rest = _REST_OF_NAME.match(text, keyword.end())
    if rest is None:
        return None
    value = _after(grammar).match(text, rest.end())
    if value is None:
        return None
    quoted = value["quoted"] is not None
    span = Span(*value.span("quoted")) if quoted else _bare(text, value, grammar)
    if span is None:
        return None
    secret = span.of(text)
    kind = "password" if keyword["password"] else "key"
    strength = strength_of(secret)
    if strength < Strength.WEAK or (not is_random(secret) if kind == "key" else is_hash(secret)):
        return None
    before = text[max(0, keyword.start() - _LONGEST_NAME) : keyword.start()]
    start = keyword.start() - len(before) + len(before.rstrip(_NAME_CHARACTERS))
    if not _is_named(text, Span(start, rest.end()), value.group(), grammar):
        return None
    return Found(kind, span, text[start : rest.end()].strip("-."), strength, quoted)


def _bare(text: str, value: re.Match[str], grammar: Grammar) -> Span | None:
    start, end = value.span("bare")
    if not _BARE_START.match(text, start) or (grammar is Grammar.CONFIGURATION and text[start] in "!*?"):
        return None
    if grammar is Grammar.PROSE:
        if _CJK[0] <= text[end : end + 1] <= _CJK[1]:  # the sentence goes on: 密码为8位
            return None
        while end > start and text[end - 1] in _TRAILING:
            end -= 1
    return Span(start, end) if end - start >= 3 else None


def _is_named(text: str, name: Span, value: str, grammar: Grammar) -> bool:
    """Whether what stands before a value is a name that the value is given to."""
    before = text[name.start - 1 : name.start]
    if before in ("?", "&", "/", "%"):  # part of an address
        return False
    if grammar is Grammar.CODE and value.lstrip("'\"] \t").startswith(","):
        return before in ("'", '"')  # setdefault("PASSWORD", "...")
    if grammar is not Grammar.SHELL:
        return True
    written = name.of(text)
    if written.startswith("--"):
        return _NO_VALUE.search(written) is None
    return value.startswith("=") and (before == "" or before in " \t\n'\"(;`")


# Options that ask for a password, or name the file it is in.
_NO_VALUE = pattern(r"^--(?:ask|vault|no|prompt|use|with|read|show|verify|skip)-|-file\b", re.IGNORECASE)
