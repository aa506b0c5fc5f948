"""What commands carry inside: ``sh -c "…"``, ``ssh host …``, ``eval``, heredocs that are scripts or whole files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tflsp.documents.quoting import codec_of_word
from tflsp.documents.region import FILE, NO_TRAITS, Region
from tflsp.documents.words import UNKNOWN, Word
from tflsp.facts.base import Fact
from tflsp.facts.commands import Command, command_facts, interprets, nested_command
from tflsp.facts.written_files import written_language
from tflsp.text import SpanMap
from tflsp.text.maps import Segment

SHELLS = ("bash", "sh", "zsh", "dash", "ash", "ksh", "rbash")
PYTHONS = ("python", "python3", "python3.8", "python3.9", "python3.10", "python3.11", "ipython", "pypy3")
# Options of shells and of ssh that take their value as the next word.
_SHELL_VALUED = ("-o", "+o", "-O", "+O", "--rcfile", "--init-file")
_SSH_VALUED = frozenset(f"-{letter}" for letter in "BbcDEeFIiJLlmOopPQRSWw")


def word_region(
    outer: Region, word: Word, language: str, *, origin: object = None, traits: Mapping[str, str] = NO_TRAITS
) -> Region:
    """The content of a word as a region. What is not known of it stands there as it is written."""
    if not word.pieces and word.value is not None:
        region = outer.inner(language, word.inner, traits=traits, codec=codec_of_word(outer.language, word.raw))
        region.origin = origin
        return region
    texts, segments = [], []
    for piece in word.pieces:
        text = piece.text
        if text == UNKNOWN and outer.language in ("shell", "console"):
            # A shell's expansions mean in the inner text what they mean in the outer; Python's mean nothing there.
            text = outer.text[piece.start : piece.start + piece.outer]
        texts.append(text)
        segments.append(Segment(len(text), piece.start, piece.outer))
    codec = codec_of_word(outer.language, word.raw)
    return Region(language, "".join(texts), outer, SpanMap(segments), codec, traits, origin=origin)


@interprets(*SHELLS)
def shell(command: Command) -> Iterator[Fact | Region]:
    """``bash -lc "…"``, and a script that is piped in."""
    script = _after_c(command.words)
    if script is not None:
        yield word_region(command.region, script, "shell", origin=command.inside)
    elif all(word.pattern.startswith("-") for word in command.words[1:]):
        for word in command.stdin:
            yield word_region(command.region, word, "shell", origin=command.inside)


def _after_c(words: Sequence[Word]) -> Word | None:
    """The script of ``-c``: the first word that is no option, if one of the options before it holds a ``c``."""
    at, found = 1, False
    while at < len(words) and words[at].pattern[:1] in ("-", "+") and words[at].pattern != "--":
        text = words[at].pattern
        found = found or (text[0] == "-" and "c" in text and not text.startswith("--"))
        at += 2 if text in _SHELL_VALUED or (text[1:2] not in ("-", "") and text.endswith("o")) else 1
    return words[at] if found and at < len(words) else None


@interprets("su", "runuser")
def substitute_user(command: Command) -> Iterator[Fact | Region]:
    """``su - user -c "…"``."""
    for option, value in zip(command.words, command.words[1:], strict=False):
        if option.pattern in ("-c", "--command", "-lc"):
            yield word_region(command.region, value, "shell", origin=command.inside)


@interprets("eval")
def evaluated(command: Command) -> Iterator[Region]:
    """``eval "…"`` of one word."""
    if len(command.words) == 2:
        yield word_region(command.region, command.words[1], "shell", origin=command.inside)


@interprets("ssh")
def remote(command: Command) -> Iterator[Fact | Region]:
    """``ssh host "…"``, ``ssh host command words`` and a script on its standard input."""
    rest = _behind_host(command.words)
    if not rest:
        for word in command.stdin:
            yield word_region(command.region, word, "shell", origin=command)
    elif len(rest) == 1:
        yield word_region(command.region, rest[0], "shell", origin=command)
    else:
        yield from command_facts(nested_command(command, rest, command))


def _behind_host(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words behind the host and all options (ssh takes options behind the host too)."""
    at, host = 1, False
    while at < len(words):
        text = words[at].pattern
        if text.startswith("-") and len(text) > 1:
            at += 2 if text in _SSH_VALUED else 1
        elif not host:
            host, at = True, at + 1
        else:
            break
    return words[at:]


@interprets(*PYTHONS)
def python(command: Command) -> Iterator[Fact | Region]:
    """``python -c "…"`` and ``python <<EOF``."""
    texts = [word.pattern for word in command.words]
    if "-c" in texts[1:-1]:
        yield word_region(command.region, command.words[texts.index("-c", 1) + 1], "python", origin=command.inside)
    elif all(text.startswith("-") for text in texts[1:]):
        for word in _heredocs(command):
            yield word_region(command.region, word, "python", origin=command.inside)


@interprets("kubectl", "oc")
def in_pod(command: Command) -> Iterator[Fact | Region]:
    """``kubectl exec pod -- command``."""
    texts = [word.pattern for word in command.words]
    if "exec" in texts and "--" in texts[:-1]:
        rest = command.words[texts.index("--") + 1 :]
        yield from command_facts(nested_command(command, rest, command))


@interprets("cat", "tee")
def written_file(command: Command) -> Iterator[Fact | Region]:
    """``cat > Dockerfile <<EOF``: the text of a file that has readers."""
    bodies = [word for word in command.stdin if "\n" in word.pattern]
    name = _written_name(command)
    if not bodies or not name:
        return
    language = written_language(name, bodies[0].pattern)
    if language:
        yield word_region(command.region, bodies[0], language, traits={FILE: name})


def _heredocs(command: Command) -> list[Word]:
    return [found.body for found in command.redirects if found.body is not None and found.operator != "<<<"]


def _written_name(command: Command) -> str:
    if command.name == "tee":
        return next((word.pattern for word in command.words[1:] if not word.pattern.startswith("-")), "")
    return next((found.target.pattern for found in command.redirects if found.writes), "")
