"""TFL207: a command that a shell takes apart otherwise than its author meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.documents.words import Word
from tflsp.facts.commands import Command
from tflsp.facts.flattened import FlattenedCommand
from tflsp.rules.base import Context, Edit, Fix, Match, Safety, Severity, match, rule
from tflsp.text import Span
from tflsp.text.patterns import pattern

_BLANKS = pattern(r"[ \t]+")
_SMART = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "＂": '"'}
_SMART_QUOTE = pattern("[" + "".join(_SMART) + "]")
_DASH = pattern(r"[–—−－](?P<more>[–—−－-]?)(?P<name>[A-Za-z][A-Za-z-]*)")
# Programs whose arguments are no prose, so that a typographic character in them is a mistake.
_PROGRAMS = (
    "docker podman nerdctl nvidia-docker docker-compose pip pip3 conda mamba apt apt-get python python3 jupyter ssh "
    "scp curl wget git sed tensorboard nvidia-smi kubectl"
)
_LITERAL_PROGRAMS = frozenset(_PROGRAMS.split(" "))
_SCRIPT = pattern(r"s(?P<mark>[/|#,])")


@rule("TFL207", "broken-continuation", severity=Severity.ERROR)
def check(command: Command | FlattenedCommand, context: Context) -> Iterator[Match]:
    """Judge commands for shells, and those that a paragraph has flattened."""
    if isinstance(command, FlattenedCommand):
        yield _flattened(command)
        return
    if command.region.language == "shell" and not command.region.within("dockerfile"):
        yield from _continuations(command)
    if not command.region.text.isascii() and command.name in _LITERAL_PROGRAMS:
        yield from _characters(command)
    if command.name == "sed":
        yield from _sed(command)


def _continuations(command: Command) -> Iterator[Match]:
    """Backslashes that do not end their line: one match for all of a command."""
    if not command.broken_continuations:
        return
    text = command.region.text
    joined: list[Span] = []
    trailing: list[Span] = []
    for place in command.broken_continuations:
        blanks = _BLANKS.match(text, place.end)
        end = blanks.end() if blanks else place.end
        if text[end : end + 1] in ("\n", "\r"):
            trailing.append(Span(place.start, end))
        elif end < len(text):
            joined.append(Span(place.start, end))
    # A blank in a path is escaped just so; only a flag behind it shows that a line ended here.
    if not any(text.startswith("-", place.end) for place in joined):
        joined = []
    if joined:
        fix = Fix(tuple(Edit(place, "\\\n  ") for place in joined), Safety.SAFE)
        first = Span(joined[0].start, joined[0].start + 1)
        yield match(command, first, message="message", fixes=[fix], program=command.name)
    if trailing:
        fix = Fix(tuple(Edit(Span(place.start + 1, place.end), "") for place in trailing), Safety.SAFE, "fix.trailing")
        yield match(command, trailing[0], message="message.trailing", fixes=[fix], program=command.name)


def _characters(command: Command) -> Iterator[Match]:
    for word in command.words[1:]:
        yield from _dashes(command, word)
    quotes = [
        Span(word.span.start + found.start(), word.span.start + found.end())
        for word in command.words[1:]
        if not word.raw.startswith(("'", '"'))
        for found in _SMART_QUOTE.finditer(word.raw)
    ]
    if quotes:
        text = command.region.text
        fix = Fix(tuple(Edit(place, _SMART[place.of(text)]) for place in quotes), Safety.SAFE, "fix.quote")
        yield match(command, quotes[0], message="message.quote", fixes=[fix], quote=quotes[0].of(text))


def _dashes(command: Command, word: Word) -> Iterator[Match]:
    found = _DASH.match(word.raw)
    if found is None:
        return
    dashes = "-" if len(found["name"]) == 1 else "--"
    span = Span(word.span.start, word.span.start + found.start("name"))
    fix = Fix((Edit(span, dashes),), Safety.SAFE, "fix.dash", {"option": dashes + found["name"]})
    yield match(command, span, message="message.dash", fixes=[fix], dash=word.raw[0], option=dashes + found["name"])


def _sed(command: Command) -> Iterator[Match]:
    """``s/a b/c/`` without quotes: the shell gives sed a part of it."""
    words = command.words
    for index, word in enumerate(words):
        found = _SCRIPT.match(word.raw)
        if found is None or word.quoted or word.raw.count(found["mark"]) >= 3:
            continue
        marks = 0
        for last in words[index:]:
            marks += last.raw.count(found["mark"])
            if marks >= 3:
                break
        span = Span(word.span.start, last.span.end)
        script = span.of(command.region.text)
        if marks == 3 and not set(script) & set("'\"\n"):
            fix = Fix((Edit(span, f"'{script}'"),), Safety.SAFE, "fix.sed")
            yield match(command, span, message="message.sed", fixes=[fix])
        return


def _flattened(command: FlattenedCommand) -> Match:
    text = command.region.text
    if command.script is not None:
        fix = Fix((Edit(command.script, f"'{command.script.of(text)}'"),), Safety.SAFE, "fix.sed")
        return match(command, command.script, message="message.sed", fixes=[fix])
    lines = tuple(Edit(place, "\\\n  ") for place in command.breaks)
    start, end = command.span.start, command.span.end
    if command.region.language == "text":
        fixes = [Fix(lines, Safety.SAFE)]
    else:
        alone = _is_a_line(text, command.span)
        before, after = ("```bash\n", "\n```") if alone else ("\n\n```bash\n", "\n```\n\n")
        edits = (Edit(Span(start, start), before), *lines, Edit(Span(end, end), after))
        fixes = [Fix(edits, Safety.UNSAFE, "fix.fence")] if _can_be_fenced(text, start) else []
    return match(command, command.span, message="message.paragraph", fixes=fixes, program=command.program)


def _is_a_line(text: str, span: Span) -> bool:
    before = text[max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1 : span.start]
    return not before and text[span.end : span.end + 1] in ("", "\n", "\r")


def _can_be_fenced(text: str, start: int) -> bool:
    """Quotes, lists and tables have prefixes that new lines would lack; inline code would break a fence."""
    line = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]
    return not re.match(r"[ \t]*(?:[>|*+-]|\d+[.)])|[ \t]{4}", line) and "`" not in line
