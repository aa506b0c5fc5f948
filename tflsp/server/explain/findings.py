"""What a finding means: its rule's page, cut to what fits beside a cursor."""

from __future__ import annotations

from tflsp.findings import Finding
from tflsp.rules.pages import MissingPageError, page
from tflsp.server.explain.words import say

_SECTIONS = ("Why",)
_LONGEST = 900


def explain_finding(finding: Finding, language: str) -> str:
    """The message, why it matters, and the way to the page."""
    rule = say("rule", language, code=finding.code, name=finding.name)
    return "\n\n".join([f"**{rule}** — {finding.message(language)}", *_page(finding.code, language)])


def explain_rule(code: str, name: str, language: str) -> str:
    """The same of a rule alone."""
    return "\n\n".join([f"**{say('rule', language, code=code, name=name)}**", *_page(code, language)])


def _page(code: str, language: str) -> list[str]:
    try:
        found = page(code)
    except MissingPageError:
        return []
    texts = [_shortened(text) for section in _SECTIONS if (text := found.section(section))]
    return [*texts, say("read-more", language, url=found.path.as_uri())]


def _shortened(text: str) -> str:
    """The first paragraphs that fit."""
    kept = ""
    for paragraph in text.split("\n\n"):
        if kept and len(kept) + len(paragraph) > _LONGEST:
            break
        kept += f"\n\n{paragraph}" if kept else paragraph
    return kept
