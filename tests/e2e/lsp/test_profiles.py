"""What every client gets: warnings at the right characters while typing, and nothing that it does not understand."""

from __future__ import annotations

from tests.e2e.lsp.editor import Editor

JOURNAL = """# 调试 💡🔧

💡 first
```bash
docker run -it --rm tensorflow/tensorflow:latest-jupyter
```
"""


async def test_a_journal_is_judged_at_the_right_characters(any_editor: Editor) -> None:
    text = any_editor.open("journal 记录.md", JOURNAL, "markdown")
    found = await any_editor.found(text)
    assert found["TFL101"] == "latest-jupyter"


async def test_typing_changes_what_is_found(any_editor: Editor) -> None:
    text = any_editor.open("journal.md", JOURNAL, "markdown")
    assert "TFL101" in await any_editor.codes(text)
    start = text.text.index("latest")
    any_editor.change(text, start, start + len("latest"), "2.9.3")
    assert "TFL101" not in await any_editor.codes(text)
    any_editor.change(text, text.text.index("first"), text.text.index("first"), "💡\r\n\u2028")
    any_editor.change(text, text.text.index("2.9.3"), text.text.index("2.9.3") + 5, "latest")
    assert (await any_editor.found(text))["TFL101"] == "latest-jupyter"
