"""Where a fence of shell commands may be cut further while somebody types in it: before its statements.

Each part reads as a fence of its own. Only what is plain is cut: where a line could mean something to another one (an
assignment, a loop, an open quote, a heredoc, a mark of a mistake), the fence stays one chunk.
"""

from __future__ import annotations

from collections.abc import Mapping

from tflsp.documents.console import has_prompts
from tflsp.documents.document import Chunk, ChunkKey
from tflsp.documents.example_marks import says_bad
from tflsp.documents.fences import LANGUAGES, Fence
from tflsp.documents.region import ABOVE
from tflsp.text import VERBATIM, SpanMap
from tflsp.text.maps import Segment
from tflsp.text.patterns import pattern

_FENCE = pattern(r"(?P<opening>(?P<mark>`{3,}|~{3,})[^\n`{]*\n)(?P<body>(?:[^\n]*\n)+?)(?P=mark)[ \t]*\n?\Z")
# Blank lines and comments, which go with what follows.
_HEAD = pattern(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_EXPANSION = r"\$(?:\w+|\{\w+\}|\([^()'\"`\n\\$#]*\))"
# One command line with its continuations, in which every quote and parenthesis is closed.
_STATEMENT = pattern(
    r"[ \t]*[a-z./~][\w./~+-]*(?=[ \t\n])"
    rf"(?:[^'\"\\`$(){{}}<#\n]|\\[^ \t]|'[^'\n]*'|\"(?:[^\"\\`$\n]|\\[^\s]|{_EXPANSION})*\"|{_EXPANSION}|<(?![<(])"
    r"|(?<=\S)#|(?<=\s)#[^\n]*)*\n"
)
# What changes how later lines are read, where a command begins.
_LASTING = pattern(
    r"(?:\A|[;&|!])\s*(?:\w+(?:\[[^\]\n]*\])?\+?=|\[\[|\.[ \t]|(?:if|then|elif|else|fi|for|select|while|until|do|done"
    r"|case|esac|function|time|coproc|export|declare|typeset|local|readonly|read|unset|mapfile|readarray|alias|unalias|set"
    r"|shopt|eval|source|exec|trap)(?![\w./-]))"
)


def parts_of(chunk: Chunk, before: Mapping[ChunkKey, Chunk]) -> tuple[Chunk, ...]:
    """The statements of a chunk that is a fence of shell, each as a chunk; none where it is not to be cut.

    ``before`` are parts that were made earlier: what has only moved since keeps its map.
    """
    key = chunk.key
    if key.language != "markdown" or not key.text.startswith(("```", "~~~")) or chunk.codec is not VERBATIM:
        return ()
    found = _FENCE.match(key.text)
    if found is None or not chunk.map.is_plain or "\r" in key.text or any(name != ABOVE for name, _ in key.traits):
        return ()
    opening, body = found["opening"], found["body"]
    if "~~~" in body:  # (no statement holds the other mark)
        return ()
    if LANGUAGES.get(Fence(opening.strip(" \t\n`~")).word) != "shell" or has_prompts(body):
        return ()
    starts = _starts(body)
    if len(starts) < 2 or any(says_bad(line) is not None for line in body.splitlines()):
        return ()
    ends = [*(len(opening) + start for start in starts[1:]), len(key.text)]
    first = chunk.map.start(0)
    made, at = [], 0
    for end in ends:
        text = key.text[at:end] if not at else opening + key.text[at:end]
        made.append(_part(chunk, key._replace(text=text), first + at, end - at, before))
        at = end
    return tuple(made)


def _part(chunk: Chunk, key: ChunkKey, start: int, length: int, before: Mapping[ChunkKey, Chunk]) -> Chunk:
    """A part whose own text is the last ``length`` code points of its key's; what is before stands nowhere."""
    old = before.get(key)
    if old is not None and old.part == chunk.part and old.cell == chunk.cell:
        by = start - old.map.start(len(key.text) - length)
        return old.shifted(by) if by else old
    borrowed = len(key.text) - length
    place = SpanMap((Segment(borrowed, start, 0), Segment(length, start, length))) if borrowed else None
    return Chunk(key, place or SpanMap.at(start, length), chunk.part, chunk.codec, chunk.cell)


def _starts(body: str) -> list[int]:
    """Where the statements begin, with the comments before them; nothing where one of them is not plain."""
    starts, at = [], 0
    while at < len(body):
        head = _HEAD.match(body, at)
        begin = head.end() if head is not None else at
        if begin == len(body):
            break
        found = _STATEMENT.match(body, begin)
        if found is None or _LASTING.search(found.group()):
            return []
        starts.append(at)
        at = found.end()
    return starts
