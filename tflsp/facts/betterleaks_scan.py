"""betterleaks behind one module: text in, places of providers' secrets out. Nothing else imports it.

It is loaded at the first scan that could find something, and never before a fork: the Go runtime's threads do not
exist in the child, where a scan would hang for ever.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tflsp.logs import Logger
from tflsp.text import Span
from tflsp.text.patterns import pattern

if TYPE_CHECKING:
    from betterleaks import Finding

log = Logger(__name__)

RULES = Path(__file__).with_name("betterleaks.toml")

# Components of a pair that are secrets themselves; betterleaks reports only the pair.
_SECRET_COMPONENTS = frozenset({"aws-secret-access-key"})

# A word that is looked for first, and what must be there besides for the scan to be worth it.
_SHAPES = {
    "-----BEGIN": pattern(r"-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?s:.{0,8000}?KEY(?: BLOCK)?-----)?"),
    "curl": pattern(r"curl\b[^\n]{0,400}(?:\\\r?\n[^\n]{0,400}){0,5}\s(?:-H|--header)\b"),
    "hf_": pattern(r"hf_[A-Za-z]{20}"),
    "api_org_": pattern(r"api_org_[A-Za-z]{20}"),
    **{word: pattern(rf"{word}[A-Z2-7]{{16}}") for word in ("AKIA", "ASIA", "ABIA", "ACCA")},
}
# Everything else that has a provider's shape is a token in which letters and digits change places all the time.
_TOKEN = pattern(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_LEAST = b"x" * 16
_IN_TOKENS = bytes(
    120 if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+/_-") else 32 for byte in range(256)
)
_PIECE = pattern(r"[A-Za-z0-9+/]{12,}")
_CHANGE = pattern(r"[a-z][A-Z]|[A-Za-z][0-9]|[0-9][A-Za-z]")
_LEAST_CHANGES = 4
_LENGTH_PER_CHANGE = 4  # random text changes about every other character, names and paths hardly ever

# What looks random and is no secret: embedded files, digests, hashes of lock files, UUIDs.
_EMBEDDED = 1000  # longer than any token
_DIGEST = pattern(r"(?:^|[:=-])(?:sha(?:1|224|256|384|512)|md5)[:=-]")
_DATA = "base64,"
_UUID = pattern(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
# A hash may be a key where a word before it says so.
_HEX = pattern(r"[0-9a-fA-F]+")
_KEYWORD = pattern(r"key|token|secret|login|api|auth|pass|cred|username", re.IGNORECASE)
_BEFORE = 120

# Pairs are looked for within five lines.
_LINES_AROUND = 6
# Full-width punctuation, NUL (a C string ends there) and lone surrogates (no UTF-8) mean a border to the rules too.
_BORDERS = {**dict.fromkeys("\0，。；、（）「」【】《》“”‘’！？", " "), "：": ":", "＝": "="}
_SURROGATE = pattern("[\ud800-\udfff]")
# The rules want a quote, a space or the end behind a token; in Markdown other things stand there.
_CLOSING = pattern(r"[)\]}>|*,<@&#](?<=[A-Za-z0-9_=-]{8}.)|\.(?=\s|\Z)(?<=[A-Za-z0-9_=-]{8}.)")


class Hit(NamedTuple):
    """A secret: the rule that knows it, and its place in code points."""

    rule: str
    span: Span


def scan(text: str) -> tuple[Hit, ...]:
    """The secrets of a text in their order; loads betterleaks where the text could hold one."""
    candidates = sorted({*_shapes(text), *_tokens(text)})
    if not candidates or not _usable():
        return ()
    hits = {hit.span: hit for window in _windows(text, candidates) for hit in _scan(text, window)}
    return tuple(sorted(hits.values(), key=lambda hit: hit.span))


def could_hold_secrets(text: str) -> bool:
    """Whether a scan would look at the text at all."""
    return any(True for _ in _shapes(text)) or any(True for _ in _tokens(text))


def _shapes(text: str) -> Iterator[Span]:
    for word, shape in _SHAPES.items():
        if word in text:
            yield from (Span(*found.span()) for found in shape.finditer(text))


def _tokens(text: str) -> Iterator[Span]:
    """Tokens that look generated, and are none of the things that look so."""
    # One byte per code point, then a search for sixteen in a row: what _TOKEN finds, several times as fast.
    marked = text.encode("latin-1", "replace").translate(_IN_TOKENS)
    start = marked.find(_LEAST)
    while start >= 0:
        end = marked.find(b" ", start)
        end = len(text) if end < 0 else end
        following = marked.find(_LEAST, end)
        end += len(text[end : end + 2]) - len(text[end : end + 2].lstrip("="))
        token = text[start:end]
        if len(_CHANGE.findall(token)) >= _LEAST_CHANGES and _could_be_secret(text, token, start):
            yield Span(start, end)
        start = following


def _could_be_secret(text: str, token: str, start: int) -> bool:
    if len(token) >= _EMBEDDED or text.endswith(_DATA, 0, start):
        return False
    if _DIGEST.search(text[max(0, start - 8) : start] + token[:8]):
        return False
    token = _UUID.sub("", token)
    if _HEX.fullmatch(token):
        return _KEYWORD.search(text, max(0, start - _BEFORE), start) is not None
    return any(
        (changes := len(_CHANGE.findall(piece))) >= _LEAST_CHANGES and changes * _LENGTH_PER_CHANGE >= len(piece)
        for piece in _PIECE.findall(token)
    )


def _windows(text: str, candidates: Iterable[Span]) -> Iterator[Span]:
    """The lines around candidates, those that touch taken together."""
    window: Span | None = None
    for candidate in candidates:
        start, end = candidate.start, candidate.end
        for _ in range(_LINES_AROUND):
            start = text.rfind("\n", 0, max(0, start))
            end = text.find("\n", end + 1)
            start, end = max(start, 0), end if end >= 0 else len(text)
        if window is not None and start <= window.end:
            window = Span(window.start, max(window.end, end))
            continue
        if window is not None:
            yield window
        window = Span(start, end)
    if window is not None:
        yield window


def _clean(text: str) -> str:
    """The text as the rules want it, with as many code points as before."""
    if not text.isascii() or "\0" in text:
        for border, written in _BORDERS.items():
            text = text.replace(border, written)
        text = _SURROGATE.sub(" ", text)
    text = _CLOSING.sub(" ", text)
    return _TOKEN.sub(lambda found: " " * len(found.group()) if _is_embedded(found) else found.group(), text)


def _is_embedded(found: re.Match[str]) -> bool:
    return len(found.group()) >= _EMBEDDED or found.string.endswith(_DATA, 0, found.start())


def _scan(text: str, window: Span) -> Iterator[Hit]:
    from betterleaks import BetterleaksError, scan_string

    global _loaded_by
    _loaded_by = os.getpid()
    clean = _clean(window.of(text))
    try:
        findings = scan_string(clean, str(RULES))
    except (BetterleaksError, OSError) as error:
        _report(type(error).__name__)
        return
    places = _Places(clean)
    for finding in sorted(findings, key=lambda finding: finding.rule_id, reverse=True):
        for rule, span in _hits(finding, places):
            yield Hit(rule, span.shift(window.start))


def _hits(finding: Finding, places: _Places) -> Iterator[tuple[str, Span]]:
    if finding.encodings:  # found in something decoded: it has no place of its own
        return
    location = finding.location
    if span := places.find(finding.match.value, location.start_line, location.start_column):
        yield finding.rule_id, span
    for pair in finding.component_sets:
        for part in pair.get("components", ()):
            if part.get("rule_id") in _SECRET_COMPONENTS:
                where = part["location"]
                if span := places.find(part["match"]["value"], where["start_line"], where["start_column"]):
                    yield part["rule_id"], span


class _Places:
    """Finds what stands at a 1-based line and a 1-based byte column."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        self.starts.extend(at.end() for at in re.finditer("\n", text))

    def find(self, value: str, line: int, column: int) -> Span | None:
        start = self.starts[min(line, len(self.starts)) - 1]
        before = self.text[start : start + column].encode()[: column - 1].decode("utf-8", "ignore")
        at = self.text.find(value, start + len(before))
        return Span(at, at + len(value)) if value and at >= 0 else None


_loaded_by: int | None = None


def _usable() -> bool:
    """Whether a scan would come back: not in a child of the process that loaded the library."""
    if _loaded_by is not None and _loaded_by != os.getpid():
        _report("loaded before a fork")
        return False
    return True


@lru_cache(maxsize=8)
def _report(why: str) -> None:
    log.error("betterleaks cannot be used (%s): providers' tokens are not looked for", why)
