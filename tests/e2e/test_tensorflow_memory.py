"""Holds the memory estimate against what training in the real TensorFlow 2.9.0 takes.

Two processes per model, with batches of different sizes: what the larger one needs more is what samples cost.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.tensorflow.measured import MEASURED
from tflsp.tensorflow.layers import stack
from tflsp.tensorflow.memory import UNCERTAINTY, estimate
from tflsp.tensorflow.optimizers import slots

MEASURE = Path(__file__).parent / "tensorflow" / "measure.py"
SMALL_BYTES = 100_000_000
"""What the smaller batch should take, large against the noise of an allocator."""


@pytest.mark.parametrize("name", ["convolution", "lstm", "simple"])
def test_estimate_is_within_its_uncertainty(tensorflow_python: Path, name: str) -> None:
    model = MEASURED[name]
    layers, optimizer = model.layers(), slots("adam")
    assert optimizer is not None
    found = estimate(list(zip(layers, stack(layers, model.shape), strict=True)), model.shape, slots=optimizer)
    assert found is not None
    small = SMALL_BYTES // found.bytes_per_sample
    large = 4 * small

    def peak(batch: int) -> int:
        arguments = [str(tensorflow_python), str(MEASURE), model.source, json.dumps(model.shape), str(batch)]
        child = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert child.returncode == 0, child.stderr[-2000:]
        return int(child.stdout)

    measured = (peak(large) - peak(small)) / (large - small)
    assert 1 / UNCERTAINTY < measured / found.bytes_per_sample < UNCERTAINTY
