"""Commands in running text that lost their lines: what a web page makes of a fence (``docker run \\ -p 8888:8888``).

Only what a shell would take apart wrongly is a fact; a command that is merely named in a sentence is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.text import Span
from tflsp.text.patterns import pattern

_START = r"(?<![A-Za-z0-9_./-])"
# A command ends where ASCII does: a sentence in Chinese may go on right behind it.
_RUN = pattern(r"[ -~\t]{8,}")
_COMMAND = pattern(
    _START + r"(?:sudo[ ]+)?(?P<program>docker|podman|nerdctl|apt-get|apt|pip3?|conda|curl|wget|jupyter|python3?)[ ]+"
    r"(?:(?<=docker )(?:container[ ]+)?(?:run|create|build|exec)\b|(?<!docker )[a-z-])"
)
_BREAK = pattern(r"\\[ \t]+(?=\S)")
# One flag behind a backslash shows that lines were joined; a blank in a path does not.
_FLAG_BREAK = pattern(r"\\[ \t]+-")
_SED = pattern(
    _START + r"sed[ ]+(?:-[A-Za-z.]+[ ]+)*(?P<script>s(?P<mark>[/|#])(?:(?!(?P=mark))[^\s'\"])*(?:[ ]+"
    r"(?:(?!(?P=mark))[^\s'\"])+)*(?P=mark)(?:(?!(?P=mark))[^\n'\"])*(?P=mark)[gipI0-9]*)"
)
# Blocks whose text is read as what it is.
_READ_ALREADY = ("fenced_code_block", "html_block", "link_reference_definition")


@dataclass(frozen=True, slots=True, eq=False)
class FlattenedCommand(Fact):
    """A command in running text. ``breaks`` are its backslashes with the blanks behind them, where lines ended once.

    ``script`` is the script of a ``sed`` that lost its quotes; such a command has no breaks.
    """

    program: str
    breaks: tuple[Span, ...] = ()
    script: Span | None = None


@reads("markdown", "text")
def flattened_commands(region: Region) -> Iterator[FlattenedCommand]:
    """The flattened commands of prose; fences are read as shells do."""
    text = region.text
    if "\\ " in text:
        for run in _RUN.finditer(text):
            command = _COMMAND.search(text, *run.span()) if _FLAG_BREAK.search(text, *run.span()) else None
            if command is None or not _FLAG_BREAK.search(text, command.end(), run.end()):
                continue
            end = run.start() + len(run.group().rstrip(" \t`"))
            breaks = tuple(Span(*found.span()) for found in _BREAK.finditer(text, command.end(), end))
            if _is_prose(region, command.start()):
                yield FlattenedCommand(region, Span(command.start(), end), command["program"], breaks)
    if "sed " in text:
        for found in _SED.finditer(text):
            script = Span(*found.span("script"))
            if " " in script.of(text) and _is_prose(region, found.start()):
                yield FlattenedCommand(region, Span(*found.span()), "sed", script=script)


def _is_prose(region: Region, offset: int) -> bool:
    """Whether a place of Markdown is outside of what is read as a language of its own."""
    if region.language == "text":
        return True
    byte = region.syntax.byte(offset)
    node = region.syntax.root.descendant_for_byte_range(byte, byte)
    while node is not None:
        if node.type in _READ_ALREADY:
            return False
        node = node.parent
    return True
