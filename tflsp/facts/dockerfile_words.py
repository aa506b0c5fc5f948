"""Words and variables of Dockerfiles: ARG and ENV, in the scopes in which they hold.

https://docs.docker.com/reference/dockerfile (ARG: "Scope"; FROM: "Understand how ARG and FROM interact").
"""

from __future__ import annotations

from collections.abc import Mapping

from tflsp.dataclass import dataclass, field
from tflsp.documents.shell_words import Variable, WordReader
from tflsp.documents.words import Piece, Word
from tflsp.text.patterns import pattern

_BLANK = pattern(r"\s+")


def split_words(text: str, variables: Mapping[str, Variable]) -> list[Word]:
    """The words of an instruction's arguments, with variables resolved; places are in ``text``."""
    words: list[Word] = []
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        reader = WordReader(text, None, variables)
        words.append(reader.word(at))
        at = max(reader.end, at + 1)
    return words


@dataclass(slots=True)
class Scope:
    """What ARG and ENV have set so far: ``outside`` of all stages, and in the stage that is being read."""

    outside: dict[str, Variable] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    _environments: list[dict[str, Variable]] = field(default_factory=list)

    @property
    def current(self) -> Mapping[str, Variable]:
        """What an instruction at this place sees."""
        return self.variables if self._environments else self.outside

    def enter_stage(self, parent: int | None) -> None:
        """A stage begins: it sees nothing of what was set before but the environment of the stage it is made from."""
        environment = dict(self._environments[parent]) if parent is not None else {}
        self._environments.append(environment)
        self.variables = dict(environment)

    def set(self, keyword: str, name: str, value: Word | None) -> None:
        """``ARG name`` without a value takes that of an ARG outside; an unknown value makes the name unknown."""
        known = _variable(value) if value else self.outside.get(name)
        if not self._environments:
            _put(self.outside, name, known)
        elif keyword == "ENV":
            _put(self.variables, name, known)
            _put(self._environments[-1], name, known)
        elif name not in self._environments[-1]:  # ENV always wins over ARG
            _put(self.variables, name, known)

    def as_json(self) -> str:
        """The literal values as the trait VARIABLES has them."""
        if not (known := self.literal()):
            return "{}"
        import json  # many files set none

        return json.dumps(known)

    def literal(self) -> dict[str, str]:
        """The values of all variables that are known."""
        return {name: variable.value for name, variable in self.current.items()}


def _variable(word: Word) -> Variable | None:
    """A value with the places where it is written, so that a fix of what uses it mends the default."""
    if word.value is None:
        return None
    pieces = word.pieces or (Piece(word.value, word.inner.start, len(word.inner)),)
    return Variable(word.value, tuple(piece._replace(placed=True) for piece in pieces))


def _put(variables: dict[str, Variable], name: str, known: Variable | None) -> None:
    variables.pop(name, None)
    if known is not None:
        variables[name] = known
