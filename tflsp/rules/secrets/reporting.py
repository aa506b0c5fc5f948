"""What the rules on credentials share: which of them a document is told of, and how little of them is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.facts.credentials import Credential, CredentialKind
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.rules.base import Context, Match, Severity
from tflsp.rules.secrets.naming import variable_name
from tflsp.rules.secrets.replacing import secret_fixes
from tflsp.text.patterns import pattern

# Other tools' markers that mean: this secret is known.
_ENV_FILE = pattern(r"(?:^|/)\.env(?:\.[\w-]+)*$|\.env$")
_TEMPLATE = pattern(r"example|sample|template|dist|default|tpl", re.IGNORECASE)


def credentials_of(facts: DocumentFacts, context: Context, *kinds: CredentialKind) -> Iterator[Located[Credential]]:
    """The credentials of these kinds; none in an `.env` file, which is where they belong."""
    if context.kind == "dotenv" and _ENV_FILE.search(context.name) and not _TEMPLATE.search(context.name):
        return
    for located in facts.derive(_credentials):
        if located.fact.kind in kinds:
            yield located


def credential_match(
    found: Located[Credential],
    facts: DocumentFacts,
    context: Context,
    *,
    message: str = "message",
    severity: Severity | None = None,
    **arguments: object,
) -> Match:
    """A match at the secret. Its arguments hold at most the last two characters."""
    credential = found.fact
    shown = f" (…{credential.ending})" if credential.ending else ""
    said = {"name": variable_name(credential), "shown": shown, **arguments}
    return Match(found, credential.span, said, message, severity, secret_fixes(found, facts, context))


def _credentials(facts: DocumentFacts) -> tuple[Located[Credential], ...]:
    return tuple(facts.all(Credential))
