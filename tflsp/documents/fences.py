"""What a code block of Markdown holds, from its info string and, where that says little, from its text."""

from __future__ import annotations

import re
from functools import cached_property

from tflsp.dataclass import dataclass
from tflsp.documents.console import has_prompts, is_evident_command
from tflsp.documents.detect import json_kind, yaml_kind
from tflsp.text.patterns import pattern

# What the first word of an info string means; anything else is not read, but scanned for credentials.
LANGUAGES = {
    **dict.fromkeys(("bash", "sh", "shell", "zsh", "ksh", "fish", "shellscript"), "shell"),
    **dict.fromkeys(("console", "shell-session", "shellsession", "terminal", "sh-session", "bash-session"), "console"),
    **dict.fromkeys(("python", "py", "python3", "ipython", "ipython3", "code-cell"), "ipython"),
    **dict.fromkeys(("pycon", "python-repl", "python-console", "doctest"), "pycon"),
    **dict.fromkeys(("dockerfile", "docker", "containerfile"), "dockerfile"),
    **dict.fromkeys(("yaml", "yml", "docker-compose", "compose"), "yaml"),
    **dict.fromkeys(("json", "jsonc", "json5"), "json"),
    **dict.fromkeys(("markdown", "md"), "markdown"),
    **dict.fromkeys(("dotenv", "env"), "dotenv"),
    **dict.fromkeys(("sshd_config", "sshdconfig", "sshd-config"), "sshd-config"),
    "gitignore": "gitignore",
    "toml": "toml",
    **dict.fromkeys(("", "text", "txt", "plain", "plaintext"), "plain-fence"),
}

# Directives of MyST and Sphinx whose argument is the language.
_DIRECTIVES = ("code-block", "code", "sourcecode", "code-cell")
_WORD = pattern(r"[^\s,{}=]+")
# Options of a directive, at the start of its content: `:name: value` lines, or YAML between `---` lines.
_OPTIONS = pattern(r"(?:[ \t]*:[\w-]+:[^\n]*\n)+\s*?(?=\S)|---[ \t]*\r?\n(?:(?!---)[^\n]*\n)*---[ \t]*\r?\n")
_IMPORT = pattern(
    r"(?:import[ \t]+[\w.]+(?:[ \t]+as[ \t]+\w+|[ \t]*,[ \t]*[\w.]+)*"
    r"|from[ \t]+[\w.]+[ \t]+import[ \t]+[\w(*]\S*.*)[ \t]*\Z"
)
_FROM = pattern(r"FROM[ \t]+(?:--platform=\S+[ \t]+)?[\w$./:@{}-]+(?:[ \t]+AS[ \t]+\S+)?[ \t]*\Z", re.IGNORECASE)
_INSTRUCTION = pattern(
    r"^(?:RUN|CMD|ENTRYPOINT|COPY|ADD|WORKDIR|ENV|ARG|EXPOSE|USER|LABEL|VOLUME)[ \t]+\S", re.MULTILINE
)


@dataclass(frozen=True)
class Fence:
    """An info string: ``bash``, ``{python, echo=FALSE}``, ``{.python .numberLines}``, ``{code-cell} ipython3``."""

    info: str

    @cached_property
    def _words(self) -> list[str]:
        return [word.removeprefix(".").lower() for word in _WORD.findall(self.info)]

    @property
    def is_directive(self) -> bool:
        return self.info.startswith("{") and bool(self._words) and self._words[0] in _DIRECTIVES

    @property
    def is_cell(self) -> bool:
        """Whether the block is run as a cell: MyST's ``{code-cell}``, Quarto's and R Markdown's ``{python}``."""
        first = self._words[:1]
        return self.info.startswith("{") and (first == ["code-cell"] or first == ["python"])

    @property
    def word(self) -> str:
        """The word that names the language, in lower case."""
        words = self._words
        if self.is_directive and words[1:2] and words[1] in LANGUAGES:
            return words[1]
        return words[0] if words else ""

    def options(self, text: str) -> int:
        """How many code points of the content are options of the directive."""
        if not self.is_directive:
            return 0
        found = _OPTIONS.match(text)
        return found.end() if found else 0


def language_of(fence: Fence, text: str) -> str:
    """The region language of a code block."""
    language = LANGUAGES.get(fence.word, "code")
    match language:
        case "shell":
            return "console" if has_prompts(text) else "shell"
        case "ipython":
            return "pycon" if text.lstrip().startswith((">>> ", "In [")) else "ipython"
        case "yaml":
            return "compose" if fence.word in ("docker-compose", "compose") else yaml_kind("", text)
        case "json":
            kind = json_kind("", text)
            return "json" if kind == "notebook" else kind
        case "plain-fence":
            return evident_language(text)
        case _:
            return language


def evident_language(text: str) -> str:
    """What a block without a language holds; ``plain-fence`` unless there is no doubt."""
    if has_prompts(text):
        return "console"
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    if is_evident_command(first):
        return "shell"
    if text.lstrip().startswith(">>> "):
        return "pycon"
    if _IMPORT.match(first):
        return "ipython"
    if _FROM.match(first) and _INSTRUCTION.search(text):
        return "dockerfile"
    return "plain-fence"
