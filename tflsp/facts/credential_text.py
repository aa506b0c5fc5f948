"""Credentials that their shape gives away: passwords in URIs, tokens of Jupyter, logins that a text speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from tflsp.facts.placeholders import Strength, is_documented, strength_of
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
    for at in occurrences(text, "://"):
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


def occurrences(text: str, needle: str) -> Iterator[int]:
    """Where a plain text stands in another: far faster than an expression."""
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + len(needle))
