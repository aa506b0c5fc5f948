"""Python text: one chunk per top-level statement, and per member of a large class.

tree-sitter keeps its tree between edits, so that the cut costs little in a large file.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from tflsp.documents.document import Chunk, Cut
from tflsp.documents.syntax import Syntax, parse

# A class larger than this (bytes) is cut into its members: typing in one should not cost the analysis of all.
LARGE_CLASS = 4_000
# Small neighbours are taken together up to this many bytes: fewer chunks to place, more context for a reader.
SMALL = 400


def chunk_python(text: str, syntax: Syntax | None) -> Cut:
    """Cut at the borders of top-level statements; comments between two statements go with the one that follows."""
    syntax = syntax or parse("python", text)
    borders = sorted({0, *_borders(syntax.root)})
    data = syntax.data
    chunks = []
    offset = 0
    for start, end in zip(borders, [*borders[1:], len(data)], strict=True):
        piece = data[start:end].decode("utf-8", "surrogatepass")
        if piece.strip():
            chunks.append(Chunk.slice("python", piece, offset))
        offset += len(piece)
    return Cut(chunks, syntax=syntax)


def _borders(root: Node) -> Iterator[int]:
    """Byte offsets at which a chunk begins."""
    last_end = last_border = 0
    for node in root.children:
        if node.type == "comment":
            continue
        start = last_end
        if node.end_byte - node.start_byte > SMALL or start - last_border > SMALL:
            yield start
            last_border = start
        if node.end_byte - node.start_byte > LARGE_CLASS:
            for member in _members(node):
                if member - last_border > SMALL:
                    yield member
                    last_border = member
        last_end = node.end_byte


def _members(node: Node) -> Iterator[int]:
    """Where the members of a large class or block begin."""
    body = node.child_by_field_name("body") or node.child_by_field_name("consequence")
    if body is None:
        definition = node.child_by_field_name("definition")
        if definition is not None:
            yield from _members(definition)
        return
    for member in body.children:
        if member.type in ("function_definition", "decorated_definition", "class_definition"):
            yield member.start_byte
