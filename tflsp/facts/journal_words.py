"""How headings and labels of a journal are written, in both languages, in any width, with or without emoji.

Knows words only; what they delimit is `tflsp.facts.journal_fields`'s.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from tflsp.facts.journal_entries import Kind
from tflsp.text.patterns import pattern

ARROW = r"(?:→|(?<![-!])-{1,3}>|(?<!=)={1,2}>|⇒|⟶|⟹|➜|➡\ufe0f?|—>|–>)"
COLON = r"[:：]"
_BULLET = r"(?:[-*+][ \t]+|\d+[.)、][ \t]*)?"

# What a part of an entry is called, in a heading of its own or as a label (`Result: ...`).
_FIELD_WORDS = {
    "hypotheses": r"(?:初始|当前)?假设|(?:initial[ ]|current[ ]|working[ ])?(?:hypothes[ie]s|assumptions?)",
    "criterion": r"(?:目标|成功|评价|验收)(?:指标|标准)|成功的标准"
    r"|target(?:[ ]metric)?|goal[ ]metric|success[ ](?:criterion|criteria|metric)",
    "analysis": r"(?:原因|结果|问题|错误)?分析|原因|(?:root[ ]cause[ ])?analysis|root[ ]causes?|causes?",
    "solution": r"(?:解决|处理|修复)(?:方案|办法|方法)?|solutions?|resolution|remed(?:y|ies)|(?:the[ ])?fix",
    "advice": r"(?:衍生|后续|改进)?建议|advice|recommendations?|lessons?(?:[ ]learned)?|from[ ]now[ ]on",
    "result": r"(?:训练|实验|运行)?结果|results?|outcome",
    "optimizer": r"优化器|optimi[sz]er",
    "when": r"时间|日期|time|date|when",
    "environment": r"(?:运行)?环境|environment",
    "best": r"最佳结果|最好结果|best[ ]result",
    "goal_met": r"(?:是否)?达成目标|目标达成|目标是否达成|goal[ ](?:met|reached)",
    "guide": r"已?(?:提炼|归档|收录|沉淀)(?:到|至)|promoted[ ]to",
    "fingerprint": r"指纹|fingerprint",
    "next": r"下一步|后续工作|next[ ]steps?|next",
}
_KIND_WORDS = {
    Kind.GOAL: r"(?:实验|调试|研究|本次)?目标|(?:实验|研究)目的"
    r"|(?:experiment(?:al)?[ ]|debugging[ ])?(?:goals?|aims?|objectives?)",
    Kind.METHOD: r"(?:实验|研究)?方法|methods?|approach",
    Kind.RESULT: r"(?:实验|训练)?结果|(?:experiment(?:al)?[ ])?results?",
    Kind.CONCLUSION: r"(?:实验)?结论|(?:实验)?总结|小结|conclusions?|summary|takeaways?",
}
# The fields that an entry of each kind has.
FIELDS: dict[Kind, frozenset[str]] = {
    Kind.GOAL: frozenset({"hypotheses", "criterion"}),
    Kind.STEP: frozenset({"analysis", "result", "optimizer", "when", "environment", "guide"}),
    Kind.ERROR: frozenset({"analysis", "solution", "advice", "when", "environment", "guide", "fingerprint"}),
    Kind.CONCLUSION: frozenset({"best", "goal_met", "next"}),
    Kind.METHOD: frozenset(),
    Kind.RESULT: frozenset(),
}

_PREFIX = r"(?:[^\w\s(（\[【\\`<>\"'“「/%~$#＃|=+*:：.-]\ufe0f?[ \t]*)*"  # emoji and the like
_NUMBERING = r"(?:\d+(?:\.\d+)*[.、)][ \t]*|[一二三四五六七八九十]+、[ \t]*)?"
_EMPHASIS = pattern(r"\A(\*{1,3}|_{1,3})(?P<text>[^\n]+)\1\Z")
_STEP = pattern(
    rf"\A{_PREFIX}(?:(?P<word>(?:调试|实验)?步骤|(?:debug(?:ging)?[ ])?step)[ \t]*[#＃]?[ \t]*(?P<number>\d{{1,9}})"
    r"|(?P<marked>实验|尝试|experiment|attempt|trial)[ \t]*[#＃][ \t]*(?P<marked_number>\d{1,9})"
    r"|第[ \t]*(?P<zh_number>\d{1,9})[ \t]*步)(?!\d)(?P<rest>.*)\Z",
    re.IGNORECASE,
)
_BARE_STEP = pattern(
    rf"\A{_PREFIX}(?P<word>调试步骤|debug(?:ging)?[ ]step)(?P<rest>(?:[ \t]*[#＃:：].*)?)\Z", re.IGNORECASE
)
_MARKS = pattern(rf"\A{_PREFIX}")
_SEPARATOR = pattern(r"\A[\s:：.、–—-]+")
_ERROR = pattern(
    rf"\A{_PREFIX}(?:(?P<title>.*?)[ \t]*(?P<word>错误日志|错误记录|报错记录|error[ ](?:log|report)|incident)"
    r"|(?P<first>错误日志|错误记录|报错记录|报错|error[ ](?:log|report)|incident|error)"
    r"[ \t]*[#＃]?\d*[ \t]*(?:[:：–—-][ \t]*(?P<after>.*))?)\Z",
    re.IGNORECASE,
)
_CROSS = pattern(r"\A[❌✗✘🐛🚨💥][\ufe0f\s]*(?P<title>\S.*)\Z")
# A cross also marks what one should not do.
_BAD_ADVICE = pattern(
    r"示范|示例|危险|不要|不推荐|禁止|避免|don'?t|do[ ]not|never|avoid|\bbad\b|wrong[ ]way", re.IGNORECASE
)
# A line in bold begins an entry only where its words are a journal's: `**Step 1**` stands in every tutorial.
_OWN_STEP = pattern(r"调试|实验|debug|[#＃]", re.IGNORECASE)
_BOLD = pattern(r"\A(?P<border>\*\*|__)(?P<title>[^\s*_][^\n]{0,300}?)(?P=border)[ \t]*\Z")
# Strong emphasis around a label, with the colon inside of it or outside.
_OPENING = r"(?P<border>\*{2}|_{2})?"
_CLOSING = r"(?(border)(?:(?P=border))?)"
_CHINESE = pattern(r"[\u3400-\u9fff]")
# So many characters are looked at before it is compiled, which takes longer than they do.
_LOOKED_AT = 2_000


class Heading(NamedTuple):
    """What a heading of a journal says: its kind, a step's number, the title, and the language of its word."""

    kind: Kind
    number: int
    title: str
    language: str


