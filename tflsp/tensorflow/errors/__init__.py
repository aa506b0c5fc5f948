"""What went wrong: reports from tracebacks and TensorFlow's log, and the pages (docs/errors/) that explain them.

Knows texts only: no file is read but the pages, and nothing is run.
"""

from __future__ import annotations

from tflsp.tensorflow.errors.reading import Reading, read_errors
from tflsp.tensorflow.errors.report import ErrorReport, Frame, Memory

__all__ = ["ErrorReport", "Frame", "Memory", "Reading", "read_errors"]
