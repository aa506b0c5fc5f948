"""Console sessions: commands behind prompts, output in between.

A session gives one region of its shell commands and one of its Python, with prompts and output left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tflsp.documents.nesting import nests
from tflsp.documents.region import CONSOLE, Region
from tflsp.text import VERBATIM, Codec, LineIndex, Prefixed, Span, SpanMap
from tflsp.text.patterns import pattern

_SHELL_PROMPT = pattern(
    r"""[ \t]*(?:\([\w ./-]+\)[ \t]*)?                           # (venv)
    (?:\[?[\w.-]+@[\w.-]+(?:[: ][^\]$\#%>\r\n]*)?\]?[ \t]*[$\#%>]  # user@host:~$  [root@host dir]#
      |[~/][\w./~-]*[$\#]                                        # ~/project$  /tf#
      |[$%❯➜»]                                                   # $
      |(?:bash|sh)-\d[\d.]*[$\#]                                 # bash-5.1#
      |(?:PS[ ])?[A-Za-z]:\\[^>\r\n]*>                           # PS C:\Users>
    )[ \t]+(?=[^\s$])""",
    re.VERBOSE,
)
_PROMPT_MARKS = "$#%>❯➜»"  # a prompt has one of them: a cheap look before the expression
_PYTHON_PROMPT = pattern(r"[ \t]*(?:>>>(?:[ ]|(?=\r?\n|\Z))|In[ ]\[\d*\]:[ ])")
_PYTHON_CONTINUATION = pattern(r"[ \t]*\.\.\.+:?(?:[ ]|(?=\r?\n|\Z))")
_WEAK_PROMPT = pattern(r"[ \t]*[#>][ \t]+")  # a comment or a quote as well: only before an evident command
_CONTINUATION = pattern(r"[ \t]*>(?:[ ]|(?=\r?\n|\Z))")
_HEREDOC = pattern(r"<<-?[ \t]*(['\"]?)(\w+)\1")
_BACKSLASHES = pattern(r"(?<!\\)(?:\\\\)*\\\r?\n?\Z")

_EVIDENT = pattern(
    r"""(?:sudo[ ](?:-\w+[ ])*)?(?:[A-Z_]+=\S*[ ]+)*(?:
      (?:docker|podman|nerdctl)[ ]+(?:-{1,2}\w|(?:run|exec|build|buildx|pull|push|compose|ps|images|login|logs|start
        |stop|restart|rm|rmi|cp|create|commit|container|image|volume|network|system|inspect|tag|save|load|info|version)\b)
      |docker-compose[ ]+(?:-|(?:up|down|run|build|exec|logs|ps|pull|config)\b)
      |pip3?[ ]+(?:-|(?:install|uninstall|freeze|list|download|show|wheel|config|check)\b)
      |(?:conda|mamba)[ ]+(?:install|create|activate|env|update|remove|list)\b
      |python3?(?:\.\d+)?[ ]+(?:-[mcV]\b|\S+\.py\b)
      |(?:apt|apt-get)[ ]+(?:-|(?:install|update|upgrade|remove)\b)
      |(?:yum|dnf|apk|brew|npm|yarn|pnpm|snap)[ ]+(?:-|(?:install|add|update|run)\b)
      |(?:curl|wget)[ ]+(?:-|['"]?https?:)
      |(?:ssh|scp|sftp|rsync)[ ]+(?:-\w|\S+@\S)|ssh-(?:keygen|copy-id|add)\b
      |git[ ]+(?:clone|pull|push|commit|add|checkout|init|status|config)\b
      |(?:kubectl|helm)[ ]+(?:apply|get|run|create|delete|install|exec|describe|logs)\b
      |jupyter[ -](?:notebook|lab|server|nbconvert)\b
      |systemctl[ ]+(?:start|stop|restart|reload|enable|status|daemon-reload)\b
      |service[ ]+[\w-]+[ ]+(?:start|stop|restart|reload|status)\b|nvidia-smi(?:[ ]+-|\Z)
      |(?:chmod|chown)[ ]+[-+\w:]+[ ]+\S|mkdir[ ]+(?:-p[ ]+)?[./~\w$-]+\Z|cd[ ]+[./~\w$-]+\Z|source[ ]+\S+\Z
      |export[ ]+\w+=|echo[ ]+['"$]|cat[ ]+(?:>|<<|\S*/\S+\Z)|tensorboard[ ]+-
    )""",
    re.VERBOSE,
)


class Piece(NamedTuple):
    """A stretch of commands without their prompts."""

    language: str  # shell or python
    span: Span


def is_evident_command(line: str) -> bool:
    """Whether a line without any mark can only be a shell command. Rather says no."""
    return _EVIDENT.match(line) is not None


def has_prompts(text: str) -> bool:
    """Whether the first written line that is no comment begins with a shell's prompt."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            return any(mark in line for mark in _PROMPT_MARKS) and _SHELL_PROMPT.match(line) is not None
    return False


@nests("console", "pycon")
def commands(region: Region) -> Iterator[Region]:
    """The shell commands of a session as one region, its Python as another."""
    pieces = list(_pieces(region.text))
    if not pieces and region.language == "console" and is_evident_command(_first_line(region.text)):
        pieces = [Piece("shell", Span(0, len(region.text)))]
    for language in ("shell", "python"):
        slices = [piece.span for piece in pieces if piece.language == language]
        if slices:
            text = "".join(span.of(region.text) for span in slices)
            # Python may hold magics where the prompt is IPython's.
            inner = "ipython" if language == "python" else language
            codec = _codec(region.text, slices)
            yield Region(inner, text, region, SpanMap.of_slices(slices), codec, {CONSOLE: "yes"})


def _pieces(text: str) -> Iterator[Piece]:
    lines = [span.of(text) for span in _full_lines(text)]
    is_weak = not any(_SHELL_PROMPT.match(line) for line in lines)
    at = 0
    open_until: str | None = None  # a heredoc's last line
    goes_on = ""  # the language of a statement that the next line may continue
    joined = False  # the line before ended in a backslash
    for line in lines:
        start, at = at, at + len(line)
        if goes_on == "shell" and (joined or open_until is not None or _CONTINUATION.match(line)):
            prefix = _CONTINUATION.match(line)
            start += prefix.end() if prefix else 0
            yield Piece("shell", Span(start, at))
            joined = _BACKSLASHES.search(line) is not None
            if open_until is not None and text[start:at].strip() == open_until:
                open_until, goes_on = None, ""
        elif found := _PYTHON_PROMPT.match(line):
            goes_on = "python"
            yield Piece("python", Span(start + found.end(), at))
        elif goes_on == "python" and (found := _PYTHON_CONTINUATION.match(line)):
            yield Piece("python", Span(start + found.end(), at))
        elif prompt := _prompt(line, is_weak=is_weak):
            goes_on = "shell"
            yield Piece("shell", Span(start + prompt, at))
            joined = _BACKSLASHES.search(line) is not None
            heredoc = _HEREDOC.search(line)
            open_until = heredoc[2] if heredoc else None
        else:
            goes_on = ""


def _prompt(line: str, *, is_weak: bool) -> int:
    """How long a line's prompt is, 0 for none; ``# `` and ``> `` are prompts in a session that has no better ones."""
    if found := _SHELL_PROMPT.match(line):
        return found.end()
    found = _WEAK_PROMPT.match(line) if is_weak else None
    return found.end() if found and is_evident_command(line[found.end() :].rstrip()) else 0


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")


def _full_lines(text: str) -> Iterator[Span]:
    index = LineIndex(text)
    return (index.line_span(line, with_end=True) for line in range(index.line_count))


def _codec(text: str, slices: list[Span]) -> Codec:
    """New lines get the continuation prompt that the session writes, if it writes one."""
    for span in slices:
        line_start = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
        prefix = text[line_start : span.start]
        if _CONTINUATION.fullmatch(prefix) or _PYTHON_CONTINUATION.fullmatch(prefix):
            return Prefixed(prefix)
    return VERBATIM
