"""The Python in the fences of a Markdown journal's steps: what the author shows as it is now."""

from __future__ import annotations

import re

from tflsp.bad_examples import is_bad_example
from tflsp.documents.region import FILE
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import change_in
from tflsp.facts.python_calls import PythonCode
from tflsp.rules.notebooks.journal_text import JournalText, Placed
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Above a fence or in its first line: what it shows is how it was.
_BEFORE = pattern(
    r"(?:之|以|从|改|整|换|更)前|原(?:来|先|本|始|代码|值|配置|设置|版|为)|旧|起初"
    r"|\b(?:before|old|original(?:ly)?|initially|previous(?:ly)?|former(?:ly)?|used[ ]to)\b",
    re.IGNORECASE,
)


def fences_of_steps(facts: DocumentFacts, journal: JournalText) -> list[tuple[Placed, list[Located[PythonCode]]]]:
    """The steps with the code that stands in their fences; without what is shown as a mistake, or as it was."""
    found: dict[tuple[int, int], tuple[Placed, list[Located[PythonCode]]]] = {}
    numbers: dict[int, int] = {}
    for code in facts.all(PythonCode):
        region = code.fact.region
        if region.trait(FILE) is not None or region.within("shell", "console", "dockerfile"):
            continue
        numbers = numbers or {id(chunk): number for number, (chunk, _) in enumerate(journal.analysed)}
        number, start = numbers[id(code.chunk)], region.to_root(Span(0, 0)).start
        placed = journal.around(number, Span(start, start))
        if placed is None or placed.entry.kind is not Kind.STEP or is_bad_example(region, start):
            continue
        entry = placed.entry
        at = start + entry.starts[number - placed.chunk] - (entry.offset if number == placed.chunk else 0)
        if not _shows_before(entry.text[entry.body : at], region.text):
            found.setdefault((placed.chunk, entry.offset), (placed, []))[1].append(code)
    return list(found.values())


def _shows_before(above: str, code: str) -> bool:
    """Whether the last written line above a fence, or a comment that it begins with, says that this is how it was."""
    lines = [line for line in above.splitlines() if line.strip()]
    # The last line is the one that opens the fence; one that tells a change speaks of both.
    said = lines[-2] if len(lines) > 1 else ""
    first = code.lstrip().partition("\n")[0]
    return any(
        _BEFORE.search(line) is not None and change_in(line.strip()) is None
        for line in (said, first if first.startswith("#") else "")
    )
