"""JupyterLab with the extension, a kernel of Python 3.8 and the real TensorFlow, as a user has them in a browser."""

from __future__ import annotations

import re

import nbformat
from playwright.sync_api import expect

from tests.e2e.jupyter.lab import Window


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
