"""Reads the simple commands of shell text, wherever they stand: in pipelines, loops, functions and substitutions.

Written by hand because facts need what tree-sitter-bash's tree leaves out or takes apart: escaped blanks between words,
words behind a redirection, options that look like assignments, quotes that are still open. Linear in the text; any text
is read.
"""

from __future__ import annotations

import re

from tflsp.dataclass import dataclass, field, replace
from tflsp.documents.shell_blocks import (
    behind_array,
    behind_case_head,
    behind_function_name,
    behind_loop_head,
    behind_parameters,
    behind_parenthesis,
    behind_pattern,
    behind_test,
)
from tflsp.documents.shell_words import BLANK, MAX_NESTING, PLACEHOLDER, Variable, WordReader
from tflsp.documents.words import UNKNOWN, Piece, Word
from tflsp.text import Span
from tflsp.text.patterns import pattern

_REDIRECT = pattern(r"(?:[0-9]+|\{\w+\})?(?:<<<|<<-?|<>|<&|>>|>\||>&|&>>|&>|<(?!\()|>(?!\())")
_ASSIGNMENT = pattern(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[(?:[^\[\]\s]|\[[^\[\]\s]*\])*\])?(\+?)=")
_OPERATOR = pattern(r";;&|;;|;&|&&|\|\||\|&|[;&|\n\r]")
_COMMENT = pattern(r"#[^\n]*")
# A backslash that was meant to end its line: only blanks follow, or, where lines were joined, the next option.
_BROKEN = pattern(r"\\[ \t]+(?:\r?\n|\Z|(?=\S))")
_ONE_VARIABLE = pattern(r"\$\w+|\$\{\w+\}")
# Most words are plain; they are read without further ado.
_SIMPLE = pattern(r"(?:[ \t]|\\(?:\r\n|\n|\r))*([A-Za-z0-9._/:,+@%^=-]+)(?=[ \t\r\n;|]|\Z)")
_QUOTED = pattern(rf"(?:'([^']*)'|\"([^\"\\$`{UNKNOWN}]*)\")(?=[ \t\r\n;|]|\Z)")
_BEFORE_COMMAND = frozenset(("if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "coproc"))
_CLOSING = frozenset(("fi", "done", "esac", "}"))
_DECLARING = frozenset(("export", "declare", "typeset", "local", "readonly"))
_SETTING = frozenset(("read", "unset", "mapfile", "readarray"))


@dataclass(slots=True)
class Redirect:
    """A redirection. ``body`` is a heredoc's or here-string's text; ``target`` the file, or a heredoc's delimiter."""

    operator: str
    target: Word
    start: int
    body: Word | None = None


@dataclass(slots=True)
class SimpleCommand:
    """Words with what belongs to them. ``source`` is the command whose output is piped in.

    ``broken`` are the places of backslashes that were meant as continuations and are none; the words behind them are
    taken as the author meant them.
    """

    words: list[Word] = field(default_factory=list)
    assignments: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    source: SimpleCommand | None = None
    broken: list[Span] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        parts = [*self.assignments, *self.words]
        return Span(parts[0].span.start, max(part.span.end for part in parts))


def read_shell(text: str, variables: dict[str, Variable] | None = None) -> list[SimpleCommand]:
    """All simple commands of a text, in the order in which they begin."""
    reader = _Reader(text, dict(variables or {}))
    reader.statements(1 if text.startswith("\ufeff") else 0, "")
    return sorted((found for found in reader.found if found.words), key=lambda found: found.words[0].span.start)


class _Reader:
    """One pass over a text. Substitutions re-enter ``statements``, up to a depth."""

    def __init__(self, text: str, variables: dict[str, Variable]) -> None:
        self.text = text
        self.variables = variables
        self.found: list[SimpleCommand] = []
        self.heredocs: list[tuple[Redirect, bool]] = []
        self.blocks: list[str] = []
        self.unclear: set[str] = set()
        self.depth = 0
        self.in_backticks = False
        # A substitution is read in the midst of a word: one reader for each depth.
        self.readers: list[WordReader] = []

    # -- lists of commands

    def statements(self, at: int, closer: str) -> int:
        """Read commands up to ``closer`` (``)``, a backtick, or nothing: the end); gives the offset behind it."""
        text, open_parentheses, source = self.text, 0, None
        while at < len(text):
            if found := BLANK.match(text, at) or _COMMENT.match(text, at):
                at = found.end()
                continue
            char = text[at]
            if char == closer and not open_parentheses:
                return at + 1
            if char in "()":
                open_parentheses = max(0, open_parentheses + (1 if char == "(" else -1))
                at = behind_parenthesis(text, at)
                continue
            if found := None if text.startswith(("&>", "<"), at) else _OPERATOR.match(text, at):
                at = self._operator(found)
                source = source if found.group() in ("|", "|&") else None
                continue
            command = SimpleCommand(source=source, variables=self.variables)
            after = self._command(command, at, closer)
            source = command
            at = after if after > at else at + 1
        return at

    def _operator(self, found: re.Match[str]) -> int:
        at = found.end()
        if found.group() in "\r\n" and self.heredocs:
            at = self._heredoc_bodies(at)
        elif found.group().startswith(";") and len(found.group()) > 1 and self.blocks[-1:] == ["case"]:
            at = behind_pattern(self.text, at)
        return at

    # -- one command

    def _command(self, command: SimpleCommand, at: int, closer: str) -> int:
        text, length, words, ordinary = self.text, len(self.text), command.words, False
        while at < length:
            if ordinary and (found := _SIMPLE.match(text, at)):
                at = found.end()
                words.append(_plain(found[1], found.start(1), at))
                continue
            if found := BLANK.match(text, at):
                at = found.end()
                continue
            if (char := text[at]) == closer or (char in "();&|\n\r" and not text.startswith("&>", at)):
                if char == "(" and len(command.words) == 1:
                    at, defines = behind_parameters(text, at)
                    if defines:
                        command.words.clear()
                    continue
                break
            if char == "#" and text[at - 1 : at] in ("", " ", "\t", "\n", "\r"):
                at = _COMMENT.match(text, at).end()  # type: ignore[union-attr]
            elif char == "\\" and (found := _BROKEN.match(text, at)) and command.words:
                command.broken.append(Span(at, at + 1))
                at = found.end()
            elif char in "<>&0123456789{" and not PLACEHOLDER.match(text, at) and (found := _REDIRECT.match(text, at)):
                at = self._redirect(command, found)
            elif not command.words and (found := _ASSIGNMENT.match(text, at)):
                at = self._assignment(command.assignments, found)
            else:
                after = self._argument(command, at)
                if after is None:
                    return at
                at = max(after, at + 1)
                ordinary = bool(words) and words[0].raw not in _DECLARING and words[0].raw not in _SETTING
        if command.words:
            self.found.append(command)
        elif command.assignments:
            self._assigned(command.assignments)
        return at

    def _argument(self, command: SimpleCommand, at: int) -> int | None:
        """One more word, or a reserved word where a command may begin."""
        if command.words and command.words[0].raw in _DECLARING and (found := _ASSIGNMENT.match(self.text, at)):
            assigned: list[Word] = []
            end = self._assignment(assigned, found)
            self._assigned(assigned)
            command.words.extend(assigned)
            return end
        word, end = self._word(at)
        if not command.words and not command.assignments and not word.quoted:
            reserved = self._reserved(word.raw, end)
            if reserved is not None:
                return reserved
        command.words.extend(_split(word))
        if command.words and command.words[0].raw in _SETTING and word.raw in self.variables:
            self.variables = {name: value for name, value in self.variables.items() if name != word.raw}
        return end

    def _reserved(self, name: str, end: int) -> int | None:
        """The offset behind a reserved word and what it takes along, or None for any other word."""
        if name in _BEFORE_COMMAND or name in _CLOSING:
            if name in ("if", "while", "until"):
                self.blocks.append(name)
            elif name in ("fi", "done", "esac") and self.blocks:
                self.blocks.pop()
            return end
        if name in ("for", "select"):
            self.blocks.append(name)
            end, variable = behind_loop_head(self.text, end, self._behind_word)
            self.variables = {name: value for name, value in self.variables.items() if name != variable}
            return end
        if name == "case":
            self.blocks.append(name)
            return behind_case_head(self.text, end, self._behind_word)
        if name == "function":
            return behind_function_name(self.text, end)
        if name == "[[":
            return behind_test(self.text, end, self._behind_word)
        return None

    # -- words, assignments, redirections

    def _word(self, at: int) -> tuple[Word, int]:
        if found := _SIMPLE.match(self.text, at):
            return _plain(found[1], found.start(1), found.end()), found.end()
        if found := _QUOTED.match(self.text, at):
            text, end = found[1] if found[2] is None else found[2], found.end()
            return Word(text, found.group(), Span(at, end), Span(at + 1, end - 1), quoted=True), end
        while len(self.readers) <= self.depth:
            self.readers.append(WordReader(self.text, self._substitution))
        reader = self.readers[self.depth]
        reader.variables, reader.in_backticks = self.variables, self.in_backticks
        word = reader.word(at)
        return word, reader.end

    def _behind_word(self, at: int) -> int:
        """Behind a word that counts for nothing but the substitutions in it."""
        return max(self._word(at)[1], at + 1)

    def _substitution(self, start: int, closer: str) -> int:
        if self.depth >= MAX_NESTING:
            end = self.text.find("\n", start)
            return len(self.text) if end < 0 else end
        blocks, variables, backticks = self.blocks, self.variables, self.in_backticks
        self.blocks, self.depth, self.in_backticks = [], self.depth + 1, closer == "`"
        end = self.statements(start, closer)
        self.blocks, self.variables, self.depth, self.in_backticks = blocks, variables, self.depth - 1, backticks
        return end

    def _assignment(self, into: list[Word], found: re.Match[str]) -> int:
        """``NAME=value`` as one word; an array's value is not known."""
        if self.text.startswith("(", found.end()):
            end = behind_array(self.text, found.end() + 1, self._behind_word)
            place = Span(found.start(), end)
            text = place.of(self.text)
            into.append(Word(None, text, place, place))
            return end
        word, end = self._word(found.start())
        into.append(word)
        return end

    def _assigned(self, words: list[Word]) -> None:
        """Remember what was assigned. What differs between branches is not known afterwards."""
        variables = dict(self.variables)
        for word in words:
            found = _ASSIGNMENT.match(word.raw)
            if found is None:
                continue
            name, old = found[1], variables.pop(found[1], None)
            differs = old is not None and word.value is not None and old.value != word.value[found.end() :]
            if found[2] or word.value is None or (self.blocks and (differs or name in self.unclear)):
                self.unclear.add(name)
                continue
            if not self.blocks:
                self.unclear.discard(name)
            part = word.slice(found.end(), len(word.value))
            pieces = part.pieces or (Piece(part.value or "", part.inner.start, len(part.inner)),)
            variables[name] = Variable(part.value or "", pieces)
        self.variables = variables

    def _redirect(self, command: SimpleCommand, found: re.Match[str]) -> int:
        operator = found.group().lstrip("0123456789")
        blank = BLANK.match(self.text, found.end())
        at = blank.end() if blank else found.end()
        word, end = self._word(at)
        redirect = Redirect(operator, word, found.start())
        if operator == "<<<":
            redirect.body = word
        elif operator in ("<<", "<<-") and end > at:
            self.heredocs.append((redirect, operator == "<<-"))
        command.redirects.append(redirect)
        return max(end, found.end())

    def _heredoc_bodies(self, at: int) -> int:
        """Read the bodies that begin at this line, in order."""
        pending, self.heredocs = self.heredocs, []
        for redirect, tabs in pending:
            delimiter = re.escape(redirect.target.value or redirect.target.raw)
            indent = "\t*" if tabs else ""
            last = re.compile(rf"^{indent}{delimiter}(?=\r?$)", re.MULTILINE).search(self.text, at)
            end = last.start() if last else len(self.text)
            expand = redirect.target.raw == redirect.target.value
            reader = WordReader(self.text, self._substitution, self.variables)
            redirect.body = reader.quoted_word(at, end, expand=expand, tabs=tabs)
            at = last.end() if last else end
        return at


def _plain(text: str, start: int, end: int) -> Word:
    span = Span(start, end)
    return Word(text, text, span, span)


def _split(word: Word) -> list[Word]:
    """The words that a bare ``$OPTIONS`` of known value stands for."""
    if word.value is None or not word.variables or not _ONE_VARIABLE.fullmatch(word.raw) or " " not in word.value:
        return [word]
    parts = (word.slice(*found.span()) for found in re.finditer(r"\S+", word.value))
    return [replace(part, raw=word.raw, span=word.span, inner=word.inner) for part in parts]
