"""The pages in docs/errors/ held against TensorFlow 2.9.0: their examples raise what they say, their remedies run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import components
from tflsp.tensorflow.errors import read_errors
from tflsp.tensorflow.errors.pages import error_pages
from tflsp.tensorflow.errors.report import Level

RAISING = Path(__file__).parent / "tensorflow" / "raising.py"

EXAMPLES = {f"{key}-{n}": code for key, page in error_pages().items() for n, code in enumerate(page.raising, 1)}
REMEDIES = {
    f"{key}-remedy-{number}": remedy.code
    for key, page in error_pages().items()
    for number, remedy in enumerate(page.knowledge["en"].remedies, 1)
    if remedy.language == "python"
}


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """What a terminal showed of every example and remedy."""
    answer = subprocess.run(
        [components.tensorflow_python(), RAISING],
        input=json.dumps(EXAMPLES | REMEDIES),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    found: dict[str, str] = json.loads(answer.stdout)
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_raises_what_its_page_explains(shown: dict[str, str], name: str) -> None:
    """The first example also shows what TensorFlow says when it starts: warnings about the GPU that is not there."""
    key = name.rpartition("-")[0]
    reports = read_errors(shown[name]).reports
    found = [report for report in reports if report.key == key]
    assert len(found) == 1, shown[name][-3000:]
    assert {report.key for report in reports if report.level is Level.ERROR} <= {key}, reports
    if found[0].exception:
        frame = found[0].frame
        assert frame is not None
        assert frame.file.endswith("train.py"), frame
        assert frame.code in EXAMPLES[name], frame


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", REMEDIES)
def test_a_remedy_runs(shown: dict[str, str], name: str) -> None:
    assert "Traceback" not in shown[name], shown[name]


@pytest.mark.timeout(600)
def test_details_of_the_real_errors(shown: dict[str, str]) -> None:
    """What the report of the error that says most holds beside its class."""
    found = next(each for each in read_errors(shown["oom-1"]).reports if each.key == "oom")
    assert (found.op, found.shapes, found.dtypes) == ("MatMul", ("[3000000, 3000000]",), ("float32",))
    assert (found.device, found.allocator, found.times) == ("CPU:0", "mklcpu", 1)
    assert found.exception == "ResourceExhaustedError"
    assert found.memory.wanted == 36_000_000_000_000
    assert found.memory.limit is not None
    assert found.memory.limit > 0
    assert not found.memory.fragmented
