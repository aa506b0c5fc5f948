"""What a text says of TensorFlow's 2.9 images: their Python, packages, GPUs, and that one can log in by SSH.

Only sentences whose subject is the image count: it is named in them, they go on about it ("it", "该镜像"), or they are
items of a list that a sentence about it opens. Whether a claim is true is a rule's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.facts.image_claim_words import (
    BASE_AFTER,
    BASE_BEFORE,
    BEGINS_WITH_VERB,
    CUSTOM,
    GPU,
    IMAGE,
    ITEM,
    NAMED_AGAIN,
    NOT,
    OFFICIAL,
    OPENS_LIST,
    OTHER_GPU_TAG,
    PACKAGE,
    PARENTHESES,
    PRONOUN,
    PYTHON,
    SENTENCE,
    SSH,
    TO_DO,
    VERB,
)
from tflsp.facts.journal_lines import LINE, marks
from tflsp.facts.journal_words import is_chinese
from tflsp.text import Span


class Claim(StrEnum):
    """What is said to be there."""

    PYTHON = "python"
    PACKAGE = "package"
    SSH = "ssh"
    GPU = "gpu"


# What is claimed, how, and words of which one stands in every text that does.
_KINDS = (
    (Claim.PYTHON, PYTHON, ("python",)),
    (Claim.PACKAGE, PACKAGE, ("pandas", "scikit-learn", "sklearn", "seaborn", "tfx", "matplotlib", "jupyter")),
    (Claim.SSH, SSH, ("ssh",)),
    (Claim.GPU, GPU, ("gpu", "cuda", "cudnn")),
)
_Kinds = tuple[tuple[Claim, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ImageClaim(Fact):
    """A claim, at the words that make it. ``tag`` is the image's, at ``tag_span``; empty where the text names none."""

    claim: Claim
    said: str
    tag: str
    tag_span: Span | None
    chinese: bool


class _Subject(NamedTuple):
    """The image that a sentence speaks of."""

    tag: str
    span: Span | None


class _Block(NamedTuple):
    """A paragraph, an item of a list or a heading."""

    kind: str
    span: Span


@reads("markdown")
def image_claims(region: Region) -> Iterator[ImageClaim]:
    """The claims of a section or a cell."""
    text = region.text
    if region.parent is not None or "2.9" not in text or not _is_told(text):
        return
    kinds = _claimed(text)
    if not kinds:
        return
    is_official = OFFICIAL.search(text) is not None
    subject: _Subject | None = None
    opening = ""  # the sentence that opens the list whose items follow
    about = ""  # kind of the block before
    for block in _blocks(text):
        body = block.span.of(text)
        if block.kind == "item" and opening:
            yield from _claims(region, block.span, subject, opening, kinds) if subject is not None else ()
            continue
        opening = ""
        if block.kind == "item":
            # An item of another list: it speaks for itself.
            subject_of_item = _named(text, block.span, is_official=is_official)
            yield from _claims(region, block.span, subject_of_item, "", kinds) if subject_of_item else ()
            continue
        last = ""
        goes_on = subject is not None and about != "heading" and PRONOUN.match(body) is not None
        current = subject if goes_on else None
        for found in SENTENCE.finditer(text, block.span.start, block.span.end):
            span = Span(*found.span())
            last = found[0]
            if IMAGE.search(last) is not None:
                subject = current = _named(text, span, is_official=is_official)
            elif subject is not None and NAMED_AGAIN.search(last) is not None:
                current = subject
            elif not (PRONOUN.match(last.lstrip()) or BEGINS_WITH_VERB.match(last)):
                # (somebody else may be the subject of what follows)
                continue
            if current is not None and block.kind != "heading":
                yield from _claims(region, span, current, "", kinds)
        opening = last if OPENS_LIST.search(last.rstrip(" *")) and (current or block.kind == "heading") else ""
        about = block.kind


