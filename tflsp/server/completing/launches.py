"""Options of ``docker run`` and its equals, and values for those whose values tflsp knows something of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tflsp.facts.docker_option_names import RUN
from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.explain.docker_options import OPTIONS
from tflsp.server.explain.words import say
from tflsp.server.uris import path_of
from tflsp.tensorflow.release import IMAGE

_LANGUAGES = ("shell", "console", "plain-fence")
_LAUNCH = re.compile(r"\b(?:docker|podman|nerdctl)\s+(?:container\s+)?(?:run|create)\b(?P<rest>[^;&|\n]*)\Z")
_CONTINUED = re.compile(r"(?:\\|`|\^)[ \t]*\r?\n[ \t>]*")
_WORD = re.compile(r"(?P<word>\S*)\Z")
_VALUE = re.compile(r"(?:^|\s)(?:--(?P<long>[\w-]+)[ =]|-(?P<short>\w)\s*)(?P<value>[\"']?[^\s\"']*)\Z")
_MOST_FOLDERS = 30
_HIDDEN = frozenset({"__pycache__", "node_modules", "venv"})


def suggest(cursor: Cursor) -> Iterator[Suggestion]:
    rest = _launch(cursor)
    if rest is None:
        return
    if (found := _VALUE.search(rest)) is not None:
        name = found["long"] or RUN.short.get(found["short"], "")
        yield from _values(cursor, RUN.synonyms.get(name, name), found["value"])
        return
    word = _WORD.search(rest)
    if word is not None and word["word"].startswith("-"):
        yield from _options(cursor, word["word"])


def _launch(cursor: Cursor) -> str | None:
    """What of a launch's command stands before the cursor, on one line; None where there is no launch."""
    found = cursor.within(*_LANGUAGES)
    if found is None:
        return None
    region, at = found
    joined = _CONTINUED.sub(" ", region.text[:at])
    launch = _LAUNCH.search(joined)
    return None if launch is None else launch["rest"]


def _options(cursor: Cursor, typed: str) -> Iterator[Suggestion]:
    span = cursor.typed(len(typed))
    language = cursor.place.language
    for name, about in OPTIONS.items():
        detail = f"--{name}={about.example}" if about.example else ""
        yield Suggestion(f"--{name}", f"--{name}", span, "option", detail, about.text(language))


def _values(cursor: Cursor, name: str, typed: str) -> Iterator[Suggestion]:
    span = cursor.typed(len(typed))
    language = cursor.place.language
    if name == "volume":
        for text, detail in _mounts(cursor):
            yield Suggestion(text, text, span, "folder", detail)
    elif name == "publish":
        for port, key in ((IMAGE.jupyter_port, "jupyter-port"), (6006, "tensorboard-port")):
            text = f"127.0.0.1:{port}:{port}"
            yield Suggestion(text, text, span, "value", say(key, language))
    elif name in OPTIONS and OPTIONS[name].example:
        text = OPTIONS[name].example
        yield Suggestion(text, text, span, "value", "", OPTIONS[name].text(language))


def _mounts(cursor: Cursor) -> Iterator[tuple[str, str]]:
    """Folders beside the document, mounted where Jupyter shows them."""
    path = path_of(cursor.place.opened.uri)
    names = ["notebooks"]
    if path is not None:
        names = list(dict.fromkeys([*_folders(path.parent), *names]))
    for name in names:
        yield f'"$PWD/{name}:{IMAGE.jupyter_directory}/{name}"', name


def _folders(folder: Path) -> list[str]:
    try:
        names = sorted(each.name for each in folder.iterdir() if each.is_dir())
    except OSError:
        return []
    return [name for name in names if not name.startswith(".") and name not in _HIDDEN][:_MOST_FOLDERS]
