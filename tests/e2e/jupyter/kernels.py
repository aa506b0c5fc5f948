"""A kernel of TensorFlow's Python 3.8 as a notebook has one, with the IPython extension on its path."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

import tflsp

EXTENSION = Path(tflsp.__file__).with_name("ipython_extension.py")
PATIENCE = 180


def write_kernel(folder: Path, python: Path, environment: Mapping[str, str] | None = None) -> None:
    """Write a kernel specification ``python3`` below ``folder``/kernels, as the image has it."""
    own = folder / "ipython"
    own.mkdir(parents=True, exist_ok=True)
    shutil.copy(EXTENSION, own / "tflsp.py")
    spec = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (TensorFlow)",
        "language": "python",
        "env": {
            "PYTHONPATH": str(own),
            "IPYTHONDIR": str(folder / "profile"),  # this user's history is others' as well
            "TFLSP_COMMAND": str(Path(sys.executable).with_name("tflsp")),
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            **(environment or {}),
        },
    }
    place = folder / "kernels" / "python3"
    place.mkdir(parents=True, exist_ok=True)
    (place / "kernel.json").write_text(json.dumps(spec), "utf-8")


@dataclass
class Ran:
    """What a cell gave."""

    stdout: str = ""
    stderr: str = ""
    error: str | None = None
    next_input: str | None = None
    shown: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Kernel:
    """A running kernel."""

    client: BlockingKernelClient

    def run(self, code: str) -> Ran:
        """Run a cell as a notebook does, and give what came of it."""
        ran = Ran()

        def heard(message: dict[str, Any]) -> None:
            content = message["content"]
            match message["msg_type"]:
                case "stream" if content["name"] == "stdout":
                    ran.stdout += content["text"]
                case "stream":
                    ran.stderr += content["text"]
                case "error":
                    ran.error = f"{content['ename']}: {content['evalue']}"
                case "display_data" | "execute_result":
                    ran.shown.append(content["data"])
                case "clear_output":
                    ran.shown.clear()

        reply = self.client.execute_interactive(
            code, timeout=PATIENCE, output_hook=heard, store_history=True, stop_on_error=False
        )
        for payload in reply["content"].get("payload", []):
            if payload["source"] == "set_next_input":
                ran.next_input = payload["text"]
        return ran


@contextmanager
def running(folder: Path, python: Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Iterator[Kernel]:
    """A kernel in ``cwd``; it has ended afterwards."""
    write_kernel(folder, python, environment)
    specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=specs, connection_file=str(folder / "k.json"))
    manager.transport = "ipc"  # sockets of its own: free ports may be taken by another test before the kernel has them
    manager.start_kernel(cwd=str(cwd))
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
