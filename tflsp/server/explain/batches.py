"""What a batch size means: steps of an epoch, and the arithmetic of the memory that a step takes."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.memory_budget import Budget, budget_of
from tflsp.facts.models import training_of
from tflsp.facts.training import FitCall
from tflsp.project import Project
from tflsp.server.explain.words import say
from tflsp.settings import Settings
from tflsp.tensorflow.memory import UNCERTAINTY, ModelEstimate, Part, explain, largest_power_of_two, verdict
from tflsp.tensorflow.sizes import format_bytes
from tflsp.text import Span


def explain_batch(
    facts: DocumentFacts, part: int, offset: int, settings: Settings, project: Project
) -> tuple[Span, str] | None:
    """The place of the batch size under a cursor and what is to be said of it; None where nothing is known.

    It is found where it is given, where its number is written, and at the name of a call that gives none.
    """
    if (at := batch_at(facts, part, offset)) is None:
        return None
    found, span = at
    lines = list(_lines(found.fact, budget_of(facts, settings, project), settings.language))
    return (span, "\n".join(lines)) if lines else None


def batch_at(facts: DocumentFacts, part: int, offset: int) -> tuple[Located[FitCall], Span] | None:
    """The call whose batch size stands under a cursor, and the place of that."""
    for found in facts.derive(training_of).fits:
        for number, span in _places(found):
            if number == part and span.touches(offset):
                return found, span
    return None


def _places(found: Located[FitCall]) -> Iterator[tuple[int, Span]]:
    batch = found.fact.batch
    if batch is None:
        yield found.chunk.part, found.place(found.fact.callee)
        return
    yield batch.chunk.part, batch.span
    if (literal := batch.fact.literal) is not None:
        yield literal.part, literal.in_part


def _lines(fit: FitCall, budget: Budget, language: str) -> Iterator[str]:
    samples, estimate = fit.samples, fit.estimate()
    length = fit.data.length if fit.data is not None else None
    if samples is None or (estimate is None and length is None):
        return
    if estimate is not None:
        total = format_bytes(estimate.total(samples))
        yield say("step", language, method=fit.method, samples=f"{samples:,}", total=total)
        yield ""
        yield from _arithmetic(estimate, samples, language)
        yield ""
        yield ("" if language == "zh" else " ").join(_against(estimate, samples, budget, language))
    if length is not None:
        if estimate is not None:
            yield ""
        steps = -(-length // samples)
        yield say("steps", language, length=f"{length:,}", steps=f"{steps:,}")


def _arithmetic(estimate: ModelEstimate, samples: int, language: str) -> Iterator[str]:
    for row in explain(estimate, samples):
        mark = "**" if row.part is Part.TOTAL else ""
        name = say(f"memory-{row.part}", language)
        yield f"- {mark}{name}{mark}: `{row.formula}` = {mark}{format_bytes(row.bytes)}{mark}"


def _against(estimate: ModelEstimate, samples: int, budget: Budget, language: str) -> Iterator[str]:
    yield say(f"budget-{budget.source}", language, budget=format_bytes(budget.bytes))
    yield say(f"verdict-{verdict(estimate.total(samples), budget.bytes)}", language)
    fitting = largest_power_of_two(estimate, budget.bytes // UNCERTAINTY)
    if fitting is not None:
        yield say("largest", language, batch=f"{fitting:,}")
