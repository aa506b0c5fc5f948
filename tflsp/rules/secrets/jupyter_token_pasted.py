"""TFL303: the address of a Jupyter server was pasted with its token."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.credentials import CredentialKind
from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules.base import Context, Match, Severity, rule
from tflsp.rules.secrets.reporting import credential_match, credentials_of


@rule(
    "TFL303",
    "jupyter-token-pasted",
    severity=Severity.WARNING,
    given=("Credential",),
    aliases=("gitleaks", "detect-secrets"),
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge tokens in addresses."""
    for found in credentials_of(facts, context, CredentialKind.JUPYTER_TOKEN):
        yield credential_match(found, facts, context)
