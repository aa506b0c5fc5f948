"""The extension's wheel: whole, small, of tflsp's version; its parts that need no browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import psutil

from tests.components import ROOT, program
from tests.e2e.jupyter import lab as labs
from tflsp import __version__

PART = ROOT / "editor-client" / "jupyterlab"


def asked(python: Path, prefix: Path, home: Path, code: str, *arguments: str) -> Any:
    """What a program in JupyterLab's environment prints as JSON."""
    command: list[str | Path] = [python, "-c", code, *arguments]
    environment = labs.environment(prefix, home)
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_wheel_is_whole_and_small(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel)
    names = {name.split(".data/data/", 1)[-1] for name in packed.namelist()}
    own = "share/jupyter/labextensions/tflsp-jupyterlab"
    assert {
        f"{own}/package.json",
        f"{own}/install.json",
        f"{own}/schemas/tflsp-jupyterlab/plugin.json",
        "etc/jupyter/jupyter_server_config.d/tflsp_jupyterlab.json",
        "tflsp_jupyterlab/pylsp_plugin.py",
    } <= names
    bundle = sum(info.file_size for info in packed.infolist() if "/labextensions/" in info.filename)
    assert bundle < 100_000
    manifest = json.loads(packed.read(next(name for name in packed.namelist() if name.endswith(f"{own}/package.json"))))
    assert f"{own}/{manifest['jupyterlab']['_build']['load']}" in names


def test_it_has_the_version_of_tflsp(wheel: Path) -> None:
    assert wheel.name == f"tflsp_jupyterlab-{__version__}-py3-none-any.whl"
    assert json.loads((PART / "package.json").read_text("utf-8"))["version"] == __version__


