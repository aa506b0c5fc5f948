"""Edits of calls of fit that the rules on batches share."""

from __future__ import annotations

import re
from typing import Final

from tflsp.facts.document_facts import Located
from tflsp.facts.training import BatchSize, FitCall
from tflsp.rules.base import Edit, Fix, Related, Safety
from tflsp.text import Span
from tflsp.text.patterns import pattern

USUAL_BATCH: Final = 32
"""What Keras itself takes when nothing is said, and what the documentation's examples use."""

# A name, or what ends with a call: a method can be put behind it.
_EXTENDABLE = pattern(r"[\w.]+|.*\)", re.DOTALL)
_COMMA_BEHIND = pattern(r"[ \t]*,[ \t]*(?:\r?\n[ \t]*)?")
_COMMA_BEFORE = pattern(r",\s*\Z")


def resize(batch: Located[BatchSize], to: int) -> tuple[Fix, ...]:
    """Write another number where the batch size's is written; nothing where that is another cell's text."""
    literal = batch.fact.literal
    if literal is None or literal.part != batch.chunk.part or to >= batch.fact.value:
        return ()
    edit = Edit(literal.span, str(to), literal.region, literal.chunk)
    return (Fix((edit,), Safety.UNSAFE, arguments={"batch": to}),)


def defined_elsewhere(batch: Located[BatchSize]) -> tuple[Related, ...]:
    """Where the number is written, if that is not where it is used."""
    literal, fact = batch.fact.literal, batch.fact
    if literal is None or (literal.region is fact.region and literal.span == fact.span):
        return ()
    there = BatchSize(literal.region, literal.span, fact.value, fact.given_by, literal)
    return (Related(Located(there, literal.chunk), literal.span),)


def without_argument(fit: FitCall) -> Edit | None:
    """Take ``batch_size=…`` out, with one of its commas."""
    span, text = fit.argument, fit.region.text
    if span is None:
        return None
    if (behind := _COMMA_BEHIND.match(text, span.end)) is not None:
        return Edit(Span(span.start, behind.end()), "")
    before = _COMMA_BEFORE.search(text, 0, span.start)
    return Edit(Span(before.start() if before is not None else span.start, span.end), "")


def batched(fit: FitCall, size: int) -> Edit | None:
    """Put ``.batch(size)`` behind the data set; None where it is no simple expression."""
    if fit.x is None or _EXTENDABLE.fullmatch(fit.x.of(fit.region.text)) is None:
        return None
    return Edit(Span(fit.x.end, fit.x.end), f".batch({size})")
