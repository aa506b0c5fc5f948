"""TFL301: an address holds a password."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.credentials import CredentialKind
from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules.base import Context, Match, Severity, rule
from tflsp.rules.secrets.reporting import credential_match, credentials_of


@rule(
    "TFL301", "credential-uri", severity=Severity.WARNING, given=("Credential",), aliases=("gitleaks", "detect-secrets")
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge addresses of the form scheme://user:password@host."""
    for found in credentials_of(facts, context, CredentialKind.URI):
        yield credential_match(found, facts, context, scheme=found.fact.source)
