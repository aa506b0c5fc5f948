"""Which rules are in force for a document, and how severe each is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tflsp.rules.base import Rule, Severity, all_rules
from tflsp.settings import Settings


def active_rules(settings: Settings, name: str) -> tuple[tuple[Rule, Severity], ...]:
    """The rules that settings leave on for a document of this name, with their severities."""
    return _active(settings, _ignored_for(settings, name))


def matches_prefix(rule: Rule, prefixes: Iterable[str]) -> bool:
    """Whether a selector names the rule: a prefix of its code, its name, or ALL."""
    return any(prefix in ("ALL", rule.name) or rule.code.startswith(prefix) for prefix in prefixes if prefix)


@lru_cache(maxsize=64)
def _active(settings: Settings, ignored: tuple[str, ...]) -> tuple[tuple[Rule, Severity], ...]:
    return tuple(
        (rule, _severity(settings, rule))
        for rule in all_rules().values()
        if _selected(settings, rule) and not matches_prefix(rule, ignored)
    )


def _selected(settings: Settings, rule: Rule) -> bool:
    chosen = matches_prefix(rule, settings.select) if settings.select else rule.enabled
    return chosen or matches_prefix(rule, settings.extend_select)


def _severity(settings: Settings, rule: Rule) -> Severity:
    """The severity of the longest prefix that names the rule, else the rule's own."""
    named = [prefix for prefix in settings.severity if matches_prefix(rule, (prefix,))]
    return Severity[settings.severity[max(named, key=len)].upper()] if named else rule.severity


def _ignored_for(settings: Settings, name: str) -> tuple[str, ...]:
    if not settings.per_file_ignores:
        return settings.ignore
    # Imported where patterns are used: start-up must not pay for it.
    from pathspec import GitIgnoreSpec

    extra = (
        prefix
        for glob, prefixes in settings.per_file_ignores.items()
        if GitIgnoreSpec.from_lines([glob]).match_file(name)
        for prefix in prefixes
    )
    return (*settings.ignore, *extra)
