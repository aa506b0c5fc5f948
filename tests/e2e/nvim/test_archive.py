"""The archive that `make dist` makes of the plugin: the same from the same files, and a package that works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.components import ROOT
from tests.e2e.nvim.conftest import Start, nothing_failed
from tests.e2e.nvim.editor import PLUGIN


def made(folder: Path, *, moment: int) -> Path:
    """The archive, made of files that were changed at some moment."""
    for path in PLUGIN.rglob("*.lua"):
        os.utime(path, (moment, moment))
    subprocess.run([sys.executable, ROOT / "scripts/neovim_archive.py", folder], check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.iterdir()
    return archive


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    first, second = made(tmp_path / "one", moment=1_700_000_000), made(tmp_path / "two", moment=1_600_000_000)
    assert re.fullmatch(r"tflsp-nvim-\d+\.\d+\.\d+\S*\.tar\.gz", first.name)
    assert first.read_bytes() == second.read_bytes()


def test_it_works_as_a_package(start: Start, tmp_path: Path) -> None:
    packages = tmp_path / "site/pack/any/start"
    with tarfile.open(made(tmp_path / "dist", moment=1_700_000_000)) as archive:
        assert {name.partition("/")[2] for name in archive.getnames()} >= {
            "plugin/tflsp.lua",
            "lsp/tflsp.lua",
            "doc/tflsp.txt",
            "LICENSE",
        }
        archive.extractall(packages, filter="data")
    (tmp_path / ".git").mkdir()
    (tmp_path / "start.sh").write_text("docker pull tensorflow/tensorflow:latest\n", "utf-8")
    editor = start(f"vim.opt.packpath:prepend([[{tmp_path / 'site'}]])\nvim.lsp.enable('tflsp')\n")
    editor.open(tmp_path / "start.sh")
    editor.until(lambda: editor.diagnostics("TFL101"))
    (folder,) = packages.iterdir()
    assert editor.lua("return vim.api.nvim_get_runtime_file('plugin/tflsp.lua', true)") == [
        str(folder / "plugin/tflsp.lua")
    ]
    editor.command("helptags ALL")
    editor.command("help :Tflsp-step")
    nothing_failed(editor)
