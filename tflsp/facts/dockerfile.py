"""Dockerfiles: instructions, stages, images, variables, ports, and what RUN, CMD, ENTRYPOINT and HEALTHCHECK run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.dataclass import dataclass, field, replace
from tflsp.documents.dockerfile import Dockerfile, Line, parse_dockerfile
from tflsp.documents.json_nodes import read_json
from tflsp.documents.nodes import scalars
from tflsp.documents.region import FILE, INSTRUCTION, VARIABLES, Region
from tflsp.documents.words import UNKNOWN, Word
from tflsp.facts.base import Fact, reads
from tflsp.facts.commands import Command, command_facts, program_name
from tflsp.facts.configuration_words import ScalarWords
from tflsp.facts.containers import ImageRef, Option, Surface
from tflsp.facts.dockerfile_words import Scope, split_words
from tflsp.facts.environment import EnvironmentSetting
from tflsp.facts.images import image_ref
from tflsp.facts.nested_commands import SHELLS
from tflsp.facts.written_files import written_language
from tflsp.text import VERBATIM, Span, SpanMap
from tflsp.text.patterns import pattern


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A stage: its index, its name where it has one, and the image at the bottom of it where that is known."""

    index: int
    name: str | None
    base: ImageRef | None


@dataclass(frozen=True, slots=True, eq=False)
class Instruction(Fact):
    """An instruction of a Dockerfile. ``span`` covers all of it, heredocs included.

    ``arguments`` is the text behind keyword and flags, with continuations and comments taken out; ``words`` are its
    words with variables resolved (none of RUN, CMD, ENTRYPOINT and HEALTHCHECK: a shell reads these). ``exec_form`` are
    the words of a JSON list, None for any other form. ``stage`` is None before the first FROM.
    """

    keyword: str
    keyword_span: Span
    arguments: str
    arguments_span: Span
    words: tuple[Word, ...]
    flags: tuple[Option, ...] = ()
    stage: Stage | None = None
    exec_form: tuple[Word, ...] | None = None
    on_build: bool = False

    def flag(self, name: str) -> Option | None:
        """The last flag of this name."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class ExposedPort(Fact):
    """A port that an image says it listens on: EXPOSE. A range has a ``last``."""

    port: int
    last: int
    protocol: str
    instruction: Instruction

    def covers(self, port: int) -> bool:
        return self.port <= port <= self.last


_RUNNING = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
_JSON_FORM = pattern(r"\[\s*(?:\"|\]|\Z)")
_EXPOSED = pattern(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/([a-z]+))?", re.IGNORECASE)
_AS = pattern(r"as\Z", re.IGNORECASE)


@reads("dockerfile")
def dockerfile(region: Region) -> Iterator[Fact | Region]:
    """The facts of a Dockerfile, and the regions inside of it."""
    reader = _Reader(region, parse_dockerfile(region.text))
    for line in reader.file.lines:
        yield from reader.read(line)


@dataclass(slots=True)
class _Reader:
    region: Region
    file: Dockerfile
    stages: list[Stage] = field(default_factory=list)
    named: dict[str, Stage] = field(default_factory=dict)
    shell: str = "sh"
    scope: Scope = field(default_factory=Scope)

    def read(self, line: Line) -> Iterator[Fact | Region]:
        words = self._words(line)
        exec_form = self._exec_form(line)
        instruction = Instruction(
            region=self.region,
            span=line.span,
            keyword=line.keyword,
            keyword_span=line.keyword_span,
            arguments=line.text,
            arguments_span=line.map.span(Span(0, len(line.text))),
            words=words,
            flags=tuple(Option(flag.name, flag.value, flag.span, flag.value_span) for flag in line.flags),
            stage=self.stages[-1] if self.stages else None,
            exec_form=exec_form,
            on_build=line.on_build,
        )
        if line.keyword == "FROM" and not line.on_build:
            yield from self._from(instruction)
            return
        yield instruction
        match line.keyword:
            case "ENV" | "ARG":
                yield from self._variables(instruction)
            case "COPY" | "ADD":
                yield from self._copy(instruction, line)
            case "EXPOSE":
                yield from _ports(instruction)
            case "SHELL" if exec_form:
                self.shell = program_name(exec_form[0])
            case keyword if keyword in _RUNNING:
                yield from self._run(instruction, line)

    # -- words

    def _words(self, line: Line) -> tuple[Word, ...]:
        if line.keyword in _RUNNING:
            return ()
        variables = self.scope.outside if line.keyword == "FROM" else self.scope.current
        return tuple(word.moved(line.map) for word in split_words(line.text, variables))

    def _exec_form(self, line: Line) -> tuple[Word, ...] | None:
        """The words of a JSON list. What is no JSON is a shell's, as in BuildKit; a list being typed is a list."""
        text = line.text
        offset = 0
        if line.keyword == "HEALTHCHECK" and (command := re.match(r"CMD\s+", text, re.IGNORECASE)):
            offset = command.end()
        if not _JSON_FORM.match(text, offset):
            return None
        node = read_json(" " * offset + text[offset:])
        reader = ScalarWords(text)
        return tuple(reader.word(scalar).moved(line.map) for scalar in scalars(node))

    # -- instructions

    def _from(self, instruction: Instruction) -> Iterator[Fact]:
        words = instruction.words
        name = words[2].value if len(words) > 2 and _AS.match(words[1].pattern) else None
        stage = self._stage_named(words[0].value) if words and words[0].value else None
        image = None
        if words and words[0].raw:
            is_stage = stage is not None or words[0].value == "scratch"
            image = image_ref(self.region, words[0], Surface.DOCKERFILE, is_stage=is_stage, pulls=not is_stage)
        base = stage.base if stage else image if image and not image.is_stage else None
        self.stages.append(Stage(len(self.stages), name, base))
        if name:
            self.named[name.lower()] = self.stages[-1]
        self.shell = "sh"
        self.scope.enter_stage(stage.index if stage else None)
        yield replace(instruction, stage=self.stages[-1])
        if image is not None:
            yield image

    def _stage_named(self, name: str | None) -> Stage | None:
        return self.named.get(name.lower()) if name else None

    def _variables(self, instruction: Instruction) -> Iterator[Fact]:
        for name, value, span, name_span in _assignments(instruction):
            if not instruction.on_build:
                self.scope.set(instruction.keyword, name, value)
            yield EnvironmentSetting(self.region, span, Surface.DOCKERFILE, name, name_span, value, instruction.keyword)

    def _copy(self, instruction: Instruction, line: Line) -> Iterator[Fact | Region]:
        yield from self._image_flag(instruction.flag("from"))
        words = instruction.exec_form or instruction.words
        targets = [word for word in words if not word.raw.startswith("<<")]
        for heredoc in line.heredocs:
            target = targets[-1].pattern if targets else ""
            name = target + heredoc.name if target.endswith("/") else target
            body = heredoc.body
            language = written_language(name, body.of(self.region.text))
            if language:
                yield self.region.inner(language, body, traits={FILE: name})

    def _image_flag(self, flag: Option | None) -> Iterator[Fact]:
        """The image of ``--from=``: a stage by name or number, or an image."""
        if flag is None or not flag.value or flag.value_span is None or flag.value.isdigit():
            return
        (word,) = split_words(flag.value, {})[:1]
        word = word.moved(SpanMap.at(flag.value_span.start, len(flag.value)))
        is_stage = self._stage_named(word.value) is not None
        yield image_ref(self.region, word, Surface.DOCKERFILE, is_stage=is_stage, pulls=not is_stage)

    def _run(self, instruction: Instruction, line: Line) -> Iterator[Fact | Region]:
        for flag in instruction.flags:
            if flag.name == "mount" and flag.value and flag.value_span:
                for found in re.finditer(r"(?:\A|,)from=([^,]+)", flag.value):
                    start = flag.value_span.start
                    place = Span(start + found.start(1), start + found.end(1))
                    yield from self._image_flag(Option("from", found[1], place, place))
        words = instruction.exec_form
        if words is not None:
            if words:
                yield from command_facts(self._command(instruction, words))
        elif self.shell in SHELLS:
            yield from self._shell(instruction, line)

    def _command(self, instruction: Instruction, words: tuple[Word, ...]) -> Command:
        span = Span(words[0].span.start, max(word.span.end for word in words))
        return Command(self.region, span, words, environment=self.scope.literal(), inside=instruction)

    def _shell(self, instruction: Instruction, line: Line) -> Iterator[Region]:
        text, places = line.shell, line.shell_map
        if line.keyword == "HEALTHCHECK":
            command = re.match(r"CMD\s+", line.text, re.IGNORECASE)
            if command is None:
                return
            text, places = text[command.end() :], SpanMap.at(command.end(), len(text) - command.end()).within(places)
        traits = {INSTRUCTION: line.keyword, VARIABLES: self.scope.as_json()}
        only = line.heredocs[0] if len(line.heredocs) == 1 and re.fullmatch(r"<<-?\S+", line.text) else None
        if only is None:
            yield Region("shell", text, self.region, places, VERBATIM, traits, origin=instruction)
            return
        body = only.body.of(self.region.text)
        language = "python" if re.match(r"\s*#!.*\bpython", body) else "shell"
        inner = self.region.inner(language, only.body, traits=traits)
        inner.origin = instruction
        yield inner


