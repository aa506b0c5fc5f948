"""The metrics that a step's result tells, in our own wording or a person's: ``val_accuracy 0.974``, ``97.4 %``,
``准确率从 92% 提升到 97.4%``. Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final

from tflsp.capture.results import kind_of_metric
from tflsp.text.patterns import pattern

# The key of a percentage that no metric is named for.
UNNAMED: Final = ""
SHARES: Final = frozenset({"accuracy", "precision", "recall", "f1", "auc", "top_k"})
# A result is a few lines; what follows is an output that somebody pasted.
_LONGEST: Final = 4_000
_NAME: Final = pattern(
    r"(?<![A-Za-z0-9_])(?:(?P<set>val(?:id(?:ation)?)?|test(?:ing)?|train(?:ing)?)(?:[ _-]?set)?(?:'s)?[ -]+)?"
    r"(?P<name>(?:[a-z0-9]+_)*(?:accuracy|acc|loss|f1(?:[-_ ]?score)?|precision|recall|auc|mae|mse|rmse|mape|perplexity"
    r"|mean_(?:absolute|squared)_error|iou|dice|bleu|error(?:[ _]rate)?))(?![A-Za-z0-9_])"
    r"|(?P<zh_set>验证|测试|训练)?集?(?:上)?的?(?P<zh>准确率|正确率|准确度|精度|召回率|查全率|精确率|查准率|损失|误差|F1)(?:值|分数)?",
    re.IGNORECASE,
)
_NUMBER: Final = pattern(
    r"(?<![A-Za-z0-9_.#＃])(?P<number>[-−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\d.]*[A-Za-z_]|\.\d)[ \t]*"
    r"(?P<percent>[%％]|percent\b)?"
    r"(?P<unit>[ \t-]*(?:epochs?|steps?|points?|s\b|seconds?|min|ms|layers?|times|轮|步|秒|分钟|个百分点|倍|次|层))?",
    re.IGNORECASE,
)
# What stands before a number that is no value: which epoch, by how much, what was wanted.
_NO_VALUE: Final = pattern(
    r"(?:epochs?|steps?|batch(?:es)?|after|by|\d[ \t]+of|goal|target|第|共|(?<!到)(?<!至)了|目标[为是：:]?"
    r"|[<>≥≤＞＜±+/#])[ \t]*\Z",
    re.IGNORECASE,
)
_ARRIVES: Final = pattern(r"(?:\bto|\breach(?:e[sd]|ing)?|\bnow|→|->|=>|到了?|至|为|达)[ \t:：]*\Z", re.IGNORECASE)
_HARD_END: Final = pattern(r"[;；。\n()（）]")
_EVALUATED: Final = pattern(r"\A\s*(?:evaluation|评估|classification report|分类报告)\s*[:：]", re.IGNORECASE)
_SETS: Final = {"val": "val_", "tes": "test_", "tra": "", "验证": "val_", "测试": "test_", "训练": ""}
_CHINESE: Final = {
    **dict.fromkeys(("准确率", "正确率", "准确度", "精度"), "accuracy"),
    **dict.fromkeys(("召回率", "查全率"), "recall"),
    **dict.fromkeys(("精确率", "查准率"), "precision"),
    "损失": "loss",
    "误差": "error",
    "f1": "f1",
}


def metrics_in(text: str) -> dict[str, float]:
    """The metrics that a result's text names, with their last values; shares as fractions (97.4 % is 0.974).

    A percentage in a text that names no metric stands under UNNAMED.
    """
    text = text[:_LONGEST].replace("`", " ").replace("*", " ")
    found: dict[str, float] = {}
    named = False
    for part in _HARD_END.split(text):
        evaluated = _EVALUATED.match(part) is not None
        for name, stretch in _named(part):
            named = True
            value = _value(stretch, name)
            if evaluated and not name.startswith(("val_", "test_")):
                name = f"test_{name}"
            if value is not None:
                found.setdefault(name, value)
    if not named:
        value = _value(text, UNNAMED)
        if value is not None:
            found[UNNAMED] = value
    return found


def is_share(name: str) -> bool:
    """Whether a metric's values are shown in percent."""
    return name == UNNAMED or kind_of_metric(name) in SHARES


def value_shown(name: str, value: float) -> str:
    """A value as a person reads it: ``97.4 %`` for a share, four digits for anything else."""
    if is_share(name) and 0 <= value <= 1:
        return f"{100 * value:.2f}".rstrip("0").rstrip(".") + " %"
    return f"{value:.4g}"


def _named(part: str) -> Iterator[tuple[str, str]]:
    """The metrics of a clause, each with the text up to the next one."""
    names = list(_NAME.finditer(part))
    ends = [*(found.start() for found in names[1:]), len(part)]
    for found, end in zip(names, ends, strict=False):
        yield _canonical(found), part[found.end() : end]


def _canonical(found: re.Match[str]) -> str:
    if found["zh"]:
        return _SETS.get(found["zh_set"] or "", "") + _CHINESE[found["zh"].lower()]
    name = found["name"].lower().replace(" ", "_").replace("-", "_").removesuffix("_score")
    for short, long in (("val_acc", "val_accuracy"), ("test_acc", "test_accuracy"), ("acc", "accuracy")):
        name = long if name in (short, f"train_{short}") else name
    return _SETS[found["set"][:3].lower()] + name if found["set"] else name


def _value(text: str, name: str) -> float | None:
    """The value in the text behind a metric's name: the one that it arrives at, else the first."""
    first: float | None = None
    for found in _NUMBER.finditer(text):
        before = text[: found.start()]
        if found["unit"] or _NO_VALUE.search(before) or (name == UNNAMED and not found["percent"]):
            continue
        value = float(found["number"].replace("−", "-"))
        if not math.isfinite(value):
            continue
        if found["percent"] or (kind_of_metric(name) in SHARES and 1 < value <= 100):
            value = round(value / 100, 12)
        if _ARRIVES.search(before) and first is not None:
            return value
        first = value if first is None else first
    return first
