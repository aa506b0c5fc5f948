"""Templates of entries: our own, or a project's in their place, rendered in Jinja2's sandbox.

A template of a workspace is not trusted: it may show, test and loop over an entry's fields, and nothing else, so that
its cost is bounded by what it is given. Texts are made fit for their place before a template sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from tflsp.dataclass import dataclass, replace
from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Kind, Step
from tflsp.facts.journal_escapes import escaped
from tflsp.facts.journal_fields import NOTHING
from tflsp.facts.journal_lines import trimmed
from tflsp.journal.entries import kind_of, tidied
from tflsp.journal.refusals import Refusal, say
from tflsp.text.patterns import pattern

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

KINDS: Mapping[Kind, type[Goal | Step | ErrorLog | Conclusion]] = {
    Kind.GOAL: Goal,
    Kind.STEP: Step,
    Kind.ERROR: ErrorLog,
    Kind.CONCLUSION: Conclusion,
}
# Templates by ``zh/step``, in place of ours.
Overrides = Mapping[str, str]
NO_OVERRIDES: Overrides = {}
# What a template may be made of: nothing that calls, includes, defines or counts.
_ALLOWED = frozenset(
    {"Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Filter", "Test", "If", "For"}
    | {"Compare", "Operand", "And", "Or", "Not", "CondExpr"}
)
_FILTERS = ("item", "block", "value", "shown", "default", "length", "lower", "trim", "upper")
# A template longer than this (code points) is none that a person wrote.
LONGEST = 20_000
# An entry longer than this (code points) is not written.
LONGEST_ENTRY = 1_000_000
MOST_FILTERS = 100
_BEGINS_BLOCK = pattern(r"\A(?:`{3}|~{3}|#|>|[-*+][ \t]|\d+[.)][ \t]|\||<!--)")
_NEEDS_CODE = pattern(r"[<>*\[\]|\\$]|__|\A_|_\Z")
_NO_QUOTE = pattern(r"[<*`\n]")
_TICKS = pattern(r"`+")


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with a template, and at which line, counted from 1."""

    line: int
    why: Refusal

    @property
    def message(self) -> str:
        return str(self.why)


class TemplateError(Refusal):
    """A template that cannot be used; ``name`` is ``zh/step``."""

    def __init__(self, name: str, fault: TemplateFault) -> None:
        super().__init__("template", name=name, line=fault.line)
        self.name = name
        self.fault = fault

    def said(self, language: str) -> str:
        return say(self.key, language, **self.arguments, why=self.fault.why.said(language))


def render(entry: Entry, language: str, overrides: Overrides = NO_OVERRIDES) -> str:
    """The entry as Markdown, ending with a line end. Raises TemplateError."""
    kind = kind_of(entry)
    name = f"{language}/{kind}"
    source = overrides.get(name)
    if source is not None and (fault := next(structure_faults(kind, source), None)) is not None:
        raise TemplateError(name, fault)
    tidy = tidied(entry)
    context = {field: _fit(getattr(tidy, field), field, kind) for field in tidy.__match_args__}
    try:
        template = _own(kind, language) if source is None else _environment(language).from_string(source)
        text = ""
        for piece in template.generate(context):
            text += piece
            if len(text) > LONGEST_ENTRY:
                raise ValueError(f"an entry has at most {LONGEST_ENTRY} characters")
    except Exception as error:  # whatever a template of a workspace runs into
        fault = TemplateFault(_line_of(error), Refusal("template-fails", kind=type(error).__name__, why=error))
        raise TemplateError(name, fault) from error
    return trimmed(text) + "\n"


def render_own(name: str, language: str, fields: Mapping[str, object]) -> str:
    """One of our templates that no project replaces, with these fields; ends with a line end."""
    return trimmed(_own(name, language).render(fields)) + "\n"


@cache
def _own(name: str, language: str) -> Template:
    return _environment(language).from_string(built_in(f"{language}/{name}"))


@cache
def built_in(name: str) -> str:
    """Our own template (``zh/step``)."""
    from importlib.resources import files  # brings tempfile, shutil and compression

    return files("tflsp.journal").joinpath("templates", f"{name}.md").read_text(encoding="utf-8")


