"""What the server itself says, in both languages; what rules say stands on their pages."""

from __future__ import annotations

_WORDS = {
    "unsafe": ("{title} (unsafe)", "{title}（可能改变行为）"),
    "suggestion": ("{title} (suggestion)", "{title}（仅建议）"),
    "fix-all": ("Fix all that is safe to fix (tflsp)", "修复所有可安全修复的问题（tflsp）"),
    "fix-all-of": ("Fix all {code} in this document", "修复本文档中的所有 {code}"),
    "ignore": ("Ignore {code} here", "在此处忽略 {code}"),
}
LANGUAGES = ("en", "zh")


def say(key: str, language: str, **arguments: object) -> str:
    """A text of the server's own."""
    return _WORDS[key][LANGUAGES.index(language) if language in LANGUAGES else 0].format(**arguments)
