"""The code blocks of Markdown: the block structure of CommonMark 0.31, no more.

Follows the algorithm in the specification's appendix ("Phase 1: block structure"): a line first continues the open
quotes and list items, then may open new blocks, and else is a paragraph's text. Inline syntax is not looked at.
(tree-sitter's grammar for Markdown takes four times as long, and loses its way in HTML blocks inside of lists.)
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from tflsp.dataclass import dataclass, field
from tflsp.documents.html_blocks import ANY_TAG, BLOCK_ELEMENT, HTML_BLOCKS
from tflsp.text import Span
from tflsp.text.patterns import pattern


@dataclass(slots=True)
class CodeBlock:
    """A fenced or indented block. ``info`` is None for an indented one.

    ``lines`` are the places of its lines with their line ends, without the prefixes of quotes and lists and the fence's
    own indentation. ``prefix`` is what a new line must begin with.
    """

    info: str | None
    prefix: str
    lines: list[Span] = field(default_factory=list)


def code_blocks(text: str) -> list[CodeBlock]:
    """The code blocks of a Markdown text in their order; empty ones are left out."""
    scan = _Scan(text)
    at = 0
    while at < len(text):
        at = scan.line(at)
    for block in scan.blocks:
        while block.info is None and block.lines and block.lines[-1].of(text).isspace():
            block.lines.pop()  # empty lines at the end of indented code are not part of it
    return [block for block in scan.blocks if block.lines]


# Quotes and lists nested deeper than this are read as text: no document has them, and hostile ones are read in time.
MAX_DEPTH = 100


class _Container(NamedTuple):
    """A block quote (``width`` 0), or a list item whose content stands ``width`` columns behind its parent's."""

    width: int


class _Fence(NamedTuple):
    block: CodeBlock
    mark: str
    length: int
    indent: int


class _Html(NamedTuple):
    end: re.Pattern[str] | None  # None: ends at an empty line


