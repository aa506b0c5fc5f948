"""textDocument/inlayHint: what variables in an image reference come to, and how much memory a literal shape takes."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from tflsp.facts.containers import ImageRef
from tflsp.server.convert import span_of
from tflsp.server.explain.shapes import shapes
from tflsp.server.explain.words import say
from tflsp.server.lsp import plain_range, position
from tflsp.server.places import Place, place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.tensorflow.sizes import DTYPE_BYTES, format_bytes
from tflsp.text import Span


@feature(types.TEXT_DOCUMENT_INLAY_HINT)
async def inlay_hint(session: Session, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    place = await place_of(session, params.text_document.uri)
    if place is None or not place.analysed.settings.inlay_hints:
        return None
    where = span_of(place.part.lines, plain_range(params.range), session.client.encoding)
    return [*_images(place, where), *_shapes(place, where)]


def _images(place: Place, where: Span) -> Iterator[types.InlayHint]:
    for found in place.facts(ImageRef):
        image = found.fact
        if image.variables and image.known and not image.is_stage and where.touches(found.span.end):
            yield _hint(place, found.span.end, f"= {image.text}", "")


def _shapes(place: Place, where: Span) -> Iterator[types.InlayHint]:
    for shape in shapes(place.analysed.report.facts, place.number, where):
        size = format_bytes(shape.bytes)
        tooltip = say(
            "assumed",
            place.language,
            count=f"{shape.bytes // DTYPE_BYTES[shape.dtype]:,}",
            dtype=shape.dtype,
            bytes=DTYPE_BYTES[shape.dtype],
        )
        yield _hint(place, shape.end, f"≈{size}", tooltip)


def _hint(place: Place, offset: int, label: str, tooltip: str) -> types.InlayHint:
    where = place.range(Span(offset, offset))["start"]
    return types.InlayHint(position(where), label, tooltip=tooltip or None, padding_left=True)
