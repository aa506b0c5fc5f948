"""textDocument/codeAction and codeAction/resolve: what the findings under the cursor offer.

Fixes are those of the newest analysis: a client may hand back a diagnostic that is no longer true.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from lsprotocol import types

from tflsp.checking.fixing import compatible
from tflsp.facts.journal_entries import DOCUMENTS, Kind
from tflsp.findings import Finding, FindingFix
from tflsp.rules.base import Safety
from tflsp.server.capabilities import FIX_ALL, JOURNAL, NOTEBOOK_FIX_ALL, QUICK_FIX, RENUMBER
from tflsp.server.convert import span_of
from tflsp.server.edits import EditBuilder
from tflsp.server.explain.words import say
from tflsp.server.features.add_lines import later
from tflsp.server.fixes import all_edits, fix_edits
from tflsp.server.journal.targets import is_virtual
from tflsp.server.lsp import plain_range
from tflsp.server.places import Place, place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.suppressions import suppression_edit
from tflsp.text import Span

# What a finding without a fix lacks, by its message: an entry of a journal, or steps with other numbers.
_BY_COMMAND = {
    ("TFL401", "message.goal"): str(Kind.GOAL),
    ("TFL401", "message.conclusion"): str(Kind.CONCLUSION),
    ("TFL402", "message.gap"): RENUMBER,
}
Offering = Callable[[Place, types.CodeActionParams, Sequence[str]], Awaitable[list[types.CodeAction]]]


@feature(types.TEXT_DOCUMENT_CODE_ACTION)
async def code_action(session: Session, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    place = await place_of(session, params.text_document.uri)
    if place is None:
        return None
    only = params.context.only
    actions: list[types.CodeAction] = []
    if _wanted(QUICK_FIX, only):
        span = span_of(place.part.lines, plain_range(params.range), session.client.encoding)
        actions += _quick_fixes(place, span, params.context.diagnostics)
        actions += await _commands(place, span, params.context.diagnostics)
    if _wanted(FIX_ALL, only) and not place.opened.is_notebook:
        actions += _fix_all(place, FIX_ALL)
    if only and _wanted(NOTEBOOK_FIX_ALL, only) and place.opened.is_notebook:
        actions += _fix_all(place, NOTEBOOK_FIX_ALL)
    # As refactorings where either may be: source actions VS Code shows to nobody who does not ask for them as such.
    journal = [kind for kind in reversed(JOURNAL) if _wanted(kind, only)]
    if journal and _may_be_of_a_journal(place):
        is_automatic = params.context.trigger_kind == types.CodeActionTriggerKind.Automatic
        offering, asked_for = await asyncio.to_thread(_of_journals)
        for offered in (offering,) if is_automatic else (offering, *asked_for):
            actions += await offered(place, params, journal)
    return actions


def _may_be_of_a_journal(place: Place) -> bool:
    return place.opened.is_notebook or place.opened.document.kind in DOCUMENTS or is_virtual(place.opened)


def _of_journals() -> tuple[Offering, tuple[Offering, ...]]:
    """What offers the actions of journals: entries, and what is only for a person who asks.

    With what they need these are a third of the server's own modules.
    """
    from tflsp.server.features.journal_actions import journal_actions
    from tflsp.server.features.journal_promote import promotion_actions
    from tflsp.server.features.journal_renumber import renumber_actions
    from tflsp.server.features.journal_summary import summary_actions

    return journal_actions, (promotion_actions, summary_actions, renumber_actions)


@feature(types.CODE_ACTION_RESOLVE)
async def resolve(session: Session, action: types.CodeAction) -> types.CodeAction:
    """Fill in the edit of an action that was offered without."""
    data = action.data if isinstance(action.data, dict) else {}
    place = await place_of(session, str(data.get("uri", "")))
    if place is None:
        return action
    match data:
        case {"all": str() as kind}:
            action.edit = all_edits(place, None if kind == "*" else kind)
        case {"journal": str() as kind, "position": {"line": int() as line, "character": int() as character}}:
            from tflsp.server.features.journal_actions import resolved

            await resolved(place, action, Kind(kind), {"line": line, "character": character})
        case {"journal": str() as kind, "position": None}:
            from tflsp.server.features.journal_actions import resolved

            await resolved(place, action, Kind(kind), None)
        case {"code": str() as code, "range": where, "fix": str() as key}:
            for finding, diagnostic in _numbered(place):
                if finding.code == code and diagnostic["range"] == where:
                    for fix in finding.fixes:
                        if fix.key == key:
                            _fill(place, action, finding, fix)
    return action


def _numbered(place: Place) -> Iterator[tuple[Finding, dict[str, Any]]]:
    """The findings of this text with their diagnostics; behind those stand some that are no rule's."""
    return zip(place.findings, place.analysed.diagnostics[place.number], strict=False)


