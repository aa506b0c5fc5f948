"""What is wrong with a template: syntax, unknown fields, and entries that would not be read again."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Kind, Step
from tflsp.journal.refusals import Refusal
from tflsp.journal.templates import TemplateError, TemplateFault, render, structure_faults

# Entries with everything filled in, by which a template is tried.
_EXAMPLES: dict[Kind, Entry] = {
    Kind.GOAL: Goal("A question.", ("First.", "Second."), "val_accuracy > 97%"),
    Kind.STEP: Step(
        7, "A title", "Notes.", "2026-01-01", (Change("learning_rate", "0.1", "0.2"),), "Adam", "95 %", "image", "Why."
    ),
    Kind.ERROR: ErrorLog("OOM", "A message", "2026-01-01", "image", "Why.", "How.", "Advice."),
    Kind.CONCLUSION: Conclusion("A text.", "98 %", True, "More."),
}
# What a journal cannot do without.
_NEEDED = {
    Kind.GOAL: ("question", "criterion"),
    Kind.STEP: ("number", "title", "changes", "result", "analysis"),
    Kind.ERROR: ("title", "message", "analysis", "solution"),
    Kind.CONCLUSION: ("text",),
}


def template_faults(kind: Kind, language: str, source: str) -> Iterator[TemplateFault]:
    """The faults of a template in the order of their lines."""
    faults = sorted(structure_faults(kind, source), key=lambda fault: fault.line)
    yield from faults
    if faults:
        return
    entry = _EXAMPLES[kind]
    try:
        text = render(entry, language, {f"{language}/{kind}": source})
    except TemplateError as error:
        yield error.fault
        return
    found = read_journal(open_text("", text, "markdown")).entries
    if [each.kind for each in found] != [kind]:
        yield TemplateFault(1, Refusal("template-not-read", kind=kind))
        return
    for name in _NEEDED[kind]:
        if getattr(found[0].entry, name) != getattr(entry, name):
            yield TemplateFault(_line_with(source, name), Refusal("template-lost", name=name))


def _line_with(source: str, name: str) -> int:
    return next((number for number, line in enumerate(source.split("\n"), 1) if name in line), 1)
