"""The language that the user's environment asks for: where messages go to a terminal and no setting names one."""

from __future__ import annotations

import os


def language_of_environment() -> str:
    """``zh``, or ``en`` for every other locale and for none; the first of the variables that is set counts."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((name for name in names if name), "").lower().startswith("zh") else "en"
