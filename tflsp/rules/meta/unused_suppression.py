"""TFL001: a suppression comment that suppresses nothing."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.suppression import Scope, Suppression
from tflsp.rules.base import Context, Edit, Fix, Match, Rule, Safety, Severity, Tag, all_rules, match, rule
from tflsp.text import Span


@rule("TFL001", "unused-suppression", severity=Severity.WARNING)
def check(suppression: Suppression, context: Context) -> Iterator[Match]:
    """Nothing is known before all other rules have spoken: the engine calls ``judge`` then."""
    return iter(())


def judge(suppression: Suppression, used: frozenset[str], active: frozenset[Rule]) -> Iterator[Match]:
    """The selectors that name no rule, or only rules that are on and found nothing here."""
    codes = [code for code, _ in suppression.codes]
    for code, span in suppression.codes:
        if code in used:
            continue
        known = [rule for rule in all_rules().values() if rule.code.startswith(code) or code in ("ALL", rule.name)]
        if known and not all(rule in active for rule in known):
            continue
        message = "message" if known else "message.unknown"
        if suppression.scope is Scope.CELL:
            # A tag stands outside of all text: there is nothing to take out of it, or to show as unnecessary.
            yield match(suppression, span, message=message, code=code)
            continue
        fix = Fix((_without(suppression, code, span, codes),), Safety.SAFE, arguments={"code": code})
        yield match(suppression, span, message=message, fixes=[fix], tags=[Tag.UNNECESSARY], code=code)


def _without(suppression: Suppression, code: str, span: Span, codes: list[str]) -> Edit:
    """Takes one selector out, or the comment (with its line, where it has one of its own) if it is the only one."""
    text = suppression.region.text
    if len(codes) > 1:
        following = span.end
        while following < len(text) and text[following] in ", ":
            following += 1
        if text[following] == "]":
            start = span.start
            while text[start - 1] in ", ":
                start -= 1
            return Edit(Span(start, span.end), "")
        return Edit(Span(span.start, following), "")
    start, end = suppression.span.start, suppression.span.end
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    own_line = start == 0 or text[start - 1] in "\r\n"
    if own_line and text.startswith(("\n", "\r\n"), end):
        end = text.index("\n", end) + 1
    return Edit(Span(start, end), "")