_LINE = pattern(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_LEADING = pattern(r"[ \t>*+\-0-9.)]*")
_SPACES = pattern(" *")
_PLAIN = pattern(r"[^\W\d_][^\r\n]*(?:\r\n|\n|\r|\Z)")
_ATX = pattern(r"#{1,6}(?:[ \t]|$)")
_FENCE = pattern(r"(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")
_SETEXT = pattern(r"(?:=+|-+)[ \t]*$")
_THEMATIC = pattern(r"(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)$")
_MARKER = pattern(r"(?:[*+-]|(?P<number>\d{1,9})[.)])(?P<space>[ \t]+|$)")


class _Scan:
    """The open blocks, and the code found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks: list[CodeBlock] = []
        self.containers: list[_Container] = []
        self.is_empty_item = False  # the innermost item has nothing in it yet
        self.is_paragraph = False
        self.leaf: CodeBlock | _Fence | _Html | None = None  # an open code or HTML block

    def line(self, start: int) -> int:
        """Read the line that begins at ``start``; gives where the next one begins."""
        if not self.containers:
            if self.leaf is None:
                if plain := _PLAIN.match(self.text, start):
                    self.is_paragraph = True
                    return plain.end()
                if self.text.startswith("\n", start):
                    self.is_paragraph = False
                    return start + 1
            elif isinstance(self.leaf, _Fence) and not self.leaf.indent and start:
                return self._whole_fence(self.leaf, start)
        found = _LINE.match(self.text, start)
        end = found.end() if found else len(self.text)
        _Line(self, start, end).read()
        return end

    def _whole_fence(self, fence: _Fence, start: int) -> int:
        """A fence at the margin goes on until it is closed, whatever is in it."""
        closing = _closing(fence.mark, fence.length).search(self.text, start - 1)
        content_end = closing.start() + 1 if closing else len(self.text)
        if content_end > start:
            fence.block.lines.append(Span(start, content_end))
        self.leaf = None
        return closing.end() if closing else len(self.text)


class _Line:
    """One line: ``text`` has the tabs of its beginning expanded, ``at`` is how far it is read."""

    def __init__(self, scan: _Scan, start: int, end: int) -> None:
        self.scan, self.start, self.end = scan, start, end
        self.text = scan.text[start:end].rstrip("\r\n")
        self.places: list[int] | None = None
        if "\t" in self.text:
            self._expand()
        self.at = 0
        self._look()

    def _expand(self) -> None:
        """Replace tabs before the line's first letter by spaces, and remember what stood where."""
        leading = _LEADING.match(self.text)
        pieces: list[str] = []
        places: list[int] = []
        for place, char in enumerate(leading.group() if leading else ""):
            width = 4 - len(places) % 4 if char == "\t" else 1
            pieces.append(" " * width if char == "\t" else char)
            # A place inside of a tab is the place behind it.
            places += [place] + [place + 1] * (width - 1)
        rest = self.text[len(pieces) :]
        self.places = [*places, *range(len(pieces), len(pieces) + len(rest) + 1)]
        self.text = "".join(pieces) + rest

    def _look(self) -> None:
        spaces = _SPACES.match(self.text, self.at)
        self.next = spaces.end() if spaces else self.at
        self.indent = self.next - self.at
        self.is_blank = self.next == len(self.text)

    def _advance(self, to: int) -> None:
        self.at = to
        self._look()

    def read(self) -> None:
        scan = self.scan
        matched = self._continue_containers()
        all_matched = matched == len(scan.containers)
        if scan.leaf is not None:
            if all_matched and self._continue_leaf(scan.leaf):
                return
            scan.leaf = None
        was_paragraph = scan.is_paragraph
        in_paragraph = was_paragraph and all_matched and not self.is_blank
        kept = scan.containers[:matched]
        is_new = is_taken = False
        while not self.is_blank and not is_taken and len(kept) < MAX_DEPTH:
            opened = self._open(kept, was_paragraph, in_paragraph)
            if opened is None:
                break
            is_new, is_taken = True, opened
            was_paragraph = in_paragraph = False
        if was_paragraph and not all_matched and not self.is_blank:
            return  # a lazy continuation: the open quotes and items stay
        scan.is_empty_item = is_new and self.is_blank and kept[-1].width > 0
        scan.is_paragraph = not self.is_blank and not is_taken
        scan.containers = kept

    def _continue_containers(self) -> int:
        """Walk into the open quotes and items as far as the line continues them."""
        scan = self.scan
        for number, container in enumerate(scan.containers):
            if container.width:
                if self.indent >= container.width:
                    self._advance(self.at + container.width)
                elif self.is_blank and not (scan.is_empty_item and number == len(scan.containers) - 1):
                    self._advance(self.next)
                else:
                    return number
            elif not self._quote():
                return number
        return len(scan.containers)

    def _quote(self) -> bool:
        if self.indent > 3 or not self.text.startswith(">", self.next):
            return False
        self._advance(self.next + (2 if self.text.startswith(" ", self.next + 1) else 1))
        return True

    def _continue_leaf(self, leaf: CodeBlock | _Fence | _Html) -> bool:
        """Whether the line belongs to the open code or HTML block."""
        match leaf:
            case _Fence(block, mark, length, indent):
                if self.indent < 4 and _closing_line(mark, length).match(self.text, self.next):
                    self.scan.leaf = None
                else:
                    self._add(block, self.at + min(self.indent, indent))
                return True
            case _Html(end):
                if (self.is_blank and end is None) or (end is not None and end.search(self.text, self.at)):
                    self.scan.leaf = None
                return end is not None or not self.is_blank
            case CodeBlock():
                if self.is_blank or self.indent > 3:
                    self._add(leaf, self.at + min(self.indent, 4))
                    return True
                return False

    def _open(self, kept: list[_Container], was_paragraph: bool, in_paragraph: bool) -> bool | None:
        """Open a block: True for one that takes the rest of the line, False for a container, None for no block."""
        if self.indent > 3:
            if was_paragraph:
                return None
            block = CodeBlock(None, self._prefix(self.at) + "    ")
            self._add(block, self.at + 4)
            self.scan.blocks.append(block)
            self.scan.leaf = block
            return True
        text, at = self.text, self.next
        match text[at]:
            case ">":
                self._quote()
                kept.append(_Container(0))
                return False
            case "#" if _ATX.match(text, at):
                return True
            case "`" | "~" if found := _FENCE.match(text, at):
                block = CodeBlock(found["info"].strip(), self._prefix(self.at))
                self.scan.blocks.append(block)
                self.scan.leaf = _Fence(block, found["fence"][0], len(found["fence"]), self.indent)
                return True
            case "<" if (html := self._html(at, was_paragraph)) is not None:
                self.scan.leaf = html if html.end is None or not html.end.search(text, at) else None
                return True
            case "=" | "-" if in_paragraph and _SETEXT.match(text, at):
                return True
            case "*" | "-" | "_" if _THEMATIC.match(text, at):
                return True
        return self._item(kept, in_paragraph)

    def _html(self, at: int, in_paragraph: bool) -> _Html | None:
        for begin, end in HTML_BLOCKS:
            if begin.match(self.text, at):
                return _Html(end)
        if BLOCK_ELEMENT.match(self.text, at) or (not in_paragraph and ANY_TAG.match(self.text, at)):
            return _Html(None)
        return None

    def _item(self, kept: list[_Container], in_paragraph: bool) -> bool | None:
        found = _MARKER.match(self.text, self.next)
        if found is None:
            return None
        rest_is_blank = found.end() == len(self.text)
        if in_paragraph and (rest_is_blank or found["number"] not in (None, "1")):
            return None
        marker = found.start("space") - self.next
        spaces = len(found["space"])
        padding = marker + (spaces if 1 <= spaces <= 4 and not rest_is_blank else 1)
        width = self.indent + padding
        self._advance(min(self.at + width, len(self.text)))
        kept.append(_Container(width))
        return False

    def _add(self, block: CodeBlock, at: int) -> None:
        at = min(at, len(self.text))
        place = self.start + (at if self.places is None else self.places[at])
        if place < self.end:
            block.lines.append(Span(place, self.end))

    def _prefix(self, at: int) -> str:
        """What stands before ``at``, with the markers of list items blanked out."""
        before = self.text[:at] if self.places is None else self.scan.text[self.start : self.start + self.places[at]]
        return re.sub(r"[^> \t]", " ", before)


@cache
def _closing(mark: str, length: int) -> re.Pattern[str]:
    return re.compile(rf"[\r\n] {{0,3}}{mark}{{{length},}}[ \t]*(?:\r\n|\n|\r|\Z)")


@cache
def _closing_line(mark: str, length: int) -> re.Pattern[str]:
    return re.compile(rf"{mark}{{{length},}}[ \t]*$")
