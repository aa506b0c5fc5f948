"""JupyterLab with the extension, a kernel of Python 3.8 and the real TensorFlow, as a user has them in a browser."""

from __future__ import annotations

import http.client
import json
import re

import nbformat
import pytest
from playwright.sync_api import Route, expect

from tests.e2e.jupyter.lab import Lab, Window
from tests.gpu_stub.machine import Machine


def test_a_run_becomes_a_step_and_its_error_an_error_log(window: Window) -> None:
    window.run(3, "Epoch 2/2")
    window.choose(3)
    window.command("Insert debug step")
    step = window.cell(4)
    expect(step).to_have_class(re.compile("jp-MarkdownCell"))
    expect(step).to_contain_text("### Debug step #1")
    expect(step).to_contain_text("mae 0.")
    expect(window.cells).to_have_count(8)
    window.is_edited(4)
    # What is still to be written is selected, one after the other: the title, and what is to be said of it.
    window.page.keyboard.type("First 第一")
    window.page.keyboard.press("Tab")
    window.page.keyboard.type("Too hgih 太高")
    window.page.keyboard.press("Shift+Tab")
    window.page.keyboard.type("First run 第一次 😀")
    window.page.keyboard.press("Tab")
    window.page.keyboard.type("Too high 太高")
    window.page.keyboard.press("Tab")
    window.page.keyboard.type(".")
    window.page.keyboard.press("Shift+Enter")
    expect(step.locator(".jp-RenderedMarkdown")).to_contain_text("Too high 太高.")

    window.run(5, "ValueError")
    window.choose(5)
    window.chord("Control+Alt+j", "e")
    logged = window.cell(6)
    expect(logged).to_contain_text("expected shape=(None, 4), found shape=(None, 7)")
    window.is_edited(6)
    window.save()
    cells = nbformat.read(window.file, 4).cells
    assert "".join(cell.cell_type[0] for cell in cells) == "mmmcmcmcc"
    assert cells[4].source.startswith("### Debug step #1: First run 第一次 😀\n")
    assert "Too high 太高." in cells[4].source
    assert "hgih" not in cells[4].source
    assert "found shape=(None, 7)" in cells[6].source
    nbformat.validate(nbformat.read(window.file, 4))
    window.page.locator(".jp-SideBar [data-id=tflsp-journal]").click()
    entries = window.page.locator("#tflsp-journal .jp-tflsp-entry")
    expect(entries).to_have_count(3)
    expect(entries.nth(1)).to_contain_text("Step #1")
    entries.nth(0).click()
    expect(window.cell(1)).to_have_class(re.compile(r"\bjp-mod-active\b"))
    window.picture("journal")


def test_warnings_are_shown_in_the_cells_where_they_belong(window: Window) -> None:
    markdown, python, shell = window.cell(2), window.cell(5), window.cell(6)
    markdown.dblclick()
    expect(markdown.locator(".cm-lintRange-warning").last).to_have_text("latest")
    # Python by python-lsp-server's plugin; a shell command in a code cell by our own server.
    expect(python.locator(".cm-lintRange-error")).to_have_text("list[int]")
    expect(shell.locator(".cm-lintRange-warning").last).to_have_text("latest")
    expect(window.cell(3).locator("[class*=cm-lintRange]")).to_have_count(0)
    window.hover(shell.locator(".cm-lintRange-warning").last, "The tag `latest` moves")
    window.picture("warnings")


def test_a_quick_fix_changes_the_cell_and_undo_takes_it_back(window: Window) -> None:
    cell = window.cell(5)
    cell.locator(".cm-content").click()
    cell.get_by_role("button", name="Quick fix").click()
    dialog = window.page.locator(".jp-Dialog")
    expect(dialog.locator("option", has_text="TFL503")).not_to_have_count(0)
    expect(dialog).to_contain_text("list[int]")
    window.picture("quick-fix")
    dialog.get_by_role("button", name="Apply").click()
    expect(cell.locator(".cm-content")).not_to_have_text("names: list[int] = []  # 😀")
    cell.locator(".cm-content").click()
    window.page.keyboard.press("Control+z")
    expect(cell.locator(".cm-content")).to_have_text("names: list[int] = []  # 😀")


