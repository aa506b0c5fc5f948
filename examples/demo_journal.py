"""The end of `make demo`: the experiment is mended and run, and its notebook and journal get a step that says so.

It runs for real where TensorFlow's interpreter is (`make tensorflow`); elsewhere its outputs are those of a run that
was saved with the example.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PYTHON = HERE.parent / ".cache" / "tensorflow-2.9" / "bin" / "python"
RUN = HERE / "runs" / "exp_lr_tuning.ipynb"
GOAL = ("Does a smaller learning rate get the model over 92 %?", "--criterion", "val_accuracy > 92%")

TITLE = "Half the learning rate, batches of 32"


def steps(folder: Path, own: Mapping[str, str]) -> None:
    """Insert the steps into the notebook and the journal of the example's copy in ``folder``, and show them."""
    notebook, journal = folder / "notebooks" / "exp_lr_tuning.ipynb", folder / "journal.md"
    environment = dict(own)
    if PYTHON.exists():
        environment["TFLSP_TENSORFLOW_PYTHON"] = str(PYTHON)

    def tflsp(*arguments: str) -> None:
        print(bold(f"$ tflsp {' '.join(quoted(each) for each in arguments)}"), flush=True)
        command = [sys.executable, "-m", "tflsp", *arguments]
        subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=True)

    name = str(notebook.relative_to(folder))
    tflsp("journal", "goal", name, *GOAL)
    mend(notebook)
    ran(notebook, environment)
    log = folder / "train.log"
    log.write_text(output_of(notebook), "utf-8")
    tflsp("journal", "step", name, "--title", TITLE)
    tflsp("journal", "step", journal.name, "--title", TITLE, "--log", log.name)
    for path, number in ((name, "1"), (journal.name, "2")):
        print()
        tflsp("journal", "show", path, number)


def mend(notebook: Path) -> None:
    """Put the code cells of the mended experiment in the place of those that are there; the journal's cells stay."""
    book, run = (json.loads(path.read_text("utf-8")) for path in (notebook, RUN))
    new = [cell for cell in run["cells"] if cell["cell_type"] == "code"]
    at = next(number for number, cell in enumerate(book["cells"]) if cell["cell_type"] == "code")
    book["cells"] = [cell for cell in book["cells"] if cell["cell_type"] != "code"]
    book["cells"][at:at] = new if book["nbformat_minor"] >= 5 else [without_id(cell) for cell in new]
    book["metadata"] = run["metadata"]
    notebook.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", "utf-8")


def ran(notebook: Path, environment: Mapping[str, str]) -> None:
    """Run the notebook, where TensorFlow is; say where the outputs come from."""
    command = [sys.executable, str(HERE / "demo_run.py"), str(notebook), str(PYTHON)]
    if PYTHON.exists():
        print(bold("The experiment, mended, runs in TensorFlow 2.9.0 ..."), flush=True)
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode == 0:
            return
        print(f"It could not run: {done.stderr.strip().splitlines()[-1:]}")
    print("TensorFlow is not here (`make tensorflow` brings it): the outputs are those of a run that was saved.")


def output_of(notebook: Path) -> str:
    """What the cells printed, as a log."""
    cells: list[dict[str, Any]] = json.loads(notebook.read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ()) if output.get("name") == "stdout"]
    return "".join("".join(output["text"]) for output in outputs)


def without_id(cell: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if name != "id"}


def quoted(argument: str) -> str:
    return f'"{argument}"' if " " in argument else argument


def bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else text
