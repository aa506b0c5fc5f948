"""What a hover shows of a journal: the step that a link or a number means, and where an error was seen before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.facts.journal_links import Link
from tflsp.server.explain.words import say
from tflsp.server.places import Place
from tflsp.server.workspace.cell_places import link_to_incident
from tflsp.server.workspace.incidents import Seen, before
from tflsp.server.workspace.seen_before import occurrences
from tflsp.server.workspace.sources import Pointed, pointed_at
from tflsp.text import Span

_PICTURE = re.compile(r"!\[([^\[\]\r\n]*)\](?:\([^()\r\n]*\)|\[[^\[\]\r\n]*\])")
_BRACKET = re.compile(r"[\[\]\\]")
_LONGEST = 1_500
_MOST_LINES = 40
_MOST_SEEN = 3


async def journal_hover(place: Place, offset: int) -> list[tuple[Span, str]]:
    """What a journal has to say at a place."""
    found = [(span, _said(place, seen)) for span, seen in known_before(place, offset)]
    pointed = await pointed_at(place.session, place.opened, place.number, offset)
    if pointed is not None and pointed.item is not None and pointed.here.state is place.analysed.state:
        stretch = pointed.here.journal.stretches[pointed.part]
        found.append((stretch.map.span(pointed.span), _shown(pointed, place.language)))
    return [(span, text) for span, text in found if text]


def known_before(place: Place, offset: int) -> Iterator[tuple[Span, Seen]]:
    """Where the error under the cursor was seen before."""
    journals = place.session.journals
    if not journals.incidents:
        return
    document = place.analysed.state.document
    told = 0
    for found in occurrences(document, journals.incidents, journals.outputs(place.opened)):
        if found.part != place.number or not found.span.touches(offset):
            continue
        where = (found.part, place.part.lines.line_of(found.span.start))
        for seen in before(journals.incidents, found.fingerprint, place.opened.uri, where):
            if told < _MOST_SEEN:
                told += 1
                yield found.span, seen


def _said(place: Place, seen: Seen) -> str:
    link = link_to_incident(seen, place.session)
    if link is None:
        link = seen.uri if seen.part_uri != seen.uri else f"{seen.uri}#L{seen.heading_where[1] + 1}"
    told = _BRACKET.sub(r"\\\g<0>", seen.told(place.language))
    return say("seen-before-hint", place.language, seen=f"[{told}]({link})")


def _shown(pointed: Pointed, language: str) -> str:
    if pointed.missing:
        return say("no-heading", language, name=pointed.source.name, heading=pointed.missing)
    if pointed.anchor is None:
        return ""
    from tflsp.capture.errors import without_secrets  # a link that is shown needs it first

    # A picture would be fetched from wherever the text says.
    text = _PICTURE.sub(r"\1", without_secrets(pointed.source.section(pointed.anchor), "step.md"))
    shown = _shortened(text)
    if pointed.source is not pointed.here and isinstance(pointed.item, Link):
        return f"**{pointed.source.path.name if pointed.source.path else pointed.source.name}**\n\n{shown}"
    return shown


def _shortened(text: str) -> str:
    """The beginning of a section; a fence that is cut is closed."""
    lines = text.split("\n")
    kept: list[str] = []
    size = 0
    for line in lines[:_MOST_LINES]:
        size += len(line) + 1
        if size > _LONGEST and kept:
            break
        kept.append(line[:_LONGEST])
    if len(kept) == len(lines):
        return text
    shown = "\n".join(kept).rstrip()
    fences = [line.strip()[:3] for line in kept if line.strip().startswith(("```", "~~~"))]
    if len(fences) % 2:
        shown += f"\n{fences[-1]}"
    return f"{shown}\n\n…"