class Label(NamedTuple):
    """A labelled line: the field, what follows the colon, and whether the line is an item of a list."""

    field: str
    value: str
    is_item: bool


@lru_cache(maxsize=16_384)
def heading(title: str) -> Heading | None:
    """The entry that a heading begins, or None for any other heading. ``title`` is without its number signs."""
    title = _plain(title)
    if len(title) > 400:
        return None
    if _CROSS.match(title):
        return _error(title)
    return _step(title) or _part(title) or _error(title)


def bold_heading(line: str) -> Heading | None:
    """The entry that a line in bold (``**调试步骤 #2**``) begins as a heading would."""
    found = _BOLD.match(line)
    begun = heading(found["title"]) if found else None
    if found is None or begun is None:
        return None
    match begun.kind:
        case Kind.STEP:
            return begun if _OWN_STEP.search(found["title"]) else None
        case Kind.ERROR:
            return None if _CROSS.match(found["title"].strip()) else begun
        case Kind.GOAL | Kind.CONCLUSION:
            return begun
        case _:
            return None


def bold_field(line: str, kind: Kind) -> Label | None:
    """The field of an entry of this kind that a line in bold (``**Analysis**``) begins as a heading would."""
    found = _BOLD.match(line)
    return None if found is None else field_heading(found["title"], kind)


def field_heading(title: str, kind: Kind) -> Label | None:
    """The field of an entry of this kind that a heading inside of it begins, with what follows a colon."""
    found = _field_heading(kind).match(_plain(title)) if FIELDS[kind] and len(title) <= 400 else None
    return None if found is None else Label(_named(found), (found["value"] or "").strip(), False)


def label(line: str, kind: Kind) -> Label | None:
    """The label that a line begins with, of those that an entry of this kind has."""
    if not FIELDS[kind]:
        return None
    found = _label(kind).match(line)
    return None if found is None else Label(_named(found), found["value"].strip(), bool(found["bullet"]))


