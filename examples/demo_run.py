"""Runs a notebook where it lies, in the kernel of an interpreter that has TensorFlow: `demo_run.py NOTEBOOK PYTHON`.

Nothing of a user's is touched: kernel, connection and history lie in a folder of their own.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

# Seconds. TensorFlow takes some to be imported on a busy machine.
PATIENCE = 180


def run(path: Path, python: Path) -> None:
    """Run all cells anew, and write the notebook with its outputs."""
    with tempfile.TemporaryDirectory(prefix="tflsp-") as temporary:
        kernel = Path(temporary, "kernels", "tensorflow")
        kernel.mkdir(parents=True)
        argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3", "language": "python", "env": {"TF_CPP_MIN_LOG_LEVEL": "3"}}
        (kernel / "kernel.json").write_text(json.dumps(spec), "utf-8")
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            os.environ[name] = temporary
        notebook = nbformat.read(path, 4)
        resources = {"metadata": {"path": str(path.parent)}}
        client = NotebookClient(
            notebook,
            kernel_name="tensorflow",
            resources=resources,
            timeout=PATIENCE,
            startup_timeout=PATIENCE,
            record_timing=False,
            coalesce_streams=True,
        )
        client.execute()
        nbformat.write(notebook, path)


if __name__ == "__main__":
    run(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).absolute())
