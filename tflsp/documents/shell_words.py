"""Reads one word of shell text: quotes, escapes, expansions (POSIX shell, bash; 2.2 and 2.6 of POSIX.1-2024).

Every text gives words: an open quote runs to the end of its line. Values of variables come from the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tflsp.dataclass import dataclass, field
from tflsp.documents.shell_scanning import ANSI, ansi_value, closing_brace, line_end, one_quote
from tflsp.documents.words import UNKNOWN, Piece, Word, merge
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Deeper nesting of quotes and expansions than this is taken as one unknown piece.
MAX_NESTING = 40
# How far the end of an arithmetic expression or a test is looked for: a bound for hostile text.
FAR = 4_000
# Longer values of variables are not filled in: ``a=$a$a`` doubles with every line.
LONGEST_VALUE = 4_000

BLANK = pattern(r"(?:[ \t]|\\(?:\r\n|\n|\r))+")
_TILDE = pattern(r"~[\w.+-]*(?=[/:\s;&|)]|\Z)")
_DEFAULT = pattern(r":?[-=]")
_PLAIN = pattern(rf"(?:[^\s|&;()<>\\'\"`${UNKNOWN}{{]|\{{(?!\{{))+")
_PLAIN_ARGUMENT = pattern(r"(?:[^\s\\'\"$<{]|\{(?!\{))+")
_DOUBLE = pattern(rf"[^\"\\$`{UNKNOWN}]+")
_BODY = pattern(r"[^\\$`]+")
_BODY_LINE = pattern(r"[^\\$`\n]*\n|[^\\$`\n]+")
_LINE = pattern(r"[^\n]*\n|[^\n]+")
_TABS = pattern(r"\t+")
_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+")
_ARITHMETIC = pattern(r"\$\((?!\()|[()]")
_SUBSTITUTION = pattern(r"\\.|\$\((?!\()|`", re.DOTALL)
_PARAMETER = pattern(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
# `<image>` and `<your path>` are how documentation writes what the reader has to fill in.
# `{{ image }}` is what templates (Jinja, Go) fill in.
_TEMPLATE = pattern(r"\{\{[^{}\n]*\}\}")
PLACEHOLDER = pattern(r"<(?![<(&])[^\s<>|&;()$`'\"](?:[^<>|&;()$`'\"\n]*[^\s<>|&;()$`'\"])?>")


@dataclass(slots=True)
class Variable:
    """A literal value assigned before; ``pieces`` say where it is written."""

    value: str
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class WordReader:
    """Reads words from ``text``. ``substitution`` is told of every command substitution, as (start, closer).

    It gives the offset after the closer; None: there are no such substitutions, nor a shell's operators (Dockerfiles).
    """

    text: str
    substitution: Callable[[int, str], int] | None
    variables: Mapping[str, Variable] = field(default_factory=dict)
    in_backticks: bool = False
    end: int = 0
    _limit: int = -1
    _filled: int = 0
    _pieces: list[Piece] = field(default_factory=list)
    _used: list[tuple[str, str]] = field(default_factory=list)
    _depth: int = 0

    def word(self, start: int) -> Word:
        """The word at ``start``; afterwards ``end`` is the offset behind it."""
        self._pieces, self._used, self._limit, self._filled = [], [], len(self.text), 0
        at = self._tilde(start)
        while (after := self._part(at)) > at:
            at = after
        self.end = at
        return self._made(start, at)

    def quoted_word(self, start: int, end: int, *, expand: bool, tabs: bool = False) -> Word:
        """A heredoc's body: only expansions and a few escapes mean something, or nothing does.

        With ``tabs`` (``<<-``) the tabs at the beginning of each line are no part of it.
        """
        self._pieces, self._used, self._limit, self._filled = [], [], end, 0
        at = start
        while at < end:
            if tabs and self.text[at - 1] == "\n" and (found := _TABS.match(self.text, at, end)):
                at = found.end()
                continue
            run = _LINE if not expand else _BODY_LINE if tabs else _BODY
            found = run.match(self.text, at, end)
            at = self._literal(at, found.end()) if found else max(self._special(at, "$`\\"), at + 1)
        return self._made(start, end, quoted=True)

    def _made(self, start: int, end: int, *, quoted: bool = False) -> Word:
        text, pieces = self.text, merge(self._pieces)
        unknown = any(piece.text == UNKNOWN for piece in pieces)
        value = None if unknown else "".join(piece.text for piece in pieces)
        span = inner = Span(start, end)
        mark = text[start : start + 1]
        if end - start >= 2 and mark in ("'", '"') and text[end - 1] == mark and one_quote(text, start, end):
            inner, quoted = Span(start + 1, end - 1), True
        elif not pieces and end > start and mark in ("'", '"'):
            inner, quoted = Span(end, end), True
        plain = len(pieces) <= 1 and all(piece.verbatim and piece.start == inner.start for piece in pieces)
        kept = () if plain and (not pieces or len(pieces[0].text) == len(inner)) else tuple(pieces)
        return Word(value, text[start:end], span, inner, kept, tuple(dict.fromkeys(self._used)), quoted)

    def _literal(self, start: int, end: int) -> int:
        self._pieces.append(Piece(self.text[start:end], start, end - start))
        return end

    def _unknown(self, start: int, end: int) -> int:
        self._pieces.append(Piece(UNKNOWN, start, end - start))
        return end

    def _tilde(self, start: int) -> int:
        if self.text.startswith("~", start):
            name = _TILDE.match(self.text, start)
            if name:
                return self._unknown(start, name.end())
        return start

    def _part(self, at: int) -> int:
        """One part of a word; gives ``at`` where the word ends."""
        text = self.text
        if at >= self._limit:
            return at
        plain = _PLAIN if self.substitution is not None else _PLAIN_ARGUMENT
        if found := plain.match(text, at, self._limit):
            return self._literal(at, found.end())
        char = text[at]
        if char == "'":
            return self._single(at)
        if char == '"':
            return self._double(at)
        if char == "\\":
            return self._escape(at)
        if char == UNKNOWN:
            return self._unknown(at, at + 1)
        if char == "$" or (char == "`" and not self.in_backticks):
            return self._special(at, "")
        if char == "{" and (hole := _TEMPLATE.match(text, at, self._limit)):
            return self._unknown(at, hole.end())
        if char == "<" and (hole := PLACEHOLDER.match(text, at, self._limit)):
            return self._unknown(at, hole.end())
        if char == "{" or (self.substitution is None and char in "<`"):
            return self._literal(at, at + 1)
        if self.substitution is not None and char in "<>" and text.startswith("(", at + 1):
            return self._unknown(at, self.substitution(at + 2, ")"))
        return at

    def _escape(self, at: int) -> int:
        after = self.text[at + 1 : at + 2]
        if not after:
            return self._literal(at, at + 1)
        if after in "\r\n":
            end = at + 3 if self.text.startswith("\r\n", at + 1) else at + 2
            # A word goes on behind a continuation only where no blank stands there.
            return end if end < len(self.text) and self.text[end] not in " \t\r\n" else at
        self._pieces.append(Piece(after, at, 2))
        return at + 2

    def _single(self, at: int) -> int:
        close = self.text.find("'", at + 1)
        end = line_end(self.text, at) if close < 0 else close
        self._literal(at + 1, end)
        return end if close < 0 else end + 1

    def _double(self, at: int) -> int:
        text, at = self.text, at + 1
        limit = len(text) if text.find('"', at) >= 0 else line_end(text, at)
        while at < limit:
            if found := _DOUBLE.match(text, at, limit):
                at = self._literal(at, found.end())
            elif text[at] == '"':
                return at + 1
            elif text[at] == UNKNOWN:
                at = self._unknown(at, at + 1)
            else:
                at = self._special(at, '$`"\\')
        return at

    def _special(self, at: int, escapable: str) -> int:
        """A backslash, dollar or backtick; ``escapable`` are the characters that a backslash takes the meaning from."""
        text = self.text
        if text[at] == "\\":
            after = text[at + 1 : at + 2]
            if after == "\n":
                return at + 2
            if after and after in escapable:
                self._pieces.append(Piece(after, at, 2))
                return at + 2
            return self._literal(at, at + 1)
        if text[at] == "`":
            if self.substitution is None:
                return self._literal(at, at + 1)
            return self._unknown(at, self.substitution(at + 1, "`"))
        return self._dollar(at, in_quotes=bool(escapable))

    def _dollar(self, at: int, *, in_quotes: bool) -> int:
        text = self.text
        after = text[at + 1 : at + 2]
        if after == "(" and self.substitution is not None:
            return self._unknown(at, self._parenthesis(at))
        if after == "{":
            return self._braced(at)
        if after == "'" and not in_quotes:
            return self._ansi(at)
        if after == '"' and not in_quotes:
            return self._double(at + 1)
        if found := _PARAMETER.match(text, at + 1):
            return self._variable(found.group(), at, found.end())
        return self._literal(at, at + 1)

    def _parenthesis(self, at: int) -> int:
        """Behind ``$((…))`` or ``$(…)``."""
        if self.text.startswith("((", at + 1) and (end := self._arithmetic(at + 3)):
            return end
        return self.substitution(at + 2, ")") if self.substitution is not None else at + 2

    def _arithmetic(self, at: int) -> int | None:
        """Behind the two parentheses that close an arithmetic expression, or None where it is none."""
        depth, end = 2, at + FAR
        while found := _ARITHMETIC.search(self.text, at, end):
            at = found.end()
            if found.group() == "$(":
                at = self.substitution(at, ")") if self.substitution is not None else at
                continue
            depth += 1 if found.group() == "(" else -1
            if depth == 1 and not self.text.startswith(")", at):
                return None
            if depth == 0:
                return at
        return None

    def _hidden(self, at: int, end: int) -> int:
        """An unknown piece that may hold substitutions, whose commands are read all the same."""
        self._unknown(at, end)
        while self.substitution is not None and (found := _SUBSTITUTION.search(self.text, at, end)):
            at = found.end()
            if found.group() == "$(":
                at = self.substitution(at, ")")
            elif found.group() == "`" and not self.in_backticks:
                at = self.substitution(at, "`")
        return end

    def _variable(self, name: str, start: int, end: int) -> int:
        known = self.variables.get(name)
        if known is None or self._filled + len(known.value) > LONGEST_VALUE:
            return self._unknown(start, end)
        self._filled += len(known.value)
        self._used.append((name, known.value))
        self._pieces.extend(known.pieces or (Piece(known.value, start, end - start, exact=False),))
        return end

    def _braced(self, at: int) -> int:
        """``${name}`` and ``${name:-default}``; what other operators give is not known."""
        text = self.text
        name = _NAME.match(text, at + 2)
        end = closing_brace(text, at + 2)
        stop = end - 1 if text[end - 1 : end] == "}" else end
        operator = text[name.end() : stop] if name else "?"
        if name and (not operator or operator[0] not in ":-=" or operator[:2] in (":?", ":+")):
            return self._variable(name.group(), at, end) if not operator else self._hidden(at, end)
        default = _DEFAULT.match(operator)
        if not name or not default:
            return self._unknown(at, end)
        known = self.variables.get(name.group())
        if known is not None and (known.value or not operator.startswith(":")):
            return self._variable(name.group(), at, end)
        self._default(name.group(), name.end() + default.end(), stop)
        return end

    def _default(self, name: str, start: int, end: int) -> None:
        if self._depth >= MAX_NESTING:
            self._unknown(start, end)
            return
        first, limit = len(self._pieces), self._limit
        self._depth, self._limit = self._depth + 1, end
        at = start
        while at < end:
            after = self._part(at)
            at = after if after > at else self._literal(at, at + 1)
        self._depth, self._limit = self._depth - 1, limit
        value = "".join(piece.text for piece in self._pieces[first:])
        if UNKNOWN not in value:
            self._used.append((name, value))

    def _ansi(self, at: int) -> int:
        """``$'…'`` with C's escapes."""
        text, at = self.text, at + 2
        while at < len(text) and text[at] != "'":
            if text[at] != "\\":
                end = next((i for i in range(at, len(text)) if text[i] in "\\'"), len(text))
                at = self._literal(at, end)
            elif found := ANSI.match(text, at):
                at = self._piece(ansi_value(found), at, found.end())
            else:
                at = self._literal(at, at + 1)
        return at + 1 if at < len(text) else at

    def _piece(self, value: str, start: int, end: int) -> int:
        self._pieces.append(Piece(value, start, end - start))
        return end
