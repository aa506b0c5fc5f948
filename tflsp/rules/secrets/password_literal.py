"""TFL304: a password is written down: behind a keyword, as a command's option, for an account."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.credentials import CredentialKind
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.placeholders import Strength
from tflsp.rules.base import Context, Match, Severity, rule
from tflsp.rules.secrets.reporting import credential_match, credentials_of


@rule(
    "TFL304",
    "password-literal",
    severity=Severity.WARNING,
    given=("Credential",),
    aliases=("gitleaks", "detect-secrets", "CKV2_DOCKER_17"),
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge passwords and keys by what points at them."""
    kinds = (CredentialKind.LOGIN, CredentialKind.PASSWORD, CredentialKind.KEY)
    for found in credentials_of(facts, context, *kinds):
        credential = found.fact
        if credential.kind is not CredentialKind.LOGIN:
            message = "message.key" if credential.kind is CredentialKind.KEY else "message"
            yield credential_match(found, facts, context, message=message)
            continue
        account = credential.user or "?"
        if credential.strength is Strength.PLACEHOLDER:
            yield credential_match(
                found, facts, context, message="message.placeholder", severity=Severity.INFORMATION, account=account
            )
        else:
            yield credential_match(found, facts, context, message="message.login", account=account)
