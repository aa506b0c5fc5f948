"""The pages in docs/errors/ held against TensorFlow 2.9.0: their examples raise what they say, their remedies run."""

from __future__ import annotations

import json
import mmap
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


# Pieces of texts that only a machine with a GPU prints. CUDA_ERROR_OUT_OF_MEMORY comes from the driver.
IN_THE_BINARIES = {
    "oom-retried": ["The caller indicates that this is not a failure"],
    "gpu-memory-taken": [" bytes) from device: "],
    "gpu-driver": ["failed call to cuInit: ", "kernel driver does not appear to be running on this host"],
    "gpu-driver-version": [" does not match DSO version "],
    "gpu-too-new": ["TensorFlow was not built with CUDA kernel binaries compatible with compute capability "],
    "cudnn-version": ["Loaded runtime CuDNN library: ", " but source was compiled with: "],
    "cudnn-handle": [
        "Could not create cudnn handle: ",
        "Possibly insufficient driver version: ",
        "failed to create cublas handle: ",
        "Failure to initialize cublas may be due to OOM",
        "ttempting to perform BLAS operation using StreamExecutor without BLAS support",
        "Blas xGEMV launch failed : a.shape=",
    ],
    "cudnn-missing": ["DNN library is not found."],
    "no-algorithm": ["No algorithm worked!"],
    "xla-tools": ["Can't find ptxas binary", "Failed to compile generated PTX with ptxas"],
}
# What another protobuf than the one that TensorFlow works with prints.
OF_OTHER_PACKAGES = {"protobuf-too-new"}


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


def test_every_page_without_an_example_that_raises_is_held_by_the_binaries() -> None:
    assert {key for key, page in error_pages().items() if not page.raising} == {*IN_THE_BINARIES, *OF_OTHER_PACKAGES}


@pytest.mark.parametrize("key", IN_THE_BINARIES)
def test_what_a_cpu_cannot_raise_is_in_the_binaries(key: str) -> None:
    """The page's log has the texts, and so has the TensorFlow that would print them."""
    logs = "".join(error_pages()[key].logs)
    package = next(components.tensorflow_python().parents[1].glob("lib/python*/site-packages/tensorflow"))
    libraries = [package / "libtensorflow_framework.so.2", package / "python" / "_pywrap_tensorflow_internal.so"]
    for text in IN_THE_BINARIES[key]:
        assert text in logs
        assert any(_holds(library, text) for library in libraries), text


def _holds(library: Path, text: str) -> bool:
    with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(text.encode()) >= 0


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
