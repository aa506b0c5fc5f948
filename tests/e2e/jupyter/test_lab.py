"""JupyterLab with the extension, a kernel of Python 3.8 and the real TensorFlow, as a user has them in a browser."""

from __future__ import annotations

import http.client
import json
import re

import nbformat
from playwright.sync_api import expect

from tests.e2e.jupyter.lab import Lab, Window
from tests.gpu_stub.machine import Machine


def test_a_run_becomes_a_step_and_its_error_an_error_log(window: Window) -> None:
    window.run(3)
    expect(window.cell(3).locator(".jp-OutputArea")).to_contain_text("Epoch 2/2")
    window.choose(3)
    window.command("Insert debug step")
    step = window.cell(4)
    expect(step).to_have_class(re.compile("jp-MarkdownCell"))
    expect(step).to_contain_text("### Debug step #1")
    expect(step).to_contain_text("mae 0.")
    expect(window.cells).to_have_count(8)
    # What is still to be written is selected: typing takes its place.
    window.page.keyboard.type("Too high 太高")
    window.page.keyboard.press("Shift+Enter")
    expect(step.locator(".jp-RenderedMarkdown")).to_contain_text("Too high 太高")

    window.run(5)
    window.choose(5)
    window.page.keyboard.press("Control+Alt+j")
    window.page.keyboard.press("e")
    logged = window.cell(6)
    expect(logged).to_contain_text("expected shape=(None, 4), found shape=(None, 7)")
    window.save()
    cells = nbformat.read(window.file, 4).cells
    assert "".join(cell.cell_type[0] for cell in cells) == "mmmcmcmcc"
    assert cells[4].source.startswith("### Debug step #1")
    assert "Too high 太高" in cells[4].source
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
    shell.locator(".cm-lintRange-warning").last.hover()
    expect(window.page.locator(".cm-tooltip")).to_contain_text("The tag `latest` moves")
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


def test_a_second_goal_is_refused_and_the_user_is_told(window: Window) -> None:
    window.choose(3)
    window.command("Insert goal")
    expect(window.page.get_by_text("there is a goal already").first).to_be_visible()
    expect(window.cells).to_have_count(7)


def test_the_gpu_is_in_the_status_bar_and_warns_when_memory_runs_out(window: Window, machine: Machine) -> None:
    item = window.page.locator(".jp-tflsp-gpu")
    expect(item).to_have_text(re.compile(r"GPU \d+\.\d/16\.0 GiB \d+%"))
    assert "Tesla T4" in (item.get_attribute("title") or "")
    expect(item).not_to_have_class(re.compile("jp-mod-warning"))
    used = machine.gpus[0]["memory.used"]
    machine.gpus[0] |= {"memory.used": machine.gpus[0]["memory.total"] - 2**20, "memory.free": 2**20}
    machine.write()
    expect(item).to_have_class(re.compile("jp-mod-warning"))
    window.picture("gpu")
    machine.gpus[0] |= {"memory.used": used}
    machine.write()


def test_it_speaks_chinese_where_that_is_chosen(window: Window, lab: Lab) -> None:
    setting = {"raw": json.dumps({"language": "zh"})}
    path = "lab/api/settings/tflsp-jupyterlab:plugin"
    assert ask(lab, "PUT", path, setting, {"Authorization": f"token {lab.token}"}) == 204
    try:
        window.page.reload()
        window.ready()
        window.page.locator(".jp-SideBar [data-id=tflsp-journal]").click()
        expect(window.page.locator("#tflsp-journal h2")).to_have_text("调试日志")
        expect(window.page.locator("#tflsp-journal .jp-tflsp-entry")).to_contain_text("目标")
        window.choose(2)
        window.command("插入结论")
        expect(window.cell(3)).to_contain_text("Conclusion")
        window.picture("chinese")
    finally:
        ask(lab, "PUT", path, {"raw": "{}"}, {"Authorization": f"token {lab.token}"})


def test_nobody_else_is_answered(lab: Lab) -> None:
    question = {"path": "x.ipynb", "kind": "step", "notebook": {"cells": [], "nbformat": 4, "nbformat_minor": 5}}
    mine = {"Authorization": f"token {lab.token}"}
    assert ask(lab, "POST", "tflsp/entry", question, mine) == 200
    assert ask(lab, "POST", "tflsp/entry", question, {}) == 403
    # A cookie alone, as a page of somebody else's would send it along.
    cookie = signed_in(lab)
    assert ask(lab, "GET", "tflsp/gpu", None, {"Cookie": cookie}) == 200
    assert ask(lab, "POST", "tflsp/entry", question, {"Cookie": cookie}) == 403
    assert ask(lab, "POST", "tflsp/entry", {**question, "path": "../outside.ipynb"}, mine) in (400, 403, 404)
    assert ask(lab, "POST", "tflsp/entry", {**question, "kind": "--help"}, mine) == 400
    assert ask(lab, "POST", "tflsp/entry", {"kind": "step"}, mine) == 400


def ask(lab: Lab, method: str, path: str, body: object, headers: dict[str, str]) -> int:
    """Ask JupyterLab's server; gives the status."""
    connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=60)
    connection.request(method, f"/{path}", None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def signed_in(lab: Lab) -> str:
    """The cookie of a browser in which somebody is logged in."""
    connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=60)
    connection.request("GET", f"/api/status?token={lab.token}")
    answer = connection.getresponse()
    cookies = answer.headers.get_all("Set-Cookie") or []
    answer.read()
    connection.close()
    return "; ".join(each.split(";", 1)[0] for each in cookies)
