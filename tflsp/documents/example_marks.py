"""The marks by which an author shows something as a mistake, or as right: ❌, 错误示范, "don't use"; ✅, 推荐."""

from __future__ import annotations

import re
from functools import lru_cache

from tflsp.text.patterns import pattern

# How many written lines before a fence (or before a line of prose) may carry the mark.
WINDOW = 2
_BAD = pattern(
    r"❌|✗|✘|🚫|⛔|👎|错误(?:示范|示例|做法|写法)|反面?例|反模式|危险|(?:不要|切勿|禁止)(?:这样|这么|使用|直接|在)?|"
    r"\b(?:do\s?n[o']?t|don’t|do not|never)\s+(?:do|use|run|write|commit|copy|put|hard-?code|store|try)\b|"
    r"\banti-?pattern\b|(?:^|[#>*\s])(?:bad|wrong|insecure|unsafe|incorrect)\s*(?:example|practice)?\s*(?:[:：*]|$)",
    re.IGNORECASE,
)
_GOOD = pattern(
    r"✅|✔|👍|正确(?:示范|示例|做法|写法)|推荐|建议(?:使用|改为)|"
    r"(?:^|[#>*\s])(?:good|right|better|instead|correct|recommended)\s*(?:example|practice)?\s*(?:[:：*]|$)",
    re.IGNORECASE,
)
# Each match holds one of these: a cheap look before the expressions, for most lines of most texts.
_BAD_WORDS = (
    *("❌", "✗", "✘", "🚫", "⛔", "👎", "错误", "例", "反", "危险", "不要", "切勿", "禁止"),
    *("not", "n't", "n’t", "dont", "do nt", "never", "anti", "bad", "wrong", "safe", "secure", "incorrect"),
)
_GOOD_WORDS = ("✅", "✔", "👍", "正确", "推荐", "建议", "good", "right", "better", "instead", "correct", "recommended")
_HEADING = pattern(r"#{1,6}(?:[ \t]|\Z)")


@lru_cache(maxsize=512)
def says_bad(line: str) -> bool | None:
    """Whether a line marks what follows as a mistake (True) or as right (False); None where it says nothing."""
    lower = line.lower()
    if any(word in lower for word in _BAD_WORDS) and _BAD.search(line):
        return True
    return False if any(word in lower for word in _GOOD_WORDS) and _GOOD.search(line) else None


def is_bad_above(text: str, at: int, start: int) -> bool:
    """Whether the last written lines before ``at`` mark what follows as a mistake; up to a heading or ``start``."""
    left = WINDOW
    while left and at > start:
        end = at - 1  # the line's end
        at = text.rfind("\n", start, end) + 1 or start
        line = text[at:end]
        if line and not line.isspace():
            if (said := says_bad(line)) is not None:
                return said
            if _HEADING.match(line):
                return False
            left -= 1
    return False
