"""GPU, server and doctor in the real VS Code: what is said of them, and how a lost server comes back."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.vscode.conftest import SETTINGS
from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.programs import program_with, servers
from tests.e2e.vscode.seeing import show_side_bar, webview
from tests.gpu_stub.machine import GIB, T4, Machine

INTERVAL = 0.5  # seconds
BAD = "# 🔧\n\n```bash\ndocker run --rm tensorflow/tensorflow:latest\n```\n"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine with two GPUs; a test may change them."""
    made = Machine(tmp_path_factory.mktemp("gpus"), [dict(T4), dict(T4)])
    made.extra["calls"] = str(made.folder / "calls")
    return made


@pytest.fixture(scope="module")
def settings(machine: Machine) -> dict[str, object]:
    return {"tflsp.path": program_with(machine.folder, machine.environment), "tflsp.gpu.interval": INTERVAL}


def test_the_gpu_item_and_its_view(window: Window, machine: Machine) -> None:
    machine.gpus[:] = [dict(T4), {**T4, "memory.used": 4 * GIB}]
    machine.write()
    (window.folder / "gpus.md").write_text(BAD, "utf-8")
    window.open("gpus.md")
    expect(window.status("GPU 1/2 4.0/16.0 GiB 87%")).to_be_visible(timeout=TIMEOUT)
    machine.gpus[0]["memory.used"] = int(15.5 * GIB)
    machine.write()
    expect(window.status("GPU 0/2 15.5/16.0 GiB 87%")).to_be_visible(timeout=TIMEOUT)
    expect(window.page.locator(".statusbar-item.warning-kind", has_text="GPU")).to_be_visible(timeout=TIMEOUT)
    window.press(window.status("GPU 0/2").locator("a").first)
    view = webview(window.page, panel=False)
    expect(view.get_by_role("img", name="Memory")).to_have_count(2, timeout=TIMEOUT)
    expect(view.get_by_text("15.5 / 16.0 GiB · 97%")).to_be_visible(timeout=TIMEOUT)
    journal = window.page.locator(".sidebar .pane-header", has_text="Journal")
    journal.click()  # folded, so that the picture has room for both
    window.scene("gpu")
    journal.click()
    machine.gpus[1]["error"] = 15
    machine.write()
    lost = window.page.locator(".statusbar-item.error-kind", has_text="GPU 1 gpu-is-lost")
    expect(lost).to_be_visible(timeout=TIMEOUT)


def looks(machine: Machine) -> int:
    """How often a GPU's load was asked of the driver."""
    calls = Path(machine.extra["calls"])
    return calls.stat().st_size if calls.exists() else 0


