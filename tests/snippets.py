"""Snippets of LSP's grammar as far as tflsp uses it: stops, placeholders of plain text, escapes."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\\(?P<escaped>[\\$}])|\$\{(?P<number>\d+)(?::(?P<hint>(?:\\.|[^\\}])*))?\}|\$(?P<bare>\d+)", re.DOTALL
)


def expanded(source: str) -> tuple[str, list[tuple[int, str]]]:
    """What an editor shows when nobody has typed: the text, and its stops with their placeholders."""
    stops: list[tuple[int, str]] = []

    def replaced(found: re.Match[str]) -> str:
        if found["escaped"]:
            return found["escaped"]
        hint = re.sub(r"\\(.)", r"\1", found["hint"] or "", flags=re.DOTALL)
        stops.append((int(found["number"] or found["bare"]), hint))
        return hint

    return _TOKEN.sub(replaced, source), stops
