"""TFL702: a batch of all samples, a batch size that is ignored, or no batches at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.models import training_of
from tflsp.facts.training import FitCall
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.training.batch_edits import USUAL_BATCH, batched, defined_elsewhere, resize, without_argument

# Data this small is often trained on as a whole, on purpose: nothing is gained by cutting it up.
SMALL_DATA: Final = 1024


@rule("TFL702", "full-batch-or-ignored-batch", severity=Severity.WARNING, given=("TrainingCode",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge every call of fit, evaluate and predict whose data is known."""
    for found in facts.derive(training_of).fits:
        fit = found.fact
        if fit.data is None:
            continue
        if fit.data.kind == "dataset":
            yield from _data_set(found)
        if _takes_all(fit) and fit.batch is not None:
            yield match(
                fit.batch,
                fixes=resize(fit.batch, USUAL_BATCH),
                related=defined_elsewhere(fit.batch),
                batch=fit.batch.fact.value,
                length=fit.data.length,
            )


def _takes_all(fit: FitCall) -> bool:
    """Whether one training step takes all samples, and nobody seems to want it so."""
    if not fit.trains or fit.data is None or fit.data.length is None or fit.batch is None:
        return False
    optimizer = fit.model.optimizer if fit.model is not None else None
    if "lbfgs" in (optimizer or "").lower().replace("-", "").replace("_", ""):
        # A quasi-Newton method wants the whole gradient.
        return False
    return fit.batch.fact.value >= fit.data.length > SMALL_DATA and not fit.batch.fact.deliberate


def _data_set(found: Located[FitCall]) -> Iterator[Match]:
    """tf.data: an argument that does nothing, single samples where a model wants batches."""
    fit = found.fact
    unbatched = fit.data is not None and fit.data.batched is False
    if fit.argument is not None:
        key = "message.ignored-unbatched" if unbatched else "message.ignored"
        yield match(found, fit.argument, message=key, fixes=_argument_fixes(fit, unbatched), method=fit.method)
    elif unbatched and fit.x is not None:
        edit = batched(fit, USUAL_BATCH)
        fixes = [Fix((edit,), Safety.UNSAFE, "fix.batch", {"batch": USUAL_BATCH})] if edit is not None else []
        yield match(found, fit.x, message="message.unbatched", fixes=fixes, method=fit.method)


def _argument_fixes(fit: FitCall, unbatched: bool) -> Iterator[Fix]:
    drop = without_argument(fit)
    if drop is None:
        return
    if not unbatched:
        # It has no effect, whatever the data set is like; where it is batched for certain nobody misses it.
        batched_for_sure = fit.data is not None and fit.data.batched is True
        yield Fix((drop,), Safety.SAFE if batched_for_sure else Safety.UNSAFE, "fix.drop")
        return
    length = fit.data.length if fit.data is not None else None
    size = fit.given if fit.given and (length is None or fit.given < length) else USUAL_BATCH
    if (batch := batched(fit, size)) is not None:
        yield Fix((batch, drop), Safety.UNSAFE, "fix.batch", {"batch": size})
