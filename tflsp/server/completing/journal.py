"""In Markdown text: entries behind a slash (``/goal``, ``/step``), and steps and incidents to link to behind # or [.

A link is what GitHub and editors follow: the relative path, and the heading's anchor. Knows nothing of LSP.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tflsp.dataclass import dataclass
from tflsp.documents.document import Chunk
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Kind, Step
from tflsp.facts.journal_links import path_to
from tflsp.facts.journal_records import EntryRecord
from tflsp.journal.reading import journal_of
from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.explain.words import say
from tflsp.server.uris import path_of
from tflsp.server.workspace.journals import Known
from tflsp.text import VERBATIM, Span, TextEdit, written_outside

# More is not looked through by a person: typing on asks again.
MOST = 100
_SLASH = re.compile(r"\A[ \t]*(?P<typed>/[A-Za-z]*)\Z")
_BEFORE = r"(?:(?:debug(?:ging)?[ ])?step[ ]?|(?:调试|实验)?步骤[ ]?)?"
_NUMBER = re.compile(
    rf"(?:\A|(?<=[^A-Za-z0-9_&/#＃]))(?P<typed>(?P<before>{_BEFORE}[#＃])(?P<query>[^\s#＃\[\]()<>`]*))\Z",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"(?<![\]!\\])(?P<typed>(?P<before>\[)(?P<query>[^\[\]\r\n`]{0,60}))\Z")
_HEADING = re.compile(r"\A[ \t]*#{1,6}\w*\Z")
_SPECIAL = re.compile(r"([\\\[\]<>`|])")
_ENTRIES: Mapping[Kind, Entry] = {
    Kind.GOAL: Goal(),
    Kind.STEP: Step(),
    Kind.ERROR: ErrorLog(),
    Kind.CONCLUSION: Conclusion(),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """What is typed in a Markdown text: the line up to the cursor, and the chunk that it stands in."""

    cursor: Cursor
    chunk: Chunk
    line: str
    previous: str  # the line before
    at: int  # in the chunk's text
    is_root: bool

    def replacing(self, length: int, text: str) -> tuple[Span, str]:
        """Replace what is typed by a text, as it is written in the part."""
        edit = TextEdit(Span(self.at - length, self.at), text)
        edit = written_outside(edit, self.chunk.key.text, self.chunk.map, self.chunk.codec)
        return edit.span, edit.new_text


def spot_at(cursor: Cursor) -> Spot | None:
    """The spot of a cursor that stands in the prose of Markdown; None anywhere else."""
    found = list(cursor.place.analysed.report.facts.at(cursor.place.number, cursor.offset))
    if not found:
        return None
    region, at, chunk = found[-1]
    root = found[0][0]
    inner = chunk.map.inwards(cursor.offset)
    if region.language != "markdown" or inner is None:
        return None
    lines = region.text[:at].split("\n")
    previous = lines[-2] if len(lines) > 1 else ""
    return Spot(cursor, chunk, lines[-1].lstrip("\r"), previous.strip(), inner, region is root)


def wants_entry(spot: Spot) -> re.Match[str] | None:
    """Whether an entry is asked for: a slash at the beginning of a line."""
    return _SLASH.match(spot.line) if spot.is_root else None


def wants_link(spot: Spot) -> re.Match[str] | None:
    """Whether a link is asked for: behind a bracket, or a number sign that begins no heading."""
    if _HEADING.match(spot.line):
        return None
    return _NUMBER.search(spot.line) or _BRACKET.search(spot.line)


def entries(spot: Spot, overrides: Mapping[str, str], when: str) -> Iterator[Suggestion]:
    """The entries that can be inserted. ``overrides`` are a project's templates."""
    from tflsp.journal.entries import CapturedRun, filled
    from tflsp.journal.snippets import snippet, with_stops
    from tflsp.journal.templates import TemplateError
    from tflsp.journal.writing import NotInserted, written

    place = spot.cursor.place
    journal = journal_of(place.analysed.state.document)
    found = wants_entry(spot)
    if found is None:
        return
    lead = "\n" if spot.previous else ""
    for kind, empty in _ENTRIES.items():
        try:
            _, _, text = written(journal, filled(empty, CapturedRun(when=when)), place.language, overrides)
        except (NotInserted, TemplateError):
            continue
        span, plain = spot.replacing(len(found["typed"]), lead + text.rstrip("\n"))
        is_plain = spot.chunk.codec is VERBATIM
        marked = snippet(lead + with_stops(text.rstrip("\n"), kind)) if is_plain else ""
        detail = say(f"insert-{kind}", place.language, number=journal.next_number)
        yield Suggestion(f"/{kind}", plain, span, "entry", detail, text, snippet=marked, filter=f"/{kind}")


def links(spot: Spot, known: Sequence[Known]) -> Iterator[Suggestion]:
    """Steps and incidents that can be linked to: this document's, then those of its folder, then the others."""
    found = wants_link(spot)
    if found is None:
        return
    place = spot.cursor.place
    own = place.opened.uri
    start = path_of(own)
    wanted = found["query"].lower()
    for each in sorted(known, key=lambda each: _distance(each, own, start)):
        for entry in _newest_first(each.record.entries):
            name = "" if each.uri == own else each.name
            label = " ".join(filter(None, (name, f"#{entry.number}" if entry.number else "", _title(entry))))
            if not _matches(label.lower(), wanted) and not _matches(entry.heading.lower(), wanted):
                continue
            destination = _destination(start, each.path, entry.anchor) if name else f"#{entry.anchor}"
            if destination is None:
                continue
            shown = _SPECIAL.sub(r"\\\1", entry.heading)
            span, text = spot.replacing(len(found["typed"]), f"[{shown}]({destination})")
            what = f"{found['before']}{entry.number or ''} {entry.heading} {name}"
            yield Suggestion(label, text, span, "link", each.record.title, _about(entry), filter=what)


def _newest_first(entries: Sequence[EntryRecord]) -> Iterator[EntryRecord]:
    return (each for each in reversed(entries) if each.kind in (Kind.STEP, Kind.ERROR))


def _title(entry: EntryRecord) -> str:
    return entry.heading if entry.kind is Kind.ERROR else entry.title


def _about(entry: EntryRecord) -> str:
    changes = [f"- {name}: {old or '—'} → {new or '—'}" for name, old, new in entry.changes]
    return "\n".join([f"**{entry.heading}**", "", *changes, *([f"- {entry.said}"] if entry.said else [])]).strip()


def _distance(known: Known, own: str, start: Path | None) -> tuple[int, str]:
    if known.uri == own:
        return 0, ""
    together = start is not None and known.path is not None and start.parent == known.path.parent
    return (1 if together else 2), known.uri


def _destination(start: Path | None, path: Path | None, anchor: str) -> str | None:
    if start is None or path is None:
        return None
    relative = Path(os.path.relpath(path, start.parent)).as_posix()
    return f"{path_to(relative)}#{anchor}"


def _matches(label: str, wanted: str) -> bool:
    """Whether the wanted characters stand in the label in their order, as editors look for them."""
    rest = iter(label)
    return all(char in rest for char in wanted if not char.isspace())
