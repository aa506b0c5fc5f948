"""betterleaks behind one module: text in, places of providers' secrets out. Nothing else imports it.

It is loaded at the first scan that could find something, and never before a fork: the Go runtime's threads do not
exist in the child, where a scan would hang for ever.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tflsp.text import Span

if TYPE_CHECKING:
    from betterleaks import Finding

log = logging.getLogger(__name__)

RULES = Path(__file__).with_name("betterleaks.toml")

# Components of a pair that are secrets themselves; betterleaks reports only the pair.
_SECRET_COMPONENTS = frozenset({"aws-secret-access-key"})

# What looks random and is no secret: embedded files, digests, hashes of lock files, UUIDs. Blanked before the scan.
_NO_SECRET = re.compile(
    r"data:[\w/+.-]{0,80};base64,[A-Za-z0-9+/=]+"
    r"|\b(?:sha(?:1|224|256|384|512)|md5)[:=-][A-Za-z0-9+/=]{16,}"
    r"|\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"
    r"|[A-Za-z0-9+/]{1000,}={0,2}"
)
# Full-width punctuation, NUL (a C string ends there) and lone surrogates (no UTF-8) mean a border to the rules too.
_BORDERS = {
    **dict.fromkeys(map(ord, "\0，。；、（）「」【】《》“”‘’！？"), " "),
    ord("："): ":",
    ord("＝"): "=",
}
_SURROGATE = re.compile("[\ud800-\udfff]")
# The rules want a quote, a space or the end behind a token; in Markdown other things stand there.
_CLOSING = re.compile(r"(?<=[A-Za-z0-9_=-]{8})(?:[)\]}>|*,<]|\.(?=\s|\Z))")

_PREFIX = re.compile(
    r"-----BEGIN|\bcurl\b[^\n]*(?:\\\r?\n[^\n]*){0,5}\s(?:-u|--user|-H|--header)\b|\b(?:hf|api_org)_[A-Za-z]{20}"
    r"|\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"
)
_RUN = re.compile(r"[A-Za-z0-9_+=-]{16,}")
_CHANGE = re.compile(r"[a-z][A-Z]|[A-Za-z][0-9]|[0-9][A-Za-z]")
# A run of random letters and digits changes its class about every other character, a name hardly ever.
_CHANGES = 4


class Hit(NamedTuple):
    """A secret: the rule that knows it, and its place in code points."""

    rule: str
    span: Span


def scan(text: str) -> tuple[Hit, ...]:
    """The secrets of a text in their order; loads betterleaks where the text could hold one."""
    clean = _clean(text)
    return tuple(_scan(clean)) if _possible(clean) and _usable() else ()


def warm_up() -> None:
    """Load and compile ahead of the first scan: for servers, in the process that analyses, after all forks."""
    if _usable():
        tuple(_scan("warm up"))


def _clean(text: str) -> str:
    """The text without what is random but no secret; as many code points as before."""
    text = _NO_SECRET.sub(lambda found: " " * len(found.group()), text)
    if not text.isascii() or "\0" in text:
        text = _SURROGATE.sub(" ", text.translate(_BORDERS))
    return _CLOSING.sub(" ", text)


def _possible(text: str) -> bool:
    """Whether there is anything to look at closely: far cheaper than the scan, and it hardly ever says yes."""
    return _PREFIX.search(text) is not None or any(
        len(_CHANGE.findall(run.group())) >= _CHANGES for run in _RUN.finditer(text)
    )


def _scan(text: str) -> Iterator[Hit]:
    from betterleaks import BetterleaksError, scan_string

    global _loaded_by
    _loaded_by = os.getpid()
    try:
        findings = scan_string(text, str(RULES))
    except (BetterleaksError, OSError) as error:
        _report(type(error).__name__)
        return
    places = _Places(text)
    hits: dict[Span, Hit] = {}
    for hit in sorted((hit for finding in findings for hit in _hits(finding, places)), key=lambda hit: hit.rule):
        hits.setdefault(hit.span, hit)
    yield from sorted(hits.values(), key=lambda hit: hit.span)


def _hits(finding: Finding, places: _Places) -> Iterator[Hit]:
    if finding.encodings:  # found in something decoded: it has no place of its own
        return
    location = finding.location
    if span := places.find(finding.match.value, location.start_line, location.start_column):
        yield Hit(finding.rule_id, span)
    for pair in finding.component_sets:
        for part in pair.get("components", ()):
            if part.get("rule_id") in _SECRET_COMPONENTS:
                where = part["location"]
                if span := places.find(part["match"]["value"], where["start_line"], where["start_column"]):
                    yield Hit(part["rule_id"], span)


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
