"""The search for credentials in a chunk: every way to find one, each found once, with the way it is written.

Found by betterleaks, by their shape in text, and in what commands and container settings say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import NamedTuple

from tflsp.documents.region import FENCE, Region
from tflsp.facts.base import Analysis
from tflsp.facts.betterleaks_scan import scan
from tflsp.facts.credential_environment import secret_variables
from tflsp.facts.credential_forms import Form, form_of
from tflsp.facts.credential_keywords import Grammar, keyword_value, keywords
from tflsp.facts.credential_text import echoed_logins, jupyter_tokens, uri_passwords
from tflsp.facts.credentials import Credential, CredentialClue, CredentialKind
from tflsp.facts.placeholders import Strength, is_documented, is_hash, is_marked, strength_of
from tflsp.facts.region_index import RegionIndex
from tflsp.text import Span
from tflsp.text.patterns import pattern


class _Candidate(NamedTuple):
    """A possible credential at a span of the chunk's text."""

    span: Span
    kind: CredentialKind
    source: str
    name: str
    strength: Strength
    user: str = ""


_NEAR = 300
_ORDER = {kind: index for index, kind in enumerate(CredentialKind)}


def search(analysis: Analysis) -> Iterator[Credential]:
    """The credentials of a chunk. Of two that overlap, the one of the kind that is named first stands."""
    regions = RegionIndex(analysis)
    taken: list[Span] = []
    for candidate in sorted(_candidates(analysis, regions), key=lambda found: (_ORDER[found.kind], found.span)):
        if _overlaps(taken, candidate.span):
            continue
        insort(taken, candidate.span)
        region, inner = regions.innermost(candidate.span)
        if candidate.kind is not CredentialKind.PROVIDER and _is_introduced(region, inner):
            continue
        yield _credential(candidate, region, inner)


def _overlaps(taken: list[Span], span: Span) -> bool:
    """Whether a span runs into one of those taken, which are sorted and apart from each other."""
    at = bisect_left(taken, span)
    return any(other.start < span.end and span.start < other.end for other in taken[max(0, at - 1) : at + 1])


def _credential(candidate: _Candidate, region: Region, span: Span) -> Credential:
    form, literal = form_of(region, span)
    whole = _content(region.text, literal) == span
    name = candidate.name
    if not name and (candidate.kind is CredentialKind.PROVIDER or _is_literal_uri(candidate, form)):
        name = name_before(region.text, literal.start)
    return Credential(
        region,
        span,
        candidate.kind,
        candidate.source,
        name,
        candidate.strength,
        form,
        literal,
        whole,
        candidate.user,
    )


def _is_literal_uri(candidate: _Candidate, form: Form) -> bool:
    return candidate.kind is CredentialKind.URI and form is not Form.PROSE


def _candidates(analysis: Analysis, regions: RegionIndex) -> Iterator[_Candidate]:
    text = analysis.root.text
    for hit in scan(text):
        from tflsp.facts.providers import is_a_secret  # hardly any text comes here

        if is_a_secret(hit.rule) and not _is_test_key(hit.span.of(text), hit.rule):
            yield _Candidate(hit.span, CredentialKind.PROVIDER, hit.rule, "", Strength.REAL)
    for found in uri_passwords(text):
        yield _Candidate(found.span, CredentialKind.URI, found.name, "", found.strength, found.user)
    for found in jupyter_tokens(text):
        yield _Candidate(found.span, CredentialKind.JUPYTER_TOKEN, "", found.name, found.strength)
    yield from _of_commands(analysis)
    for found in echoed_logins(text):
        yield _Candidate(found.span, CredentialKind.LOGIN, "chpasswd", "", found.strength, found.user)
    for variable in secret_variables(analysis):
        span = variable.region.to_root(variable.span)
        yield _Candidate(span, CredentialKind.ENVIRONMENT, "", variable.name, variable.strength)
    yield from _of_keywords(analysis, regions)


# -- what commands are given -------------------------------------------------------------------------------------------


def _of_commands(analysis: Analysis) -> Iterator[_Candidate]:
    for clue in analysis.of(CredentialClue):
        value = clue.span.of(clue.region.text)
        strength = strength_of(value)
        if is_marked(value) or (clue.kind is not CredentialKind.LOGIN and strength < Strength.WEAK):
            continue
        span = clue.region.to_root(clue.span)
        yield _Candidate(span, clue.kind, clue.source, clue.name, strength, clue.user)


# -- keywords ----------------------------------------------------------------------------------------------------------

