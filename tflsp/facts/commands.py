"""Commands: an argument vector with the place of every word, whatever it was written in.

Shell lines, Dockerfile exec forms, compose lists and ``subprocess`` calls all come as the same fact, so that what reads a
``docker run`` or a ``pip install`` is written once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tflsp.facts.base import Fact
from tflsp.text import Span


@dataclass(frozen=True, slots=True)
class Word:
    """One argument: its value with quotes and escapes taken off, and where it stands, quotes included.

    ``value`` is None where it depends on something unknown at reading time (a variable without default, a command
    substitution); ``raw`` is what is written. ``inner`` is the span without quotes.
    """

    value: str | None
    raw: str
    span: Span
    inner: Span

    @property
    def is_literal(self) -> bool:
        return self.value is not None

    def __str__(self) -> str:
        return self.raw if self.value is None else self.value


@dataclass(frozen=True, slots=True, eq=False)
class Command(Fact):
    """A simple command. ``span`` runs from the first word to the last, continuations included.

    ``assignments`` are ``NAME=value`` words before it. ``wrappers`` are commands it is an argument of (``sudo``, ``env``,
    ``time``, ``exec``), already taken off ``words``. ``stdin`` is literal text piped or redirected into it
    (``echo … |``, heredoc), with its span, where known.
    """

    words: tuple[Word, ...]
    assignments: tuple[Word, ...] = ()
    wrappers: tuple[Word, ...] = ()
    stdin: tuple[Word, ...] = ()
    environment: Mapping[str, str] = field(
        default_factory=dict
    )  # literal shell variables assigned before, in this region

    @property
    def name(self) -> str:
        """The program's name without its folder, or an empty text where it is not known."""
        return (self.words[0].value or "").rsplit("/", 1)[-1] if self.words else ""

    def argument(self, index: int) -> str:
        """An argument's value, or an empty text where there is none or it is not known."""
        return (self.words[index].value or "") if index < len(self.words) else ""
