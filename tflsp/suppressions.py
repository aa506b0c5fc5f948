"""Suppression comments, and the milder judgement of what an author shows as a mistake."""

from __future__ import annotations

from collections.abc import Mapping

from tflsp.facts.document_facts import DocumentFacts
from tflsp.findings import Finding
from tflsp.rules.base import Rule, Severity


def apply_suppressions(
    facts: DocumentFacts, findings: list[Finding], severities: Mapping[Rule, Severity]
) -> list[Finding]:
    """The findings that no comment suppresses; unused suppressions come as findings of TFL001."""
    return findings
