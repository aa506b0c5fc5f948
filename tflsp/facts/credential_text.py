"""Credentials that text alone gives away: passwords in URIs, Jupyter's tokens, and values behind a keyword.

Keywords are English and Chinese. What a value may look like depends on the language it stands in (`Grammar`): quoted in
code, a scalar in YAML, a word in a sentence.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

from tflsp.facts.placeholders import Strength, is_documented, is_hash, is_random, strength_of
from tflsp.text import Span
from tflsp.text.patterns import pattern


class Found(NamedTuple):
    """A secret's place in a text, what points at it, and how much it looks like one."""

    kind: str
    span: Span
    name: str
    strength: Strength
    quoted: bool = True
    user: str = ""


class Grammar(Enum):
    """How a language writes a name and its value."""

    CODE = "a quoted literal behind = or :"
    SHELL = "NAME=value and --name value"
    CONFIGURATION = "key: value, key = value, key=value"
    PROSE = "a word behind a colon"


# -- scheme://user:password@host ---------------------------------------------------------------------------------------

_SCHEME = pattern(r"\b[A-Za-z][A-Za-z0-9+.-]{1,30}\Z")
_AUTHORITY = pattern(
    r"(?P<user>(?:[^\s:/?#@'\"`<>()\[\]{}|\\]|\$?\{[\w.]{1,40}\}){0,64}):(?P<password>[^\s/'\"`<>|\\]{1,128})@"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)"
)
_NO_HOST = pattern(
    r"(?:^|\.)(?:example(?:\.(?:com|org|net|edu|io))?|test|invalid|local|domain(?:\.(?:com|tld|name))?|tld)$"
    r"|^(?:my|your|the|some|a)?[._-]?(?:host(?:name)?|server(?:name)?|domain|address|ip|url|proxy|registry|endpoint)\d*"
    r"(?:\.(?:com|org|net|local|lan|tld))?$|^(?:www\.)?(?:foo|bar|baz|company|corp|mycompany|acme|site|website|mydomain|"
    r"my-?site|yourdomain|somewhere|somehost|somedomain)\.(?:com|org|net|io|local)$"
    r"|\.(?:foo|bar|tld)$"
    r"|(?:^|\.)(?:my|your)?-?(?:company|corp|acme|organization|enterprise)\.(?:com|org|net|io|cn)$",
    re.IGNORECASE,
)
_NOBODY = pattern(r"test|demo|user|foo|example|sample|name", re.IGNORECASE)
_LOCAL = pattern(r"^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|host\.docker\.internal)$", re.IGNORECASE)


def uri_passwords(text: str) -> Iterator[Found]:
    """Passwords of URIs; ``name`` is the scheme."""
    if "@" not in text:
        return
    for at in _occurrences(text, "://"):
        found = _AUTHORITY.match(text, at + 3)
        scheme = _SCHEME.search(text, max(0, at - 32), at)
        if found is None or scheme is None:
            continue
        user, password, host = found["user"], found["password"], found["host"]
        strength = min(strength_of(password), strength_of(unquote(password)))
        if strength < Strength.WEAK or _NO_HOST.search(host) or password.lower() == user.lower():
            continue
        if strength is Strength.WEAK and (_LOCAL.match(host) or _NOBODY.search(user)):
            continue
        yield Found("uri", Span(*found.span("password")), scheme.group().lower(), strength, user=user)


# -- echo user:password | chpasswd, in a sentence ---------------------------------------------------------------------

_ECHOED = pattern(
    r"\becho\s+(?P<quote>['\"]?)(?P<user>[A-Za-z_][\w.-]{0,31}):(?P<password>[^\s'\"|]{3,128})(?P=quote)\s*\|\s*"
    r"(?:sudo\s+)?chpasswd\b"
)


def echoed_logins(text: str) -> Iterator[Found]:
    """Passwords of accounts in commands that a text speaks of: no shell is there to read them."""
    if "chpasswd" in text:
        for found in _ECHOED.finditer(text):
            strength = strength_of(found["password"])
            if strength > Strength.PLACEHOLDER:
                yield Found("login", Span(*found.span("password")), "", strength, user=found["user"])


# -- ?token=... --------------------------------------------------------------------------------------------------------

_TOKEN = pattern(r"[?&]token=(?P<token>[^\s&#'\"`<>()\[\]{}|\\*]+)")
_FULL_TOKEN = pattern(r"[0-9a-f]{48}")
_HEX = pattern(r"[0-9a-f]{12,64}")
_JUPYTER = pattern(r"(?::\d{4,5}|/(?:lab|tree|notebooks|hub|user/[\w-]+))/?(?:[\w./%-]*)$")


def jupyter_tokens(text: str) -> Iterator[Found]:
    """Tokens in pasted addresses: 48 hexadecimal digits, or fewer where the address looks like a Jupyter server's."""
    if "token=" not in text:
        return
    for found in _TOKEN.finditer(text):
        token = found["token"].rstrip(".,;:!?。，；")
        if is_documented(token) or found["token"].endswith("..") or len(set(token)) < 6:
            continue
        if _FULL_TOKEN.fullmatch(token) or (
            _HEX.fullmatch(token)
            and strength_of(token) is Strength.REAL
            and _JUPYTER.search(text, max(0, found.start() - 120), found.start())
        ):
            start = found.start("token")
            yield Found("jupyter-token", Span(start, start + len(token)), "JUPYTER_TOKEN", Strength.REAL)


# -- password = ..., 密码:... ------------------------------------------------------------------------------------------

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
        for at in _occurrences(lower, stem)
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


def _occurrences(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + len(needle))


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
