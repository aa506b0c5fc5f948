"""TFL411: a text that says of TensorFlow's 2.9 image what is not so."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.image_claims import Claim, ImageClaim
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import delete, insert, replace
from tflsp.tensorflow.release import IMAGE, Tag, parse_tag, pinned_tag, presence
from tflsp.text import Span
from tflsp.text.patterns import pattern

_PACKAGES = {"sklearn": "scikit-learn", "notebook": "jupyter", "lab": "jupyter"}
_BEFORE = pattern(r"(?:[ ]?[、，][ ]?|,[ ](?:and[ ])?|[ ](?:and|和|以及|与)[ ])\Z")
_AFTER = pattern(r"(?:[ ]?[、，][ ]?|,[ ]|[ ](?:and|和|以及|与)[ ])")
_NOTES = {
    "package": (" (not in the image: `pip install {}`)", "（镜像中没有，可用 `pip install {}` 安装）"),
    "ssh": (" (the image has no sshd: install openssh-server)", "（镜像中没有 sshd，要先安装 openssh-server）"),
}


@rule("TFL411", "image-claim-wrong", severity=Severity.INFORMATION)
def check(claim: ImageClaim, context: Context) -> Iterator[Match]:
    """Judge what is said against what is known of the image."""
    tag = parse_tag(claim.tag) if claim.tag else Tag("2.9")
    if tag is None or not tag.is_2_9:
        return
    image = f"tensorflow/tensorflow:{claim.tag}" if claim.tag else "tensorflow/tensorflow:2.9.*"
    match claim.claim:
        case Claim.PYTHON:
            fix = replace(claim.span, "3.8", safety=Safety.UNSAFE, title="fix.python")
            yield _match(claim, "python", image, [fix])
        case Claim.PACKAGE:
            if _is_missing(claim, tag):
                yield _match(claim, "package", image, [_without(claim)])
        case Claim.SSH:
            note = insert(claim.span.end, _NOTES["ssh"][claim.chinese], safety=Safety.UNSAFE, title="fix.note")
            yield _match(claim, "ssh", image, [note])
        case Claim.GPU if not tag.gpu:
            yield _match(claim, "gpu", image, _with_gpu(claim))


def _match(claim: ImageClaim, key: str, image: str, fixes: list[Fix]) -> Match:
    return match(claim, message=f"message.{key}", fixes=fixes, said=claim.said, image=image, fact=IMAGE.python)


def _is_missing(claim: ImageClaim, tag: Tag) -> bool:
    name = _package(claim)
    if name in ("jupyter", "matplotlib") and not claim.tag:
        return False  # some of the images have it
    return presence(name, tag) is False


def _package(claim: ImageClaim) -> str:
    name = claim.said.lower()
    return "jupyter" if name.startswith("jupyter") else _PACKAGES.get(name, name)


def _without(claim: ImageClaim) -> Fix:
    """The package taken out of an enumeration, or a note behind it."""
    text, span = claim.region.text, claim.span
    before = _BEFORE.search(text, max(span.start - 8, 0), span.start)
    after = _AFTER.match(text, span.end)
    if before is not None:
        return delete(Span(before.start(), span.end), title="fix.package", said=claim.said)
    if after is not None:
        return delete(Span(span.start, after.end()), title="fix.package", said=claim.said)
    note = _NOTES["package"][claim.chinese].format(_package(claim))
    return insert(span.end, note, safety=Safety.UNSAFE, title="fix.note")


def _with_gpu(claim: ImageClaim) -> list[Fix]:
    """The tag of the same release that has GPU support."""
    parsed = parse_tag(claim.tag)
    if parsed is None or claim.tag_span is None:
        return []
    wanted = pinned_tag(f"{parsed.version}-gpu{'-jupyter' if parsed.jupyter else ''}", parsed.version)
    if wanted is None:
        return []
    return [replace(claim.tag_span, wanted, safety=Safety.UNSAFE, title="fix.gpu", tag=wanted)]
