"""Follows a document's Python code as far as it is certain: models, their training, and the data they are given.

Statements run in the document's order, functions once with what the module has set for good. What stands in a branch
or loop counts inside of it and is unknown behind it. ``facts.derive(training_of)`` gives all that was found.
"""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.region import FILE, Region
from tflsp.facts.base import Fact, reads
from tflsp.facts.document_facts import DocumentFacts, Located, resuming
from tflsp.facts.model_reading import Reading
from tflsp.facts.model_slice import program_of
from tflsp.facts.python_calls import TRAINS, PythonCode, imports_of
from tflsp.facts.training import Training
from tflsp.facts.training_moves import Followed, still_holds
from tflsp.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class TrainingCode(Fact):
    """Python code that may train something: without any, nothing of a document is followed."""


@reads("python")
def training_code(region: Region) -> Iterator[TrainingCode]:
    """A fact where the region calls fit, evaluate or predict."""
    if (found := TRAINS.search(region.text)) is not None:
        yield TrainingCode(region, Span(*found.span()))


@resuming
def training_of(facts: DocumentFacts) -> Training:
    """What the document says of training."""
    if next(facts.all(TrainingCode), None) is None:
        return Training()
    codes = tuple(facts.all(PythonCode))
    by_program: dict[object, list[Located[PythonCode]]] = {}
    for code in codes:
        by_program.setdefault(_program(code.fact.region), []).append(code)
    imports = facts.derive(imports_of)
    programs = [program_of(own, imports) for own in by_program.values()]
    before = facts.before(training_of)
    if before is not None and (known := still_holds(before, codes, imports, programs)) is not None:
        return known
    found: list[Reading] = []
    for program in programs:
        reading = Reading(imports, program)
        reading.run()
        found.append(reading)
    limits = [limit for reading in found for limit in reading.found.memory_limits]
    return Training(
        tuple(Located(model.graph(), model.where.chunk) for reading in found for model in reading.found.models),
        tuple(fit for reading in found for fit in reading.found.fits.values()),
        # Several devices on one GPU: the largest one is given the benefit of the doubt.
        max(limits) if limits else None,
        Followed(codes, imports, [(program, reading.read) for program, reading in zip(programs, found, strict=True)]),
    )


def _program(region: Region) -> object:
    """Cells and fences of a document are one program; a file that one writes, and a command's script, are their own."""
    if (file := region.trait(FILE)) is not None:
        return file
    return id(region) if region.within("shell", "console", "dockerfile") else None