def work_on(window: Window, seconds: float) -> None:
    """What people do while nothing is to be looked at."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        window.open("unseen.md")
        window.page.keyboard.press("Control+End")
        window.page.keyboard.type("b")
        window.save()


def test_nothing_is_sampled_while_nobody_sees_it(window: Window, machine: Machine, settings: dict[str, object]) -> None:
    machine.gpus[:] = [dict(T4), {**T4, "memory.used": 2 * GIB}]
    machine.write()
    (window.folder / "unseen.md").write_text("# a\n", "utf-8")
    window.open("unseen.md")
    item = window.status("GPU 0/2 3.0/16.0 GiB")
    expect(item).to_be_visible(timeout=TIMEOUT)
    show_side_bar(window.page, "Explorer")  # the GPU's view is in another one
    without = {**SETTINGS, **settings, "tflsp.gpu.statusBar": False}
    window.server.settings(without)
    expect(window.status("GPU ")).to_be_hidden(timeout=TIMEOUT)
    window.open("unseen.md")  # the view took the keyboard
    window.page.keyboard.press("Control+End")
    window.page.keyboard.insert_text(BAD)
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)  # the server knows by now that nobody looks
    window.save()
    work_on(window, 4 * INTERVAL)  # a look that had begun has ended by then
    before = looks(machine)
    work_on(window, 8 * INTERVAL)
    assert looks(machine) == before
    machine.gpus[0]["memory.used"] = 12 * GIB
    machine.write()
    window.server.settings({**SETTINGS, **settings})
    expect(window.status("GPU 0/2 12.0/16.0 GiB")).to_be_visible(timeout=TIMEOUT)
    assert looks(machine) > before


def test_a_server_that_was_killed_comes_back_with_what_is_typed(window: Window) -> None:
    (window.folder / "killed.md").write_text("# 🔧\n", "utf-8")
    window.open("killed.md")
    expect(window.status("tflsp").locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    (first,) = servers(window.folder)
    window.page.keyboard.press("Control+End")
    window.page.keyboard.insert_text(BAD)
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    window.page.keyboard.insert_text("\n```bash\ndocker run --rm tensorflow/tensorflow:latest-gpu\n```\n")
    # Without a server there are none; the one that came back tells of both texts.
    expect(window.squiggles().nth(1)).to_be_visible(timeout=TIMEOUT)
    (second,) = servers(window.folder)
    assert second.pid != first.pid
    expect(window.status("tflsp").locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    assert (window.folder / "killed.md").read_text("utf-8") == "# 🔧\n"
    window.save()


def test_no_server_is_said_with_what_to_do(window: Window, settings: dict[str, object]) -> None:
    (window.folder / "none.md").write_text(BAD, "utf-8")
    window.open("none.md")
    window.server.settings({**SETTINGS, **settings, "tflsp.path": str(window.folder / "gone")})
    expect(window.toast("which is no program that can be run")).to_be_visible(timeout=TIMEOUT)
    expect(window.status("tflsp: no server")).to_be_visible(timeout=TIMEOUT)
    window.server.settings({**SETTINGS, **settings})
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)


def test_what_the_doctor_finds_is_among_the_problems(window: Window) -> None:
    (window.folder / "doctor.md").write_text("# a\n", "utf-8")
    (window.folder / "tflsp.toml").write_text("", "utf-8")
    window.open("doctor.md")
    expect(window.status("tflsp").locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    window.command("tflsp: What Is Wrong Here? (Doctor)")
    panel = window.page.locator(".markers-panel-container .monaco-list-row")
    expect(panel.filter(has_text="tflsp doctor").first).to_be_visible(timeout=TIMEOUT)
    expect(panel.filter(has_text="tflsp.toml").first).to_be_visible(timeout=TIMEOUT)


def test_the_menu_offers_what_is_possible_here(window: Window) -> None:
    (window.folder / "menu.md").write_text("# a\n", "utf-8")
    window.open("menu.md")
    item = window.status("tflsp")
    expect(item.locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    window.press(item.locator("a").first)
    offered = window.page.locator(".quick-input-list .monaco-list-row")
    expect(offered.filter(has_text="Start this folder's container")).to_be_visible(timeout=TIMEOUT)
    expect(offered.filter(has_text="Restart the server")).to_be_visible(timeout=TIMEOUT)
    expect(offered.filter(has_text="Jupyter")).to_have_count(0)
    window.page.keyboard.press("Escape")
    window.command("tflsp: Trace Messages")
    written = window.page.locator(".panel .view-lines")
    expect(written).to_contain_text("Sending notification", timeout=TIMEOUT)  # tracing is on
    window.open("menu.md")
    window.page.keyboard.type("b")
    expect(written).to_contain_text("textDocument/", timeout=TIMEOUT)


def test_the_walkthrough_opens_and_its_steps_complete(window: Window) -> None:
    window.command("tflsp: Get Started")
    steps = window.page.locator(".gettingStartedContainer .getting-started-step")
    expect(steps).to_have_count(4, timeout=TIMEOUT)
    media = window.page.locator(".getting-started-media").locator("iframe, svg, img").first
    for number in range(4):
        window.press(steps.nth(number))
        expect(steps.nth(number)).to_have_attribute("aria-expanded", "true", timeout=TIMEOUT)
        expect(media).to_be_visible(timeout=TIMEOUT)
        window.scene(f"walkthrough-{number + 1}")
    offered = "Server and Container...", "Insert Goal", "Insert Debug Step", "Promote into a Guide"
    for number, button in enumerate(offered):
        step = steps.nth(number)
        window.press(step)
        window.press(step.get_by_role("button", name=button))
        if number == 0:
            expect(window.page.locator(".quick-input-list .monaco-list-row").first).to_be_visible(timeout=TIMEOUT)
            window.page.keyboard.press("Escape")
        else:  # with nothing open to write into
            expect(window.toast("Open a notebook, a Markdown file or a script first.")).to_be_visible(timeout=TIMEOUT)
        expect(step).to_have_attribute("aria-checked", "true", timeout=TIMEOUT)
