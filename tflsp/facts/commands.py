"""Commands: an argument vector with the place of every word, whatever it was written in.

Shell lines, Dockerfile exec forms, compose lists and ``subprocess`` calls all come as the same fact, so that what reads
a ``docker run`` or a ``pip install`` is written once: as an interpreter of commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tflsp.dataclass import dataclass, field
from tflsp.documents.region import Region
from tflsp.documents.words import UNKNOWN, Word
from tflsp.facts.base import Fact, Unread
from tflsp.logs import Logger
from tflsp.registration import EVERY, Registry
from tflsp.text import Span

log = Logger(__name__)


@dataclass(frozen=True, slots=True)
class Redirection:
    """``operator`` as written, without a file descriptor; ``body`` is the text of a heredoc or here-string.

    ``span`` covers operator and target. ``target`` is the file, a heredoc's delimiter, or a here-string's word.
    """

    operator: str
    target: Word
    span: Span
    body: Word | None = None

    @property
    def writes(self) -> bool:
        return self.operator in (">", ">>", ">|", "&>", "&>>")


@dataclass(frozen=True, slots=True, eq=False)
class Command(Fact):
    """A simple command. ``span`` runs from the first word to the last, continuations included.

    ``assignments`` are ``NAME=value`` words before it. ``wrappers`` are commands it is an argument of (``sudo``,
    ``env``, ``time``, ``exec``), already taken off ``words``. ``stdin`` is literal text piped or redirected into it
    (``echo … |``, heredoc), with its span, where known. ``environment`` holds the literal shell variables assigned
    before it in its region. ``inside`` is the fact that runs it, where that is not the machine itself: a
    ContainerLaunch, or the Command of a ``docker exec`` or ``ssh``.

    ``broken_continuations`` are the places of backslashes that were meant to end a line and do not; the words behind
    them are taken as the author meant them.
    """

    words: tuple[Word, ...]
    assignments: tuple[Word, ...] = ()
    wrappers: tuple[Word, ...] = ()
    stdin: tuple[Word, ...] = ()
    redirects: tuple[Redirection, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    broken_continuations: tuple[Span, ...] = ()
    inside: Fact | None = None
    depth: int = 0  # how many commands it is an argument of

    @property
    def name(self) -> str:
        """The program's name without its folder, or an empty text where it is not known."""
        return program_name(self.words[0]) if self.words else ""

    def argument(self, index: int) -> str:
        """An argument's value, or an empty text where there is none or it is not known."""
        return (self.words[index].value or "") if index < len(self.words) else ""


def program_name(word: Word) -> str:
    """``docker`` for ``/usr/bin/docker``, ``$BIN/docker`` and ``docker.exe``."""
    name = word.pattern.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".exe")
    return "" if UNKNOWN in name else name


# `docker run x docker run x …` is a text, not a use.
MAX_NESTING = 8

Interpreter = Callable[[Command], Iterator[Fact | Region]]
_interpreters: Registry[Interpreter] = Registry("tflsp.facts", "interprets")
ANY = EVERY


def interprets(*programs: str) -> Callable[[Interpreter], Interpreter]:
    """Register a function that reads more facts, or regions, out of commands of these programs; ``ANY``: of all."""
    return lambda interpreter: _interpreters.register(interpreter, *programs)


def command_facts(command: Command) -> Iterator[Fact | Region]:
    """A command and everything that is to be read out of it. Whoever finds a command yields this."""
    yield command
    if command.depth > MAX_NESTING:
        return
    for interpreter in _interpreters.of(command.name):
        try:
            yield from interpreter(command)
        except Exception as error:  # one interpreter's fault must not cost the region's other commands
            place = f"{interpreter.__module__}.{interpreter.__name__}"
            log.error("interpreter %s failed: %s", place, type(error).__name__)
            yield Unread(command.region, command.span, f"{place}: {type(error).__name__}")


def nested_command(outer: Command, words: tuple[Word, ...], inside: Fact) -> Command:
    """The command that an outer one runs, in a container or on another host. ``words`` must not be empty."""
    return Command(
        region=outer.region,
        span=Span(words[0].span.start, max(word.span.end for word in words)),
        words=words,
        stdin=outer.stdin,
        environment=outer.environment,
        inside=inside,
        depth=outer.depth + 1,
    )


__all__ = ["ANY", "Command", "Redirection", "Word", "command_facts", "interprets", "nested_command", "program_name"]
