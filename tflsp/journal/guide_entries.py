"""A step or an error as the lines of a guide, in the guide's language, without the heading and the marker. Pure."""

from __future__ import annotations

from typing import Final

from tflsp.dataclass import dataclass, replace
from tflsp.facts.journal_entries import Change, ErrorLog, Kind, Step
from tflsp.facts.journal_escapes import escaped
from tflsp.facts.journal_lines import block, inline
from tflsp.facts.journal_words import without_mark
from tflsp.journal.guides import Guide
from tflsp.journal.link_paths import destination, link_text, seen_from
from tflsp.journal.templates import render_own, value_shown
from tflsp.text.patterns import pattern

# Of a message a guide shows the beginning: the whole stands where the entry links to.
_MOST_LINES: Final = 8
_LONGEST_LINE: Final = 400
_SENTENCE: Final = pattern(r"[^\n]*?(?:[。！？]|[.!?](?=\s|\Z))")
_ITEM: Final = pattern(r"\A[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?P<text>.*\S)")
_WORDS: Final = {
    "en": {"step": "step #{}", "any": "step", "error": "error", "changes": ", ", "colon": ": "},
    "zh": {"step": "步骤 #{}", "any": "步骤", "error": "错误", "changes": "，", "colon": "："},
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry stands: a file (path from the guide), its heading's anchor where it has one."""

    path: str
    anchor: str
    entry: Step | ErrorLog
    fingerprint: str = ""

    def link_text(self, language: str) -> str:
        """What the link to it shows: the file's name, and which entry."""
        words = _WORDS[language]
        match self.entry:
            case Step(number=number, title=title):
                which = words["step"].format(number) if number else inline(title) or words["any"]
            case ErrorLog(title=title):
                which = inline(title) or words["error"]
        return link_text(f"{self.path.rpartition('/')[2]}{', ' if language == 'en' else '，'}{which}")

    def link(self, language: str) -> str:
        return f"[{self.link_text(language)}]({destination(self.path, self.anchor)})"


def title_of(entry: Step | ErrorLog, language: str) -> str:
    """The heading that an entry gets in a guide."""
    words = _WORDS[language]
    match entry:
        case Step():
            numbered = words["step"].format(entry.number) if entry.number else words["any"]
            return inline(entry.title) or _changes(entry.changes, language) or numbered
        case ErrorLog():
            first = without_mark(entry.message.split("\n", 1)[0])
            return inline(entry.title) or inline(first)[:80] or words["error"]


def body_of(guide: Guide, source: Source, language: str) -> list[str]:
    """The lines of an entry in a guide, below its heading; of a summary the one line that it is."""
    source = replace(source, entry=_seen_from(source.entry, source.path))
    entry, fields = source.entry, _fields(source, language)
    if guide is Guide.SUMMARY:
        fields["title"] = _strong(entry, language)
        fields["result"] = _one_line(entry.result if isinstance(entry, Step) else "")
        text = entry.analysis if isinstance(entry, Step) else entry.solution or entry.analysis
        fields["text"] = _first_sentence(text, language)
    return render_own(f"guide-{guide}", language, fields).rstrip("\n").split("\n")


def _seen_from(entry: Step | ErrorLog, path: str) -> Step | ErrorLog:
    """An entry whose texts link to the same files from the guide as they do from their own file."""
    names = ("notes", "result", "analysis") if isinstance(entry, Step) else ("analysis", "solution", "advice")
    texts = {name: getattr(entry, name) for name in names}
    moved = {name: seen_from(text, path) for name, text in texts.items() if "](" in text or "]:" in text}
    return replace(entry, **moved) if moved else entry


def _fields(source: Source, language: str) -> dict[str, object]:
    """What the templates may show; texts fit for a section of Markdown."""
    entry = source.entry
    fields: dict[str, object] = {"fingerprint": source.fingerprint, "source": source.link(language), "changes": ()}
    match entry:
        case Step():
            changes = "\n".join(f"- {_change(each, language)}" for each in entry.changes)
            remedy = "\n\n".join(filter(None, (_fit(entry.notes), changes, _fit(entry.result))))
            return fields | {
                "message": "",
                "text": "\n\n".join(filter(None, (_fit(entry.notes), _fit(entry.analysis)))),
                "changes": entry.changes,
                "result": _fit(entry.result),
                "environment": _fit(entry.environment),
                "cause": _fit(entry.analysis),
                "remedy": remedy,
                "advice": "",
            }
        case ErrorLog():
            return fields | {
                "message": _beginning(entry.message),
                "text": _fit(entry.advice or entry.solution or entry.analysis),
                "result": "",
                "environment": _fit(entry.environment),
                "cause": _fit(entry.analysis),
                "remedy": _fit(entry.solution),
                "advice": _fit(entry.advice),
            }


def _fit(text: str) -> str:
    return escaped(block(text), Kind.ERROR)


def _strong(entry: Step | ErrorLog, language: str) -> str:
    """The title in strong letters, and what was changed where the title is another."""
    title = title_of(entry, language)
    changed = _changes(entry.changes, language) if isinstance(entry, Step) else ""
    strong = f"**{title.replace('*', '')}**"
    if not changed or changed == title:
        return strong
    return f"{strong}（{changed}）" if language == "zh" else f"{strong} ({changed})"


def _changes(changes: tuple[Change, ...], language: str) -> str:
    return _WORDS[language]["changes"].join(_change(each, language) for each in changes[:3])


def _change(change: Change, language: str) -> str:
    old, new = value_shown(change.old, language), value_shown(change.new, language)
    return f"{change.name}{_WORDS[language]['colon']}{old} → {new}"


def _one_line(text: str) -> str:
    line = inline(block(text).split("```", 1)[0])
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def _first_sentence(text: str, language: str) -> str:
    """What a text begins with: a sentence, or the items of a list."""
    first = block(text).split("\n\n", 1)[0]
    items = [found["text"] for each in first.split("\n") if (found := _ITEM.match(each))]
    if items:
        return _one_line(("；" if language == "zh" else "; ").join(items))
    line = _one_line(first)
    found = _SENTENCE.match(line)
    return found.group() if found else line


def _beginning(message: str) -> str:
    lines = message.split("\n")
    kept = [line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…" for line in lines[:_MOST_LINES]]
    return "\n".join([*kept, "…"] if len(lines) > _MOST_LINES else kept).rstrip()
