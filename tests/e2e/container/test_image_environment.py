"""TensorFlow's environment in the image is what it was, and tflsp's own stands beside it, whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.e2e.container.contained import Contained, once
from tests.e2e.container.engine import Engine

# Everything that the image's Python can import from, to the byte and the second.
LISTING = """
import json, os, subprocess, sys, hashlib
found = {}
for folder in sys.path:
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            status = os.lstat(path)
            found[path] = [status.st_size, int(status.st_mtime), status.st_mode, status.st_uid]
command = [sys.executable, "-B", "-m", "pip", "freeze", "--all"]
freeze = subprocess.run(command, capture_output=True, text=True, check=True)
json.dump({"files": found, "freeze": freeze.stdout.splitlines(), "python": sys.version}, sys.stdout)
"""

# Import every compiled module of tflsp's Python, and say from where their libraries came.
LIBRARIES = """
import importlib, json, pathlib, sys
modules = [path.name.partition(".")[0] for path in pathlib.Path(sys.prefix).rglob("lib-dynload/*.so")]
for module in modules:
    importlib.import_module(module)
lines = [line.split(maxsplit=5) for line in open("/proc/self/maps")]
maps = sorted({fields[5].strip() for fields in lines if len(fields) > 5 and ".so" in fields[5]})
json.dump({"prefix": sys.prefix, "path": sys.path, "modules": modules, "maps": maps}, sys.stdout)
"""


def environment_of(engine: Engine, image: str) -> dict[str, Any]:
    """List an image's Python environment, without starting what the image starts."""
    listed: dict[str, Any] = json.loads(once(engine, image, "python3", "-B", "-c", LISTING))
    return listed


def test_tensorflows_environment_is_untouched(
    docker_engine: Engine, base_images: tuple[str, str], built_image: str
) -> None:
    before = environment_of(docker_engine, base_images[0])
    after = environment_of(docker_engine, built_image)
    assert any(line == "tensorflow==2.9.0" for line in before["freeze"])
    assert after["freeze"] == before["freeze"]
    assert after["python"] == before["python"]
    changed = {
        path for path in before["files"] | after["files"] if before["files"].get(path) != after["files"].get(path)
    }
    assert changed == set()
    assert len(before["files"]) > 10_000


def test_our_python_needs_nothing_of_the_systems_but_glibc(running_container: Contained) -> None:
    listed = json.loads(running_container.run("/opt/tflsp/bin/python", "-I", "-c", LIBRARIES))
    assert listed["prefix"] == "/opt/tflsp"
    assert all(path.startswith("/opt/tflsp/") for path in listed["path"])
    assert {"_ssl", "_sqlite3", "_ctypes", "readline", "_bz2", "_lzma"} <= set(listed["modules"])
    outside = {
        Path(path).name.partition(".so")[0].partition("-")[0] for path in listed["maps"] if "/opt/tflsp/" not in path
    }
    assert outside <= {
        "ld",
        "libc",
        "libm",
        "libdl",
        "libpthread",
        "librt",
        "libutil",
        "libnss_files",
        "libresolv",
        "libnsl",
        "libgcc_s",
    }


def test_the_bytecode_is_there_already(running_container: Contained) -> None:
    """The root is read-only: what is not compiled now is compiled at every start."""
    stale = """
import importlib.util, pathlib, sys
for path in pathlib.Path(sys.prefix, "lib").rglob("*.py"):
    if "site-packages" not in path.parts or "tflsp" in path.parts:
        if not pathlib.Path(importlib.util.cache_from_source(path)).exists():
            print(path)
"""
    assert running_container.run("/opt/tflsp/bin/python", "-I", "-c", stale) == ""


def test_the_image_holds_no_key_and_no_password(docker_engine: Engine, built_image: str) -> None:
    kept = "-name 'ssh_host_*' -o -name host_ed25519 -o -name authorized_keys -o -name jupyter-token"
    assert once(docker_engine, built_image, "sh", "-c", f"find / -xdev {kept}") == ""
    lines = once(docker_engine, built_image, "cut", "-d:", "-f1,2", "/etc/shadow").split()
    passwords = dict(line.split(":") for line in lines)
    assert {"root", "dev"} <= passwords.keys()
    assert set(passwords.values()) <= {"*", "!", "!*"}


def test_what_the_index_is_called_is_in_no_layer(docker_client: docker.DockerClient, built_image: str) -> None:
    history = [layer["CreatedBy"] for layer in docker_client.images.get(built_image).history()]
    assert any("finish.sh" in each for each in history)
    assert not [each for each in history if "PIP_" in each]


@pytest.mark.parametrize("command", [("bash", "--version"), ("tar", "--version"), ("curl", "-V"), ("git", "--version")])
def test_what_vs_code_installs_itself_with_is_there(running_container: Contained, command: tuple[str, ...]) -> None:
    assert running_container.run(*command)
