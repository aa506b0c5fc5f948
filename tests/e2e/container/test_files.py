"""The files of container/ by those who read them: our own rules, the Dev Containers tool, what the wheel carries."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.components import ROOT
from tflsp.container import names

CONTAINER = ROOT / "container"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBase64OfAKey"


@pytest.fixture(scope="module")
def entrypoint() -> ModuleType:
    """The entry point as a module."""
    path = CONTAINER / "tflsp-entrypoint"
    loader = importlib.machinery.SourceFileLoader("tflsp_entrypoint", str(path))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


def test_our_own_rules_find_nothing() -> None:
    command = [sys.executable, "-m", "tflsp", "check", "--strict", "container"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "No findings" in checked.stdout + checked.stderr


def test_dev_containers_reads_our_file(devcontainer: Path, tmp_path: Path) -> None:
    (tmp_path / ".devcontainer").mkdir()
    shutil.copy(CONTAINER / "devcontainer.json", tmp_path / ".devcontainer")
    command = [str(devcontainer), "read-configuration", "--workspace-folder", str(tmp_path), "--log-format", "json"]
    # No engine is asked: its client would have to be installed.
    ran = subprocess.run([*command, "--docker-path", "true"], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    read = json.loads(ran.stdout.splitlines()[-1])
    configuration, workspace = read["configuration"], read["workspace"]
    assert workspace["workspaceFolder"] == names.WORKSPACE
    assert f"source={tmp_path}" in workspace["workspaceMount"]
    assert configuration["remoteUser"] == names.USER
    assert configuration["forwardPorts"] == [port for _, port in names.PORTS]
    assert configuration["shutdownAction"] == "none"
    assert configuration["overrideCommand"] is False
    for rights in ("--cap-drop=ALL", "--read-only"):
        assert rights in configuration["runArgs"]
    assert not [word for word in configuration["runArgs"] if "gpu" in word]


def test_an_installed_tflsp_builds_the_same(tmp_path: Path) -> None:
    """Without a checkout the files come from the package, and the wheel that goes into the image is packed from it."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    [wheel] = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as built:
        built.extractall(site)
        names = {name for name in built.namelist() if not name.startswith("tflsp/_container/")}
    for folder, path in (("ours", ROOT), ("installed", site)):
        environment = os.environ | {"PYTHONPATH": str(path)}
        command = [sys.executable, "-m", "tflsp.container.context", str(tmp_path / folder)]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    listed = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "ours", tmp_path / "installed")
    ]
    assert listed[0].keys() == listed[1].keys()
    packed = [name for name in listed[0] if name.parent.name == "dist"]
    built_here = len(list((ROOT / "editor-client/jupyterlab/dist").glob("*.whl")))
    assert len(packed) == 2 + built_here
    assert not [name for name in listed[0] if listed[0][name] != listed[1][name] and name not in packed]
    [inside] = [
        set(zipfile.ZipFile(tmp_path / "installed" / name).namelist()) for name in packed if name.match("tflsp-*.whl")
    ]
    # The licence's text lies in the metadata folder, and is all that the image does without.
    assert {name for name in names - inside if "/licenses/" not in name} == set()
    assert inside - names == set()


def test_locks_name_no_registry() -> None:
    for path in (ROOT / "requirements").glob("container*.txt"):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index-url" not in text


@pytest.mark.parametrize(
    "line",
    [
        f'command="rm -rf /" {KEY}',
        f"no-pty {KEY}",
        "ssh-ed25519",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        f"{KEY}\tand\x00more",
        "# a comment",
    ],
)
def test_what_is_no_public_key_is_left_out(
    entrypoint: ModuleType, line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entrypoint.authorized_keys(line) == ""
    said = capfd.readouterr().err
    assert "not a public key" in said
    assert line not in said


def test_keys_may_do_what_we_say(entrypoint: ModuleType) -> None:
    given = f"{KEY} me@laptop\n\n  sk-{KEY.replace('ed25519', 'ed25519@openssh.com')}  \r\n"
    first, second = entrypoint.authorized_keys(given).splitlines()
    assert first == f"restrict,port-forwarding,pty {KEY} me@laptop"
    assert second.startswith("restrict,port-forwarding,pty sk-ssh-ed25519@openssh.com AAAA")
