"""TFL701: a training step whose estimated memory does not fit the budget."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.memory_budget import Budget, budget_of
from tflsp.facts.models import training_of
from tflsp.facts.training import FitCall
from tflsp.rules.base import Context, Match, Severity, match, rule
from tflsp.rules.training.batch_edits import defined_elsewhere, resize
from tflsp.tensorflow.memory import UNCERTAINTY, Verdict, largest_power_of_two, verdict
from tflsp.tensorflow.sizes import format_bytes


@rule("TFL701", "memory-over-budget", severity=Severity.WARNING, given=("TrainingCode",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge every call of fit, evaluate and predict whose model, input and batch are known."""
    training = facts.derive(training_of)
    if not training.fits:
        return
    budget = budget_of(facts, context.settings, context.project)
    for found in training.fits:
        yield from _judge(found, budget)


def _judge(found: Located[FitCall], budget: Budget) -> Iterator[Match]:
    fit = found.fact
    estimate, samples = fit.estimate(), fit.samples
    if estimate is None or samples is None:
        return
    needed = estimate.total(samples)
    judged = verdict(needed, budget.bytes)
    if judged is Verdict.FITS:
        return
    # With its uncertainty the estimate must still fit, or the next look would complain again.
    fitting = largest_power_of_two(estimate, budget.bytes // UNCERTAINTY)
    batch = fit.batch
    yield match(
        batch or found,
        None if batch is not None else fit.callee,
        message=f"message.{budget.source}",
        severity=Severity.WARNING if judged is Verdict.OVER else Severity.INFORMATION,
        fixes=resize(batch, fitting) if batch is not None and fitting is not None else (),
        related=defined_elsewhere(batch) if batch is not None else (),
        samples=samples,
        method=fit.method,
        needed=format_bytes(needed),
        budget=format_bytes(budget.bytes),
    )
