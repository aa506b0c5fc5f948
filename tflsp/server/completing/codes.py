"""Rules in a suppression comment: those of the findings it could suppress first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.engine import all_rules
from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.explain.findings import explain_rule

_COMMENT = re.compile(r"tflsp:[ \t]*(?:file-)?ignore\[(?:[^\]\n]*,)?[ \t]*(?P<code>[\w-]*)\Z")
# A comment holds for its line or the next; a little further down is still what is meant.
_NEAR = 3


def suggest(cursor: Cursor) -> Iterator[Suggestion]:
    found = _COMMENT.search(cursor.line)
    if found is None:
        return
    span = cursor.typed(len(found["code"]))
    near = set(_near(cursor))
    rules = sorted(all_rules().values(), key=lambda rule: (rule.code not in near, rule.code))
    for rule in rules:
        about = explain_rule(rule.code, rule.name, cursor.place.language)
        yield Suggestion(rule.code, rule.code, span, "rule", rule.name, about)


def _near(cursor: Cursor) -> Iterator[str]:
    lines = cursor.place.part.lines
    line = lines.line_of(cursor.offset)
    for finding in cursor.place.findings:
        if 0 <= lines.line_of(finding.span.start) - line <= _NEAR:
            yield finding.code
