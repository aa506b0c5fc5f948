"""TFL410: packages that are installed in whatever version is the newest."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.documents.region import CELL, JUPYTEXT
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.installs import PipInstall
from tflsp.facts.requirements import Requirement
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.packages.harm import BOUNDS, harms
from tflsp.rules.packages.rewriting import with_specifier, written
from tflsp.rules.packages.versions import admits, is_bounded
from tflsp.tensorflow.release import Tag

_FOUR = ("tensorflow", "keras", "protobuf", "numpy")
# What installs the rest: `pip install --upgrade pip` is how one begins.
_INSTALLERS = ("pip", "setuptools", "wheel", "uv", "pipx")


@rule("TFL410", "pip-unpinned", severity=Severity.HINT, given=("PipInstall",), aliases=("DL3013",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge installs that are run, or that a notebook speaks of; TFL504 goes before."""
    for found in facts.all(PipInstall):
        install = found.fact
        if not _counts(found, context) or install.option("constraint", "require-hashes") is not None:
            continue
        reported = {requirement.span for requirement, _, _ in harms(found, facts, context)}
        for requirement in install.requirements:
            if requirement.span not in reported:
                yield from _unpinned(found, requirement, context)


def _counts(found: Located[PipInstall], context: Context) -> bool:
    """Whether the command is run, or stands in a notebook. What other Markdown tells its readers is not pinned."""
    return context.kind != "markdown" or found.fact.region.trait(JUPYTEXT) is not None


def _unpinned(found: Located[PipInstall], requirement: Requirement, context: Context) -> Iterator[Match]:
    install, span = found.fact, written(found.fact, requirement)
    if requirement.redirected is not None:
        specifier = requirement.redirected.of(install.region.text)
        fixes = [*_quoted(install, requirement, specifier)]
        severity = _severity(found, Severity.WARNING)
        yield match(
            found, span, message="message.redirected", severity=severity, fixes=fixes, specifier=specifier,
            name=requirement.written,
        )  # fmt: skip
        return
    if requirement.is_pinned or requirement.name in _INSTALLERS or not _is_open(requirement, context):
        return
    important = requirement.name in _FOUR
    yield match(
        found,
        span,
        message="message.core" if important else "message",
        severity=_severity(found, Severity.WARNING) if important else None,
        fixes=_pins(install, requirement, context),
        name=requirement.written,
    )


def _is_open(requirement: Requirement, context: Context) -> bool:
    """Whether newer releases are let in; of the four, ones that TensorFlow 2.9 does not work with."""
    if not is_bounded(requirement.specifier):
        return True
    if requirement.name not in _FOUR or not Tag(context.settings.tensorflow_version).is_2_9:
        return False
    outside = "2.10.0" if requirement.name == "tensorflow" else BOUNDS[requirement.name][2]
    return admits(requirement.specifier, outside)


def _severity(found: Located[PipInstall], severity: Severity) -> Severity:
    """A notebook's text is read, its cells are run."""
    region = found.fact.region
    is_text = region.root.traits.get(CELL) == "markdown" or region.within("markdown")
    return Severity.HINT if is_text and region.trait(JUPYTEXT) is None else severity


def _quoted(install: PipInstall, requirement: Requirement, specifier: str) -> Iterator[Fix]:
    rewritten = with_specifier(install, requirement, specifier)
    if rewritten is not None:
        edit, text = rewritten
        yield Fix((edit,), Safety.UNSAFE, "fix.quote", {"text": text})


def _pins(install: PipInstall, requirement: Requirement, context: Context) -> Iterator[Fix]:
    """Versions that TensorFlow 2.9's own metadata give; of other packages none is known."""
    version = context.settings.tensorflow_version
    if requirement.name not in _FOUR or not Tag(version).is_2_9:
        return
    if requirement.name == "tensorflow":
        inside, specifier = version, f"=={version}"
    else:
        text, inside, _ = BOUNDS[requirement.name]
        specifier = text.removeprefix(requirement.name)
    if not admits(requirement.specifier, inside):
        return
    rewritten = with_specifier(install, requirement, specifier)
    if rewritten is not None:
        edit, text = rewritten
        yield Fix((edit,), Safety.UNSAFE, arguments={"text": text})
