"""Tags behind ``tensorflow/tensorflow:``, or behind a mirror's name for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.explain.words import say
from tflsp.tensorflow.release import DEFAULT_VERSION, RELEASES, REPOSITORY, VARIANTS

_REFERENCE = re.compile(r"(?P<name>[\w.-]+(?::\d+)?(?:/[\w.-]+)+):(?P<tag>[\w.-]*)\Z")
_ORDER = ("jupyter", "", "gpu-jupyter", "gpu")


def suggest(cursor: Cursor) -> Iterator[Suggestion]:
    found = _REFERENCE.search(cursor.line)
    if found is None or not _is_tensorflow(found["name"], cursor):
        return
    span = cursor.typed(len(found["tag"]))
    settings = cursor.place.analysed.settings
    versions = [release.version for release in RELEASES]
    preferred = settings.tensorflow_version if settings.tensorflow_version in versions else DEFAULT_VERSION
    for version in (preferred, *(version for version in reversed(versions) if version != preferred)):
        for variant in sorted(VARIANTS, key=_ORDER.index):
            tag = "-".join(part for part in (version, variant) if part)
            detail = say(f"tag-{variant or 'plain'}", settings.language, version=version)
            yield Suggestion(tag, tag, span, "value", detail)


def _is_tensorflow(name: str, cursor: Cursor) -> bool:
    if name in (REPOSITORY, f"docker.io/{REPOSITORY}"):
        return True
    mirrors = cursor.place.analysed.settings.image_mirrors.items()
    return any(
        f"{official.rstrip('/')}{name.removeprefix(mirror.rstrip('/'))}" == REPOSITORY
        for mirror, official in mirrors
        if name.startswith(mirror.rstrip("/"))
    )
