"""textDocument/hover: what stands under the cursor, and what is to be said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from tflsp.engine import all_rules
from tflsp.facts.containers import ContainerLaunch, ImageRef
from tflsp.facts.document_facts import Located
from tflsp.facts.suppression import Suppression
from tflsp.server.explain.batches import batch_at, explain_batch
from tflsp.server.explain.findings import explain_finding, explain_rule
from tflsp.server.explain.gpu import explain_gpus, explain_limit, memory_limit_at
from tflsp.server.explain.images import explain_image
from tflsp.server.explain.launches import explain_launch, explain_option
from tflsp.server.features.journal_shown import journal_hover
from tflsp.server.gpu import BRIEF, OLD, look
from tflsp.server.lsp import range_
from tflsp.server.places import Place, place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.text import Span

_RULE = "\n\n---\n\n"


@feature(types.TEXT_DOCUMENT_HOVER)
async def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    place = await place_of(session, params.text_document.uri)
    if place is None:
        return None
    offset = place.offset(params.position.line, params.position.character)
    said = [*_said(place, offset), *await _gpus(place, offset), *await journal_hover(place, offset)]
    if not said:
        return None
    smallest = min((span for span, _ in said), key=len)
    text = _RULE.join(dict.fromkeys(text for _, text in said))
    if session.client.markdown_hover:
        contents = types.MarkupContent(types.MarkupKind.Markdown, text)
    else:
        contents = types.MarkupContent(types.MarkupKind.PlainText, plain(text))
    return types.Hover(contents, range_(place.range(smallest)))


def _said(place: Place, offset: int) -> Iterator[tuple[Span, str]]:
    """What there is to say, the most particular first."""
    yield from _suppressions(place, offset)
    for found in place.facts_at(ImageRef, offset):
        yield found.span, explain_image(found.fact, place.analysed.settings, place.analysed.project)
    told = [said for launch in place.facts_at(ContainerLaunch, offset) for said in _launch(place, launch, offset)]
    yield from told
    analysed = place.analysed
    batch = explain_batch(analysed.report.facts, place.number, offset, analysed.settings, analysed.project)
    if batch is not None:
        yield batch
    for finding in place.findings_at(offset):
        # A launch that is told as a whole has named what is wrong with it.
        if not any(f"({finding.code})" in whole for _, whole in told):
            yield finding.span, explain_finding(finding, place.language)


async def _gpus(place: Place, offset: int) -> list[tuple[Span, str]]:
    """What the GPUs have free, where a batch size or a limit of memory stands; nothing where there is no GPU."""
    facts, language = place.analysed.report.facts, place.language
    limit = memory_limit_at(facts, place.number, offset)
    found = batch_at(facts, place.number, offset) if limit is None else None
    if limit is None and found is None:
        return []
    snapshot = await look(BRIEF, OLD)
    if limit is not None:
        span, needed = limit
        free = explain_gpus(snapshot, needed, language) if snapshot is not None else ""
        return [(span, "\n\n".join(filter(None, (explain_limit(needed, language), free))))]
    if found is None or snapshot is None:
        return []
    fit, span = found
    estimate, samples = fit.fact.estimate(), fit.fact.samples
    free = explain_gpus(snapshot, None if estimate is None or samples is None else estimate.total(samples), language)
    return [(span, free)] if free else []


def _launch(place: Place, found: Located[ContainerLaunch], offset: int) -> Iterator[tuple[Span, str]]:
    launch = found.fact
    for option in launch.options:
        span = found.place(option.span)
        if span.touches(offset) and (text := explain_option(option, place.language)) is not None:
            yield span, text
            return
    if launch.name_span is not None and (span := found.place(launch.name_span)).touches(offset):
        own = [each for each in place.findings if found.span.covers(each.span)]
        yield span, explain_launch(launch, own, place.language)


def _suppressions(place: Place, offset: int) -> Iterator[tuple[Span, str]]:
    for found in place.facts_at(Suppression, offset):
        for code, where in found.fact.codes:
            rule = all_rules().get(code)
            if rule is not None and (span := found.place(where)).touches(offset):
                yield span, explain_rule(rule.code, rule.name, place.language)


def plain(text: str) -> str:
    """Markdown for a client that shows none."""
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"\1: \2", text)
    return re.sub(r"\*\*|`", "", text)
