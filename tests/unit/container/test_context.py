"""What an image is built from: a wheel of the package that runs here, and the same bytes every time."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from tflsp import __version__
from tflsp.container.context import context, wheel

ROOT = Path(__file__).parents[3]
PAGES = {"_pages": ROOT / "docs" / "rules", "_errors": ROOT / "docs" / "errors"}


def test_the_context_has_what_the_dockerfile_copies() -> None:
    files = context().files
    assert {"container/Dockerfile", "requirements/container.txt", "dist/tflsp.txt"} <= files.keys()
    assert f"dist/tflsp-{__version__}-py3-none-any.whl" in files
    assert context().python_image.startswith("python:3.")
    assert "==" in context().requirements


def test_the_archive_is_the_same_every_time() -> None:
    archive = context().archive()
    assert archive == context().archive()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        modes = {entry.name: entry.mode for entry in tar}
    assert modes["container/tflsp-entrypoint"] == 0o755
    assert modes["container/Dockerfile"] == 0o644


def test_a_changed_file_changes_the_digest() -> None:
    from dataclasses import replace

    files = dict(context().files)
    files["container/Dockerfile"] += b"\n"
    assert replace(context(), files=files).digest != context().digest


def test_pip_installs_the_wheel(tmp_path: Path) -> None:
    """Into a folder, by the hash that stands beside it, without an index; what is there then is what runs here."""
    for name, data in context().files.items():
        if name.startswith("dist/"):
            (tmp_path / name.removeprefix("dist/")).write_bytes(data)
    assert (tmp_path / f"tflsp-{__version__}-py3-none-any.whl").read_bytes() == wheel(PAGES)
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--no-index"]
    command += ["--require-hashes", "--no-compile", "--find-links", str(tmp_path), "-r", str(tmp_path / "tflsp.txt")]
    subprocess.run([*command, "--target", str(tmp_path / "out")], check=True, stdin=subprocess.DEVNULL)
    installed = tmp_path / "out" / "tflsp"
    assert (installed / "engine.py").read_bytes() == (ROOT / "tflsp" / "engine.py").read_bytes()
    assert (installed / "_pages" / "TFL101.md").is_file()
    assert (installed / "_errors" / "oom.md").is_file()
    program = "import sys; sys.path.insert(0, sys.argv[1]); import tflsp.rules.pages as pages\n"
    program += "pages.page('TFL101'); print(pages.__file__)"
    command = [sys.executable, "-I", "-c", program, str(tmp_path / "out")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith(str(tmp_path))


def test_nothing_of_the_machine_is_in_it() -> None:
    with zipfile.ZipFile(io.BytesIO(wheel(PAGES))) as packed:
        names = packed.namelist()
        assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc") or "direct_url" in name]
        assert packed.testzip() is None
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
