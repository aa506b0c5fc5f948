"""What of an error's analysis and solution a person has written, and what `tflsp journal error` put there.

It lists likely causes and things to try (`tflsp.capture.error_wording`). Who has taken out what it was not has decided,
and that is an analysis.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tflsp.text.patterns import pattern

if TYPE_CHECKING:
    from tflsp.tensorflow.errors.pages import Knowledge

_SIZE = r"\d[\d.,]*[ ]?[KMGTPE]?i?B"
_FACTS = pattern(
    rf"(?:{_SIZE} were wanted(?:, {_SIZE} of {_SIZE} were in use)?(?:, enough was free, but in pieces)?\."
    rf"|申请 {_SIZE}(?:，已用 {_SIZE}，上限 {_SIZE})?(?:，总量足够但被碎片化)?。)?"
    r"[ ]?(?:In `[^`]+`\.|出错位置：`[^`]+`。)?\Z"
)
_LIKELY = pattern(
    r"(?:Likely causes \(`tflsp explain --page (?P<en>[\w-]+)`\):"
    r"|可能原因（`tflsp explain --page (?P<zh>[\w-]+)`）：)\Z"
)
_TRY = ("To try:", "可以尝试：")
_ITEM = pattern(r"(?:\d+\.|-)[ ]+(?P<text>.*)\Z")


class OwnWords(NamedTuple):
    """Whether a person has said why an error came, and what helped."""

    analysis: bool
    solution: bool


@lru_cache(maxsize=1024)
def own_words(analysis: str, solution: str, language: str) -> OwnWords:
    """Whether anything in these texts is not what was proposed."""
    key = next((found["en"] or found["zh"] for found in map(_LIKELY.match, _lines(analysis)) if found), None)
    known = _known(key, language)
    causes = known.causes if known is not None else ()
    remedies = tuple(each.title for each in known.remedies) if known is not None else ()
    return OwnWords(_is_own(analysis, causes), _is_own(solution, remedies))


def _known(key: str | None, language: str) -> Knowledge | None:
    if key is None:
        return None
    from tflsp.tensorflow.errors.pages import BrokenPageError, knowledge_of  # where something was proposed

    try:
        return knowledge_of(key, language)
    except BrokenPageError:
        return None


def _is_own(text: str, proposed: Iterable[str]) -> bool:
    """Whether a text is more, or less, than all that was proposed."""
    rest = {_plain(each) for each in proposed}
    was_proposed = False
    for line in _lines(text):
        if _LIKELY.match(line) or line in _TRY:
            was_proposed = True
            continue
        item = _ITEM.match(line)
        if item is not None and was_proposed and _plain(item["text"]) in rest:
            rest.remove(_plain(item["text"]))
        elif line and not _FACTS.match(line):
            return True
    return was_proposed and bool(rest)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", "").split())
