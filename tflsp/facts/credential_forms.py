"""How a secret is written: in a Python string, a shell word, a YAML scalar, or simply in a text. Fixes depend on it."""

from __future__ import annotations

import re
from enum import Enum

from tree_sitter import Node

from tflsp.documents.region import Region
from tflsp.text import Span


class Form(Enum):
    """What holds a secret."""

    PYTHON = "a Python string"
    SHELL = "a word of a command"
    HEREDOC = "the text of a heredoc"
    YAML = "a YAML scalar"
    JSON = "a JSON string"
    DOTENV = "a value of an .env file"
    INSTRUCTION = "a Dockerfile instruction"
    PROSE = "a text, a comment, or code that is not read"


# How much of a line is looked at: one may be endless.
_NEAR = 400
_YAML = ("yaml", "compose", "kubernetes", "front-matter")
_JSON = ("json", "devcontainer", "daemon-json", "docker-config-json")
_SHELL_LITERALS = ("raw_string", "ansi_c_string", "string", "concatenation", "word", "number", "regex")


def form_of(region: Region, span: Span) -> tuple[Form, Span]:
    """What holds the secret at ``span``, and the whole of the literal that it is in."""
    match region.language:
        case "python" | "ipython":
            return _python(region, span) if region.language == "python" else (Form.PROSE, span)
        case "shell":
            return _shell(region, span)
        case "dockerfile":
            return Form.INSTRUCTION, _quoted(region.text, span)
        case "dotenv":
            return Form.DOTENV, _quoted(region.text, span)
        case language if language in _YAML:
            return (Form.PROSE, span) if _in_comment(region.text, span) else (Form.YAML, _quoted(region.text, span))
        case language if language in _JSON:
            return Form.JSON, _quoted(region.text, span)
    return Form.PROSE, span


def _python(region: Region, span: Span) -> tuple[Form, Span]:
    node = _climb(_node_at(region, span), ("string", "comment"))
    if node is None or node.type == "comment":
        return Form.PROSE, span
    parent = node.parent
    if parent is not None and parent.type == "expression_statement":  # a docstring
        return Form.PROSE, span
    return Form.PYTHON, region.syntax.span(node)


def _shell(region: Region, span: Span) -> tuple[Form, Span]:
    node = _climb(_node_at(region, span), (*_SHELL_LITERALS, "comment", "heredoc_body"))
    if node is None or node.type == "comment":
        return Form.PROSE, span
    if node.type == "heredoc_body":
        return Form.HEREDOC, span
    if node.type in ("word", "number") and node.parent is not None and node.parent.type == "concatenation":
        return Form.SHELL, region.syntax.span(node)
    return Form.SHELL, region.syntax.span(node)


def _node_at(region: Region, span: Span) -> Node | None:
    syntax = region.syntax
    return syntax.root.descendant_for_byte_range(syntax.byte(span.start), syntax.byte(max(span.start, span.end - 1)))


def _climb(node: Node | None, types: tuple[str, ...]) -> Node | None:
    while node is not None and node.type not in types:
        node = node.parent
    return node


def _in_comment(text: str, span: Span) -> bool:
    near = max(0, span.start - _NEAR)
    line = text[max(near, text.rfind("\n", near, span.start) + 1) : span.start]
    return re.search(r"(?:^|\s)#", line) is not None


def _quoted(text: str, span: Span) -> Span:
    """The quoted scalar around a span, or the run of characters without spaces and quotes."""
    near = max(0, span.start - _NEAR)
    line_start = max(near, text.rfind("\n", near, span.start) + 1)
    line_end = text.find("\n", span.end, span.end + _NEAR)
    line_end = min(len(text), span.end + _NEAR) if line_end < 0 else line_end
    for quote in "\"'":
        start = text.rfind(quote, line_start, span.start)
        end = text.find(quote, span.end, line_end)
        if start >= 0 and end >= 0 and text.count(quote, line_start, start) % 2 == 0:
            return Span(start, end + 1)
    start, end = span.start, span.end
    while start > line_start and not text[start - 1].isspace() and text[start - 1] != "=":
        start -= 1
    while end < line_end and not text[end].isspace():
        end += 1
    return Span(start, end)
