"""Image references: the grammar of distribution/reference, over words that may hold variables.

https://github.com/distribution/reference (regexp.go, normalize.go): ``[domain/]path[:tag][@digest]``.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tflsp.documents.region import Region
from tflsp.documents.words import UNKNOWN, Word
from tflsp.facts.containers import ImageRef, Surface
from tflsp.text import Span
from tflsp.text.patterns import pattern

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = pattern(rf"(?:(?P<domain>{_DOMAIN})/)?(?P<path>{_COMPONENT}(?:/{_COMPONENT})*)")
_TAG = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = pattern(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_PARTS = pattern(r"(?P<name>.*?)(?::(?P<tag>[^:/@]*))?(?:@(?P<digest>.*))?", re.DOTALL)
_IDENTIFIER = pattern(r"[0-9a-f]{64}")
_DOCKER_HUB = ("docker.io", "index.docker.io")
_LONGEST_NAME = 255


class Reference(NamedTuple):
    """A reference taken apart; the spans are in the text that was parsed, without the colon and the @.

    ``registry`` is None where Docker Hub is meant without being written. ``known`` is False where a part is a variable
    without value; ``repository`` is empty then, unless only tag or digest are unknown.
    """

    name: str
    registry: str | None
    repository: str
    tag: str | None
    digest: str | None
    tag_span: Span | None
    digest_span: Span | None
    known: bool
    valid: bool


def parse_reference(text: str) -> Reference:
    """Take a reference apart; ``UNKNOWN`` in it stands for what is not known. Anything gives a result."""
    parts = _PARTS.fullmatch(text)
    assert parts is not None  # every part of the expression may be empty
    name, tag, digest = parts["name"], parts["tag"], parts["digest"]
    found = _NAME.fullmatch(name)
    registry, repository = _normalised(name) if UNKNOWN not in name else (None, "")
    valid = (
        found is not None
        and len(name) <= _LONGEST_NAME
        and not _IDENTIFIER.fullmatch(text)
        and (tag is None or _TAG.fullmatch(tag) is not None)
        and (digest is None or _DIGEST.fullmatch(digest) is not None)
    )
    known = UNKNOWN not in text
    if not known:
        tag = None if UNKNOWN in (tag or "") else tag
        digest = None if UNKNOWN in (digest or "") else digest
    return Reference(
        name,
        registry,
        repository if found or not known else "",
        tag,
        digest,
        Span(*parts.span("tag")) if parts["tag"] is not None else None,
        Span(*parts.span("digest")) if parts["digest"] is not None else None,
        known,
        valid if known else True,
    )


def _normalised(name: str) -> tuple[str | None, str]:
    """The registry, None for Docker Hub unwritten, and the repository without ``library/`` (normalize.go)."""
    first, slash, rest = name.partition("/")
    is_domain = slash and (any(char in first for char in ".:") or first == "localhost" or first != first.lower())
    if not is_domain:
        return None, name.removeprefix("library/")
    if first in _DOCKER_HUB:
        return "docker.io", rest.removeprefix("library/")
    return first, rest


def image_ref(region: Region, word: Word, surface: Surface, **facts: Any) -> ImageRef:
    """The reference that a word holds. ``facts`` are fields that its place decides (``builds``, ``pulls``)."""
    text = word.pattern
    reference = parse_reference(text)
    tag, digest, end = reference.tag_span, reference.digest_span, len(reference.name)
    verbatim = word.is_verbatim(0, len(text))
    place = word.place(0, len(text)) if text else word.inner
    return ImageRef(
        region=region,
        span=place if verbatim or not word.span.covers(place) else word.inner,
        surface=surface,
        text=text if reference.known else word.raw,
        registry=reference.registry,
        name=reference.name if UNKNOWN not in reference.name else "",
        repository=reference.repository,
        tag=reference.tag,
        digest=reference.digest,
        tag_span=word.place(tag.start, tag.end) if tag else None,
        digest_span=word.place(digest.start, digest.end) if digest else None,
        known=reference.known,
        valid=reference.valid,
        verbatim=verbatim,
        name_end=word.place(end - 1, end).end if end and word.is_verbatim(end - 1, end) else None,
        variables=dict(word.variables),
        **facts,
    )


def looks_like_image(text: str) -> bool:
    """Whether a bare word is more likely an image than anything else: it is a valid reference with a path or a tag."""
    reference = parse_reference(text)
    return reference.valid and reference.known and ("/" in text or reference.tag is not None)
