"""TFL412: a link of a journal or guide that leads nowhere, or one that is not answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_links import fragment_like
from tflsp.facts.journal_pages import (
    LISTED,
    ORIGIN,
    PROMOTED,
    JournalLink,
    numbered_headings,
    own_page,
)
from tflsp.facts.journal_words import heading
from tflsp.facts.linked import Linked, LinkedFile, Page, PageHeading, PageLink, step_meant
from tflsp.journal.guides import Guide, guide_of
from tflsp.journal.link_paths import destination, promoted_line
from tflsp.rules.base import Context, Fix, Match, Piece, Safety, Severity, match, rule
from tflsp.rules.builders import replace
from tflsp.rules.notebooks.journal_text import JournalText, Placed, journal_text
from tflsp.rules.notebooks.linking import wanted

_NOBODY_LOOKED = Linked()


@rule(
    "TFL412",
    "journal-link",
    severity=Severity.INFORMATION,
    kinds=("markdown", "notebook", "percent"),
    given=("JournalHeading", "JournalDeclared", "GuideLink"),
    even_in_bad_examples=True,
    linked=True,
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match | Piece]:
    """Judge the links of a journal or guide, and whether entries and guides lead to each other."""
    linked = context.linked or _NOBODY_LOOKED
    if not (linked.guides or facts.has(("JournalLink",))) or wanted(facts, context) is None:
        return
    page = facts.derive(own_page)
    suspects = page.once(_suspects, linked)
    if suspects:
        same_page = page.once(_same_page, linked)
        for number, (at, found) in enumerate(facts.numbered(JournalLink)):
            if number in suspects:
                own = page.links[number]
                yield Piece((found.fact, own, same_page), (at,), partial(_judge, found, own, page, linked, context))
    for path, guide in linked.guides.items():
        yield from _unanswered(facts, context, page, linked, path, guide)


def _same_page(_page: Page, _linked: Linked) -> object:
    """What stands for a page among what links are known by: the same as long as neither page nor files change."""
    return object()


def _suspects(page: Page, linked: Linked) -> frozenset[int]:
    """The numbers of the links that something is wrong with, seldom many."""
    return frozenset(number for number, link in enumerate(page.links) if not _is_right(link, page, linked))


def _is_right(link: PageLink, page: Page, linked: Linked) -> bool:
    file = linked.files.get(link.path)
    if link.path and file is None:
        return True  # nobody knows
    if file is not None and not file.is_there:
        return False
    target = page if file is None or file.is_self else file.page
    if target is None or not target.offers(link.fragment):
        return target is None
    if file is None or file.is_self or link.role not in (PROMOTED, ORIGIN):
        return True
    return _is_answered(link.fragment, link, page, target, file.back)


def _judge(found: Located[JournalLink], own: PageLink, page: Page, linked: Linked, context: Context) -> Iterator[Match]:
    link, role = found.fact.link, found.fact.role
    file = linked.files.get(link.path)
    if file is not None and not file.is_there:
        yield match(found, link.target, message="message.file", path=link.path)
        return
    target = page if file is None or file.is_self else file.page
    if target is None:
        return
    if not target.offers(link.fragment):
        name = file.name if file is not None else context.name.rpartition("/")[2]
        fixes = _retargeted(found.fact, target)
        span = link.fragment_span or link.target
        yield match(found, span, message="message.anchor", fixes=fixes, name=name, fragment=link.fragment)
        return
    if file is None:
        return
    guide = guide_of(file.name)
    if role == PROMOTED and guide is not None:
        here = context.name.rpartition("/")[2]
        which = next(filter(None, map(_number, _titles(page, own.below))), "")
        yield match(found, link.target, message="message.entry", name=file.name, command=_command(here, which, guide))
    own_guide = guide_of(context.name)
    if role == ORIGIN and own_guide is not None:
        met = target.find(link.fragment)
        which = _number(met.title) if met is not None else str(step_meant(link.text) or "")
        yield match(
            found, link.target, message="message.back", name=file.name, command=_command(link.path, which, own_guide)
        )


def _retargeted(fact: JournalLink, target: Page) -> list[Fix]:
    """The link, to the one heading that it may have meant."""
    link = fact.link
    near = target.close_to(link.fragment)
    if near is None or link.fragment_span is None:
        return []
    new = fragment_like(link.fragment_span.of(fact.region.text), near.name)
    return [replace(link.fragment_span, new, safety=Safety.UNSAFE, title="fix.anchor", fragment=near.name)]


def _is_answered(fragment: str, own: PageLink, page: Page, target: Page, back: Sequence[PageLink]) -> bool:
    """Whether what a link leads to leads back to where the link stands."""
    return any(
        each.role != LISTED and _is_below(fragment, target, each.below) and _is_below(each.fragment, page, own.below)
        for each in back
    )


def _is_below(fragment: str, page: Page, below: Sequence[str]) -> bool:
    """Whether a fragment means one of the headings that something stands below; one that says nothing means any."""
    met = page.find(fragment) if fragment else None
    return met is None or met.name in below


def _unanswered(
    facts: DocumentFacts, context: Context, page: Page, linked: Linked, path: str, guide: LinkedFile
) -> Iterator[Match]:
    """The entries of a journal that a guide tells of and that do not lead there."""
    if guide.page is None:
        return
    own = [link for link in page.links if (file := linked.files.get(link.path)) is not None and file.key == guide.key]
    for told in guide.back:
        head = _told_of(told, page) if told.role == ORIGIN else None
        if head is None or any(
            head.name in link.below and _is_below(link.fragment, guide.page, told.below) for link in own
        ):
            continue
        journal = journal_text(facts, context)
        placed = _entry(journal, head) if journal is not None else None
        where = journal.located(placed, placed.entry.heading) if journal is not None and placed is not None else None
        if journal is not None and placed is not None and where is not None:
            line = _line(placed, path, guide, told)
            fixes = journal.insertion(placed, placed.entry.end, line, "fix.link", name=guide.name)
            yield match(where, message="message.link", fixes=fixes, name=guide.name)


def _told_of(told: PageLink, page: Page) -> PageHeading | None:
    """The entry that a guide's link leads to: a notebook's headings have no anchors, but the link names the step."""
    return page.find(told.fragment) if told.fragment else page.step(told.step)


def _entry(journal: JournalText, head: PageHeading) -> Placed | None:
    """The entry that a heading begins."""
    texts = list(journal.texts())
    for anchor in numbered_headings([analysis for _, analysis in texts]):
        if anchor.name == head.name:
            index = texts[anchor.part][0]
            return next(
                (each for each in journal.entries if (each.chunk, each.entry.offset) == (index, anchor.start)), None
            )
    return None


def _line(placed: Placed, path: str, guide: LinkedFile, told: PageLink) -> str:
    """What `promote` would have written at the end of the entry."""
    entry = placed.entry
    section = guide.page.find(told.below[-1]) if guide.page is not None and told.below else None
    is_line = section is None or section.level == 1 or guide_of(guide.name) is Guide.SUMMARY
    target = destination(path, "" if section is None or is_line else section.name)
    is_listed = entry.kind is Kind.STEP and entry.text[entry.body :].rpartition("\n")[2].startswith("- ")
    return ("\n" if is_listed else "\n\n") + promoted_line(entry.language, path, target)


def _titles(page: Page, below: Sequence[str]) -> Iterator[str]:
    for name in reversed(below):
        if (found := page.find(name)) is not None:
            yield found.title


def _number(title: str) -> str:
    """How `tflsp journal promote` is told which entry: a step's number, or that it is an error."""
    found = heading(title)
    if found is None:
        return ""
    return "error" if found.kind is Kind.ERROR else str(found.number or "")


def _command(path: str, which: str, guide: Guide) -> str:
    name = f'"{path}"' if " " in path else path
    return " ".join(filter(None, ("tflsp journal promote", name, which, f"--to {guide}")))
