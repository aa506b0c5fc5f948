"""Commands that Python code runs: ``subprocess``, ``os.system`` and their like, with literal arguments."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.documents.region import Region
from tflsp.documents.words import Word
from tflsp.facts.base import Fact, reads
from tflsp.facts.commands import Command, command_facts
from tflsp.facts.nested_commands import word_region
from tflsp.facts.python_queries import calls_named
from tflsp.facts.python_values import Attribute, CallValue, ListValue, Literal, Name, TupleValue, Value
from tflsp.facts.python_words import word_of, words_of
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Functions that take a vector, or a text for a shell.
_EITHER = ("run", "call", "check_call", "check_output", "Popen")
# Functions whose text goes to a shell, and functions whose positional arguments are the vector.
_SHELL = ("system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell")
_VECTOR = ("create_subprocess_exec", "execvp", "execv")
_NAMES = frozenset((*_EITHER, *_SHELL, *_VECTOR))
_MODULES = pattern(r"(?:_?subprocess|sp|os|asyncio|commands|get_ipython\(\))\Z")
# What stands before such a name or behind it, as far as the text tells: a module, or what _is_evident asks for.
_BEFORE = pattern(r"(?:_?subprocess|sp|os|asyncio|commands|[)\\#])\s*\.\s*\Z")
_BEHIND = pattern(r"[\s\\]*\(\s*(?:[\[({#\\'\"]|\w{1,2}['\"])")
_FAR = 60


@reads("python")
def python_commands(region: Region) -> Iterator[Fact | Region]:
    """The commands of a region's calls."""
    for call in calls_named(region, _NAMES, _is_likely):
        name = _name(call)
        if not name or not call.positional:
            continue
        first = call.positional[0]
        if name in _VECTOR:
            vector = first if name.startswith("exec") and len(call.positional) > 1 else None
            words = (
                words_of(region, call.positional[1]) if vector else tuple(word_of(region, v) for v in call.positional)
            )
            yield from _command(region, call, words)
        elif (script := _split(first)) is not None:
            yield from _script(region, script)
        elif name in _EITHER and (words := words_of(region, first)) is not None:
            yield from _vector(region, call, words)
        elif name in _SHELL or name in _EITHER:
            yield from _script(region, first)


def _is_likely(text: str, start: int, end: int) -> bool:
    """Whether a name can be a call of ours: most code that says ``run(`` means something else."""
    before = text[max(0, start - _FAR) : start].rstrip()
    if before.endswith("."):
        return _BEFORE.search(before) is not None
    return _BEHIND.match(text, end) is not None


def _name(call: CallValue) -> str:
    """The function's name where it is one of ours: a module's, or a bare one that is given what ours take."""
    match call.callee:
        case Attribute(value=module, name=name):
            return name if _MODULES.match(_written(module)) else ""
        case Name(name=name):
            return name if call.positional and _is_evident(call.positional[0], call) else ""
    return ""


def _written(module: Value) -> str:
    match module:
        case Name(name=name):
            return name
        case CallValue(callee=Name(name=name)):
            return f"{name}()"
        case Attribute(name=name):
            return name
    return ""


def _is_evident(first: Value, call: CallValue) -> bool:
    """Whether a bare ``run(…)`` is subprocess's: it is given a vector of texts, or a text and a shell."""
    match first:
        case ListValue(items=(head, *_)) | TupleValue(items=(head, *_)):
            return isinstance(head, Literal) and isinstance(head.value, str)
        case Literal(value=str()):
            return call.keyword("shell") is not None or call.name in ("system", "popen", "getoutput", "check_output")
    return False


def _split(value: Value) -> Value | None:
    """The text in ``shlex.split("…")`` and ``"…".split()``."""
    match value:
        case CallValue(callee=Attribute(value=Name(name="shlex"), name="split"), positional=(text, *_)):
            return text
        case CallValue(callee=Attribute(value=Literal(value=str()) as text, name="split"), positional=()):
            return text
    return None


def _vector(region: Region, call: CallValue, words: tuple[Word, ...]) -> Iterator[Fact | Region]:
    shell = call.keyword("shell")
    if shell is not None and isinstance(shell.value, Literal) and shell.value.value is True and words:
        yield from _region(region, words[0])
        return
    yield from _command(region, call, words)


def _command(region: Region, call: CallValue, words: tuple[Word, ...] | None) -> Iterator[Fact | Region]:
    if not words:
        return
    given = call.keyword("input")
    stdin = (word_of(region, given.value),) if given is not None and isinstance(given.value, Literal) else ()
    span = Span(words[0].span.start, max(word.span.end for word in words))
    yield from command_facts(Command(region, span, words, stdin=stdin))


def _script(region: Region, value: Value) -> Iterator[Region]:
    word = word_of(region, value)
    if word.quoted:
        yield from _region(region, word)


def _region(region: Region, word: Word) -> Iterator[Region]:
    if word.pattern.strip():
        yield word_region(region, word, "shell")
