"""Texts that break naive code: every line end and near line end, astral characters, escapes, lone surrogates."""

from __future__ import annotations

from hypothesis import strategies as st

from tflsp.text import Span

# Line ends of LSP, of Unicode (which are none), and what takes one to four bytes, or two UTF-16 units.
PIECES = (
    "\n", "\r\n", "\r", "\n\n", "\u2028", "\u2029", "\f", "\x85", "\v", "\x1c", "a", "def", " ", "\t", "é",
    "实验目标", "𝔸", "🔧", "👩🏽‍💻", "\0", '"', "\\", "\\n", "\\u00e9", "\\ud83d", "/", "\x7f", "\ufeff",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)
"""Any text without surrogates."""
wild_texts = st.lists(st.sampled_from((*PIECES, "\ud83d", "\ude00", "\udc80")), max_size=14).map("".join)
"""Texts that may hold lone surrogates, which stand for bytes that are no UTF-8, or come from JSON escapes."""


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    """A span of the text, borders included."""
    start = draw(st.integers(0, len(text)))
    return Span(start, draw(st.integers(start, len(text))))