def test_all_safe_fixes_at_once(window: Window) -> None:
    window.choose(3)
    window.command("Fix all that is safe to fix")
    window.is_told("Cells that were fixed")
    window.save()
    cells = nbformat.read(window.file, 4).cells
    assert "tensorflow/tensorflow:2.9.0\n" in cells[2].source
    assert "tensorflow/tensorflow:2.9.0  # 😀" in cells[6].source
    assert cells[5].source.startswith("from __future__ import annotations\n")
    assert cells[3].source.endswith("verbose=2)")


STEPS = (
    ("markdown", "# Batch size"),
    ("markdown", "## Goal\n\nWhy does the loss stop?\n\n✅ Target: mae < 0.1"),
    ("markdown", "### Debug step #1: 8\n\n- batch_size: 4 → 8\n- Result: mae 0.8000"),
    (
        "markdown",
        "### Debug step #2: 16\n\n- batch_size: 8 → 16\n- Result: mae 0.0500\n\n💡 Analysis: It was noise. 😀",
    ),
    ("markdown", "## ❌ Out of memory error log\n\n> ResourceExhaustedError: OOM when allocating tensor"),
    ("markdown", "## Conclusion\n\nLarger batches."),
)


@pytest.mark.parametrize("cells", [STEPS], ids=["steps"])
def test_entries_are_compared_promoted_and_shown_on_a_timeline(window: Window) -> None:
    page = window.page
    page.locator(".jp-SideBar [data-id=tflsp-journal]").click()
    entries = page.locator("#tflsp-journal li")
    expect(entries).to_have_count(5)
    expect(entries.nth(2)).to_contain_text("Step #2")
    expect(entries.nth(2)).to_contain_text("mae 0.0500")
    expect(entries.nth(1).get_by_role("button", name="Compare")).to_have_count(0)
    entries.nth(2).hover()
    entries.nth(2).get_by_role("button", name="Compare").click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog.locator("table")).to_contain_text("0.0500")
    window.picture("compare")
    dialog.get_by_role("button", name="Close").click()

    entries.nth(2).hover()
    entries.nth(2).get_by_role("button", name="Promote").click()
    dialog.locator("select").select_option("best_practices.md")
    dialog.get_by_role("button", name="Promote").click()
    window.is_told("Now in best_practices.md")
    guide = window.file.with_name("best_practices.md").read_text("utf-8")
    assert "It was noise. 😀" in guide
    assert window.file.stem in guide
    window.save()
    assert "best_practices.md" in nbformat.read(window.file, 4).cells[3].source

    # In the cell's own words, without the panel: the error, by the palette.
    window.choose(4)
    window.command("Promote step or error to a guide…")
    expect(dialog.locator("select")).to_have_value("troubleshooting_guide.md")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert not window.file.with_name("troubleshooting_guide.md").exists()

    window.choose(4)
    window.chord("Control+Alt+j", "t")
    frame = page.frame_locator(".lm-DockPanel iframe")
    expect(frame.locator("body")).to_contain_text("It was noise.")
    expect(frame.locator("svg").first).to_be_visible()
    expect(page.locator(".Toastify__toast")).to_have_count(0)
    window.picture("timeline")


