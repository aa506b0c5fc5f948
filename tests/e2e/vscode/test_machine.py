"""GPU, server and doctor in the real VS Code: what is said of them, and how a lost server comes back."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
from playwright.sync_api import expect

from tests.components import ROOT
from tests.e2e.vscode.conftest import OpenWindow
from tests.e2e.vscode.harness import TIMEOUT
from tests.e2e.vscode.programs import program_with
from tests.e2e.vscode.seeing import webview
from tests.gpu_stub.machine import GIB, T4, Machine

BAD = "# 🔧\n\n```bash\ndocker run --rm tensorflow/tensorflow:latest\n```\n"


def servers(folder: Path) -> list[psutil.Process]:
    """The servers that run for a folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        if process.info["cwd"] == str(folder) and "serve" in (process.info["cmdline"] or []):
            found.append(process)
    return found


def test_the_gpu_item_and_its_view(open_window: OpenWindow, tmp_path: Path) -> None:
    machine = Machine(tmp_path, [dict(T4), {**T4, "memory.used": 4 * GIB}])
    (tmp_path / "project").mkdir()
    (tmp_path / "project/notes.md").write_text(BAD, "utf-8")
    settings = {"tflsp.path": program_with(tmp_path, machine.environment), "tflsp.gpu.interval": 0.5}
    window = open_window(tmp_path / "project", settings=settings)
    window.open("notes.md")
    expect(window.status("GPU 1/2 4.0/16.0 GiB 87%")).to_be_visible(timeout=TIMEOUT)
    machine.gpus[0]["memory.used"] = int(15.5 * GIB)
    machine.write()
    expect(window.status("GPU 0/2 15.5/16.0 GiB 87%")).to_be_visible(timeout=TIMEOUT)
    expect(window.page.locator(".statusbar-item.warning-kind", has_text="GPU")).to_be_visible(timeout=TIMEOUT)
    window.status("GPU 0/2").click()
    view = webview(window.page, panel=False)
    expect(view.get_by_role("img", name="Memory")).to_have_count(2, timeout=TIMEOUT)
    expect(view.get_by_text("15.5 / 16.0 GiB · 97%")).to_be_visible(timeout=TIMEOUT)
    machine.gpus[1]["error"] = 15
    machine.write()
    lost = window.page.locator(".statusbar-item.error-kind", has_text="GPU 1 gpu-is-lost")
    expect(lost).to_be_visible(timeout=TIMEOUT)


def test_a_server_that_was_killed_comes_back_with_what_is_typed(open_window: OpenWindow, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# 🔧\n", "utf-8")
    window = open_window(tmp_path)
    window.open("notes.md")
    expect(window.status("tflsp").locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    (first,) = servers(tmp_path)
    window.page.keyboard.press("Control+End")
    window.page.keyboard.insert_text(BAD)
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    window.page.keyboard.insert_text("\n```bash\ndocker run --rm tensorflow/tensorflow:latest-gpu\n```\n")
    # Without a server there are none; the one that came back tells of both texts.
    expect(window.squiggles().nth(1)).to_be_visible(timeout=TIMEOUT)
    (second,) = servers(tmp_path)
    assert second.pid != first.pid
    expect(window.status("tflsp").locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    assert (tmp_path / "notes.md").read_text("utf-8") == "# 🔧\n"


def test_no_server_is_said_with_what_to_do(open_window: OpenWindow, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(BAD, "utf-8")
    window = open_window(tmp_path, settings={"tflsp.path": str(tmp_path / "gone")})
    window.open("notes.md")
    expect(window.toast("which is no program that can be run")).to_be_visible(timeout=TIMEOUT)
    expect(window.status("tflsp: no server")).to_be_visible(timeout=TIMEOUT)
    window.server.settings({"tflsp.path": str(ROOT / ".venv/bin/tflsp")})
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)


def test_what_the_doctor_finds_is_among_the_problems(open_window: OpenWindow, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# a\n", "utf-8")
    (tmp_path / "tflsp.toml").write_text("", "utf-8")
    window = open_window(tmp_path)
    window.open("notes.md")
    expect(window.status("tflsp").locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    window.command("What Is Wrong Here?")
    panel = window.page.locator(".markers-panel-container .monaco-list-row")
    expect(panel.filter(has_text="tflsp doctor").first).to_be_visible(timeout=TIMEOUT)
    expect(panel.filter(has_text="tflsp.toml").first).to_be_visible()


def test_the_menu_offers_what_is_possible_here(open_window: OpenWindow, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# a\n", "utf-8")
    window = open_window(tmp_path)
    window.open("notes.md")
    item = window.status("tflsp")
    expect(item.locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    item.click()
    offered = window.page.locator(".quick-input-list .monaco-list-row")
    expect(offered.filter(has_text="Start this folder's container")).to_be_visible(timeout=TIMEOUT)
    expect(offered.filter(has_text="Restart the server")).to_be_visible()
    expect(offered.filter(has_text="Jupyter")).to_have_count(0)