def test_what_needs_no_browser(wheel: Path) -> None:
    ran = subprocess.run(
        [program("npm"), "run", "--silent", "test"],
        cwd=PART,
        env=os.environ | {"npm_config_loglevel": "error"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_jupyter_lsp_finds_the_server_and_leaves_python_to_pylsp(
    lab_python: Path, installed: Path, tmp_path: Path
) -> None:
    code = """
import json
from jupyter_lsp import LanguageServerManager
manager = LanguageServerManager()
manager.initialize()
print(json.dumps({key: spec for key, spec in manager.language_servers.items() if key in ("tflsp", "pylsp")}))
"""
    found = asked(lab_python, installed, tmp_path, code)
    assert found["tflsp"]["argv"][-1] == "serve"
    assert found["tflsp"]["requires_documents_on_disk"] is False
    assert {"markdown", "dockerfile", "shell"} <= set(found["tflsp"]["languages"])
    assert "python" not in found["tflsp"]["languages"]
    assert found["pylsp"]["languages"] == ["python"]


def test_the_plugin_counts_in_utf_16(lab_python: Path, installed: Path, tmp_path: Path) -> None:
    code = """
import json, sys
from tflsp_jupyterlab.pylsp_plugin import diagnostics
print(json.dumps(diagnostics(sys.argv[1], sys.argv[2], "zh")))
"""
    text = "import os\r\ns = '😀'; os.system('docker run tensorflow/tensorflow:latest')\r\n"
    found = asked(lab_python, installed, tmp_path, code, str(tmp_path / "nb.ipynb"), text)
    [latest] = [each for each in found if each["code"] == "TFL101"]
    assert latest["range"] == {"start": {"line": 1, "character": 54}, "end": {"line": 1, "character": 60}}
    assert latest["severity"] == 2
    assert any("\u4e00" <= letter <= "\u9fff" for letter in latest["message"])


def test_edits_are_carried_out_as_lsp_has_them(lab_python: Path, installed: Path, tmp_path: Path) -> None:
    code = """
import json, sys
from tflsp_jupyterlab.edits import NotPossible, by_document, edited, write_files
def place(line, start, end, text):
    at = [{"line": line, "character": each} for each in (start, end)]
    return {"range": {"start": at[0], "end": at[1]}, "newText": text}
print(json.dumps([
    edited("a😀b\\nc", [place(0, 1, 2, ""), place(1, 0, 0, "1"), place(1, 0, 0, "2"), place(0, 3, 9, "!")]),
    edited("", [place(0, 0, 0, "x\\n")]),
]))
folder = sys.argv[1]
crlf, new = folder + "/crlf.md", folder + "/below/new.md"
open(crlf, "wb").write("\ufeff一\\r\\n2\\r\\n".encode())
write_files({"file://" + crlf: [place(1, 0, 1, "b\\r\\nc")], "file://" + new: [place(0, 0, 0, "é\\n")]})
assert open(crlf, "rb").read() == "\ufeff一\\r\\nb\\r\\nc\\r\\n".encode()
assert open(new, "rb").read() == "é\\n".encode()
for change in ({"kind": "delete", "uri": "file:///x"}, {"kind": "rename", "oldUri": "file:///x"}):
    try:
        list(by_document({"documentChanges": [change]}))
    except NotPossible:
        continue
    raise AssertionError(change)
"""
    assert asked(lab_python, installed, tmp_path, code, str(tmp_path)) == ["ab!\n12c", "x\n"]


def test_one_process_answers_everybody_and_comes_back_when_it_dies(
    lab_python: Path, installed: Path, tmp_path: Path
) -> None:
    code = """
import json, os, signal, sys
from concurrent.futures import ThreadPoolExecutor
from tflsp_jupyterlab.notebooks import Asked
from tflsp_jupyterlab.questions import entry
from tflsp_jupyterlab.resident import resident
def asked(name, rate):
    cells = [{"cell_type": "code", "source": f"learning_rate = {rate}", "execution_count": 1, "outputs": [
        {"output_type": "stream", "name": "stdout", "text": f"\x1b[1mEpoch 1/1\x1b[0m\\n1/1 - 0s - mae: {rate}\\n"}]}]
    return Asked(os.path.join(sys.argv[1], name), {"cells": cells, "metadata": {}}, ["one"])
own = resident("en")
def step(at):
    return entry(own, asked(f"exp_{at % 4}.ipynb", f"0.{at % 4 + 1}000"), "step", "one")
first = step(0)
child = own.server._child
with ThreadPoolExecutor(8) as pool:
    texts = [each["text"] for each in pool.map(step, range(24))]
assert own.server._child is child
assert all(f"mae 0.{at % 4 + 1}000" in text for at, text in enumerate(texts)), texts
assert first["snippet"].startswith("### Debug step #1: ${1}")
# It dies between two questions, and while one is asked; nothing of it is left.
child.kill()
assert "mae 0.2000" in step(1)["text"]
second = own.server._child
second.send_signal(signal.SIGSTOP)
with ThreadPoolExecutor(1) as pool:
    answer = pool.submit(step, 2)
    second.kill()
    assert "mae 0.3000" in answer.result()["text"]
assert child.poll() is not None and second.poll() is not None
third = own.server._child
print(json.dumps(third.pid))
"""
    last = asked(lab_python, installed, tmp_path, code, str(tmp_path))
    assert not psutil.pid_exists(last) or psutil.Process(last).status() == psutil.STATUS_ZOMBIE


def test_without_tflsp_it_is_told_what_to_do(lab_python: Path, installed: Path, tmp_path: Path) -> None:
    code = """
import json, os, sys
from tflsp_jupyterlab.program import NoProgram
from tflsp_jupyterlab.questions import gpus
from tflsp_jupyterlab.resident import resident
told = []
for command in ("/nowhere/tflsp", "/bin/false", "/bin/cat"):
    os.environ["TFLSP_COMMAND"] = command
    try:
        gpus(resident("en"))
    except NoProgram as error:
        told.append(str(error))
print(json.dumps(told))
"""
    told = asked(lab_python, installed, tmp_path, code)
    assert told[0] == "/nowhere/tflsp: No such file or directory"
    assert told[1].startswith("/bin/false serve: ")
    assert "serve" in told[2]


def test_installed_in_a_new_environment_and_removed_without_a_trace(
    lab_python: Path, wheel: Path, tmp_path: Path
) -> None:
    made = tmp_path / "venv"
    subprocess.run([lab_python, "-m", "venv", "--system-site-packages", "--without-pip", made], check=True)
    [site] = lab_python.parent.parent.glob("lib/python3*/site-packages")
    [own] = made.glob("lib/python3*/site-packages")
    (own / "lab.pth").write_text(f"{site}\n", "utf-8")
    python = made / "bin" / "python"
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON"))}
    quiet |= {"HOME": str(tmp_path), "JUPYTER_PREFER_ENV_PATH": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def run(*arguments: str) -> str:
        ran = subprocess.run([python, *arguments], env=quiet, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    before = {path for path in made.rglob("*") if "__pycache__" not in path.parts}
    run("-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-compile", "--prefix", str(made), str(wheel))
    lab = run("-m", "jupyterlab.labextensions", "list")
    assert re.search(r"tflsp-jupyterlab v\S+ .*enabled.*OK", lab), lab
    assert re.search(r"tflsp_jupyterlab .*OK", run("-m", "jupyter_server.extension.serverextension", "list"))
    run("-m", "pip", "uninstall", "-q", "-y", "tflsp-jupyterlab")
    left = {path for path in made.rglob("*") if "__pycache__" not in path.parts} - before
    assert not [path for path in left if path.is_file()]
    assert "tflsp" not in run("-m", "jupyterlab.labextensions", "list")
