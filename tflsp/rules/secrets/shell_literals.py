"""Secrets in commands: `${NAME}` in their place, with the quotes that a shell needs around it."""

from __future__ import annotations

import re

from tflsp.documents.region import MAGIC
from tflsp.facts.credential_forms import Form
from tflsp.facts.credentials import Credential, CredentialKind
from tflsp.rules.base import Edit
from tflsp.text import Span
from tflsp.text.patterns import pattern

# What means something to a shell between double quotes.
_SPECIAL = pattern(r"[\"$`\\!]")
_HEREDOC = pattern(r"<<-?[ \t]*(?P<quote>['\"\\]?)(?P<word>\w+)")
_RUN = pattern(r"^[ \t]*RUN[ \t]+(?:--\S+[ \t]+)*", re.IGNORECASE | re.MULTILINE)


def shell_edits(credential: Credential, name: str) -> tuple[Edit, ...]:
    """Edits that have the shell read the variable instead; none where that is not a matter of text."""
    region = credential.region
    if credential.form is Form.HEREDOC:
        return (Edit(credential.span, f"${{{name}}}"),) if _expands(credential) else ()
    if region.within("dockerfile"):
        return _build_secret(credential, name)
    text, literal = region.text, credential.literal
    if credential.kind is CredentialKind.ENVIRONMENT and (passed := _passed_on(credential)):
        return passed
    variable = f"${name}" if region.trait(MAGIC) == "!" and not _continues(credential) else f"${{{name}}}"
    if credential.whole and text[: literal.start].endswith(f"{name}="):
        # The variable keeps its name: the shell stops with a message where it is not set.
        return (Edit(literal, f'"${{{name}:?}}"'),)
    return (_in_word(credential, variable),)


def _in_word(credential: Credential, variable: str) -> Edit:
    """The literal with the variable in the secret's place."""
    literal, span = credential.literal, credential.span
    written = literal.of(credential.region.text)
    before, after = written[: span.start - literal.start], written[span.end - literal.start :]
    if written[:1] == "'" and written[-1:] == "'":
        before, after = before[1:], after[:-1]
        if _SPECIAL.search(before + after):
            return Edit(literal, f"'{before}'\"{variable}\"'{after}'")
        return Edit(literal, f'"{before}{variable}{after}"')
    if written[:1] == '"':
        return Edit(span, variable)
    return Edit(span, f'"{variable}"' if credential.kind is not CredentialKind.URI else variable)


def _passed_on(credential: Credential) -> tuple[Edit, ...]:
    """``-e NAME=value`` as ``-e NAME``, which passes the variable on from whoever starts the container."""
    text, span = credential.region.text, credential.span
    start = span.start
    while text[start - 1 : start] in ("'", '"'):
        start -= 1
    if not text[:start].endswith(f"{credential.name}="):
        return ()
    end = span.end + (span.start - start)
    return (Edit(Span(start - 1, end), ""),)


def _build_secret(credential: Credential, name: str) -> tuple[Edit, ...]:
    """A secret that the build is given for the one instruction that needs it, and that stays in no layer."""
    outer = credential.region
    while outer.language != "dockerfile" and outer.parent is not None:
        if outer.map is None:
            return ()
        child, outer = outer, outer.parent
    if credential.region.parent is not outer or child.map is None:
        return ()
    at = child.map.start(0)
    run = next((found for found in reversed([*_RUN.finditer(outer.text)]) if found.start() <= at), None)
    if run is None or _SPECIAL.search(_outside(credential).strip("'\"")):
        return ()
    secret = name.lower()
    mount = Edit(Span(run.end(), run.end()), f"--mount=type=secret,id={secret} ", outer)
    return (mount, _in_word(credential, f"$(cat /run/secrets/{secret})"))


def _outside(credential: Credential) -> str:
    """The literal without the secret."""
    text, literal, span = credential.region.text, credential.literal, credential.span
    return text[literal.start : span.start] + text[span.end : literal.end]


def _expands(credential: Credential) -> bool:
    """Whether a heredoc's delimiter is written without quotes, so that variables in its text are replaced."""
    openings = [*_HEREDOC.finditer(credential.region.text, 0, credential.span.start)]
    return bool(openings) and not openings[-1]["quote"]


def _continues(credential: Credential) -> bool:
    after = credential.region.text[credential.span.end : credential.span.end + 1]
    return after.isalnum() or after == "_"