@pytest.mark.parametrize("cells", [STEPS], ids=["steps"])
def test_the_panel_keeps_what_is_the_same_and_lets_go_of_what_is_closed(window: Window) -> None:
    page, held = window.page, list[Route]()
    window.command("Show journal")
    step = page.locator("#tflsp-journal li").nth(1)
    expect(step).to_contain_text("Step #1")
    step.evaluate("node => { node.kept = true }")
    window.cell(0).dblclick()
    window.cell(0).locator(".cm-content").click()
    page.keyboard.press("End")
    with page.expect_response("**/tflsp/entries*") as told:
        page.keyboard.type("s")
    told.value.finished()
    page.evaluate("() => fetch('/api/status')")
    assert step.evaluate("node => node.kept")
    window.cell(5).dblclick()
    window.cell(5).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Nothing")
    expect(page.locator("#tflsp-journal li")).to_have_count(4)
    window.save()

    # The notebook is closed while it is found out where its step could go.
    page.route("**/tflsp/promote*", lambda route: held.append(route))
    step.hover()
    with page.expect_request("**/tflsp/promote*"):
        step.get_by_role("button", name="Promote").click()
    page.locator(".lm-TabBar-tab", has_text=window.file.name).locator(".lm-TabBar-tabCloseIcon").click()
    expect(page.locator("#tflsp-journal p")).to_have_text("Open a notebook to see its journal.")
    expect(page.locator("#tflsp-journal li")).to_have_count(0)
    with page.expect_response("**/tflsp/promote*") as answer:
        held[0].continue_()
    answer.value.finished()
    page.evaluate("() => fetch('/api/status')")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert page.evaluate("window.told") == []


MEMORY = (
    ("markdown", "# Memory"),
    ("code", "import tensorflow as tf\nx = tf.zeros((10**6, 10**7))"),
    (
        "code",
        "import numpy as np\n"
        "import tensorflow as tf\n"
        'images = np.zeros((20000, 224, 224, 3), dtype="float32")\n'
        "model = tf.keras.Sequential([\n"
        '    tf.keras.layers.Conv2D(64, 3, padding="same", activation="relu", input_shape=(224, 224, 3)),\n'
        '    tf.keras.layers.Conv2D(64, 3, padding="same", activation="relu"),\n'
        "    tf.keras.layers.GlobalAveragePooling2D(),\n"
        "    tf.keras.layers.Dense(10),\n"
        "])\n"
        'model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")\n'
        "model.fit(images, np.zeros(20000), batch_size=1024)",
    ),
)


@pytest.mark.parametrize("cells", [MEMORY], ids=["memory"])
def test_memory_that_is_not_there(window: Window) -> None:
    """TensorFlow's own allocator refuses for real, and a batch that would not fit is told beforehand, in its cell."""
    large = window.cell(2).locator("[class*=cm-lintRange]")
    expect(large.last).to_have_text("1024")
    expect(window.cell(1).locator("[class*=cm-lintRange]")).to_have_count(0)
    window.hover(large.last, "1024 samples a step takes about")
    window.run(1, "ResourceExhaustedError")
    window.choose(1)
    window.command("Insert error log")
    logged = window.cell(2)
    expect(logged).to_have_class(re.compile("jp-MarkdownCell"))
    expect(logged).to_contain_text("[1000000,10000000]")
    expect(logged).to_contain_text("ResourceExhaustedError")
    window.is_edited(2)
    window.picture("memory")
    window.save()
    source = nbformat.read(window.file, 4).cells[2].source
    assert "OOM when allocating tensor" in source
    assert "\x1b" not in source


def test_entries_by_buttons_and_no_second_goal(window: Window) -> None:
    window.choose(3)
    window.command("Insert goal")
    window.is_told("there is a goal already")
    expect(window.cells).to_have_count(7)

    # A cell's own toolbar, then the panel.
    window.choose(5)
    window.cell(5).get_by_role("button", name="Insert debug step").click()
    expect(window.cell(6)).to_contain_text("### Debug step #1")
    window.is_edited(6)
    window.page.keyboard.type("As it is 😀")
    window.page.keyboard.press("Shift+Enter")
    window.command("Show journal")
    panel = window.page.locator("#tflsp-journal")
    expect(panel.locator("li")).to_have_count(2)
    window.choose(7)
    panel.get_by_role("button", name="Conclusion").click()
    expect(window.cell(8)).to_contain_text("## Conclusion")
    window.is_edited(8)
    expect(panel.locator("li")).to_have_count(3)
    window.picture("buttons")
    window.save()
    cells = nbformat.read(window.file, 4).cells
    assert "".join(cell.cell_type[0] for cell in cells) == "mmmcccmcm"
    assert cells[6].source.startswith("### Debug step #1: As it is 😀\n")
    panel.get_by_role("button", name="timeline").click()
    expect(window.page.frame_locator(".lm-DockPanel iframe").locator("body")).to_contain_text("As it is 😀")