def _wanted(kind: str, only: Sequence[Any] | None) -> bool:
    """Whether a kind is asked for: kinds are prefixes, cut at dots."""
    names = [getattr(each, "value", each) for each in only or ()]
    return not names or any(kind == name or kind.startswith(f"{name}.") or not name for name in names)


def _quick_fixes(place: Place, span: Span, shown: Sequence[types.Diagnostic]) -> Iterator[types.CodeAction]:
    seen: set[str] = set()
    for finding, diagnostic, related in _meant(place, span, shown):
        for fix in finding.fixes:
            yield _fix_action(place, finding, fix, diagnostic, related)
        if finding.code not in seen:
            seen.add(finding.code)
            yield from _fix_all_of(place, finding, related)
        yield from _ignore(place, finding, related)


def _meant(
    place: Place, span: Span, shown: Sequence[types.Diagnostic]
) -> Iterator[tuple[Finding, dict[str, Any], list[types.Diagnostic]]]:
    """The findings that are asked about, with their diagnostics as the server and as the client have them."""
    for finding, diagnostic in _numbered(place):
        related = [
            each for each in shown if each.code == finding.code and plain_range(each.range) == diagnostic["range"]
        ]
        # Neovim asks for the cursor alone, and names the diagnostics of its whole line.
        if related or (finding.span.start <= span.end and finding.span.end >= span.start):
            yield finding, diagnostic, related


async def _commands(place: Place, span: Span, shown: Sequence[types.Diagnostic]) -> list[types.CodeAction]:
    """What commands can do for findings that no edit of their text can mend: a new cell, other numbers."""
    actions: list[types.CodeAction | None] = []
    for finding, _, related in _meant(place, span, shown):
        wanted = None if finding.fixes else _BY_COMMAND.get((finding.code, finding.key))
        if wanted == RENUMBER:
            from tflsp.server.features.journal_renumber import renumbering

            actions.append(await renumbering(place, QUICK_FIX, related))
        elif wanted is not None:
            from tflsp.server.features.journal_actions import mending

            actions.append(await mending(place, Kind(wanted), related))
    return [action for action in actions if action is not None]


def _fix_action(
    place: Place, finding: Finding, fix: FindingFix, diagnostic: dict[str, Any], related: list[types.Diagnostic]
) -> types.CodeAction:
    title = fix.title(place.language)
    if fix.safety is Safety.DISPLAY_ONLY:
        return types.CodeAction(say("suggestion", place.language, title=title), QUICK_FIX, related)
    safe = fix.safety is Safety.SAFE
    action = types.CodeAction(
        title if safe else say("unsafe", place.language, title=title),
        QUICK_FIX,
        related,
        is_preferred=True if safe and fix is finding.fixes[0] and place.session.client.preferred_actions else None,
    )
    if fix.lines and place.session.client.resolves_edits:
        action.data = {"uri": place.uri, "code": finding.code, "range": diagnostic["range"], "fix": fix.key}
    else:
        _fill(place, action, finding, fix)
    return action


def _fill(place: Place, action: types.CodeAction, finding: Finding, fix: FindingFix) -> None:
    """The action's edit, and a command for what this client cannot edit."""
    builder = fix_edits(place, finding, fix)
    action.edit = builder.build()
    if builder.impossible:
        action.command = later(place.session, action.title, builder.impossible)


def _fix_all_of(place: Place, finding: Finding, related: list[types.Diagnostic]) -> Iterator[types.CodeAction]:
    """All safe fixes of one rule, where it has more than one."""
    same = [other for other in place.findings if other.code == finding.code]
    if len(compatible(same, unsafe=False)) < 2:
        return
    title = say("fix-all-of", place.language, code=finding.code)
    yield _whole(place, types.CodeAction(title, QUICK_FIX, related), finding.code)


def _fix_all(place: Place, kind: str) -> Iterator[types.CodeAction]:
    if any(compatible(findings, unsafe=False) for findings in place.analysed.findings):
        yield _whole(place, types.CodeAction(say("fix-all", place.language), kind), None)


def _whole(place: Place, action: types.CodeAction, code: str | None) -> types.CodeAction:
    if place.session.client.resolves_edits:
        action.data = {"uri": place.uri, "all": code or "*"}
    else:
        action.edit = all_edits(place, code)
    return action


def _ignore(place: Place, finding: Finding, related: list[types.Diagnostic]) -> Iterator[types.CodeAction]:
    edit = suppression_edit(finding)
    if edit is None:
        return
    builder = EditBuilder(place.session)
    builder.edit(place.analysed.state, finding.part, [edit])
    title = say("ignore", place.language, code=finding.code)
    yield types.CodeAction(title, QUICK_FIX, related, edit=builder.build())
