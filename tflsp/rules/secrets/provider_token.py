"""TFL302: a provider's token, key or private key stands in the text."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.credentials import CredentialKind
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.providers import service_of
from tflsp.rules.base import Context, Match, Severity, rule
from tflsp.rules.secrets.reporting import credential_match, credentials_of


@rule(
    "TFL302",
    "provider-token",
    severity=Severity.ERROR,
    aliases=("gitleaks", "detect-secrets"),
    given=("Credential",),
    even_in_bad_examples=True,
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge what has the shape of a provider's secret: it is real wherever it stands."""
    for found in credentials_of(facts, context, CredentialKind.PROVIDER):
        yield credential_match(found, facts, context, service=service_of(found.fact.source))