def structure_faults(kind: Kind, source: str) -> Iterator[TemplateFault]:
    """What a template has that it may not have, or that is no template at all."""
    from jinja2 import TemplateSyntaxError, nodes

    if len(source) > LONGEST:
        yield TemplateFault(1, Refusal("template-too-long", limit=LONGEST))
        return
    try:
        tree = _environment("en").parse(source)
    except TemplateSyntaxError as error:
        yield TemplateFault(error.lineno, Refusal("template-syntax", why=error.message or "no valid template"))
        return
    except RecursionError:
        yield TemplateFault(1, Refusal("template-nested"))
        return
    if sum(1 for _ in tree.find_all(nodes.Filter)) > MOST_FILTERS:
        yield TemplateFault(1, Refusal("template-filters", limit=MOST_FILTERS))
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"} | {"loop"}
    names.update(KINDS[kind].__match_args__)
    for node, in_loop in _walk(tree):
        if (why := _fault(node, names, in_loop=in_loop)) is not None:
            yield TemplateFault(node.lineno, why)


def _walk(node: nodes.Node, *, in_loop: bool = False) -> Iterator[tuple[nodes.Node, bool]]:
    yield node, in_loop
    inside = in_loop or type(node).__name__ == "For"
    for child in node.iter_child_nodes():
        yield from _walk(child, in_loop=inside)


def _fault(node: Any, names: set[str], *, in_loop: bool) -> Refusal | None:
    """What is wrong with one node of a template, or None."""
    match type(node).__name__:
        case name if name not in _ALLOWED:
            return Refusal("template-node", name=name.lower())
        case "For" if in_loop or node.recursive:
            return Refusal("template-loop-in-loop")
        case "For" if getattr(node.iter, "name", None) not in ("changes", "hypotheses"):
            return Refusal("template-loop")
        case "Filter" if node.name not in _FILTERS:
            return Refusal("template-filter", name=node.name, names=", ".join(_FILTERS))
        case "Name" if node.ctx == "load" and node.name not in names:
            return Refusal("template-field", name=node.name, names=", ".join(sorted(names - {"loop"})))
        case "Getattr" if node.attr not in _ATTRIBUTES:
            return Refusal("template-attribute", name=node.attr, names=", ".join(_ATTRIBUTES))
        case _:
            return None


_ATTRIBUTES = (*Change.__match_args__, "index", "first", "last", "length")


@cache
def _environment(language: str) -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, autoescape=False, extensions=()
    )
    made.globals.clear()
    own: dict[str, Callable[..., str]] = {
        "item": item,
        "block": first_line_alone,
        "shown": shown,
        "value": lambda value: value_shown(str(value), language),
    }
    made.filters = {name: made.filters[name] for name in _FILTERS if name not in own} | own
    return made


def item(text: object) -> str:
    """A text of several lines as one item of a list."""
    text = first_line_alone(text)
    return "\n".join(f"  {line}" if number and line else line for number, line in enumerate(text.split("\n")))


def first_line_alone(text: object) -> str:
    """A text that can stand behind a label: what begins a block of Markdown begins on the next line."""
    text = str(text)
    return f"\n{text}" if "\n" in text and _BEGINS_BLOCK.match(text) else text


def shown(message: object) -> str:
    """A message as a quote, or as a fence where Markdown would take it apart."""
    text = str(message)
    if not text:
        return ""
    if not _NO_QUOTE.search(text):
        return f"> {text}"
    ticks = max((len(found) for found in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}text\n{text}\n{fence}"


def value_shown(value: str, language: str) -> str:
    """A parameter's value: in quotes of code where Markdown would change it, ``(none)`` where there is none."""
    if not value:
        return NOTHING[language]
    return f"`{value}`" if _NEEDS_CODE.search(value) and "`" not in value else value


def _fit(value: Any, field: str, kind: Kind) -> Any:
    """A field's value as a template sees it."""
    if isinstance(value, str) and field not in ("title", "message"):
        return escaped(value, kind)
    if field == "hypotheses":
        return tuple(escaped(each, kind) for each in value)
    if field == "changes":
        return tuple(replace(each) for each in value)
    return value


def _line_of(error: Exception) -> int:
    """The line of the template in which an error was raised."""
    line = getattr(error, "lineno", None) or 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return int(line)
