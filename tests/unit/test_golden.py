"""The findings of whole documents, kept as files: the two articles that tflsp began with, and the example project.

After a wanted change: `TFLSP_UPDATE_GOLDEN=1 make check`, and read the difference before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.components import ROOT, seeds
from tflsp.checking.checker import Task, forget_settings
from tflsp.checking.discovery import discover
from tflsp.checking.run import run

GOLDEN = ROOT / "tests" / "golden"
EXAMPLE = ROOT / "examples" / "mnist_debugging"


def findings(root: Path, files: list[Path]) -> Iterator[str]:
    forget_settings()
    for checked in run(files, Task(), jobs=1):
        for record in checked.records:
            name = Path(record.filename).relative_to(root).as_posix()
            cell = f" cell {record.cell}" if record.cell is not None else ""
            start, end = record.location, record.end_location
            place = f"{name}{cell} {start.row}:{start.column}-{end.row}:{end.column}"
            fix = f" [{record.fix.safety}: {record.fix.title}]" if record.fix else ""
            yield f"{place} {record.severity} {record.code} {record.message}{fix}"
        yield from checked.notes


def compare(name: str, lines: list[str]) -> None:
    path = GOLDEN / name
    if os.environ.get("TFLSP_UPDATE_GOLDEN"):
        path.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == path.read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", ["000_6c6eabe224dd5c66", "003_64e8b8220e363ee8"])
@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_articles(name: str, suffix: str) -> None:
    folder = seeds()
    compare(f"{name}{suffix}.txt", list(findings(folder, [folder / f"{name}{suffix}"])))


def test_example() -> None:
    compare("example.txt", list(findings(EXAMPLE, list(discover([EXAMPLE])))))


def test_example_has_every_case_of_the_articles() -> None:
    """Where the articles are not at hand, the example project stands in for them."""
    articles = {code for path in GOLDEN.glob("0*.md.txt") for code in codes(path)}
    assert articles - codes(GOLDEN / "example.txt") == set()


def codes(path: Path) -> set[str]:
    return {word for word in path.read_text("utf-8").split() if word.startswith("TFL") and len(word) == 6}
