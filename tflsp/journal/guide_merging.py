"""Bringing an entry of a guide up to date without losing what people wrote into it.

What was put there last is known by short hashes of its lines, which stand in the entry's marker. A line that still is
what it was may be replaced; any other is a person's, and stays where it is; one that a person took out stays out.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from hashlib import sha256
from typing import NamedTuple

from tflsp.facts.journal_pages import MARKER
from tflsp.text.patterns import pattern

_LINK = pattern(r"\[(?:[^\[\]\\\r\n]|\\.)*\]\([^()\r\n]*\)")


class _Line(NamedTuple):
    """A line that is not blank, and how many blank lines stand before it."""

    text: str
    blanks: int


def hash_of(line: str) -> str:
    """A line's hash; where a link in it leads to is none of it, since links follow what they lead to."""
    return sha256(_LINK.sub("[]", MARKER.sub("", line)).rstrip().encode("utf-8", "surrogatepass")).hexdigest()[:4]


def hashes_of(lines: Sequence[str]) -> tuple[str, ...]:
    """The hashes of the lines that are not blank."""
    return tuple(hash_of(line) for line in lines if line.strip())


def merged(there: Sequence[str], hashes: Sequence[str], new: Sequence[str]) -> list[str]:
    """The lines that are ``there`` brought up to date with ``new``; ``hashes`` tell what was put there last."""
    old, wanted = _packed(there), _packed(new)
    own = _own(old, hashes)
    gone = _missing([hash_of(old[at].text) for at in own], hashes)
    kept = [line for line in wanted if hash_of(line.text) not in gone]
    before: dict[int, list[_Line]] = {}
    replaced: dict[int, _Line | None] = {}
    matcher = SequenceMatcher(
        None, [hash_of(old[at].text) for at in own], [hash_of(line.text) for line in kept], autojunk=False
    )
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                replaced[own[i]] = _Line(kept[j].text, old[own[i]].blanks)
            continue
        for i in range(i1, i2):
            replaced[own[i]] = None
        at = own[i1] if i1 < len(own) else (own[-1] + 1 if own else len(old))
        before.setdefault(at, []).extend(kept[j1:j2])
    done: list[_Line] = []
    for at, line in enumerate([*old, None]):
        done += before.get(at, ())
        found = replaced.get(at, line)
        if found is not None:
            done.append(found)
    return _unpacked(done)


def _packed(lines: Sequence[str]) -> list[_Line]:
    found: list[_Line] = []
    blanks = 0
    for line in lines:
        if line.strip():
            found.append(_Line(line, blanks))
        blanks = 0 if line.strip() else blanks + 1
    return found


def _unpacked(lines: Sequence[_Line]) -> list[str]:
    return [each for line in lines for each in ([""] * line.blanks + [line.text])]


def _own(old: Sequence[_Line], hashes: Sequence[str]) -> list[int]:
    """The numbers of the lines that still are what they were when they were put there."""
    matcher = SequenceMatcher(None, [hash_of(line.text) for line in old], list(hashes), autojunk=False)
    return [block.a + at for block in matcher.get_matching_blocks() for at in range(block.size)]


def _missing(present: Sequence[str], hashes: Sequence[str]) -> frozenset[str]:
    """The hashes of lines that were put there and are no longer: a person changed them or took them out."""
    return frozenset(hashes) - frozenset(present)
