"""Which Python a text says that it needs: a check of ``sys.version_info``, a script's metadata, its first line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.text import Span
from tflsp.text.patterns import pattern

_VERSION = r"\(\s*3\s*,\s*(?P<{0}>\d+)"
_CHECK = pattern(
    # assert sys.version_info >= (3, 10)
    r"^[ \t]*assert\b[^\n#]*\bversion_info\b[^\n#<>]*>=?\s*" + _VERSION.format("asserted") + "|"
    # if sys.version_info < (3, 10): raise …
    r"^if\b[^\n#]*\bversion_info\b[^\n#<>]*<\s*"
    + _VERSION.format("left")
    + r"[^\n]*:[ \t]*(?:#[^\n]*)?\n?[ \t]*(?:raise\b|sys\.exit|exit\(|quit\()",
    re.MULTILINE,
)
# PEP 723, in a block of comments.
_METADATA = pattern(r"^#[ \t]*requires-python[ \t]*=[ \t]*[\"'][^\"'\n]*>=?[ \t]*3\.(?P<metadata>\d+)", re.MULTILINE)
_FIRST_LINE = pattern(r"\A#![^\n]*\bpython3\.(?P<shebang>\d+)")


@dataclass(frozen=True, slots=True, eq=False)
class DeclaredPython(Fact):
    """The oldest Python that the text runs on, by its own word."""

    version: tuple[int, int]


@reads("python", "ipython")
def declared_python(region: Region) -> Iterator[DeclaredPython]:
    """What a region declares."""
    text = region.text
    if region.language == "python" and "version_info" in text:
        for found in _CHECK.finditer(text):
            yield DeclaredPython(region, Span(*found.span()), (3, int(found["asserted"] or found["left"])))
    for mark, version in (("requires-python", _METADATA), ("#!", _FIRST_LINE)):
        if mark in text and (line := version.search(text)):
            yield DeclaredPython(region, Span(*line.span()), (3, int(line[1])))
