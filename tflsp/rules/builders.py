"""Small builders that rules share: edits and fixes in few words."""

from __future__ import annotations

from tflsp.rules.base import Edit, Fix, Safety
from tflsp.text import Span


def replace(span: Span, new_text: str, *, safety: Safety = Safety.SAFE, title: str = "fix", **arguments: object) -> Fix:
    """A fix that replaces one span."""
    return Fix((Edit(span, new_text),), safety, title, arguments)


def insert(offset: int, new_text: str, *, safety: Safety = Safety.SAFE, title: str = "fix", **arguments: object) -> Fix:
    """A fix that inserts text at one place."""
    return replace(Span(offset, offset), new_text, safety=safety, title=title, **arguments)


def delete(span: Span, *, safety: Safety = Safety.UNSAFE, title: str = "fix", **arguments: object) -> Fix:
    """A fix that takes a span out."""
    return replace(span, "", safety=safety, title=title, **arguments)