BROKEN = (("markdown", "# Batch size"), ("code", 'print("loss: 0.5")\nint("第一")  # 😀'))


@pytest.mark.parametrize("cells", [BROKEN], ids=["broken"])
def test_the_panels_buttons_write_a_journal(window: Window) -> None:
    window.command("Show journal")
    panel = window.page.locator("#tflsp-journal")
    expect(panel.locator("p")).to_be_visible()
    window.run(1, "ValueError")
    for button, below, entry in (
        ("Goal", 0, "## Goal"),
        ("Step", 2, "### Debug step #1"),
        ("Error", 3, "invalid literal for int()"),
        ("Conclusion", 4, "## Conclusion"),
    ):
        window.choose(below)
        panel.locator(".jp-tflsp-journal-buttons button", has_text=button).click()
        expect(window.cell(below + 1)).to_contain_text(entry)
        window.is_edited(below + 1)
        window.page.keyboard.press("Control+Enter")
    expect(panel.locator("li")).to_have_count(4)
    window.save()
    cells = nbformat.read(window.file, 4).cells
    assert "".join(cell.cell_type[0] for cell in cells) == "mmcmmm"
    assert "invalid literal for int() with base 10: '第一'" in cells[4].source
    nbformat.validate(nbformat.read(window.file, 4))


def test_the_gpu_is_in_the_status_bar_and_warns_when_memory_runs_out(window: Window, machine: Machine) -> None:
    item = window.page.locator(".jp-tflsp-gpu")
    expect(item).to_have_text(re.compile(r"GPU \d+\.\d/16\.0 GiB \d+%"))
    assert "Tesla T4" in (item.get_attribute("title") or "")
    expect(item).not_to_have_class(re.compile("jp-mod-warning"))
    before = dict(machine.gpus[0])
    machine.gpus[0] |= {"memory.used": before["memory.total"] - 2**20, "memory.free": 2**20}
    machine.write()
    try:
        expect(item).to_have_class(re.compile("jp-mod-warning"))
        window.picture("gpu")
    finally:
        machine.gpus[0] = before
        machine.write()


