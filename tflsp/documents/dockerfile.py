"""Dockerfiles as instructions with places: directives, continuations, comments in between, heredocs.

A reader of lines, as BuildKit's own is (frontend/dockerfile/parser): both tree-sitter grammars on PyPI lose a file to
one half-typed line, and know neither ``# escape`` nor blank lines inside of a continuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.dataclass import dataclass, field
from tflsp.text import LineIndex, Span, SpanMap
from tflsp.text.patterns import pattern

_DIRECTIVE = pattern(r"[ \t]*#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(.+?)[ \t]*")
_COMMENT = pattern(r"[ \t]*#")
_KEYWORD = pattern(r"[ \t\f\v]*([^\s]+)[ \t]*")
_FLAG = pattern(r"--([A-Za-z][A-Za-z0-9-]*)(?:=((?:[^\s\\\"']|\\.|\"[^\"]*\"|'[^']*')*))?(?=\s|\Z)\s*")
_HEREDOC = pattern(r"(?<!<)([0-9]*)<<(-?)(?:\"([^\s\"<>]+)\"|'([^\s'<>]+)'|([A-Za-z_][^\s<>;|&()'\"]*))")
_WITH_HEREDOCS = ("RUN", "COPY", "ADD")


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A heredoc's delimiter and the lines before its end."""

    name: str
    body: Span


