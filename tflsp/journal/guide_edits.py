"""An entry of a guide: where it goes, how it is found again by the link to its source, how it is brought up to date.

Knows texts and places in them; what is said there is `guide_entries`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tflsp.facts.journal_entries import Step
from tflsp.facts.journal_lines import lines
from tflsp.facts.journal_pages import MARKER
from tflsp.journal.guide_entries import Source, body_of, title_of
from tflsp.journal.guide_merging import hash_of, hashes_of, merged
from tflsp.journal.guides import (
    Guide,
    Origin,
    Section,
    findings_section,
    incidents,
    origins,
    same_title,
    section_at,
    sections,
)
from tflsp.journal.link_paths import links, resolved
from tflsp.journal.markdown import line_end
from tflsp.text import Span
from tflsp.text.patterns import pattern

_NUMBER = pattern(r"[#＃](\d{1,9})(?!\d)")
_BEHIND_FILE = pattern(r", |，")
_TRAILING = pattern(r"[ \t\r\n]*\Z")


def own_origin(text: str, source: Source, source_path: str, guide_path: str) -> Origin | None:
    """The line of the guide that says that an entry came from this source."""
    codes: dict[int, str] = {each.section.start: each.fingerprint for each in incidents(text)}
    found = sections(text)
    for origin in origins(text):
        if resolved(origin.link.path, guide_path) != source_path:
            continue
        if isinstance(source.entry, Step) and source.entry.number:
            told = _NUMBER.search(origin.link.text)
            if (told is not None and int(told[1]) == source.entry.number) or (
                not told and _same_anchor(origin, source)
            ):
                return origin
            continue
        section = section_at(found, origin.line.start, above=1)
        code = codes.get(section.start, "") if section is not None else ""
        if _which_of(origin.link.text) in map(_which_of, (source.link_text("en"), source.link_text("zh"))):
            return origin
        if _same_anchor(origin, source) or (code and code == source.fingerprint):
            return origin
    return None


def _which_of(link_text: str) -> str:
    """The entry that a link's text names, behind the file's name."""
    return _BEHIND_FILE.split(link_text, maxsplit=1)[-1]


def _same_anchor(origin: Origin, source: Source) -> bool:
    return bool(source.anchor) and origin.link.fragment == source.anchor


def added(text: str, guide: Guide, source: Source, language: str) -> str:
    """The guide with the entry where it belongs."""
    body = body_of(guide, source, language)
    found = sections(text)
    if guide is Guide.SUMMARY:
        return _inserted(text, _summary_place(text, found), _marked(body, "entry"), is_item=True)
    known = next(
        (each for each in incidents(text) if source.fingerprint and each.fingerprint == source.fingerprint), None
    )
    if known is not None:
        return _also(text, known.section, source, language)
    title = title_of(source.entry, language)
    same = next((each for each in found if each.level > 1 and same_title(each.title, title)), None)
    if same is not None:
        return _inserted(text, same.end, _marked(body, "part"))
    level = _level(text, found)
    return _inserted(text, len(text), _marked([f"{'#' * level} {title}", "", *body], "entry"))


def _summary_place(text: str, found: Sequence[Section]) -> int:
    """Where a line goes: behind the last that was put there, or to the end of the findings or of the beginning."""
    section = findings_section(list(found))
    last = [each.line.end for each in origins(text) if each.form and _is_within(each.line, section)]
    if last:
        return last[-1]
    if section is not None:
        return section.end
    return next((each.start for each in found if each.level > 1), len(text))


def _is_within(line: Span, section: Section | None) -> bool:
    return section is None or section.start <= line.start < section.end


def _level(text: str, found: Sequence[Section]) -> int:
    """The level of the guide's entries: that of those that were put there, else of most of its sections."""
    put = [section_at(list(found), each.line.start, above=1) for each in origins(text) if each.form == "entry"]
    levels = [each.level for each in put if each is not None] or [each.level for each in found if each.level > 1]
    return Counter(levels).most_common(1)[0][0] if levels else 2


def _also(text: str, section: Section, source: Source, language: str) -> str:
    """One more place where a known error was seen."""
    before = [each for each in origins(text) if section.start <= each.line.start < section.end]
    line = [each for each in body_of(Guide.TROUBLESHOOTING, source, language) if each.strip()][-1]
    place = before[-1].line.end if before else section.end
    return _inserted(text, place, _marked([line], "also"), is_item=bool(before))


def updated(text: str, guide: Guide, source: Source, language: str, own: Origin) -> str:
    """The guide with the entry as the journal has it now, and with all that people wrote into it."""
    body = body_of(guide, source, language)
    source_line = [each for each in body if each.strip()][-1]
    if own.form == "also":
        return text[: own.line.start] + _marked([source_line], "also")[0] + text[own.line.end :]
    section = None if guide is Guide.SUMMARY else section_at(sections(text), own.line.start, above=1)
    if section is None:
        region, new = own.line, ([source_line] if guide is Guide.SUMMARY else body)
    else:
        region = Span(section.start, section.start + len(text[section.start : section.end].rstrip()))
        heading = [f"{'#' * section.level} {title_of(source.entry, language)}", ""]
        new = body if own.form == "part" else [*heading, *body]
    there = [line for line, _ in lines(region.of(text))]
    at = text.count("\n", region.start, own.line.start) if region is not own.line else 0
    # Without a marker nobody knows what is a person's: it is taken for what was put there.
    hashes = own.hashes if own.form else hashes_of(new)
    marker = _marker(own.form, new) if own.form else ""
    if not hashes or hash_of(there[at]) == hashes[-1]:
        final = source_line + marker
    else:  # a person wrote into this line: only the link follows
        final = MARKER.sub("", _relinked(there[at], own, source_line)) + marker
    there[at], new = source_line, [*new[: _last(new)], source_line]
    done = merged(there, [*hashes[:-1], hash_of(source_line)], new)
    done[done.index(source_line)] = final
    return text[: region.start] + _line_end(text).join(done) + text[region.end :]


def _relinked(line: str, own: Origin, source_line: str) -> str:
    """A line with its link as a new one has it."""
    new = list(links(source_line))[-1]
    return line[: own.link.span.start] + new.span.of(source_line) + line[own.link.span.end :]


def _last(written: Sequence[str]) -> int:
    """The number of the last line that is not blank."""
    return max(number for number, line in enumerate(written) if line.strip())


def _marked(written: list[str], form: str) -> list[str]:
    """The lines with the marker behind the last one, which says where they came from."""
    last = _last(written)
    marked = list(written)
    marked[last] += _marker(form, written)
    return marked


def _marker(form: str, written: Sequence[str]) -> str:
    return f" <!-- tflsp: {' '.join((form, *hashes_of(written)))} -->"


def _inserted(text: str, place: int, written: Sequence[str], *, is_item: bool = False) -> str:
    """The text with lines at a place, parted by an empty line from what is around them; items of one list are not."""
    end = _line_end(text)
    before = text[: _TRAILING.search(text, 0, place).start()]  # type: ignore[union-attr]
    last = before.rpartition("\n")[2].lstrip()
    apart = end if is_item and last.startswith(("- ", "* ", "+ ")) else end * 2
    block = (apart if before.strip("\ufeff") else "") + end.join(written)
    gap, after = text[len(before) : place], text[place:]
    if "\n" in gap or "\r" in gap or after[:1] in ("\n", "\r"):
        return before + block + gap + after
    return before + gap + block + (end * 2 if after else end) + after


def _line_end(text: str) -> str:
    """The line end of what is written: one at which headings are found again."""
    return "\r\n" if line_end(text) == "\r\n" else "\n"
