"""Reads what a goal asks for, ``val_accuracy > 97%`` or ``验证集准确率达到 97% 以上``, as a criterion."""

from __future__ import annotations

from typing import Final

from tflsp.capture.results import Criterion, is_error, kind_of_metric
from tflsp.text.patterns import pattern

_NUMBER: Final = r"(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(?P<percent>[%％]|percent\b)?"
_SIGNED: Final = pattern(r"(?P<metric>[^<>≥≤＞＜=]{0,60}?)\s{0,9}(?P<sign>>=|<=|[<>≥≤＞＜≧≦])\s*" + _NUMBER)
# `at least 97%`, `不低于 97%`, `below 0.1`, `小于 0.1`, `97% 以上`.
_SAID: Final = pattern(
    r"(?P<metric>[^<>≥≤＞＜=]{0,60}?)[\s，,]{0,9}"
    r"(?:(?P<least>at least|no less than|不低于|不小于|至少|达到|reach(?:es)?)"
    r"|(?P<most>at most|no more than|不高于|不超过|至多)"
    r"|(?P<more>above|over|more than|greater than|exceeds?|超过|高于|大于)"
    rf"|(?P<less>below|under|less than|lower than|低于|小于|降到|降至))\s*(?:了|of|to)?\s*{_NUMBER}"
)
_SIGNS: Final = {"≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", "＞": ">", "＜": "<"}
# A goal is a sentence or two.
_LONGEST: Final = 500
_SHARES: Final = frozenset({"accuracy", "precision", "recall", "f1", "auc", "top_k"})


def criterion_of(text: str) -> Criterion | None:
    """The first criterion in a text; None where it names no metric with a value."""
    text = text[:_LONGEST].replace("`", " ").replace("*", " ")
    found = _SIGNED.search(text)
    if found is not None:
        sign = _SIGNS.get(found["sign"], found["sign"])
    else:
        found = _SAID.search(text)
        if found is None:
            return None
        sign = next(sign for name, sign in _WORDS.items() if found[name])
    metric = " ".join(found["metric"].split())
    kind = kind_of_metric(metric)
    if kind is None and is_error(metric):
        kind = "error"
    if kind is None and (" " in metric or not metric.isascii() or not metric):
        return None
    value = float(found["number"])
    if found["percent"] or (kind in _SHARES and 1 < value <= 100):
        value = round(value / 100, 12)
    return Criterion(metric, sign, value)


_WORDS: Final = {"least": ">=", "most": "<=", "more": ">", "less": "<"}
