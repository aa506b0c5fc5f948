"""Where Python may be cut: between top-level statements, and between the members of a large class.

A small lexer keeps track of strings and brackets, so that an edit costs what the statement costs that it is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.documents.slices import Border
from tflsp.text.patterns import pattern

# Small neighbours are taken together up to this many code points: fewer chunks to place, more context for a reader.
SMALL = 400
# A statement larger than this (code points) is cut into its members: typing in one should not cost the analysis of all.
LARGE = 4_000
# The same of a class: what its methods do says little of one another.
LARGE_CLASS = 1_000

# What means nothing here, and the next thing that does.
_TOKEN = pattern(
    r"""[^\r\n'\"()\[\]{}\\#]*+(?:(?P<end>\r\n|\n|\r)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<triple>\"{3}|'{3})"""
    r"""|"(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*+"?|'(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*+'?|\#[^\r\n]*+"""
    r"""|\\(?:\r\n|[\s\S])?|\Z)"""
)
_TRIPLE_END = {
    '"""': pattern(r'(?:[^"\\]|\\[\s\S]|"(?!""))*+"""'),
    "'''": pattern(r"(?:[^'\\]|\\[\s\S]|'(?!''))*+'''"),
}
# A line that is complete by itself; most lines are.
_STRING = r"""\"(?:[^\"\\\r\n]|\\.)*+\"(?!\")|'(?:[^'\\\r\n]|\\.)*+'(?!')"""
_PLAIN = r"""[^\r\n'\"()\[\]{}\\#]++"""
_FLAT = rf"[(\[{{](?:{_PLAIN}|{_STRING})*+[)\]}}]"
_WHOLE_LINE = pattern(rf"(?:{_PLAIN}|{_STRING}|{_FLAT})*+(?:#[^\r\n]*+)?(?:\r\n|\n|\r|\Z)")
_FIRST = pattern(r"([ \t\f]*)([^\s#])?")
_GOES_ON = pattern(r"(?:else|elif|except|finally)\b")
_WORD = len("finally") + 1  # more of a line does not say whether it begins a statement
_MEMBER = pattern(r"(?:def|class|async[ \t]+def)\b|@")
# What begins a statement for sure: a bracket that is still open before it was not closed yet.
_SURE = pattern(r"(?:def|class|import|async[ \t]+def)[ \t]|from[ \t]+[\w.]+[ \t]+import\b|@\w|if[ \t]+__name__\b")


def borders(text: str, start: int = 0) -> Iterator[Border]:
    """The borders behind ``start``, which is one itself. Comments before a statement go with it."""
    last = start  # the last border
    statement = gap = at = start  # where the statement and what may stand before the next one begin
    begun = False
    head = start  # the end of the statement's first word
    body: str | None = None  # the indentation of the statement's body
    members: list[int] = []
    decorated = False
    large = LARGE
    while at < len(text):
        line, at = at, end_of_statement(text, at, _SURE)
        first = _FIRST.match(text, line)
        if first is None or not first[2]:
            if first is not None and first[1] and text.startswith("#", first.end()):
                gap = at  # an indented comment belongs to what is above it
            continue
        indent, content = first[1], first.start(2)
        if indent:
            body = body or indent
            if indent == body:
                if (is_member := _MEMBER.match(text, content) is not None) and not decorated:
                    members.append(content)
                decorated = is_member and text[content] == "@"
        elif begun and (decorated or _GOES_ON.match(text, content)):
            decorated = text[content] == "@"
        else:
            if begun:
                for border in _cut(statement, head, gap, last, members, large):
                    last = border.at
                    yield border
                statement = gap
            large = LARGE_CLASS if text.startswith("class", content) else LARGE
            begun, head, body, members, decorated = True, content + _WORD, None, [], text[content] == "@"
        gap = at
    if begun:
        yield from _cut(statement, head, len(text), last, members, large)


def _cut(start: int, head: int, end: int, last: int, members: list[int], large: int) -> Iterator[Border]:
    """The borders that a statement gives: before it, and in it where it is large."""
    if start > last and (end - start > SMALL or start - last > SMALL):
        yield Border(start, head if start - last > SMALL else end)
        last = start
    if end - start > large:
        for member in members:
            if member - last > SMALL:
                yield Border(member, end, is_clean=False)
                last = member


def end_of_statement(text: str, at: int, stop: re.Pattern[str]) -> int:
    """Where the logical line that begins at ``at`` ends, its line end included.

    Inside of an open bracket it ends before a line that ``stop`` matches.
    """
    if whole := _WHOLE_LINE.match(text, at):
        return whole.end()
    depth = 0
    while at < len(text) and (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        if token["end"]:
            if not depth or stop.match(text, at):
                return at
        elif token["open"]:
            depth += 1
        elif token["close"]:
            depth = max(depth - 1, 0)
        elif token["triple"]:
            closing = _TRIPLE_END[token["triple"]].match(text, at)
            if closing is None:
                break
            at = closing.end()
    return len(text)
