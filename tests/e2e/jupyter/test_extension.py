"""The extension's wheel: whole, small, of tflsp's version; its parts that need no browser."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.components import ROOT, program
from tests.e2e.jupyter import lab as labs
from tflsp import __version__

PART = ROOT / "editor-client" / "jupyterlab"


def asked(python: Path, prefix: Path, home: Path, code: str, *arguments: str) -> Any:
    """What a program in JupyterLab's environment prints as JSON."""
    command = [python, "-c", code, *arguments]
    environment = labs.environment(prefix, home)
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
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


@pytest.mark.parametrize(
    ("edit", "cells"),
    [
        ({"row": 1, "from": 24, "to": 25, "content": "2"}, [{"index": 0, "source": "2\n"}]),
        ({"row": 1, "from": 2, "to": 7, "content": "other"}, None),
        ({"row": 1, "from": 24, "to": 25, "content": '"'}, None),
    ],
)
def test_a_fix_of_the_file_is_one_of_cells(
    lab_python: Path, installed: Path, tmp_path: Path, edit: dict[str, Any], cells: list[dict[str, Any]] | None
) -> None:
    code = """
import json, sys
from tflsp_jupyterlab.fixes import findings_with_edits
print(json.dumps(findings_with_edits(sys.argv[1], json.loads(sys.argv[2]))))
"""
    text = '{"cells":[{"source": ["1\\n"]}]}'
    place = {
        "location": {"row": edit["row"], "column": edit["from"]},
        "end_location": {"row": edit["row"], "column": edit["to"]},
        "content": edit["content"],
    }
    finding = {"code": "X", "fix": {"title": "t", "safety": "safe", "edits": [place]}}
    [found] = asked(lab_python, installed, tmp_path, code, text, json.dumps([finding]))
    assert (found["fix"] and found["fix"]["cells"]) == cells
