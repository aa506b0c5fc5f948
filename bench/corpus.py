"""The documents that keystrokes are measured on, of the sizes that the figures name.

Deterministic for one version of Python (see bench/material.py for where the text comes from).
"""

from __future__ import annotations

from collections.abc import Iterator

from bench import journal, material
from bench.documents import Cell, Document, Notebook, Spot, Text

KIB = 1024
TYPED = "batch_size_of_the_next_run_"
"""Every prefix is a valid name, so that a linter never gets away with a syntax error."""
PROBE = 'subprocess.run(["docker", "run", "-it", "tensorflow/tensorflow:latest", "bash"], env=probe_of_the_benchmark)'


def keystroke_documents() -> tuple[Document, ...]:
    """What bench/keystroke.py types into."""
    return (
        python("Python 15 KB", "small.py", 15 * KIB),
        python("Python 450 KB", "large.py", 450 * KIB),
        notebook("Notebook 2 MB, 200 cells", "large.ipynb", 2000 * KIB, 200),
        journal.in_prose(15 * KIB),
        journal.in_fence(15 * KIB),
    )


def python(name: str, file_name: str, size: int) -> Text:
    """A Python file: half library, the training script that is typed into, half library."""
    script = material.training(1)
    library = material.library(size - len(script) - len(material.IMPORTS))
    half = len(library) // 2
    text = "".join([material.IMPORTS, *library[:half], "\n\n", script, *library[half:]])
    return Text(name, file_name, "python", text, spot(text))


def notebook(name: str, file_name: str, size: int, count: int) -> Notebook:
    """A notebook of `count` cells: each fifth is prose, the one in the middle and each tenth hold training scripts."""
    code = material.pieces(size * 27 // (count * 20))
    cells = tuple(_cell(index, count, code) for index in range(count))
    middle = count // 2
    return Notebook(name, file_name, cells, middle, spot(cells[middle].text))


def spot(text: str) -> Spot:
    """The line below the mark of the training script, behind its indentation."""
    lines = text.split("\n")
    line = next(n for n, content in enumerate(lines) if material.MARK in content) + 1
    return Spot(line, len(lines[line]), TYPED, PROBE)


def _cell(index: int, count: int, code: Iterator[str]) -> Cell:
    if index % 5 == 1:
        return Cell("markdown", journal.entry(index))
    if index == count // 2:
        return Cell("code", material.IMPORTS + material.training(index) + next(code))
    if index % 10 == 5:
        return Cell("code", material.training(index) + next(code))
    return Cell("code", next(code))
