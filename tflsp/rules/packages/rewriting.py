"""Edits of requirements on a command line: with their quotes, with the line that they have to themselves."""

from __future__ import annotations

from tflsp.facts.installs import PipInstall
from tflsp.facts.requirements import Requirement
from tflsp.rules.base import Edit
from tflsp.text import Span
from tflsp.text.patterns import pattern

# A blank, or the end of a line that a shell continues.
_BEFORE = pattern(r"(?:[ \t]|\\\r?\n)+\Z")
_AFTER = pattern(r"[ \t]*(?:\\?\r?\n|[;&|)]|\Z)|[ \t]")


def written(install: PipInstall, requirement: Requirement) -> Span:
    """The requirement as written, with an unquoted specifier that the shell takes for itself."""
    end = requirement.redirected.end if requirement.redirected is not None else requirement.span.end
    return Span(requirement.span.start, end)


def with_specifier(install: PipInstall, requirement: Requirement, specifier: str) -> tuple[Edit, str] | None:
    """An edit that gives a requirement this specifier, quoted where a shell wants it, and the requirement as text."""
    if not requirement.verbatim:
        return None
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    text = f"{requirement.written}{extras}{specifier}"
    span = written(install, requirement)
    quote = "" if _quotes(install, span) or not set("<>!~*[") & set(text) else '"'
    return Edit(span, f"{quote}{text}{quote}"), text


def without(install: PipInstall, requirement: Requirement) -> Edit | None:
    """An edit that takes a requirement out; None where nothing would be left to install, or it is no shell's word."""
    text, span = install.region.text, written(install, requirement)
    if len(install.requirements) + len(install.sources) < 2 or not requirement.verbatim:
        return None
    if _quotes(install, span):
        span = Span(span.start - 1, span.end + 1)
    before = _BEFORE.search(text, max(0, span.start - 200), span.start)
    if before is None or _AFTER.match(text, span.end) is None:
        return None
    return Edit(Span(before.start(), span.end), "")


def _quotes(install: PipInstall, span: Span) -> bool:
    text = install.region.text
    around = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return around[0] == around[1] and around[0] in ("'", '"')
