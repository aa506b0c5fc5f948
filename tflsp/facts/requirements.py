"""Requirements as pip reads them: the dependency specifiers of PEP 508, with the place of every part."""

from __future__ import annotations

import re

from tflsp.dataclass import dataclass
from tflsp.documents.words import UNKNOWN, Word
from tflsp.text import Span
from tflsp.text.patterns import pattern

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_CLAUSE = rf"(?:===|==|~=|!=|<=|>=|<|>)\s*[^\s,;()@{UNKNOWN}]*{UNKNOWN}?[^\s,;()@]*"
_REQUIREMENT = pattern(
    rf"\s*(?P<name>{_NAME})\s*(?:\[(?P<extras>[^\]]*)\])?\s*"
    rf"(?:(?P<specifier>\(?{_CLAUSE}(?:\s*,\s*{_CLAUSE})*,?\)?)|@\s*(?P<url>[^;]*?))?\s*(?:;(?P<marker>.*))?",
    re.DOTALL,
)
_EXACT = pattern(r"\(?\s*={2,3}\s*([^\s,*()]+)\s*\)?")
_PATH = pattern(r"[./~\\]|[A-Za-z]:[\\/]|[a-z+]+://|git\+|[^@]*\.(?:whl|zip|tar\.gz)(?:\[[^\]]*\])?\Z")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement. ``name`` is normalised (PEP 503), ``specifier`` without blanks, empty where there is none.

    ``span`` covers name, extras and specifier; a version can be put in at ``version_at``. ``known`` is False where a
    part of the specifier is a variable without value. ``redirected`` is the place of an unquoted specifier that the
    shell takes for a redirection (``pip install numpy>=1.20``): pip never sees it.
    """

    name: str
    written: str
    extras: tuple[str, ...]
    specifier: str
    span: Span
    name_span: Span
    version_at: int
    specifier_span: Span | None = None
    url: str | None = None
    known: bool = True
    verbatim: bool = True
    redirected: Span | None = None

    @property
    def version(self) -> str | None:
        """The version that is asked for exactly, or None."""
        found = _EXACT.fullmatch(self.specifier) if self.known else None
        return found[1] if found else None

    @property
    def is_pinned(self) -> bool:
        """Whether every installation gives the same version, as far as the text tells; unknown ones count as pinned."""
        return self.version is not None or self.url is not None or not self.known


def parse_requirement(word: Word, start: int = 0, end: int | None = None) -> Requirement | None:
    """The requirement that ``pattern[start:end]`` of a word is, or None for a path, an address or anything else."""
    text = word.pattern[start:end]
    if _PATH.match(text):
        return None
    found = _REQUIREMENT.fullmatch(text)
    if found is None:
        return None
    specifier = found["specifier"] or ""
    last = max(found.end(group) for group in ("name", "extras", "specifier", "url"))
    if found["extras"] is not None and last == found.end("extras"):
        last += 1
    name_start, name_end = found.span("name")
    here = start + (found.end("extras") + 1 if found["extras"] is not None else name_end)
    place = word.place(start + name_start, start + last)
    return Requirement(
        name=normalised(found["name"]),
        written=found["name"],
        extras=tuple(extra.strip() for extra in (found["extras"] or "").split(",") if extra.strip()),
        specifier="".join(specifier.split()),
        span=place,
        name_span=word.place(start + name_start, start + name_end),
        version_at=word.place(here - 1, here).end,
        specifier_span=_place(word, found, "specifier", start),
        url=found["url"] or None,
        known=UNKNOWN not in text,
        verbatim=word.is_verbatim(start + name_start, start + last),
    )


def normalised(name: str) -> str:
    """PEP 503: lower case, runs of ``-_.`` as one hyphen."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _place(word: Word, found: re.Match[str], group: str, start: int) -> Span | None:
    return word.place(start + found.start(group), start + found.end(group)) if found[group] else None