_GRAMMARS = {
    **dict.fromkeys(("python", "pycon", "ipython"), Grammar.CODE),
    **dict.fromkeys(("shell", "console"), Grammar.SHELL),
    **dict.fromkeys(("yaml", "compose", "kubernetes", "front-matter", "dotenv", "toml"), Grammar.CONFIGURATION),
    **dict.fromkeys(("json", "devcontainer", "daemon-json", "docker-config-json"), Grammar.CONFIGURATION),
    **dict.fromkeys(("markdown", "text", "plain-fence"), Grammar.PROSE),
}
# Fences of these languages hold settings; those of all others hold code, where a literal has quotes.
_CONFIGURATIONS = frozenset(("ini", "cfg", "conf", "config", "properties", "toml", "hcl", "tf", "env", "nginx"))


def _of_keywords(analysis: Analysis, regions: RegionIndex) -> Iterator[_Candidate]:
    text = analysis.root.text
    for start in keywords(text):
        region, _ = regions.innermost(Span(start, start + 1))
        grammar = _grammar(region)
        if grammar is Grammar.CODE and _is_in_comment(text, start):
            grammar = Grammar.PROSE
        if grammar is None:
            continue
        found = keyword_value(text, start, grammar)
        if found is None or _is_test_key(found.span.of(text)):
            continue
        shown = _is_shown(region)
        if not (shown and (found.strength is Strength.WEAK or is_hash(found.span.of(text)))):
            yield _Candidate(found.span, CredentialKind(found.kind), "", found.name, found.strength)


def _line_before(text: str, at: int) -> str:
    """What stands before ``at`` in its line, as far as it matters: a line may be endless."""
    start = max(0, at - _NEAR)
    return text[max(start, text.rfind("\n", start, at) + 1) : at]


def _is_in_comment(text: str, start: int) -> bool:
    return _COMMENT.search(_line_before(text, start)) is not None


_COMMENT = pattern(r"(?:^|\s)(?:#|//)[^'\"]*$")


def _grammar(region: Region) -> Grammar | None:
    if region.language == "code":
        word = (region.trait(FENCE) or "").split()[:1]
        return Grammar.CONFIGURATION if word and word[0].lower() in _CONFIGURATIONS else Grammar.CODE
    return _GRAMMARS.get(region.language)


_EXAMPLE = pattern(r"\be\.g\.|\bfor (?:example|instance)\b|\bsuch as\b|例如|比如|譬如", re.IGNORECASE)


def _is_introduced(region: Region, span: Span) -> bool:
    """Whether a sentence says that what follows is made up."""
    if region.language != "markdown":
        return False
    return _EXAMPLE.search(_line_before(region.text, span.start)) is not None


def _is_shown(region: Region) -> bool:
    """Whether something is what a text shows as code, where `password: "12345"` and made-up hashes are usual."""
    return region.language != "markdown" and region.within("markdown")


# -- small things ------------------------------------------------------------------------------------------------------

# Keys that providers give out for tests and documentation, and rows of typed characters in the place of random ones.
_TEST_KEY = pattern(
    r"example|(?:sk|pk|rk)_test_|xxxx|0{6}|12345678|abcdefgh|abcd1234|your|dummy|fake|placeholder|redacted|sample|\.\.\.|\*\*\*",
    re.IGNORECASE,
)


# A script that prints a key's first and last line has no key between them. Strings of code may hold its lines.
_KEY = pattern(
    r"-----BEGIN[^-]+-----(?=.*?[A-Za-z0-9+/=]{40})[A-Za-z0-9+/=\s\\\"',:;.()<>@-]+KEY(?: BLOCK)?-----", re.DOTALL
)


def _is_test_key(value: str, rule: str = "") -> bool:
    """Whether a key is one of those. In a header anything may stand: there no shape vouches for a secret."""
    if is_documented(value):
        return True
    if rule == "private-key":
        return _KEY.fullmatch(value) is None or "..." in value
    if rule == "curl-auth-header" and strength_of(value) < Strength.REAL:
        return True
    return is_marked(value) or _TEST_KEY.search(value) is not None


_NAME_BEFORE = pattern(
    r"(?P<name>[A-Za-z_][\w.-]{0,60})['\"]?[ \t]*\]?[ \t]*(?::[ \t]*[\w.\[\]]{1,30}[ \t]*)?(?:=>|:=|=|:)[ \t]*"
    r"[rRbBuUfF]{0,2}\Z"
)


def name_before(text: str, start: int) -> str:
    """The name that a literal at ``start`` is given to: a variable, a keyword argument, a key."""
    found = _NAME_BEFORE.search(text, max(0, start - 120), start)
    return found["name"].rsplit(".", 1)[-1] if found else ""


def _content(text: str, literal: Span) -> Span:
    """What is between a literal's quotes."""
    quotes = re.match(r"[rRbBuUfF]{0,2}('''|\"\"\"|['\"])", literal.of(text))
    if quotes is None:
        return literal
    return Span(literal.start + quotes.end(), max(literal.start + quotes.end(), literal.end - len(quotes[1])))