def _assignments(instruction: Instruction) -> Iterator[tuple[str, Word | None, Span, Span]]:
    """Names, values, and the places of both together and of the name; ``ENV NAME value`` is the old form."""
    words = instruction.words
    if instruction.keyword == "ENV" and words and "=" not in words[0].pattern:
        if len(words) > 1:
            value = words[1] if len(words) == 2 else _joined(instruction, words[1:])
            yield words[0].pattern, value, Span(words[0].span.start, words[-1].span.end), words[0].inner
        return
    for word in words:
        text = word.pattern
        name, equals, _ = text.partition("=")
        if name and UNKNOWN not in name:
            assigned = word.slice(len(name) + 1, len(text)) if equals else None
            yield name, assigned, word.span, word.place(0, len(name))


def _joined(instruction: Instruction, words: tuple[Word, ...]) -> Word:
    """All words of the old form of ENV: one value, with its blanks."""
    span = Span(words[0].span.start, words[-1].span.end)
    raw = instruction.region.text[span.start : span.end]
    known = all(word.value is not None for word in words) and "\n" not in raw
    return Word(raw if known and all(word.raw == word.value for word in words) else None, raw, span, span)


def _ports(instruction: Instruction) -> Iterator[Fact]:
    for word in instruction.words:
        found = _EXPOSED.fullmatch(word.pattern)
        if found:
            first, last = int(found[1]), int(found[2] or found[1])
            yield ExposedPort(instruction.region, word.inner, first, last, (found[3] or "tcp").lower(), instruction)
