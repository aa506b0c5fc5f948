"""What `make dist` builds is whole: installed elsewhere, it checks a file and finds its rules' pages."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.components import ROOT, program


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True)
    return folder


def test_the_wheel_holds_the_package_and_its_pages(dist: Path) -> None:
    [wheel] = dist.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    pages = {f"tflsp/_pages/{path.name}" for path in (ROOT / "docs/rules").glob("TFL*.md")}
    pages |= {f"tflsp/_errors/{path.name}" for path in (ROOT / "docs/errors").glob("*.md")}
    assert {"tflsp/_pages/TFL101.md", "tflsp/_errors/oom.md"} <= pages
    assert pages | {"tflsp/py.typed", "tflsp/__main__.py"} <= names
    assert {name.partition("/")[0] for name in names if not name.partition("/")[0].endswith(".dist-info")} == {"tflsp"}


def test_the_source_distribution_builds_the_same_wheel(dist: Path, tmp_path: Path) -> None:
    [sdist], [wheel] = dist.glob("*.tar.gz"), dist.glob("*.whl")
    subprocess.run([program("tar"), "-xf", sdist, "-C", tmp_path], check=True)
    [source] = tmp_path.iterdir()
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=source, check=True)
    assert sorted(zipfile.ZipFile(tmp_path / wheel.name).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_the_installed_wheel_checks_a_file(dist: Path, tmp_path: Path) -> None:
    [wheel] = dist.glob("*.whl")
    place = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(place)
    (tmp_path / "tflsp.toml").write_text('langauge = "zh"\n', "utf-8")

    def tflsp(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tflsp", *arguments]
        environment = os.environ | {"PYTHONPATH": str(place)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    where = subprocess.run(
        [sys.executable, "-c", "import tflsp; print(tflsp.__file__)"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()) == place / "tflsp" / "__init__.py"

    checked = tflsp("check", "--output-format", "concise", "tflsp.toml")
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "TFL002" in checked.stdout
    assert "did you mean language?" in checked.stdout