def without_mark(title: str) -> str:
    """A title without the emoji and blanks that it begins with."""
    return _MARKS.sub("", title).strip()


def without_separator(title: str) -> str:
    """A title without the punctuation that parts it from a number before it."""
    return _SEPARATOR.sub("", title)


def is_chinese(text: str) -> bool:
    if text.isascii():
        return False
    if any("\u3400" <= character <= "\u9fff" for character in text[:_LOOKED_AT]):
        return True
    return len(text) > _LOOKED_AT and _CHINESE.search(text, _LOOKED_AT) is not None


def _plain(title: str) -> str:
    title = title.strip()
    found = _EMPHASIS.match(title)
    return found["text"].strip() if found else title


def _step(title: str) -> Heading | None:
    found = _STEP.match(title) or _BARE_STEP.match(title)
    if found is None:
        return None
    groups = found.groupdict()
    number = groups["number"] or groups["marked_number"] or groups["zh_number"] if "number" in groups else None
    rest = found["rest"]
    if number is not None and rest and not rest[0].isspace() and not _SEPARATOR.match(rest) and rest[0] not in "(（":
        return None
    word = found.group()[: len(found.group()) - len(rest)]
    name = _SEPARATOR.sub("", rest.removeprefix("#") if number is None else rest)
    return Heading(Kind.STEP, int(number or 0), name.strip(), _language(word))


def _part(title: str) -> Heading | None:
    found = _parts().match(title)
    if found is None:
        return None
    kind = Kind(_named(found))
    word = found.group(kind.value)
    return Heading(kind, 0, (found["value"] or "").strip(), _language(word))


def _error(title: str) -> Heading | None:
    found = _ERROR.match(title)
    if found is not None:
        word = found["word"] or found["first"]
        return Heading(Kind.ERROR, 0, (found["title"] or found["after"] or "").strip(), _language(word))
    crossed = _CROSS.match(title)
    if crossed is None or _BAD_ADVICE.search(crossed["title"]):
        return None
    return Heading(Kind.ERROR, 0, crossed["title"].strip(), _language(crossed["title"]))


def _language(word: str) -> str:
    return "zh" if is_chinese(word) else "en"


def _named(found: re.Match[str]) -> str:
    """The one alternative that matched."""
    return next(name for name, value in found.groupdict().items() if value is not None and name not in _OTHERS)


_OTHERS = ("value", "bullet", "border")


@cache
def _parts() -> re.Pattern[str]:
    words = "|".join(f"(?P<{kind.value}>{words})" for kind, words in _KIND_WORDS.items())
    return re.compile(
        rf"\A{_PREFIX}{_NUMBERING}{_PREFIX}(?:{words})[ \t]*(?:{COLON}[ \t]*(?P<value>.*))?\Z", re.IGNORECASE
    )


def _alternatives(kind: Kind) -> str:
    return "|".join(f"(?P<{name}>{words})" for name, words in _FIELD_WORDS.items() if name in FIELDS[kind])


@cache
def _field_heading(kind: Kind) -> re.Pattern[str]:
    return re.compile(
        rf"\A{_PREFIX}{_NUMBERING}{_PREFIX}(?:{_alternatives(kind)})[ \t]*(?:{COLON}[ \t]*(?P<value>.*))?\Z",
        re.IGNORECASE,
    )


@cache
def _label(kind: Kind) -> re.Pattern[str]:
    return re.compile(
        rf"\A(?P<bullet>{_BULLET}){_PREFIX}{_OPENING}{_PREFIX}(?:{_alternatives(kind)}){_CLOSING}[ \t]*{COLON}"
        rf"{_CLOSING}(?P<value>.*)\Z",
        re.IGNORECASE,
    )


@cache
def escaped_label(kind: Kind) -> re.Pattern[str]:
    """A label whose colon may stand behind backslashes, and so is none: ``backslashes`` is empty at a true label."""
    if not FIELDS[kind]:
        return re.compile(r"(?!)")
    return re.compile(
        rf"\A(?P<before>{_BULLET}{_PREFIX}{_OPENING}{_PREFIX}(?:{_alternatives(kind)}){_CLOSING}[ \t]*)"
        rf"(?P<backslashes>\\*)(?={COLON})",
        re.IGNORECASE,
    )
