"""Tells a secret from what merely stands where a secret would: placeholders, variables, well-known examples.

Pure text in, a judgement out. Precision comes first: what could be a placeholder is one.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache, lru_cache
from pathlib import Path

from tflsp.text.patterns import pattern


class Strength(IntEnum):
    """How much a value looks like somebody's secret."""

    PLACEHOLDER = 0  # stands for a secret: `your_password`, `<TOKEN>`, `$PASSWORD`
    WORDS = 1  # ordinary words: a default that really works somewhere, or an example: `postgres`, `my-secret-pw`
    WEAK = 2  # a password, but one that everybody tries first: `123456`, `P@ssw0rd2024`
    REAL = 3


_WORD_LIST = Path(__file__).with_name("placeholder_words.txt")
_DOCUMENTED = Path(__file__).with_name("documented_secrets.txt")

# Variables, templates, ellipses, masks: marks that no generator and no person puts into a password.
_MARK = pattern(
    r"^\$[A-Za-z_]|\$[{(]|\{\{|\}\}|\{%|%[({]|%s|%d|#\{|@\{|<[^<>]*>|\[[A-Za-z_ -]+\]|\{[\w.:!\[\]'\"-]*\}"
    r"|\.{2,}|…|\*{2,}|[•●·]{2,}|x{4,}|X{3,}|_{3,}|-{3,}|\?{2,}|#{3,}|=>|::|\(\)|\|\||&&|\\[nrtu]|&lt;|^[<{\[]|^%\w+%$|^(?:/|\./|~/|--)"
    r"|^[\w./-]+\.(?:ya?ml|txt|json|pem|key|crt|cer|ini|conf|cfg|toml|py|sh|md|env|log|csv|db|sql|xml|html?|[jt]sx?|gpg|asc"
    r"|p12|jks|kdbx|com|org|net|io|dev|local)$"
)
# An expression of a language: a call, an attribute, an index.
_EXPRESSION = pattern(r"^[A-Za-z_][\w.]*(?:\(.*\)?|\[.*\]?)$|^(?:self|os|env|config|settings|process|args|this)\.\w")
_SAME = pattern(r"^(.{1,2})\1+.?$|^(.{3,4})\2+$", re.DOTALL)
_LEET = str.maketrans("@4310$5!7", "aaeiossit")
_LETTERS_PER_DIGIT = 4
_WORD = pattern(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")
_EDGES = pattern(r"^[\W_\d]+|[\W_\d]+$")
_LETTERS = pattern(r"[A-Za-z]+(?:[_.-][A-Za-z]+)*|[A-Za-z]+(?:[_.-][A-Za-z]+)+[_.-]?\d{1,4}")
_NAMES_ITSELF = pattern(r"pass|secret|pwd|pw\b|key|token|test|demo|foo|bar|baz|abc|user|my|sample|fake", re.IGNORECASE)
_DEFAULT = pattern(r"admin|root|guest|qwert|asdf|zxcv|welcome|letmein")
_PREFIX = pattern(r"^(?:my|our|the|an?)(?=\w{3})")
_BASE64 = pattern(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)")
_NO_LETTERS = pattern(r"^[\d\W_]+$")
_PIECES = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SEQUENCES = (
    "01234567890",
    "1234567890",
    "0987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)
_SHORTEST = 3
_LONGEST = 4096


@lru_cache(maxsize=512)
def strength_of(value: str) -> Strength:
    """How much a literal value looks like a secret that somebody uses."""
    if not _SHORTEST <= len(value) <= _LONGEST or _MARK.search(value) or _EXPRESSION.match(value):
        return Strength.PLACEHOLDER
    if not value.isascii() or any(char.isspace() for char in value) or "example" in value.lower():
        return Strength.PLACEHOLDER
    if _NO_LETTERS.match(value):
        return _of_digits(value)
    if _SAME.match(value):
        return Strength.PLACEHOLDER
    if (decoded := _decoded(value)) is not None:
        return strength_of(decoded)
    pieces = [piece.lower() for piece in _PIECES.findall(value)]
    if any(piece in _instructions() for piece in pieces):
        return Strength.PLACEHOLDER
    if all(_is_words(piece) for piece in pieces) or _is_words("".join(pieces)):
        # `password1` and `my-secret-1234` say what they are; `admin123` and `Docker!` are used.
        if not _is_decorated(value) or _NAMES_ITSELF.search(value):
            return Strength.WORDS
        return Strength.REAL if _is_by_the_rules(value) else Strength.WEAK
    if _reads_like_words(value, pieces):
        return Strength.WEAK if value[-1].isdigit() else Strength.WORDS
    if (_is_one_word(value) or _is_sequence(value)) and not _is_by_the_rules(value):
        return Strength.WEAK
    return Strength.REAL


def is_marked(value: str) -> bool:
    """Whether a value holds a variable, a template or a mask: nothing of it is a literal secret."""
    return _MARK.search(value) is not None


def is_documented(value: str) -> bool:
    """Whether a key is one that everybody can read in some product's documentation."""
    return value.startswith(_documented())


def is_hash(value: str) -> bool:
    """Whether a value is hexadecimal, and as long as the usual digests are."""
    return _DIGEST.fullmatch(value) is not None


def is_random(value: str, *, least: int = 16) -> bool:
    """Whether a value is long and without words, as a generator makes it: asked where only a keyword points at it."""
    if len(value) < least or not re.fullmatch(r"[A-Za-z0-9+/=_.:~-]+", value):
        return False
    if _UUID.fullmatch(value):
        return False
    changes = len(re.findall(r"[a-z][A-Z]|[A-Za-z][0-9]|[0-9][A-Za-z]", value))
    low = value.lower()
    return changes * 5 >= len(value) and len(set(low)) >= 8 and not any(row in low for row in _ROWS)


_DIGEST = pattern(r"(?:0x)?(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96,128})")
_UUID = pattern(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Parts of keys that somebody typed: rows of the keyboard, of digits, hexadecimal words.
_ROWS = ("1234567", "abcdef01", "abcdefg", "0987654", "deadbeef", "cafebabe", "qwerty")


def _reads_like_words(value: str, pieces: list[str]) -> bool:
    """Whether a value is letters in pieces as long as words are: names and words of other languages."""
    return _LETTERS.fullmatch(value) is not None and len("".join(pieces)) >= 4 * len(pieces)


def _is_decorated(value: str) -> bool:
    """Whether known words were made a password by digits or signs: `admin123`, `Docker!`."""
    return any(char.isdigit() for char in value) or value[-1] in "!@#$%^&*"


@lru_cache(maxsize=512)
def _is_words(text: str) -> bool:
    """Whether a lower-case text is a known word, or several longer ones in a row (`supersecretpassword`)."""
    words = _words()
    if text in words or not text:
        return True
    text = _PREFIX.sub("", text)
    if len(text) > 64:
        return False
    ends = [True] + [False] * len(text)
    for end in range(_SHORTEST, len(text) + 1):
        starts = range(max(0, end - 16), end - _SHORTEST + 1)
        ends[end] = any(ends[start] and text[start:end] in words for start in starts)
    return ends[-1]


def _decoded(value: str) -> str | None:
    """The text that a value is the base64 form of, where it is text: documentation hides its jokes there."""
    if not value.endswith("=") or _BASE64.fullmatch(value) is None:
        return None
    # Imported with the first value that comes so far.
    from base64 import b64decode

    try:
        decoded = b64decode(value, validate=True).decode("ascii")
    except ValueError:
        return None
    return decoded if decoded.isprintable() else None


def _of_digits(value: str) -> Strength:
    digits = sum(char.isdigit() for char in value)
    if digits < 3 or len(value) > 16 or set(value) == {"0"}:
        return Strength.PLACEHOLDER
    return Strength.WEAK if digits >= 5 else Strength.WORDS


def _is_by_the_rules(value: str) -> bool:
    """Whether a value is made as password rules want it (`Lab2023!`): examples hardly ever take that trouble."""
    plain = value.translate(_LEET).lower()
    return (
        all(any(map(test, value)) for test in (str.isupper, str.islower, str.isdigit))
        and any(not char.isalnum() for char in value)
        and not _NAMES_ITSELF.search(plain)
        and not _DEFAULT.search(plain)
    )


def _is_one_word(value: str) -> bool:
    """Whether a value is a word with digits around it, and some in the place of letters: `Passw0rd!`, `cisco123`."""
    core = _EDGES.sub("", value)
    word = core.translate(_LEET)
    written = sum(not char.isalpha() for char in core)
    return _is_words(word.lower()) or (written * _LETTERS_PER_DIGIT <= len(core) and _WORD.fullmatch(word) is not None)


def _is_sequence(value: str) -> bool:
    """Whether a value is a row of the keyboard or of the alphabet, digits behind it or not."""
    low = value.lower().rstrip("0123456789!@#$") or value.lower()
    return any(low in row for row in _SEQUENCES)


@cache
def _documented() -> tuple[str, ...]:
    lines = _DOCUMENTED.read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    lines = [line for line in _WORD_LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    border = lines.index("---")
    return frozenset(" ".join(lines[:border]).split()), frozenset(" ".join(lines).split())


def _instructions() -> frozenset[str]:
    return _lists()[0]


def _words() -> frozenset[str]:
    return _lists()[1]
