"""TFL504: an install that breaks or doubles the TensorFlow of the image."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.installs import PipInstall
from tflsp.facts.requirements import Requirement
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.packages.harm import BOUNDS, Harm, harms
from tflsp.rules.packages.rewriting import with_specifier, without, written


@rule("TFL504", "protobuf-or-tf-reinstall", severity=Severity.WARNING, given=("PipInstall",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge installs into images of 2.9; what may be meant for the host is an information."""
    for found in facts.all(PipInstall):
        for requirement, harm, place in harms(found, facts, context):
            information = harm is Harm.NUMPY or not place.certain
            yield match(
                found,
                written(found.fact, requirement),
                message=f"message.{harm.value}",
                severity=Severity.INFORMATION if information else None,
                fixes=_fixes(found.fact, requirement, harm),
                name=requirement.written,
                image=place.version or "",
            )


def _fixes(install: PipInstall, requirement: Requirement, harm: Harm) -> Iterator[Fix]:
    if harm in (Harm.SECOND, Harm.NEEDLESS, Harm.ANOTHER):
        dropped = without(install, requirement)
        if dropped is not None:
            yield Fix((dropped,), Safety.UNSAFE, "fix.drop", {"name": requirement.written})
        return
    bound = BOUNDS[requirement.name][0].removeprefix(requirement.name)
    rewritten = with_specifier(install, requirement, bound)
    if rewritten is not None:
        edit, text = rewritten
        yield Fix((edit,), Safety.UNSAFE, arguments={"text": text})
