"""How text is written inside of a quoted string: shells, Python, YAML. The counterparts of reading words and literals.

JSON's strings have their codec in ``tflsp.text``.
"""

from __future__ import annotations

import re

from tflsp.dataclass import dataclass
from tflsp.text import VERBATIM, Codec, JsonString
from tflsp.text.patterns import pattern


@dataclass(frozen=True, slots=True)
class ShellSingle:
    """Inside of ``'…'``, where nothing can be escaped: the quotes are closed for a quote."""

    def encode(self, text: str) -> str:
        return text.replace("'", "'\\''")


@dataclass(frozen=True, slots=True)
class ShellDouble:
    """Inside of ``"…"``: what a shell would take apart is escaped."""

    def encode(self, text: str) -> str:
        return re.sub(r'[\\"$`]', r"\\\g<0>", text)


@dataclass(frozen=True, slots=True)
class YamlSingle:
    """Inside of YAML's ``'…'``: a quote is doubled."""

    def encode(self, text: str) -> str:
        return text.replace("'", "''")


@dataclass(frozen=True, slots=True)
class PythonString:
    """Inside of a Python string or bytes literal; ``quote`` is what delimits it, ``raw`` and ``braces`` its prefix."""

    quote: str
    raw: bool = False
    braces: bool = False

    def encode(self, text: str) -> str:
        if self.braces:
            text = text.replace("{", "{{").replace("}", "}}")
        if self.raw:
            # A raw literal has no way to write its own quote; the other one serves in all that fixes insert.
            return text.replace(self.quote, '"' if self.quote[0] == "'" else "'")
        text = text.replace("\\", "\\\\").replace(self.quote[0], "\\" + self.quote[0])
        return text if len(self.quote) == 3 else text.replace("\n", "\\n").replace("\r", "\\r")


def codec_of_word(language: str, raw: str) -> Codec:
    """Writes text into a word that a region of ``language`` holds, as the word's own quotes want it."""
    if language in ("python", "ipython", "pycon"):
        return _python_codec(raw)
    mark = raw[:1]
    if mark not in ("'", '"') or raw[-1:] != mark:
        return VERBATIM
    if language in ("shell", "console"):
        return ShellSingle() if mark == "'" else ShellDouble()
    if mark == '"':
        return JsonString()
    return YamlSingle()


_PYTHON_STRING = pattern(r"(?P<prefix>[A-Za-z]{0,2})(?P<quote>'''|\"\"\"|'|\")")


def _python_codec(raw: str) -> Codec:
    found = _PYTHON_STRING.match(raw)
    if found is None:
        return VERBATIM
    prefix = found["prefix"].lower()
    return PythonString(found["quote"], raw="r" in prefix, braces="f" in prefix)
