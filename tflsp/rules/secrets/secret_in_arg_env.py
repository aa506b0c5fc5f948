"""TFL308: an image or a container is given a secret as a literal in its environment."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.credential_forms import Form
from tflsp.facts.credentials import CredentialKind
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.placeholders import Strength
from tflsp.rules.base import Context, Match, Severity, rule
from tflsp.rules.secrets.reporting import credential_match, credentials_of


@rule(
    "TFL308",
    "secret-in-arg-env",
    severity=Severity.WARNING,
    given=("Credential",),
    aliases=("gitleaks", "detect-secrets", "DL3064"),
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge ENV, ARG, `environment:` and `docker run -e`."""
    for found in credentials_of(facts, context, CredentialKind.ENVIRONMENT):
        credential = found.fact
        message = "message.image" if credential.form is Form.INSTRUCTION else "message"
        severity = Severity.INFORMATION if credential.strength is Strength.PLACEHOLDER else None
        yield credential_match(found, facts, context, message=message, severity=severity, variable=credential.name)
