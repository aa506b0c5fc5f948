"""Syntax that Python 3.8 cannot compile. One such construct fails a whole file or cell, whatever guards it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tree_sitter import Node

from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax, descend
from tflsp.facts.base import reads
from tflsp.facts.newer_constructs import constructs
from tflsp.facts.newer_python import Instead, Newer, NewerPython, is_sound
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Whether to parse at all: what a line begins with (it is asked with its line end before), …
_LINE = pattern(
    r"\n[ \t]*+(?:match\b(?![ \t]*[=.,)\]]).|type[ \t]+\w|(?:async[ \t]+)?with[ \t]*\(|except[ \t]*\*"
    r"|(?:async[ \t]+def|def|class)[ \t]+\w+[ \t]*\[|@[^\n]*\)[ \t]*[.\[(]"
    r"|@(?![ \t]*[\w.]+[ \t]*(?:\([^\n]*|\#[^\n]*)?(?:\r?\n|\Z))"
    r"|(?:async[ \t]+)?for\b[^\n]*\bin[ \t]*[^\n:]*\*)"
)
# … stars and walruses behind a bracket, …
_STAR = pattern(r"\[(?:\*|[^\]\n]*,[ \t]*\*)")
_STARRED_TYPE = pattern(r":[ \t]*\*")
_WALRUS = pattern(r"[\[{,][ \t]*\w+[ \t]*:=")
# … and f-strings with their own quotes, a backslash or a line end in the braces.
_OPENINGS = tuple(letter + quote for letter in "fFrR" for quote in "\"'")
_F_STRING = pattern(r"(?:[fF][rR]?|[rR][fF])(\"\"\"|'''|\"|')")
_ORDINARY = pattern(
    r"""(?!"{3}|'{3})(["'])[^{}\\\n"']*+(?:\{[^{}\\\n"']*+\}[^{}\\\n"']*+)*+\1"""  # nothing but names in braces
)
_BRACES = pattern(
    r"(?:[fF][rR]?|[rR][fF])([\"'])(?:(?!\1)[^{\n\\]|\\.|\{\{|\{[^}\"'\\\n]*\})*\{(?:(?!\1)[^}\n\\])*(?:\1|\\|\n)"
)
MAX_LINE: Final = 120


@reads("python-program")
def newer_syntax(region: Region) -> Iterator[NewerPython]:
    """What of a region Python 3.8 cannot compile."""
    if not _may_be_newer(region.text):
        return
    syntax = region.syntax
    for name, nodes in constructs(syntax).items():
        read = _READERS[name]
        done = -1
        for node in sorted(nodes, key=lambda node: node.start_byte):
            if node.start_byte < done or not is_sound(syntax, node):
                continue
            for fact in read(region, syntax, node):
                done = node.end_byte
                yield fact


def _may_be_newer(text: str) -> bool:
    if _LINE.search(text) or _LINE.match("\n" + text[:MAX_LINE]):
        return True
    if ":=" in text and _WALRUS.search(text):
        return True
    if "*" in text and (_STAR.search(text) or _STARRED_TYPE.search(text)):
        return True
    return any(
        opening in text and any(_is_long_or_odd(text, at) for at in _each(text, opening)) for opening in _OPENINGS
    )


def _each(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _is_long_or_odd(text: str, at: int) -> bool:
    """Whether an f-string whose last letter stands there has three quotes, or something else than a name in braces."""
    if _ORDINARY.match(text, at + 1):
        return False
    start = at - 1 if at and text[at - 1] in "fFrR" else at
    found = _F_STRING.match(text, start) or _F_STRING.match(text, at)
    return found is not None and (len(found[1]) == 3 or _BRACES.match(text, found.start()) is not None)


Reader = Callable[[Region, Syntax, Node], Iterator[NewerPython]]


def _plain(what: str, minor: int, *, keyword: bool = False) -> Reader:
    """A construct that is new as such; ``keyword``: underline its first word only."""

    def read(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
        shown = node.children[0] if keyword else node
        yield NewerPython(region, syntax.span(shown), Newer.SYNTAX, (3, minor), what)

    return read


def _match(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
    """``match`` with a case; without one it may be anything that is being typed."""
    body = node.child_by_field_name("body")
    if body is not None and any(child.type == "case_clause" for child in body.named_children):
        yield NewerPython(region, syntax.span(node.children[0]), Newer.SYNTAX, (3, 10), "match …:")


def _with(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
    """``with (a as b, c as d):``. Without ``as`` the parentheses are a tuple, which is no context manager."""
    items = [item for item in node.named_children if item.type == "with_item"]
    has_names = any(child.type == "as_pattern" for child in descend(node, "as_pattern"))
    kind, what = (Newer.SYNTAX, "with (… as …):") if has_names else (Newer.NAME, "with (…, …):")
    span = syntax.span(node)
    yield NewerPython(
        region, _first_line(region, span), kind, (3, 10), what, (), _without_parentheses(syntax, span, items)
    )


def _without_parentheses(syntax: Syntax, span: Span, items: list[Node]) -> tuple[Instead, ...]:
    texts = [syntax.text_of(item).strip() for item in items]
    if len(items) == 1 and texts[0].startswith("("):
        texts = [texts[0][1:-1].strip()]
    text = ", ".join(texts)
    before = syntax.text[syntax.text.rfind("\n", 0, span.start) + 1 : span.start]
    if "#" in span.of(syntax.text) or "\n" in text or len(before) + len(text) > MAX_LINE:
        return ()
    blank = "" if before.endswith((" ", "\t")) else " "
    return (Instead(((span, blank + text),), f"with {text}", safe=True),)


def _group(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
    star = next(child for child in node.children if child.type == "*")
    span = Span(syntax.offset(node.start_byte), syntax.offset(star.end_byte))
    yield NewerPython(region, span, Newer.SYNTAX, (3, 11), "except*")


def _decorator(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
    """Before 3.9 a decorator is a dotted name, or a call of one."""
    expression = next((child for child in node.named_children if child.type != "comment"), None)
    if expression is None:
        return
    callee = expression.child_by_field_name("function") if expression.type == "call" else expression
    while callee is not None and callee.type == "attribute":
        callee = callee.child_by_field_name("object")
    if callee is not None and callee.type != "identifier":
        span = _first_line(region, syntax.span(expression))
        yield NewerPython(region, span, Newer.SYNTAX, (3, 9), "@(…)")


def _interpolation(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
    """Before 3.12 an f-string ends at the first of its quotes, and its braces hold no backslash."""
    string = node.parent
    if string is None or string.type != "string":
        return
    quote = syntax.text_of(string.children[0]).lstrip("fFrRbBuU")
    text, span = syntax.text_of(node), syntax.span(node)
    expression = node.child_by_field_name("expression")
    if quote in text:
        shown = _first_line(region, span)
        yield NewerPython(
            region, shown, Newer.QUOTES, (3, 12), quote, (), _other_quotes(syntax, node, expression, quote)
        )
    elif expression is not None and "\\" in syntax.text_of(expression):
        yield NewerPython(region, _first_line(region, span), Newer.BACKSLASH, (3, 12), "\\")
    elif len(quote) == 1 and "\n" in text:
        yield NewerPython(region, _first_line(region, span), Newer.LINES, (3, 12), quote)


def _other_quotes(syntax: Syntax, node: Node, expression: Node | None, quote: str) -> tuple[Instead, ...]:
    """The strings in the braces with the other kind of quote, where that says the same."""
    if expression is None or len(quote) != 1:
        return ()
    other = "'" if quote == '"' else '"'
    edits: list[tuple[Span, str]] = []
    for string in descend(expression, "string"):
        start, end = string.children[0], string.children[-1]
        if syntax.text_of(start)[-1] != quote:
            continue
        if any(mark in syntax.text_of(string)[1:-1].removeprefix(quote) for mark in (other, quote, "\\", "{")):
            return ()
        first, last = syntax.offset(start.end_byte), syntax.offset(end.end_byte)
        edits += [(Span(first - 1, first), other), (Span(last - 1, last), other)]
    if not edits or len(edits) != syntax.text_of(node).count(quote):
        return ()
    return (Instead(tuple(edits), syntax.text_of(node).replace(quote, other), safe=True),)


def _first_line(region: Region, span: Span) -> Span:
    end = region.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.start, end)


_READERS: Final[dict[str, Reader]] = {
    "match": _match,
    "with": _with,
    "group": _group,
    "alias": _plain("type X = …", 12, keyword=True),
    "parameters": _plain("[T]", 12),
    "interpolation": _interpolation,
    "decorator": _decorator,
    "splat": _plain("[*…]", 11),
    "walrus": _plain("[… := …]", 10),
    "star": _plain("for … in *…:", 9),
}