def _is_told(text: str) -> bool:
    """Whether an image of 2.9 is named in a text, and not only in the commands that it shows."""
    at, shown = text.find("2.9"), None
    while at >= 0:
        # (the expression by itself would look at every letter)
        if text[max(at - 14, 0) : at].lower().rstrip("v- ").endswith(("tensorflow", "tensorflow:")):
            if shown is None:
                shown = [mark for mark in marks(text) if not mark.level]
            is_shown = any(mark.start <= at < mark.end for mark in shown)
            if not is_shown and IMAGE.search(text, max(at - 40, 0), at + 60) is not None:
                return True
        at = text.find("2.9", at + 3)
    return False


def _claimed(text: str) -> _Kinds:
    """What a text may claim at all: the words for it stand somewhere. Spares the expressions that tell who claims."""
    lowered = text.lower()
    return tuple(
        (claim, expression)
        for claim, expression, words in _KINDS
        if any(word in lowered for word in words) and expression.search(text) is not None
    )


def _blocks(text: str) -> Iterator[_Block]:
    """Paragraphs, items and headings, in order; fences and comments are none."""
    shown = [Span(mark.start, mark.end) for mark in marks(text) if not mark.level]
    start: int | None = None
    kind = "paragraph"
    for line in LINE.finditer(text):
        if line.start() == len(text):
            break
        content = line[0].strip(" \t\r\n>")
        is_shown = any(span.start <= line.start() < span.end for span in shown)
        begins = ITEM.match(line[0]) is not None
        is_heading = content.startswith("#")
        if start is not None and (not content or is_shown or begins or is_heading):
            yield _Block(kind, Span(start, line.start()))
            start = None
        if is_shown or not content:
            continue
        if is_heading:
            yield _Block("heading", Span(*line.span()))
        elif start is None:
            start, kind = line.start(), "item" if begins else "paragraph"
    if start is not None:
        yield _Block(kind, Span(start, len(text)))


def _named(text: str, span: Span, *, is_official: bool) -> _Subject | None:
    """The image that a sentence names, if it speaks of that image itself and of no other one."""
    sentence = span.of(text)
    found = list(IMAGE.finditer(text, span.start, span.end))
    if not found or CUSTOM.search(sentence):
        return None
    for each in found:
        if BASE_BEFORE.search(text, span.start, each.start()) or BASE_AFTER.match(text[each.end() : span.end]):
            return None
    tags = {each["tag"] for each in found if each["tag"]}
    if len(tags) > 1 or (not tags and not is_official):
        return None
    tagged = next((each for each in found if each["tag"]), None)
    return _Subject(tagged["tag"], Span(*tagged.span("tag"))) if tagged else _Subject("", None)


def _claims(region: Region, span: Span, subject: _Subject, opening: str, kinds: _Kinds) -> Iterator[ImageClaim]:
    """The claims of one sentence, or of one item of a list that a sentence opens."""
    text = region.text
    sentence = span.of(text)
    claimed = [
        (claim, found) for claim, expression in kinds for found in expression.finditer(text, span.start, span.end)
    ]
    if not claimed or NOT.search(sentence) or CUSTOM.search(sentence) or (opening and NOT.search(opening)):
        return
    outside = PARENTHESES.sub("", sentence)
    if TO_DO.search(outside) or (opening and TO_DO.search(opening)):
        return
    has_verb = VERB.search(sentence) is not None or (opening and VERB.search(opening) is not None)
    chinese = is_chinese(sentence)
    for claim, found in claimed:
        if claim in (Claim.PYTHON, Claim.PACKAGE) and not has_verb:
            continue
        if claim is Claim.GPU and (not subject.tag or OTHER_GPU_TAG.search(sentence)):
            continue
        if claim is Claim.PYTHON and not _is_wrong(found):
            continue
        yield ImageClaim(region, Span(*found.span("said")), claim, found["said"], subject.tag, subject.span, chinese)


def _is_wrong(found: re.Match[str]) -> bool:
    """Whether a version is not that of the image: `3.7+` holds for 3.8."""
    minor = int(found["version"].partition(".")[2])
    return minor > 8 if found["more"] else minor != 8
