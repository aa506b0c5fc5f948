"""IPython code (notebook cells, Python fences): the Python of it, and what its magics hold.

The Python region has the same text with magics blanked out, so that every position stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.documents.detect import kind_of
from tflsp.documents.magics import PYTHON_CELLS, Form, Magic, find_magics
from tflsp.documents.nesting import nests
from tflsp.documents.region import FILE, MAGIC, Region
from tflsp.text import Span, SpanMap
from tflsp.text.patterns import pattern

SHELLS = frozenset(("bash", "sh", "zsh", "ksh", "dash", "!", "sx", "system", "shell"))
# Line magics that run a Python statement.
_TIMED = pattern(r"%(?:time|timeit|prun|memit|lprun|mprun)(?:[ \t]+-[A-Za-z]+(?:[ \t]*\d+)?(?=[ \t]))*[ \t]+(?=\S)")
_SETTING = pattern(r"[ \t]*(?=\w+[ \t]*=)")
_WRITTEN = pattern(r"""[ \t]+(?:-\w+[ \t]+)*(?:"([^"]+)"|'([^']+)'|(\S+))[ \t]*\Z""")
_VISIBLE = pattern(r"[^\r\n]")


@nests("ipython")
def code_and_magics(region: Region) -> Iterator[Region]:
    """The Python of a cell, then the regions in its magics."""
    magics = find_magics(region.text)
    python = _python(region.text, magics)
    if python.strip():
        yield Region("python", python, region, SpanMap.at(0, len(python)))
    for magic in magics:
        if (inner := _inside(region, magic)) is not None:
            yield inner


def _python(text: str, magics: list[Magic]) -> str:
    """The text with everything that is not Python blanked out; as long as the text."""
    pieces: list[str] = []
    at = 0
    for magic in magics:
        start, end = magic.span.start, magic.span.end
        if magic.form is Form.CELL and magic.name.lower() in PYTHON_CELLS:
            end = magic.arguments.end
        elif magic.form is Form.LINE and not magic.assigned and (timed := _TIMED.match(text, start, end)):
            # A name and a semicolon keep what follows a statement at its own place.
            pieces += (text[at:start], "_;".ljust(timed.end() - start))
            at = timed.end()
            continue
        blank = _VISIBLE.sub(" ", text[start:end])
        if magic.assigned or (start > 0 and text[start - 1] in " \t"):
            # Something must stand behind `x =` or in a block.
            blank = "_" + blank[1:]
        pieces += (text[at:start], blank)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _inside(region: Region, magic: Magic) -> Region | None:
    traits = {MAGIC: magic.name}
    match magic.form:
        case Form.SHELL:
            return region.inner("shell", magic.arguments, traits=traits)
        case Form.AUTO:
            return region.inner("shell", magic.span, traits=traits)
        case Form.LINE if magic.name in ("pip", "pip3", "conda", "mamba", "uv"):
            return region.inner("shell", Span(magic.span.start + 1, magic.span.end), traits=traits)
        case Form.LINE if magic.name in ("sx", "system"):
            return region.inner("shell", magic.arguments, traits=traits)
        case Form.LINE if magic.name in ("env", "set_env"):
            setting = _SETTING.match(region.text, magic.arguments.start, magic.arguments.end)
            return region.inner("dotenv", Span(setting.end(), magic.span.end), traits=traits) if setting else None
        case Form.CELL:
            return _cell_body(region, magic)
        case _:
            return None


def _cell_body(region: Region, magic: Magic) -> Region | None:
    """What the body of a cell magic is; None for Python of the kernel's own and for what is not known."""
    name, arguments = magic.name.lower(), magic.arguments.of(region.text)
    traits = {MAGIC: magic.name}
    if name == "script":
        words = arguments.split()
        name = words[0].rsplit("/", 1)[-1] if words else ""
    if name in SHELLS:
        return region.inner("shell", magic.body, traits=traits)
    if name in ("python", "python3", "pypy", "pypy3"):
        return region.inner("python", magic.body, traits=traits)
    if name in ("markdown", "md"):
        return region.inner("markdown", magic.body, traits=traits)
    if name in ("writefile", "file") and (written := _WRITTEN.match(arguments)):
        file = written[1] or written[2] or written[3]
        kind = kind_of(file, magic.body.of(region.text))
        language = {"percent": "python", "notebook": "json", "binary": "text"}.get(kind, kind)
        return region.inner(language, magic.body, traits={**traits, FILE: file})
    return None
