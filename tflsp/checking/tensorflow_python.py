"""The interpreter that has TensorFlow, and what it answers to short questions. tflsp's own Python never imports it.

It comes from the user (``TFLSP_TENSORFLOW_PYTHON``; empty: none) or from the image, never from a file of the workspace.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from tflsp.capture.environment import Installed
from tflsp.dataclass import dataclass

VARIABLE: Final = "TFLSP_TENSORFLOW_PYTHON"
# Seconds. A cold disk needs a few for TensorBoard's imports; a step should not wait longer.
_PATIENCE: Final = 20.0
# The kernel of images that `tflsp up` builds: which interpreter, and where it finds further packages.
_KERNEL: Final = Path("/opt/tflsp/share/jupyter/kernels/python3/kernel.json")
_PACKAGES: Final = ("lib/python3*/site-packages", "lib/python3*/dist-packages", "local/lib/python3*/dist-packages")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python, and the environment variables that it is started with besides ours."""

    program: Path
    variables: Mapping[str, str]

    def ask(self, script: str, *arguments: str) -> Any | None:
        """The JSON that a script of this package (``child_packages``) answers with; None where it does not."""
        source = files("tflsp.checking").joinpath(f"{script}.py").read_text("utf-8")
        try:
            said = subprocess.run(
                [self.program, "-c", source, *arguments],
                # Away from the workspace: the working folder is on the child's path.
                cwd="/",
                env={**os.environ, **self.variables, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
            return json.loads(said.stdout) if said.returncode == 0 else None
        except (OSError, subprocess.TimeoutExpired, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Found:
    """The interpreter that has TensorFlow, and what is installed there; ``folders`` are those of its packages."""

    interpreter: Interpreter
    installed: Installed
    has_tensorboard: bool
    folders: tuple[str, ...]


# What was found, by program and variables, with the times of its folders: an installation changes one of them.
_known: dict[tuple[Path, frozenset[tuple[str, str]]], tuple[tuple[int, ...], Found]] = {}


def tensorflow_python(root: Path) -> Found | None:
    """The interpreter with TensorFlow that a user of the project at ``root`` has here; None where there is none.

    A tenth of a second where one has to be asked; later no more than a look at its folders.
    """
    return next((found for each in _candidates(root) if (found := _asked(each)) is not None), None)


def _asked(interpreter: Interpreter) -> Found | None:
    key = (interpreter.program, frozenset(interpreter.variables.items()))
    stamp, known = _known.get(key, ((), None))
    if known is not None and stamp == _times(known.folders):
        return known
    match interpreter.ask("child_packages"):
        case {"python": str(python), "tensorflow": str(tensorflow), "packages": str(packages), **others}:
            cuda, cudnn = (value if isinstance(value := others.get(name), str) else None for name in ("cuda", "cudnn"))
            listed = others.get("folders")
            folders = tuple(map(str, listed)) if isinstance(listed, list) else ()
            installed = Installed(python, tensorflow, cuda, cudnn, packages)
            found = Found(interpreter, installed, isinstance(others.get("tensorboard"), str), folders)
            _known[key] = (_times(folders), found)
            return found
        case _:
            return None


def _times(folders: Sequence[str]) -> tuple[int, ...]:
    return tuple(os.stat(each).st_mtime_ns if os.path.isdir(each) else 0 for each in folders)


def _candidates(root: Path) -> Iterator[Interpreter]:
    """Interpreters that could have TensorFlow: the user's, else the image's kernel's, else those on PATH that do."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        if os.path.isabs(given):
            yield Interpreter(Path(given), {})
        return
    kernel = _kernel()
    if kernel is not None:
        yield kernel
    for name in ("python3", "python"):
        where = shutil.which(name)
        if where is not None and _is_trusted(Path(where), root) and _has_tensorflow(Path(where)):
            yield Interpreter(Path(where), {})


def _kernel() -> Interpreter | None:
    try:
        match json.loads(_KERNEL.read_text("utf-8")):
            case {"argv": [str(program), *_], "env": dict(variables)} if os.path.isabs(program):
                return Interpreter(Path(program), {str(name): str(value) for name, value in variables.items()})
    except (OSError, ValueError):
        pass
    return None


def _is_trusted(program: Path, root: Path) -> bool:
    """Whether a program is none of the workspace's, none of tflsp's own environment, and no script (a shim)."""
    if not program.is_absolute() or program.parent == Path(sys.executable).parent:
        return False
    if any(each.is_relative_to(root) for each in (program, program.resolve())):
        return False
    try:
        with program.open("rb") as stream:
            return stream.read(2) != b"#!"
    except OSError:
        return False


def _has_tensorflow(program: Path) -> bool:
    """Whether TensorFlow's folder is where an interpreter keeps packages: cheaper than asking it."""
    prefixes = (program.parent.parent, program.resolve().parent.parent, Path.home() / ".local")
    return any(
        (folder / "tensorflow").is_dir() for prefix in prefixes for each in _PACKAGES for folder in prefix.glob(each)
    )
