"""Names that .env and .env.example define, where a variable of the environment is read. Never their values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.explain.words import say

_PYTHON = re.compile(
    r"(?:\bgetenv\(|\benviron(?:\.get\(|\.setdefault\(|\.pop\(|\[)|\benviron\b.*?\[)\s*[\"'](?P<name>\w*)\Z"
)
_BRACES = re.compile(r"\$\{(?P<name>\w*)\Z")
_PASSED_ON = re.compile(r"(?:\s-e|\s--env)[ =](?P<name>\w*)\Z")


def suggest(cursor: Cursor) -> Iterator[Suggestion]:
    expressions = (
        [_PYTHON]
        if cursor.within("python", "ipython")
        else [_BRACES, _PASSED_ON]
        if cursor.within("shell", "console", "compose", "dockerfile", "yaml")
        else []
    )
    found = next((match for each in expressions if (match := each.search(cursor.line))), None)
    if found is None:
        return
    span = cursor.typed(len(found["name"]))
    detail = say("defined-in-env", cursor.place.language)
    for name in sorted(cursor.place.analysed.project.dotenv_names):
        yield Suggestion(name, name, span, "variable", detail)
