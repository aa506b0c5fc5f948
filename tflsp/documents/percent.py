"""Percent scripts."""

from __future__ import annotations

import re
from typing import Any

from tflsp.documents.document import Cut
from tflsp.documents.whole import whole

_MARKER = re.compile(r"^#[ \t]?%%(?!%)|^# In\[[ \d]*\]:", re.MULTILINE)


def is_percent(text: str) -> bool:
    """Whether a Python text is cut into cells by comments."""
    return _MARKER.search(text) is not None


def chunk_percent(text: str, syntax: Any) -> Cut:
    """Cut at the markers."""
    return whole("ipython")(text, syntax)
