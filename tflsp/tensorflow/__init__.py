"""What tflsp knows of TensorFlow 2.9: layers, memory, optimizers, data sets, releases.

Pure functions on plain data. TensorFlow itself is never imported here; the end-to-end tests hold these formulas
against the real 2.9.0 in a child process.
"""

from __future__ import annotations
