"""Jupyter being started, with its settings: command lines of notebook, lab and server."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.words import Word
from tflsp.facts.base import Fact
from tflsp.facts.command_options import OptionTable, parse_options, positionals
from tflsp.facts.commands import Command, interprets
from tflsp.facts.containers import Option
from tflsp.facts.nested_commands import PYTHONS
from tflsp.text import Span

_APPLICATIONS = ("notebook", "lab", "server", "nbclassic")
_MODULES = {"notebook": "notebook", "jupyterlab": "lab", "jupyter_server": "server", "nbclassic": "nbclassic"}
_SCRIPTS = {
    "jupyter-notebook": "notebook",
    "jupyter-lab": "lab",
    "jupyter-server": "server",
    "jupyter-nbclassic": "nbclassic",
    "start-notebook.sh": "notebook",
    "start-notebook.py": "notebook",
    "start-lab.sh": "lab",
    "start-singleuser.sh": "notebook",
}
# Subcommands that serve nothing.
_OTHER = ("list", "stop", "password", "extension", "workspaces", "build", "clean", "path", "licenses", "labextension")
_FLAGS = """
allow-root autoreload collaborative core-mode debug dev-mode expose-app-in-browser generate-config help help-all
no-browser no-mathjax show-config show-config-json splice-source version watch y
"""
_OPTIONS = OptionTable(
    frozenset(("ip", "port", "notebook-dir", "ServerApp.token", "NotebookApp.token", "log-level", "config", "app-dir")),
    frozenset(_FLAGS.split()),
    {"y": "y", "h": "help"},
    others_valued=True,
)


@dataclass(frozen=True, slots=True, eq=False)
class JupyterLaunch(Fact):
    """A Jupyter server being started. ``span`` is the command; ``inside`` is the container that it starts in, if known.

    ``options`` have the names as written (``NotebookApp.token``, ``ip``, ``allow-root``).
    """

    command: Command
    application: str  # notebook, lab, server, nbclassic
    options: tuple[Option, ...]
    name_span: Span

    def setting(self, *names: str) -> Option | None:
        """The last option that sets one of these traits, of whatever class: ``token`` for ``--ServerApp.token``."""
        return next((option for option in reversed(self.options) if _trait(option) in names), None)

    @property
    def inside(self) -> Fact | None:
        return self.command.inside

    @property
    def token(self) -> Option | None:
        """``value`` is empty where authentication by token is switched off, None where it is a variable's."""
        return self.setting("token")

    @property
    def password(self) -> Option | None:
        return self.setting("password", "hashed_password")

    @property
    def ip(self) -> Option | None:
        return self.setting("ip")

    @property
    def port(self) -> Option | None:
        return self.setting("port")

    @property
    def listens_everywhere(self) -> bool:
        """Whether it listens on all interfaces: ``--ip 0.0.0.0``, ``*`` or ``::``."""
        ip = self.ip
        return ip is not None and ip.value in ("0.0.0.0", "*", "::", "")


def _trait(option: Option) -> str:
    return option.name.rsplit(".", 1)[-1].replace("-", "_")


@interprets("jupyter", *_SCRIPTS, *PYTHONS)
def jupyter_launch(command: Command) -> Iterator[Fact]:
    """A Jupyter server under each of its names."""
    words = command.words
    application, at = _application(command, words)
    if not application:
        return
    rest = positionals(words, at, _OPTIONS)
    if rest and words[rest[0]].value in _OTHER:
        return
    options = parse_options(words, at, _OPTIONS, interspersed=True).options
    name = Span(words[0].span.start, words[at - 1].span.end)
    yield JupyterLaunch(command.region, command.span, command, application, tuple(options), name)


def _application(command: Command, words: tuple[Word, ...]) -> tuple[str, int]:
    """What is started, and where its options begin."""
    if command.name in _SCRIPTS:
        return _SCRIPTS[command.name], 1
    if command.name == "jupyter":
        at = next((i for i in range(1, len(words)) if not words[i].pattern.startswith("-")), len(words))
        found = command.argument(at)
        return (found, at + 1) if found in _APPLICATIONS else ("", 0)
    for at in range(1, len(words) - 1):
        if words[at].value == "-m":
            module = command.argument(at + 1)
            if module == "jupyter":
                found = command.argument(at + 2)
                return (found, at + 3) if found in _APPLICATIONS else ("", 0)
            return (_MODULES[module], at + 2) if module in _MODULES else ("", 0)
        if not words[at].pattern.startswith("-"):
            break
    return "", 0