@dataclass(frozen=True, slots=True)
class Flag:
    """``--name=value`` between keyword and arguments; spans are in the instruction's ``text``."""

    name: str
    value: str | None
    span: Span
    value_span: Span | None


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction. ``text`` is what follows the keyword and the flags, with continuations and comments taken out.

    ``map`` leads from ``text`` to the file. ``shell`` is the same with continuations left in, for a shell to read, and
    ``shell_map`` its map; they hold the heredocs too. ``span`` covers the whole instruction without its line end.
    """

    keyword: str
    keyword_span: Span
    text: str
    map: SpanMap
    shell: str
    shell_map: SpanMap
    span: Span
    flags: tuple[Flag, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()
    on_build: bool = False


@dataclass(slots=True)
class Dockerfile:
    """A file's directives (``syntax``, ``escape``, ``check``) and instructions, in order."""

    directives: dict[str, tuple[str, Span]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def parse_dockerfile(text: str) -> Dockerfile:
    """Take a Dockerfile apart. Any text gives a result."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.index = LineIndex(text)
        self.escape = "\\"

    def parse(self) -> Dockerfile:
        found = Dockerfile()
        number = self._directives(found)
        while number < self.index.line_count:
            line = self.index.line_text(number)
            if not line.strip() or _COMMENT.match(line):
                number += 1
                continue
            instruction, number = self._instruction(number)
            found.lines.append(instruction)
        return found

    def _directives(self, found: Dockerfile) -> int:
        """Directives stand above everything else, each at most once; gives the first line that is none."""
        number = 0
        while number < self.index.line_count:
            span = self.index.line_span(number)
            line = span.of(self.text).removeprefix("\ufeff")
            directive = _DIRECTIVE.fullmatch(line)
            if directive is None or directive[1].lower() not in ("syntax", "escape", "check"):
                break
            offset = span.end - len(line)
            place = Span(offset + directive.start(2), offset + directive.end(2))
            found.directives.setdefault(directive[1].lower(), (directive[2], place))
            number += 1
        if found.directives.get("escape", ("\\", None))[0] == "`":
            self.escape = "`"
        return number

    def _instruction(self, number: int) -> tuple[Line, int]:
        """The instruction that begins at a line, and the number of the line behind it."""
        slices, shell, number = self._lines(number)
        text = "".join(span.of(self.text) for span in slices)
        places = SpanMap.of_slices(slices)
        keyword = _KEYWORD.match(text)
        begin = keyword.end() if keyword else 0
        name = keyword[1] if keyword else ""
        heredocs: list[Heredoc] = []
        on_build = name.upper() == "ONBUILD"
        if on_build and (inner := _KEYWORD.match(text, begin)):
            keyword, begin, name = inner, inner.end(), inner[1]
        flags = tuple(_flags(text, begin))
        begin = flags[-1].span.end if flags else begin
        while begin < len(text) and text[begin].isspace():
            begin += 1
        end = len(text.rstrip())
        begin = min(begin, end)
        if name.upper() in _WITH_HEREDOCS:
            heredocs, number = self._heredocs(text[begin:end], number)
        flags = tuple(_within(flag, places) for flag in flags)
        arguments = _cut(places, begin, end)
        start = places.start(begin) if end > begin else places.end(end)
        script = [*_behind(shell, start), *self._bodies(heredocs)]
        last = self.index.line_span(number - 1).end if heredocs else places.end(end)
        line = Line(
            keyword=name.upper(),
            keyword_span=places.span(Span(*keyword.span(1))) if keyword else places.span(Span(0, 0)),
            text=text[begin:end],
            map=arguments,
            shell="".join(span.of(self.text) for span in script),
            shell_map=SpanMap.of_slices(script) if script else SpanMap.at(start, 0),
            span=Span(places.start(keyword.start(1) if keyword else 0), last),
            flags=flags,
            heredocs=tuple(heredocs),
            on_build=on_build,
        )
        return line, number

    def _lines(self, number: int) -> tuple[list[Span], list[Span], int]:
        """The slices of one logical line: without and with its continuations; and the number of the line behind."""
        slices: list[Span] = []
        shell: list[Span] = []
        goes_on = True
        while goes_on and number < self.index.line_count:
            span = self.index.line_span(number)
            if self.text.startswith("\ufeff", span.start):
                span = Span(span.start + 1, span.end)
            line = span.of(self.text)
            number += 1
            if slices and (not line.strip() or _COMMENT.match(line)):
                continue
            content = line.rstrip(" \t")
            goes_on = content.endswith(self.escape) and not content[:-1].endswith(self.escape)
            end = span.start + len(content) - 1 if goes_on else span.end
            slices.append(Span(span.start, end))
            shell.append(Span(span.start, end))
            if goes_on and self.escape == "\\":
                shell[-1] = Span(span.start, end + 1)
                shell.append(self._line_end(number - 1))
        if shell and goes_on and len(shell) > 1 and self.escape == "\\":
            # Nothing follows the last continuation.
            shell = [*shell[:-2], Span(shell[-2].start, max(shell[-2].start, shell[-2].end - 1))]
        return slices, [span for span in shell if len(span)], number

    def _line_end(self, number: int) -> Span:
        return Span(self.index.line_span(number).end, self.index.line_span(number, with_end=True).end)

    def _heredocs(self, arguments: str, number: int) -> tuple[list[Heredoc], int]:
        """The heredocs that a line announces, whose bodies begin at the next one."""
        found: list[Heredoc] = []
        for match in _HEREDOC.finditer(_without_quotes(arguments)):
            name = match[3] or match[4] or match[5]
            start = self.index.line_span(number).start
            while number < self.index.line_count:
                line = self.index.line_text(number)
                if (line.lstrip("\t") if match[2] else line) == name:
                    break
                number += 1
            found.append(Heredoc(name, Span(start, self.index.line_span(number).start)))
            number += 1
        return found, number

    def _bodies(self, heredocs: list[Heredoc]) -> Iterator[Span]:
        """The heredocs with their last lines, and the line end before them, as a shell reads them."""
        for heredoc in heredocs:
            line = self.index.line_of(heredoc.body.start)
            if heredoc is heredocs[0] and line > 0:
                yield self._line_end(line - 1)
            yield Span(
                heredoc.body.start, self.index.line_span(self.index.line_of(heredoc.body.end), with_end=True).end
            )


def _flags(text: str, at: int) -> Iterator[Flag]:
    """The flags before the arguments, in places of ``text``."""
    while found := _FLAG.match(text, at):
        value = found[2]
        end = found.end(2) if value is not None else found.end(1)
        yield Flag(
            found[1].lower(), value, Span(found.start(), end), Span(*found.span(2)) if value is not None else None
        )
        at = found.end()


def _within(flag: Flag, places: SpanMap) -> Flag:
    """A flag with its places in the file."""
    value = places.span(flag.value_span) if flag.value_span else None
    return Flag(flag.name, flag.value, places.span(flag.span), value)


def _cut(places: SpanMap, begin: int, end: int) -> SpanMap:
    return SpanMap.at(begin, end - begin).within(places)


def _behind(slices: list[Span], start: int) -> Iterator[Span]:
    """What of the slices stands at ``start`` or behind it."""
    for span in slices:
        if span.end > start:
            yield Span(max(span.start, start), span.end)


def _without_quotes(text: str) -> str:
    """The text with quoted strings blanked, so that ``<<`` in them is none; a heredoc's quoted name is left."""
    return re.sub(r"(?<!<<)(?<!<<-)(\"(?:[^\"\\]|\\.)*\"|'[^']*')", lambda found: " " * len(found.group()), text)
