"""The fields of an entry from its text: labels, headings of its own, lists, quotes.

A label holds what follows it: an item of a list to the item's end, any other up to the next label or heading.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Kind, Passage, Step
from tflsp.facts.journal_escapes import unescaped
from tflsp.facts.journal_lines import change_in, is_comment, lines
from tflsp.facts.journal_words import COLON, Heading, bold_field, field_heading, label
from tflsp.text.patterns import pattern

_ITEM = pattern(r"\A[ \t]*(?:\d+[.)](?:[ \t]+|\Z)|\d+、[ \t]*|[-*+](?:[ \t]+|\Z))(?P<text>.*)\Z")
_NUMBERED = pattern(r"\A(?:\d+[.)][ \t]+|\d+、[ \t]*)(?P<text>.*)\Z")
_TITLE = pattern(r"\A#{1,6}(?:[ \t]+(?P<title>.*?)(?:[ \t]+#+)?)?[ \t]*\Z")
_QUOTE = pattern(r"\A> ?")
_FENCE = pattern(r"\A {0,3}(?P<mark>`{3,}|~{3,})")
_OLD_NAME = pattern(r"\A(?:原(?:来的|始)?|旧的?|old[ ]|previous[ ]|original[ ])(?=\S)", re.IGNORECASE)
_NEW_NAME = pattern(rf"\A(?:新的?|new[ ])[^:：]{{1,120}}{COLON}[ \t]*", re.IGNORECASE)
_CODE = pattern(r"\A`([^`]+)`\Z")
_STRONG = pattern(r"\A\*\*([^*]+)\*\*\Z")
# How a value that is not there is written.
NOTHING = {"en": "(none)", "zh": "（无）"}
_NOTHING = frozenset((*NOTHING.values(), "(无)", "（none）", "-", "—"))
# Fields that hold one line, or an item of a list, wherever they stand.
_SHORT = frozenset({"criterion", "optimizer", "result", "when", "environment", "best", "goal_met", "next", "guide"})
_YES = ("yes", "是", "已达成", "达成", "met", "reached", "true", "✅")
_NO = ("no", "否", "未达成", "没有", "not", "false", "❌", "未")


class _Fields:
    """The lines of each field, while an entry is read."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.lines: dict[str, list[str]] = {"": []}
        self.changes: list[Change] = []
        self.current = ""
        self.is_short = False
        self.gap = 0  # blank lines since the last line of a short field

    def begin(self, field: str, value: str, *, is_short: bool) -> None:
        self.current, self.is_short, self.gap = field, is_short, 0
        self.lines.setdefault(field, []).append(value)

    def add(self, line: str) -> None:
        if self.is_short and self.current:
            if not line.strip():
                self.gap += 1
                return
            if line.startswith("  "):
                self.lines[self.current] += [""] * self.gap
                line = line[2:]
            elif self.gap:
                # An item or one-line field has ended: what follows is the entry's own text.
                self.current, self.is_short = "", False
            self.gap = 0
        self.lines[self.current].append(line)

    def text(self, field: str) -> str:
        """A field's text; comments alone are a template's hints, not a text."""
        text = "\n".join(self.lines.get(field, ())).strip()
        return "" if is_comment(text) else unescaped(text, self.kind)


def entry_of(head: Heading, body: str) -> Entry:
    """The entry that a heading and the text below it are."""
    if head.kind in (Kind.METHOD, Kind.RESULT):
        return Passage("\n".join(filter(None, (head.title, _passage(body)))))
    fields = _read(head, body)
    match head.kind:
        case Kind.STEP:
            return Step(
                head.number,
                head.title,
                fields.text(""),
                fields.text("when"),
                tuple(fields.changes),
                fields.text("optimizer"),
                fields.text("result"),
                fields.text("environment"),
                fields.text("analysis"),
            )
        case Kind.ERROR:
            # What is neither the message nor in a field says something about the error.
            fields.lines["analysis"] = [*fields.lines[""], *fields.lines.get("analysis", ())]
            texts = (fields.text(name) for name in ("when", "environment", "analysis", "solution", "advice"))
            return ErrorLog(head.title, _shown(fields.lines.get("message", [])), *texts)
        case Kind.CONCLUSION:
            return Conclusion(
                fields.text(""), fields.text("best"), _agreed(fields.text("goal_met")), fields.text("next")
            )
        case _:
            return Goal(fields.text(""), _hypotheses(fields), fields.text("criterion"))


def fields_of(head: Heading, text: str) -> set[str]:
    """The names of the fields that an entry's text fills in; ``changes`` is one of them."""
    if head.kind in (Kind.METHOD, Kind.RESULT):
        return set()
    fields = _read(head, text)
    found = {name for name in fields.lines if name and fields.text(name)}
    return found | {"changes"} if fields.changes else found


def first_field(kind: Kind, text: str) -> str | None:
    """The field that a text begins with; None where it begins with anything else."""
    line = next((line.lstrip() for line, _ in lines(text) if line.strip()), "")
    if line.startswith("#") and (title := _TITLE.match(line)) is not None:
        named = field_heading(title["title"] or "", kind)
    else:
        named = label(line, kind) or bold_field(line, kind)
    if named is not None:
        return named.field
    return "changes" if kind is Kind.STEP and change_in(line) is not None else None


def _passage(body: str) -> str:
    text = body.strip()
    return "" if is_comment(text) else unescaped(text, Kind.METHOD)


