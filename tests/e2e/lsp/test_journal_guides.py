"""Promotion, the table of experiments, renumbering and timelines, as each editor gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor, path_of
from tests.e2e.lsp.profiles import profile

JOURNAL = (
    "# 💡 Slow\n\n## Goal\n\nWhy?\n\n✅ Target: val_accuracy > 97%\n\n### Debug step #2: Slower\n\n- lr: 0.1 → 0.01\n"
    "- Result: val_accuracy 0.95\n\n💡 Analysis: It overshot.\n\n## ❌ OOM error log\n\n"
    "> Resource exhausted: OOM when allocating tensor with shape[6,7]\n\n### Solution\n\nbatch(32), see #2\n"
)
EDITORS = ("eglot", "helix", "neovim", "vscode")


async def run(session: Editor, name: str, argument: dict[str, Any]) -> Any:
    """Run a command, apply the edits that it asks for, and give its answer."""
    params = types.ExecuteCommandParams(f"tflsp.{name}", [argument])
    answer = await session.client.workspace_execute_command_async(params)
    while session.client.edits:
        session.apply(session.client.edits.pop(0))
    return answer


def at(session: Editor, text: Text, word: str) -> dict[str, int]:
    where = session.position(text, text.text.index(word))
    return {"line": where.line, "character": where.character}


def nested(value: Any) -> Any:
    """What pygls makes of an answer that it does not know, as plain dictionaries."""
    if hasattr(value, "_asdict"):
        return {key: nested(each) for key, each in value._asdict().items()}
    return [nested(each) for each in value] if isinstance(value, list) else value


def answer_questions(session: Editor, choose: bool) -> list[Any]:
    """Answer what the server asks the user, with the first choice or none; the questions are kept."""
    asked: list[Any] = []

    def answer(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        asked.append(params)
        return params.actions[0] if choose and params.actions else None

    session.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)(answer)
    return asked


@pytest.mark.parametrize("name", EDITORS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_a_step_becomes_a_practice_in_every_editor(workspace: Path, name: str, encoding: str) -> None:
    async with editor(profile(name).with_encoding(encoding), workspace) as session:
        asked = answer_questions(session, choose=True)
        text = session.open("notes/日志.md", JOURNAL, "markdown")
        argument = {"uri": text.uri, "number": 2}
        choices = await run(session, "promote", argument)
        assert [each["to"] for each in choices["choices"]] == ["summary", "best-practices", "troubleshooting"]
        answer = await run(session, "promote", {**argument, "to": "best-practices"})
        assert (answer["applied"], answer["created"], answer["title"]) == (True, True, "Slower")
        guide = workspace / "best_practices.md"
        made = guide.read_text(encoding="utf-8")
        assert "\n## Slower\n\nIt overshot.\n\n- lr: 0.1 → 0.01\n- Result: val_accuracy 0.95\n" in made
        assert "- Source: [日志.md, step #2](notes/日志.md#debug-step-2-slower) <!-- tflsp: entry " in made
        assert text.text.count("- Promoted to: [best_practices.md](../best_practices.md#slower)\n\n## ❌ OOM") == 1
        # An editor that cannot make files is asked, and the server makes it.
        assert bool(asked) is (name == "eglot")
        before = text.text
        again = await run(session, "promote", {**argument, "to": "best-practices"})
        assert (again["applied"], again["created"]) == (True, False)
        assert (guide.read_text(encoding="utf-8"), text.text) == (made, before)


async def test_nothing_is_made_where_the_user_says_no(workspace: Path) -> None:
    async with editor(profile("eglot"), workspace) as session:
        asked = answer_questions(session, choose=False)
        text = session.open("journal.md", JOURNAL, "markdown")
        answer = await run(
            session, "promote", {"uri": text.uri, "position": at(session, text, "overshot"), "to": "summary"}
        )
        assert answer["applied"] is False
        assert "was not created" in answer["reason"]
        assert len(asked) == 1
        assert text.text == JOURNAL
        assert not (workspace / "SUMMARY.md").exists()


async def test_what_the_editor_has_of_a_guide_counts(vscode: Editor, workspace: Path) -> None:
    (workspace / "troubleshooting_guide.md").write_text("# Old\n", encoding="utf-8")
    guide = vscode.open("troubleshooting_guide.md", "# 💡 Typed, not saved\r\n", "markdown")
    text = vscode.open("journal.md", JOURNAL, "markdown")
    answer = await run(
        vscode, "promote", {"uri": text.uri, "position": at(vscode, text, "batch(32)"), "to": "troubleshooting"}
    )
    assert answer["applied"] is True
    assert guide.text.startswith("# 💡 Typed, not saved\r\n\r\n## OOM\r\n\r\n> Resource exhausted")
    assert "\r\n- Fingerprint: `" in guide.text
    assert guide.text.count("\n") == guide.text.count("\r\n")
    assert (workspace / "troubleshooting_guide.md").read_text() == "# Old\n"


async def test_a_journal_that_is_not_open(vscode: Editor, workspace: Path) -> None:
    cells = [
        nbformat.v4.new_markdown_cell("### Debug step #1: x\n\n- Result: 95 %"),
        nbformat.v4.new_code_cell("x = 1"),
    ]
    path = workspace / "exp.ipynb"
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    answer = await run(vscode, "promote", {"uri": path.as_uri(), "number": 1, "to": "summary"})
    assert answer["applied"] is True
    book = nbformat.reads(path.read_text(encoding="utf-8"), 4)
    nbformat.validate(book)
    assert book.cells[0].source.endswith("\n- Promoted to: [SUMMARY.md](SUMMARY.md)")
    assert "([exp.ipynb, step #1](exp.ipynb)) <!--" in (workspace / "SUMMARY.md").read_text(encoding="utf-8")
    assert (await run(vscode, "promote", {"uri": path.as_uri(), "number": 7, "to": "summary"}))["applied"] is False


async def test_a_cell_of_a_synced_notebook(vscode: Editor, workspace: Path) -> None:
    uri, (step, code) = vscode.open_notebook("exp.ipynb", [(1, "### Debug step #1: x\n\n- Result: 95 %"), (2, "x = 1")])
    answer = await run(vscode, "promote", {"uri": step.uri, "position": {"line": 2, "character": 0}, "to": "summary"})
    assert answer["applied"] is True
    assert step.text.endswith("- Result: 95 %\n- Promoted to: [SUMMARY.md](SUMMARY.md)")
    assert code.text == "x = 1"
    assert (await run(vscode, "promote", {"uri": uri, "number": 1, "to": "summary"}))["created"] is False


async def test_actions_where_they_are_asked_for(vscode: Editor, workspace: Path) -> None:
    text = vscode.open("journal.md", JOURNAL, "markdown")
    (workspace / "docs").mkdir()
    (workspace / "docs/best-practices.md").write_text("# Ours\n")

    async def titles(word: str, only: list[str] | None = None) -> list[str]:
        offset = text.text.index(word)
        return [each.title for each in await vscode.actions(text, vscode.range(text, offset, offset), only=only)]

    promoted = [each for each in await titles("overshot", ["refactor"]) if each.startswith("Promote")]
    assert promoted == [
        f"Promote step #2 to {name}" for name in ("SUMMARY.md", "best-practices.md", "troubleshooting_guide.md")
    ]
    assert "Number the steps 1 to 1" in await titles("overshot", ["refactor"])
    assert "Promote this error to troubleshooting_guide.md" in await titles("exhausted")
    assert "Update SUMMARY.md" in await titles("Why?", ["source"])
    assert not [each for each in await titles("Why?", ["refactor"]) if each.startswith("Promote")]
    readme = vscode.open("README.md", "# Start\n", "markdown")
    found = await vscode.actions(readme, vscode.range(readme, 0, 0), only=["source"])
    assert "Update SUMMARY.md" not in [each.title for each in found]


async def test_the_table_of_experiments(vscode: Editor, workspace: Path) -> None:
    summary = vscode.open("SUMMARY.md", "# Summary\n\nMine.\n", "markdown")
    (workspace / "notes").mkdir()
    (workspace / "notes/saved.md").write_text("# Saved\n\n### Debug step #1: x\n\n- Result: accuracy 0.5\n")
    text = vscode.open("notes/journal.md", JOURNAL, "markdown")
    dry = await run(vscode, "updateSummary", {"uri": text.uri, "dryRun": True})
    assert (dry["applied"], dry["experiments"]) == (False, 1)  # a text without a file is in no folder
    path_of(text.uri).write_text("old", encoding="utf-8")
    answer = await run(vscode, "updateSummary", {"uri": text.uri})
    assert (answer["applied"], answer["experiments"]) == (True, 2)
    assert summary.text.startswith("# Summary\n\nMine.\n\n## Experiments\n\n<!-- tflsp: experiments")
    row = "| [💡 Slow](notes/journal.md) | Why?; val_accuracy > 97% | — | val_accuracy 95 % (#2) |  |"
    assert row in summary.text
    assert "| [Saved](notes/saved.md) |" in summary.text
    before = summary.text
    assert (await run(vscode, "updateSummary", {"uri": summary.uri}))["applied"] is True
    assert summary.text == before


@pytest.mark.parametrize("name", EDITORS)
async def test_steps_are_numbered_anew_with_what_links_to_them(workspace: Path, name: str) -> None:
    async with editor(profile(name), workspace) as session:
        (workspace / "other.md").write_text("[step #2](journal.md#debug-step-2-slower), #2\n")
        (workspace / "journal.md").write_text("older", encoding="utf-8")
        text = session.open("journal.md", JOURNAL, "markdown")
        dry = await run(session, "renumber", {"uri": text.uri, "dryRun": True})
        assert dry == {"applied": False, "steps": [{"old": 2, "new": 1, "title": "Slower"}]}
        assert text.text == JOURNAL
        assert (await run(session, "renumber", {"uri": text.uri}))["applied"] is True
        assert text.text == JOURNAL.replace("#2", "#1")
        assert (workspace / "other.md").read_text() == "[step #1](journal.md#debug-step-1-slower), #2\n"
        again = await run(session, "renumber", {"uri": text.uri})
        assert (again["applied"], again["steps"]) == (False, [])


async def test_a_timeline_of_what_is_open(vscode: Editor) -> None:
    text = vscode.open("journal.md", JOURNAL, "markdown")
    found = nested(await vscode.ask("tflsp/timeline", {"uri": text.uri, "html": True}))
    assert (found["title"], found["metric"], found["metrics"], found["goalMet"]) == (
        "💡 Slow",
        "val_accuracy",
        ["val_accuracy"],
        False,
    )
    assert found["criterion"] == {"metric": "val_accuracy", "comparison": ">", "value": 0.97}
    (step,) = found["steps"]
    assert (step["number"], step["metrics"], step["uri"]) == (2, {"val_accuracy": 0.95}, text.uri)
    assert step["changes"] == [{"name": "lr", "old": "0.1", "new": "0.01"}]
    assert step["range"]["start"] == at(vscode, text, "### Debug step")
    assert [(each["title"], each["afterStep"]) for each in found["errors"]] == [("OOM", 2)]
    assert (step["cell"], found["places"]["goal"]["cell"]) == (None, None)
    assert found["html"].startswith("<!doctype html>")
    assert "<script" not in found["html"]
    with pytest.raises(Exception, match="no step tells"):
        await vscode.ask("tflsp/timeline", {"uri": text.uri, "metric": "recall"})
    with pytest.raises(Exception, match="No such file"):
        await vscode.ask("tflsp/timeline", {"uri": vscode.uri("nothing.md")})


async def test_a_timeline_names_the_cells_of_a_notebook_that_is_not_open(vscode: Editor, workspace: Path) -> None:
    cells = ["## Goal\n\nval_accuracy > 97%", "x", "### Debug step #1: a", "### Debug step #1: a\n\n- Result: loss 0.1"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(each) for each in cells])
    nbformat.write(book, workspace / "exp.ipynb")
    found = nested(await vscode.ask("tflsp/timeline", {"uri": vscode.uri("exp.ipynb")}))
    assert [(step["number"], step["cell"]) for step in found["steps"]] == [(1, 2), (1, 3)]
    assert found["places"]["goal"]["cell"] == 0
