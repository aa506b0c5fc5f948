"""The rules' pages (docs/rules/): messages in both languages, read when a rule has something to say.

A page's table under "## Messages" has a row per key: ``message``, ``fix``, or what the rule calls them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tflsp.dataclass import dataclass
from tflsp.text.patterns import pattern

_PACKAGE = Path(__file__).parent.parent
# In a wheel the pages lie in the package, in a checkout beside it.
_FOLDERS = (_PACKAGE / "_pages", _PACKAGE.parent / "docs" / "rules")
_ROW = pattern(
    r"^\|\s*(?P<key>\w[\w.-]*)\s*\|\s*(?P<en>(?:\\\||[^|])*?)\s*\|\s*(?P<zh>(?:\\\||[^|])*?)\s*\|\s*$", re.MULTILINE
)


class MissingPageError(LookupError):
    """A rule has no page, or its page lacks a message."""


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's page: its path, its whole text, and its messages by language and key."""

    path: Path
    text: str
    messages: Mapping[str, Mapping[str, str]]

    def say(self, language: str, key: str, arguments: Mapping[str, object]) -> str:
        """A message with its arguments filled in. Raises MissingPageError where the page lacks it."""
        try:
            return self.messages[language][key].format(**arguments)
        except (KeyError, IndexError, ValueError) as error:
            raise MissingPageError(f"{self.path.name} has no usable {language} text for {key!r}: {error!r}") from None

    def section(self, title: str) -> str:
        """The text under a second-level heading, or an empty text."""
        found = re.search(rf"^## {re.escape(title)}[^\n]*\n(.*?)(?=^## |\Z)", self.text, re.MULTILINE | re.DOTALL)
        return found[1].strip() if found else ""


@cache
def page(code: str) -> Page:
    """The page of a rule. Raises MissingPageError where there is none."""
    for folder in _FOLDERS:
        path = folder / f"{code}.md"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            rows = list(_ROW.finditer(text))
            messages = {
                language: {row["key"]: row[language].replace("\\|", "|") for row in rows if row["key"] != "key"}
                for language in ("en", "zh")
            }
            return Page(path, text, messages)
    raise MissingPageError(f"no page for {code}")
