"""What `last_results_of_notebook` is compared with: all results of a notebook, the last ones among them."""

from __future__ import annotations

from tflsp.capture.outputs import outputs_of, results_of
from tflsp.capture.results import Result


def results_of_notebook(text: str) -> tuple[Result, ...]:
    """The results in a raw notebook's outputs, in the order of execution; the text is a notebook."""
    outputs = outputs_of(text)
    assert outputs is not None
    return tuple(result for output in outputs for result in results_of(output))
