"""Takes secrets out of a text: what stands in their place depends on what holds them.

Every fix has NAME noted in `.env.example` and `.env` kept out of git. The secret itself goes into `.env` only with the
fix that says so.
"""

from __future__ import annotations

from tflsp.facts.credential_forms import Form
from tflsp.facts.credentials import Credential
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.placeholders import Strength
from tflsp.rules.base import Context, Edit, Fix, LineInFile, Safety
from tflsp.rules.secrets.naming import variable_name
from tflsp.rules.secrets.python_literals import python_edits
from tflsp.rules.secrets.shell_literals import shell_edits
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Characters that make a value of `.env` need quotes.
_NEEDS_QUOTES = pattern(r"[\s#'\"$`\\]")


def secret_fixes(found: Located[Credential], facts: DocumentFacts, context: Context) -> tuple[Fix, ...]:
    """The fixes for a credential: take it out; take it out and keep it in `.env`."""
    credential = found.fact
    name = variable_name(credential)
    edits = _edits(found, name, facts, context)
    if not edits:
        return ()
    arguments = {"name": name}
    lines = _lines(name, context)
    if credential.form is Form.INSTRUCTION:
        return (Fix(edits, Safety.DISPLAY_ONLY, "fix.image", arguments, lines),)
    prose = ".prose" if credential.form is Form.PROSE else ""
    fix = Fix(edits, Safety.UNSAFE, f"fix{prose}", arguments, lines)
    kept = _kept(credential, name)
    if kept is None:
        return (fix,)
    return (fix, Fix(edits, Safety.UNSAFE, f"fix{prose}.move", arguments, (*lines, kept)))


def placeholder(name: str) -> str:
    """What stands for a secret in a text. The underscore keeps Markdown from taking it for an HTML tag."""
    return f"<{name}>" if "_" in name else f"<YOUR_{name}>"


def _edits(found: Located[Credential], name: str, facts: DocumentFacts, context: Context) -> tuple[Edit, ...]:
    credential = found.fact
    match credential.form:
        case Form.PYTHON:
            return python_edits(found, name, facts, context)
        case Form.SHELL | Form.HEREDOC:
            return shell_edits(credential, name)
        case Form.YAML if credential.region.language == "compose":
            return (Edit(credential.span, f"${{{name}}}"),)
        case Form.JSON if credential.region.language == "devcontainer":
            return (Edit(credential.span, f"${{localEnv:{name}}}"),)
        case Form.DOTENV:
            return (Edit(credential.literal, ""),) if credential.region.parent is None else ()
        case Form.INSTRUCTION:
            return (Edit(_with_equals(credential), ""),)
        case Form.PROSE:
            return (Edit(credential.span, placeholder(name)),)
        case _:
            return ()


def _with_equals(credential: Credential) -> Span:
    text, literal = credential.region.text, credential.literal
    return Span(literal.start - 1 if text[literal.start - 1 : literal.start] == "=" else literal.start, literal.end)


def _lines(name: str, context: Context) -> tuple[LineInFile, ...]:
    example = LineInFile(".env.example", f"{name}=", unless=f"{name}=")
    if context.project.dotenv_ignored:
        return (example,)
    return (example, LineInFile(".gitignore", ".env"))


def _kept(credential: Credential, name: str) -> LineInFile | None:
    """The line of `.env` that keeps the secret; None where it is not one line of plain text."""
    secret = credential.span.of(credential.region.text)
    if credential.strength is Strength.PLACEHOLDER:
        return None
    if "\n" in secret or "\r" in secret or (credential.form is not Form.PROSE and "\\" in secret):
        return None
    if _NEEDS_QUOTES.search(secret):
        if "'" in secret:
            return None
        secret = f"'{secret}'"
    return LineInFile(".env", f"{name}={secret}", unless=f"{name}=", secret=True)