@pytest.mark.parametrize("own_browser", [True], ids=["clock"])
def test_nothing_is_asked_of_gpus_that_nobody_sees(window: Window) -> None:
    page, asked, answered = window.page, list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url) if "/tflsp/gpu" in request.url else None)
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: answered.append(request.url) if "/tflsp/gpu" in request.url else None)
    shown = page.locator(".jp-tflsp-gpu")
    expect(shown).to_be_visible()
    page.clock.install()
    page.reload()
    window.ready()
    expect(shown).to_be_visible()
    at_once = len(asked)

    def minute() -> int:
        """How often was asked in a minute of the page's own."""
        before = len(asked)
        for _ in range(12):
            while len(asked) > len(answered):  # an answer takes its time, which the page's clock has not
                page.evaluate("() => fetch('/api/status')")
            page.clock.run_for(5_000)
            page.evaluate("() => fetch('/api/status')")
        return len(asked) - before

    assert at_once
    assert minute() >= 5
    set_visibility = """(state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(set_visibility, "hidden")
    assert minute() == 0
    page.evaluate(set_visibility, "visible")
    assert minute() >= 5
    window.command("Show Status Bar")
    expect(page.locator("#jp-main-statusbar")).to_be_hidden()
    assert minute() == 0
    window.command("Show Status Bar")
    expect(shown).to_be_visible()
    assert minute() >= 5


def test_dark_and_light(window: Window, lab: Lab) -> None:
    path = "lab/api/settings/@jupyterlab/apputils-extension:themes"
    mine = lab.mine
    page = window.page
    panel = page.locator("#tflsp-journal")
    backgrounds = []
    try:
        for theme, light in (("JupyterLab Dark", "false"), ("JupyterLab Light", "true")):
            assert ask(lab, "PUT", path, {"raw": json.dumps({"theme": theme})}, mine) == 204
            page.reload()
            window.ready()
            expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light)
            window.command("Show journal")  # JupyterLab may have kept it open, or not yet
            expect(panel.locator("li")).to_have_count(1)
            backgrounds.append(panel.evaluate("node => getComputedStyle(node).backgroundColor"))
            window.choose(1)
            window.command("Show timeline")
            frame = page.frame_locator(".lm-DockPanel iframe")
            expect(frame.locator("body")).to_contain_text("Why does the loss stop?")
            ground = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
            assert (max(map(int, re.findall(r"\d+", ground))) < 128) is (light == "false"), ground
            window.picture("light" if light == "true" else "dark")
    finally:
        ask(lab, "PUT", path, {"raw": "{}"}, mine)
    assert len(set(backgrounds)) == 2


def test_it_speaks_chinese_where_that_is_chosen(window: Window, lab: Lab) -> None:
    setting = {"raw": json.dumps({"language": "zh"})}
    path = "lab/api/settings/tflsp-jupyterlab:plugin"
    assert ask(lab, "PUT", path, setting, lab.mine) == 204
    try:
        window.page.reload()
        window.ready()
        expect(window.page.locator("#tflsp-journal h2")).to_have_text("调试日志")
        window.command("显示调试日志")
        expect(window.page.locator("#tflsp-journal .jp-tflsp-entry")).to_contain_text("目标")
        window.choose(2)
        window.command("插入结论")
        expect(window.cell(3)).to_contain_text("Conclusion")
        window.picture("chinese")
    finally:
        ask(lab, "PUT", path, {"raw": "{}"}, lab.mine)


def test_nobody_else_is_answered(lab: Lab) -> None:
    question = {"path": "x.ipynb", "kind": "step", "notebook": {"cells": [], "nbformat": 4, "nbformat_minor": 5}}
    mine = lab.mine
    assert ask(lab, "POST", "tflsp/entry", question, mine) == 200
    assert ask(lab, "POST", "tflsp/entry", question, {}) == 403
    # A cookie alone, as a page of somebody else's would send it along.
    cookie = signed_in(lab)
    assert ask(lab, "GET", "tflsp/gpu", None, {"Cookie": cookie}) == 200
    assert ask(lab, "POST", "tflsp/entry", question, {"Cookie": cookie}) == 403
    assert ask(lab, "POST", "tflsp/entry", {**question, "path": "../outside.ipynb"}, mine) in (400, 403, 404)
    assert ask(lab, "POST", "tflsp/entry", {**question, "kind": "--help"}, mine) == 400
    assert ask(lab, "POST", "tflsp/entry", {"kind": "step"}, mine) == 400
    cell = {"cell": "x", "position": {"line": 0, "character": 0}}
    assert ask(lab, "POST", "tflsp/promote", {**question, **cell}, {"Cookie": cookie}) == 403
    assert ask(lab, "POST", "tflsp/promote", {**question, **cell, "to": "../x"}, mine) == 400
    assert ask(lab, "POST", "tflsp/compare", question, mine) == 400


def ask(lab: Lab, method: str, path: str, body: object, headers: dict[str, str]) -> int:
    """Ask JupyterLab's server; gives the status."""
    return lab.ask(method, path, body, headers)[0]


def signed_in(lab: Lab) -> str:
    """The cookie of a browser in which somebody is logged in."""
    connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=60)
    connection.request("GET", f"/api/status?token={lab.token}")
    answer = connection.getresponse()
    cookies = answer.headers.get_all("Set-Cookie") or []
    answer.read()
    connection.close()
    return "; ".join(each.split(";", 1)[0] for each in cookies)
