"""Tables of what tflsp says: under each key a text in English and one in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# The languages that tflsp speaks; a pair of texts has them in this order.
LANGUAGES: Final = ("en", "zh")


def either(language: str, texts: tuple[str, str]) -> str:
    """A pair's text in a language, ``zh`` or (any other) English."""
    return texts[1 if language == "zh" else 0]


def text_in(language: str, texts: Mapping[str, tuple[str, str]], key: str, arguments: Mapping[str, object]) -> str:
    """A text of a table in a language, ``zh`` or (any other) English."""
    return either(language, texts[key]).format(**arguments)
