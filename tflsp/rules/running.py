"""A rule is run: one that fails is reported once, and takes nothing else down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from tflsp.facts.base import Fact
from tflsp.facts.document_facts import DocumentFacts
from tflsp.logs import Logger
from tflsp.rules.base import Context, Match, Piece, Rule

log = Logger(__name__)


def judge_fact(rule: Rule, fact: Fact, context: Context) -> list[Match]:
    """What a rule finds in one fact; nothing where it fails."""
    return _listed(rule, lambda: rule.check(fact, context))


def judge_document(rule: Rule, facts: DocumentFacts, context: Context) -> list[Match | Piece]:
    """What a rule finds in a document's facts; nothing where it fails."""
    return _listed(rule, lambda: rule.check(facts, context))


def judge_piece(rule: Rule, piece: Piece) -> list[Match]:
    """The matches of a piece; none where the rule fails."""
    return _listed(rule, piece.make)


def _listed(rule: Rule, make: Callable[[], Iterable[Any]]) -> list[Any]:
    try:
        return list(make())
    except Exception as error:  # any fault of one rule
        contain(rule, error)
        return []


def contain(rule: Rule, error: Exception) -> None:
    """Tell of a rule that failed; what it would have found is left out. Tests put in its place what fails with it."""
    _report_failure(rule.code, type(error).__name__)
    log.debug("rule %s", rule.code, exc_info=error)


@lru_cache(maxsize=256)
def _report_failure(code: str, error: str) -> None:
    log.error("rule %s failed with %s and was left out", code, error)
