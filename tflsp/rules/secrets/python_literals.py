"""Secrets in Python strings: `os.getenv("NAME")` in their place, and the imports that this takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.documents.document import Chunk
from tflsp.documents.region import Region
from tflsp.facts.credentials import Credential
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.dotenv import DotenvLoad
from tflsp.facts.python_imports import PythonImport
from tflsp.rules.base import Context, Edit
from tflsp.text import Span
from tflsp.text.patterns import pattern

_LITERAL = pattern(r"(?P<prefix>[A-Za-z]{0,2})(?P<quote>'''|\"\"\"|['\"])")
_ENVIRON = pattern(r"environ\[[ \t]*['\"](?P<name>\w+)['\"][ \t]*\][ \t]*=[ \t]*\Z")
_DEFAULT = pattern(r"(?:getenv|environ\.get)\([ \t]*['\"]\w+['\"](?P<default>[ \t]*,[ \t]*)\Z")
_NEIGHBOUR = pattern(r"['\"][ \t]*(?:\\?\r?\n[ \t]*)?\Z")
_FOLLOWING = pattern(r"[ \t]*(?:\\?\r?\n[ \t]*)?[rbuRBU]{0,2}['\"]")


def python_edits(found: Located[Credential], name: str, facts: DocumentFacts, context: Context) -> tuple[Edit, ...]:
    """Edits that have Python read the variable instead; none where that takes more than text."""
    edits = _literal_edits(found.fact, name)
    needs_os = any("os." in edit.new_text for edit in edits)
    return (*edits, *_import_edits(found, facts, context)) if needs_os else edits


def _literal_edits(credential: Credential, name: str) -> tuple[Edit, ...]:
    text, literal, span = credential.region.text, credential.literal, credential.span
    opening = _LITERAL.match(text, literal.start)
    if opening is None:
        return ()
    prefix, quote = opening["prefix"].lower(), opening["quote"]
    before = text[max(0, literal.start - 200) : literal.start]
    joined = _NEIGHBOUR.search(before) or _FOLLOWING.match(text, literal.end)
    if credential.whole and not joined and "f" not in prefix:
        if "b" in prefix:
            return (Edit(literal, f'os.getenv("{name}", "").encode()'),)
        if default := _DEFAULT.search(before):
            return (Edit(Span(literal.start - len(default["default"]), literal.end), ""),)
        if (environ := _ENVIRON.search(before)) and environ["name"] == name:
            return (Edit(literal, f'os.environ["{name}"]'),)  # it must be there already
        return (Edit(literal, f'os.getenv("{name}")'),)
    inner = "'" if quote[0] == '"' else '"'
    value = f"{{os.getenv({inner}{name}{inner})}}"
    if "f" in prefix:
        return (Edit(span, value),)
    if "b" in prefix or "{" in literal.of(text) or "}" in literal.of(text):
        return ()
    start = literal.start
    new_prefix = f"f{opening['prefix'].replace('u', '').replace('U', '')}"
    return (Edit(Span(start, start + len(opening["prefix"])), new_prefix), Edit(span, value))


# -- imports -----------------------------------------------------------------------------------------------------------

_HEAD = pattern(
    r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*"
    r"(?:[rRuU]?(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?''')[ \t]*\r?\n(?:[ \t]*\r?\n)*)?",
    re.DOTALL,
)


def _import_edits(found: Located[Credential], facts: DocumentFacts, context: Context) -> Iterator[Edit]:
    """``import os`` where it is missing, and python-dotenv where the file or the settings use it."""
    imports = [*_visible_imports(found, facts)]
    needs_os = not any(located.fact.binds("os") for located in imports)
    needs_dotenv = _wants_dotenv(imports, facts, context)
    if not (needs_os or needs_dotenv):
        return
    bound = any(located.fact.binds("load_dotenv") for located in imports)
    block = "\nload_dotenv()" if bound else "from dotenv import load_dotenv\n\nload_dotenv()"
    ordinary = [located for located in imports if located.fact.module != "__future__"]
    if ordinary:
        if needs_os:
            yield _at(ordinary[0], ordinary[0].fact.span.start, "import os\n")
        if needs_dotenv:
            yield _at(ordinary[-1], _line_end(ordinary[-1].fact), f"\n{block}")
        return
    lines = "\n\n".join([*(["import os"] if needs_os else []), *([block] if needs_dotenv else [])])
    if imports:  # from __future__ import …
        yield _at(imports[-1], _line_end(imports[-1].fact), f"\n\n{lines}")
    else:
        region, chunk = _head(found, facts)
        yield Edit(_start(region), f"{lines}\n", region, chunk)


def _visible_imports(found: Located[Credential], facts: DocumentFacts) -> Iterator[Located[PythonImport]]:
    """The imports that hold where the credential stands: the script's, the cells' before it, the fence's."""
    for located in facts.all(PythonImport):
        same_chunk = located.chunk is found.chunk
        if _is_script(found):
            yield located
        elif found.chunk.cell is not None and not same_chunk:
            # An edit reaches the cell's own part only; what earlier cells import is there all the same.
            if (located.chunk.cell or 0) < found.chunk.cell and located.fact.binds("os"):
                yield located
        elif same_chunk and located.fact.region is found.fact.region:
            yield located


def _is_script(found: Located[Credential]) -> bool:
    return found.chunk.cell is None and found.fact.region.root.language == "python"


def _wants_dotenv(imports: list[Located[PythonImport]], facts: DocumentFacts, context: Context) -> bool:
    """Whether ``load_dotenv()`` is to be added: settings want it, or the file imports it and never calls it."""
    if context.settings.dotenv is False or any(True for _ in facts.all(DotenvLoad)):
        return False
    return bool(context.settings.dotenv) or any(located.fact.module == "dotenv" for located in imports)


def _head(found: Located[Credential], facts: DocumentFacts) -> tuple[Region, Chunk | None]:
    """The region that a first import goes into: the script's first chunk, or where the credential stands."""
    if _is_script(found):
        chunk, analysis = next(pair for pair in facts.analysed if pair[0].part == found.chunk.part)
        return analysis.root, chunk
    return found.fact.region, None


def _start(region: Region) -> Span:
    """Behind the comments and the docstring that a text begins with, in a cell behind its magics."""
    head = _HEAD.match(region.text)
    at = head.end() if head else 0
    if region.parent is not None:
        first = re.search(r"\S", region.text)
        at = region.text.rfind("\n", 0, first.start()) + 1 if first else 0
    return Span(at, at)


def _line_end(statement: PythonImport) -> int:
    end = statement.region.text.find("\n", statement.span.end)
    return end if end >= 0 else len(statement.region.text)


def _at(located: Located[PythonImport], offset: int, text: str) -> Edit:
    return Edit(Span(offset, offset), text, located.fact.region, located.chunk)