def _read(head: Heading, body: str) -> _Fields:
    fields = _Fields(head.kind)
    if head.title and head.kind in (Kind.GOAL, Kind.CONCLUSION):
        fields.add(head.title)
    taken = _message(body) if head.kind is Kind.ERROR else range(0)
    for number, (line, is_shown) in enumerate(lines(body)):
        if number in taken:
            fields.lines.setdefault("message", []).append(line)
        elif is_shown or not _structure(fields, line):
            fields.add(line)
    return fields


def _message(body: str) -> range:
    """The lines of an error's first quote or fence, where one stands before its fields."""
    known = list(lines(body))
    for number, (line, is_shown) in enumerate(known):
        following = range(number + 1, len(known))
        if is_shown and (mark := _FENCE.match(line)):
            end = next((at for at in following if _closes(known[at][0], mark["mark"])), len(known) - 1)
            return range(number, end + 1)
        if not is_shown and line.startswith(">"):
            return range(number, next((at for at in following if not known[at][0].startswith(">")), len(known)))
        if not is_shown and (label(line, Kind.ERROR) or line.startswith("#")):
            break
    return range(0)


def _closes(line: str, mark: str) -> bool:
    return line.strip().startswith(mark) and not line.strip().strip(mark[0])


def _shown(message: list[str]) -> str:
    """A message without its quote's or fence's marks."""
    if not message or message[0].startswith(">"):
        return "\n".join(_QUOTE.sub("", line) for line in message).strip()
    mark = _FENCE.match(message[0])
    end = len(message) - 1 if mark and len(message) > 1 and _closes(message[-1], mark["mark"]) else len(message)
    return "\n".join(message[1:end]).strip()


def _structure(fields: _Fields, line: str) -> bool:
    """Whether a line begins a field or tells a change, and is done with."""
    told = _told(line, fields.kind)
    if told is not None and told.change is not None:
        fields.changes.append(told.change)
        if not line[:1].isspace():
            fields.current, fields.is_short = "", False
        return True
    if told is not None:
        fields.begin(told.field, told.value, is_short=told.is_short)
        return True
    if fields.kind is not Kind.GOAL or fields.current == "hypotheses" or line[:1].isspace():
        return False
    numbered = _NUMBERED.match(line)
    if numbered is not None:
        fields.lines.setdefault("numbered", []).append(numbered["text"])
    return numbered is not None


class _Told(NamedTuple):
    """A field that a line begins, or a change that it tells."""

    field: str = ""
    value: str = ""
    is_short: bool = False
    change: Change | None = None


# The lines of an entry that is typed in are the same after each key, but for one.
@lru_cache(maxsize=512)
def _told(line: str, kind: Kind) -> _Told | None:
    """What a line begins or tells, wherever it stands."""
    if line[:1].isspace():
        item = line.lstrip(" \t")
        # An item of a list within another; other indented lines are text.
        return _labelled(item, kind, is_short=True) if _ITEM.match(item) is not None else None
    if line.startswith("#"):
        title = _TITLE.match(line)
        found = field_heading(title["title"] or "", kind) if title else None
    else:
        found = bold_field(line, kind)
    if found is not None:
        return _Told(found.field, found.value)
    return _labelled(line, kind) if not line.startswith("#") else None


def _labelled(line: str, kind: Kind, *, is_short: bool = False) -> _Told | None:
    change = change_in(line) if kind is Kind.STEP else None
    found = label(line, kind)
    if found is not None and not (change is not None and found.field == "optimizer"):
        return _Told(found.field, found.value, is_short or found.is_item or found.field in _SHORT)
    return _Told(change=_change(change)) if change is not None else None


def _change(found: re.Match[str]) -> Change:
    name, new = found["name"].strip(), found["new"].strip()
    if strong := _STRONG.match(name):
        name = strong[1].strip()
    if (old_name := _OLD_NAME.match(name)) and (new_name := _NEW_NAME.match(new)):
        name, new = name[old_name.end() :], new[new_name.end() :]
    elif code := _CODE.match(name):
        # A name that is a label as well keeps its quotes, and so stays a name.
        name = name if label(f"{code[1]}:", Kind.STEP) else code[1]
    return Change(name, value_of(found["old"]), value_of(new))


def value_of(written: str) -> str:
    """A value without the quotes of code; nothing where it says that there was none."""
    written = written.strip()
    if code := _CODE.match(written):
        written = code[1].strip()
    return "" if written in _NOTHING else written


def _hypotheses(fields: _Fields) -> tuple[str, ...]:
    found: list[str] = []
    for line in fields.lines.get("hypotheses", ()):
        item = _ITEM.match(line)
        text = (item["text"] if item else line).strip()
        if not text or is_comment(text):
            continue
        if item is not None or not found or not line[:1].isspace():
            found.append(text)
        else:
            found[-1] += " " + text
    found += (text.strip() for text in fields.lines.get("numbered", ()) if text.strip())
    return tuple(hypothesis(unescaped(text, Kind.GOAL)) for text in found)


def hypothesis(text: str) -> str:
    """A hypothesis without the mark that parts it from the next."""
    return text.rstrip("；; ")


def _agreed(text: str) -> bool | None:
    text = text.strip().lower()
    if text.startswith(_NO):
        return False
    return True if text.startswith(_YES) else None
