"""Regular expressions that are compiled when they are first used.

Compiling all at import would take a third of the time of a cold `tflsp check`, and one file needs few of them.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Uncompiled:
    """Becomes its pattern's methods and attributes, one by one, when they are asked for."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self._source, self._flags), name)
        # The next access finds it without coming here.
        setattr(self, name, value)
        return value


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile`` for module level. Raises re.error at first use where the source is no expression."""
    return cast("re.Pattern[str]", _Uncompiled(source, flags))
