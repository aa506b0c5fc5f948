"""What an editor shows besides diagnostics. A `‸` in a text is where the cursor stands, as in rust-analyzer's `$0`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import PATIENCE, Editor, Text, editor, path_of
from tests.e2e.lsp.profiles import profile

CURSOR = "‸"
RUN = "docker run -it --rm -p 8888:8888 --gpus all -v ./data:/tf/data tensorflow/tensorflow:2.9.0-jupyter\n"


def opened(session: Editor, name: str, marked: str, language: str) -> tuple[Text, types.Position]:
    """Open a text with a marked cursor."""
    at = marked.index(CURSOR)
    text = session.open(name, marked.replace(CURSOR, ""), language)
    return text, session.position(text, at)


async def hover(session: Editor, name: str, marked: str, language: str) -> tuple[str, str] | None:
    """What is said at the cursor, and the text that it is said of."""
    text, position = opened(session, name, marked, language)
    params = types.HoverParams(types.TextDocumentIdentifier(text.uri), position)
    found = await asyncio.wait_for(session.client.text_document_hover_async(params), PATIENCE)
    if found is None:
        return None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.range is not None
    return found.contents.value, session.spanned(text, found.range)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_hover_says_what_an_image_is(workspace: Path, encoding: str) -> None:
    async with editor(profile("vscode").with_encoding(encoding), workspace) as session:
        marked = f"💡 **a**\n\n```bash\necho 💡 && {RUN.replace('flow:', f'flow{CURSOR}:')}```\n"
        said = await hover(session, "a.md", marked, "markdown")
        assert said is not None
        text, span = said
        assert span == "tensorflow/tensorflow:2.9.0-jupyter"
        for fact in ("docker.io/tensorflow/tensorflow:2.9.0-jupyter", "Python 3.8", "Ubuntu 20.04", "8888", "2.9.3"):
            assert fact in text
        assert "CUDA 11.2" not in text


async def test_hover_knows_the_gpu_image(vscode: Editor) -> None:
    said = await hover(vscode, "Dockerfile", f"FROM tensorflow/tensorflow:2.9.0-gpu{CURSOR}\n", "dockerfile")
    assert said is not None
    assert "CUDA 11.2" in said[0]


async def test_hover_resolves_arguments(vscode: Editor) -> None:
    marked = f"ARG VERSION=2.9.1\nFROM tensorflow/ten{CURSOR}sorflow:${{VERSION}}-gpu\n"
    said = await hover(vscode, "Dockerfile", marked, "dockerfile")
    assert said is not None
    assert "docker.io/tensorflow/tensorflow:2.9.1-gpu" in said[0]
    assert "`VERSION` is `2.9.1`" in said[0]


@pytest.mark.parametrize(
    ("marked", "fact", "span"),
    [
        (RUN.replace("--gpus", f"--g{CURSOR}pus"), "NVIDIA", "--gpus all"),
        (RUN.replace("-p 8888", f"-{CURSOR}p 8888"), "HOST:CONTAINER", "-p 8888:8888"),
        (RUN.replace("--rm", f"--r{CURSOR}m"), "Removes the container", "--rm"),
    ],
)
async def test_hover_says_what_an_option_does(vscode: Editor, marked: str, fact: str, span: str) -> None:
    said = await hover(vscode, "start.sh", marked, "shellscript")
    assert said is not None
    assert fact in said[0]
    assert said[1] == span


async def test_hover_on_the_command_tells_all_and_what_is_wrong(vscode: Editor) -> None:
    said = await hover(
        vscode, "start.sh", f"docker r{CURSOR}un -p 8888:8888 tensorflow/tensorflow bash\n", "shellscript"
    )
    assert said is not None
    text, span = said
    assert span.startswith("docker")
    assert "`--publish`" in text
    assert "TFL102" in text


async def test_hover_explains_a_finding_and_a_suppression(vscode: Editor) -> None:
    marked = f"# tflsp: ignore[TFL1{CURSOR}01]\ndocker run --rm tensorflow/tensorflow:latest\n"
    said = await hover(vscode, "start.sh", marked, "shellscript")
    assert said is not None
    assert said[1] == "TFL101"
    assert "image-latest" in said[0]
    assert "TFL101.md" in said[0]


async def test_hover_is_plain_for_who_shows_no_markdown(workspace: Path) -> None:
    async with editor(profile("eglot"), workspace) as session:
        said = await hover(session, "start.sh", RUN.replace("--rm", f"--r{CURSOR}m"), "sh")
        assert said is not None
        assert "*" not in said[0]


async def test_hover_has_nothing_to_say_of_prose(vscode: Editor) -> None:
    assert await hover(vscode, "a.md", f"docker run{CURSOR} is a command\n", "markdown") is None


# Completion


async def completed(session: Editor, name: str, marked: str, language: str) -> dict[str, str]:
    """Label -> the whole text after the item was taken."""
    text, position = opened(session, name, marked, language)
    params = types.CompletionParams(types.TextDocumentIdentifier(text.uri), position)
    found = await asyncio.wait_for(session.client.text_document_completion_async(params), PATIENCE)
    items = found.items if isinstance(found, types.CompletionList) else found or []
    ordered = sorted(items, key=lambda item: item.sort_text or item.label)
    results = {}
    for item in ordered:
        assert isinstance(item.text_edit, types.TextEdit)
        where = item.text_edit.range
        assert where.start.line == where.end.line == position.line
        start = len(text.text) - len(session.spanned(text, types.Range(where.start, _end(session, text))))
        end = len(text.text) - len(session.spanned(text, types.Range(where.end, _end(session, text))))
        assert start <= marked.index(CURSOR) <= end
        results[item.label] = text.text[:start] + item.text_edit.new_text + text.text[end:]
    return results


def _end(session: Editor, text: Text) -> types.Position:
    return session.position(text, len(text.text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_tags_behind_the_images_name(workspace: Path, encoding: str) -> None:
    async with editor(profile("vscode").with_encoding(encoding), workspace) as session:
        marked = f"💡\n```bash\necho 💡; docker run tensorflow/tensorflow:2.9{CURSOR}\n```\n"
        found = await completed(session, "a.md", marked, "markdown")
        assert next(iter(found)) == "2.9.0-jupyter"
        assert "2.9.3-gpu" in found
        assert not any("latest" in label for label in found)
        assert "docker run tensorflow/tensorflow:2.9.0-jupyter\n```" in found["2.9.0-jupyter"]


async def test_options_and_mounts_of_a_launch(vscode: Editor) -> None:
    (vscode.workspace / "data").mkdir()
    found = await completed(vscode, "a.sh", f"docker run \\\n  --gp{CURSOR} tensorflow/tensorflow\n", "shellscript")
    assert "  --gpus tensorflow/tensorflow" in found["--gpus"]
    found = await completed(vscode, "b.sh", f"docker run -v {CURSOR}\n", "shellscript")
    assert '-v "$PWD/data:/tf/data"' in next(iter(found.values()))
    found = await completed(vscode, "c.sh", f"docker run -p {CURSOR} x\n", "shellscript")
    assert "-p 127.0.0.1:8888:8888 x" in next(iter(found.values()))


async def test_no_options_outside_of_a_launch(vscode: Editor) -> None:
    assert await completed(vscode, "a.sh", f"docker run x; ls -{CURSOR}\n", "shellscript") == {}
    assert await completed(vscode, "a.md", f"docker run -{CURSOR}\n", "markdown") == {}


async def test_codes_in_a_suppression(vscode: Editor) -> None:
    marked = f"# tflsp: ignore[{CURSOR}]\ndocker run --rm -it tensorflow/tensorflow:latest\n"
    found = await completed(vscode, "a.sh", marked, "shellscript")
    assert "TFL101" in list(found)[:3]
    assert "# tflsp: ignore[TFL101]" in found["TFL101"]


async def test_settings_keys_and_values(vscode: Editor) -> None:
    found = await completed(vscode, "tflsp.toml", f"ignore = []\nlang{CURSOR}\n[severity]\n", "toml")
    assert "ignore" not in found
    assert found["language"].startswith("ignore = []\nlanguage = ")
    found = await completed(vscode, "tflsp.toml", f"language = {CURSOR}\n", "toml")
    assert 'language = "zh"\n' in found.values()
    found = await completed(vscode, "tflsp.toml", f'select = ["TFL{CURSOR}"]\n', "toml")
    assert found["TFL101"] == 'select = ["TFL101"]\n'
    assert await completed(vscode, "pyproject.toml", f"[project]\n{CURSOR}\n", "toml") == {}
    found = await completed(vscode, "pyproject.toml", f"[tool.tflsp]\n{CURSOR}\n", "toml")
    assert "per-file-ignores" in found


async def test_names_of_the_env_file_and_never_their_values(workspace: Path) -> None:
    value = "".join(["s3", "cr3t", "-", "value"])
    (workspace / ".env").write_text(f"DB_PASSWORD={value}\n")
    async with editor(profile("vscode"), workspace) as session:
        for name, marked, language in (
            ("a.py", f'import os\nx = os.getenv("{CURSOR}")\n', "python"),
            ("b.py", f'import os\nx = os.environ["DB{CURSOR}"]\n', "python"),
            ("a.sh", f'curl -u "${{{CURSOR}}}" x\n', "shellscript"),
        ):
            found = await completed(session, name, marked, language)
            assert list(found) == ["DB_PASSWORD"]
        assert value not in str(session.client.history) + str(session.client.log_messages)


# Links, symbols, folding, hints, lenses


async def links(session: Editor, text: Text) -> dict[str, str]:
    """What is underlined -> the path that it leads to."""
    params = types.DocumentLinkParams(types.TextDocumentIdentifier(text.uri))
    found = await asyncio.wait_for(session.client.text_document_document_link_async(params), PATIENCE)
    return {session.spanned(text, link.range): str(path_of(link.target or "")) for link in found or ()}


async def test_links_lead_to_what_is_there(vscode: Editor) -> None:
    for name in ("data", "notebooks"):
        (vscode.workspace / name).mkdir()
    (vscode.workspace / "notebooks" / "exp 1.ipynb").touch()
    (vscode.workspace / "notebooks" / "exp.ipynb").touch()
    (vscode.workspace / ".env").touch()
    run = 'docker run --env-file .env -v ./data:/tf/data -v "$PWD/notebooks:/tf/notebooks" -v ./none:/x a:1'
    text = vscode.open("a.md", f"💡 see notebooks/exp.ipynb, not gone.ipynb\n```bash\n{run}\n```\n", "markdown")
    found = await links(vscode, text)
    assert found["notebooks/exp.ipynb"] == str(vscode.workspace / "notebooks" / "exp.ipynb")
    assert found["./data"] == str(vscode.workspace / "data")
    assert found[".env"] == str(vscode.workspace / ".env")
    assert str(vscode.workspace / "notebooks") in found.values()
    assert not {"gone.ipynb", "./none"} & set(found)


async def symbols(session: Editor, text: Text) -> list[tuple[str, list[str]]]:
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(text.uri))
    found = await asyncio.wait_for(session.client.text_document_document_symbol_async(params), PATIENCE)
    names = []
    for symbol in found or ():
        assert isinstance(symbol, types.DocumentSymbol)
        names.append((symbol.name, [child.name for child in symbol.children or ()]))
    return names


async def test_symbols(workspace: Path) -> None:
    async with editor(profile("neovim"), workspace) as session:
        text = session.open("a.md", "# A\n\n```bash\n# no heading\n```\n\n## 💡 B\n\n# C\n", "markdown")
        assert await symbols(session, text) == [("A", ["💡 B"]), ("C", [])]
        text = session.open("Dockerfile", "ARG V=1\nFROM a:$V AS build\nRUN x\nFROM b\n", "dockerfile")
        assert await symbols(session, text) == [("build", []), ("b", [])]
        text = session.open(
            "compose.yaml", "services:\n  one:\n    image: a:1\n  two:\n    build: .\nvolumes:\n", "yaml"
        )
        assert await symbols(session, text) == [("one", []), ("two", [])]
        text = session.open("a.py", "# %% [markdown]\n# # Title\n# %%\nx = 1\n", "python")
        assert await symbols(session, text) == [("1: Title", []), ("2: x = 1", [])]


async def test_vscode_has_its_own_symbols_for_markdown(vscode: Editor) -> None:
    assert await symbols(vscode, vscode.open("a.md", "# A\n", "markdown")) == []


async def test_old_clients_get_flat_symbols(workspace: Path) -> None:
    old = profile("neovim").with_capability(None, "textDocument", "documentSymbol")
    async with editor(old, workspace) as session:
        text = session.open("a.md", "# A\n## B\n", "markdown")
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(text.uri))
        found = await session.client.text_document_document_symbol_async(params)
        assert [(each.name, getattr(each, "container_name", None)) for each in found or ()] == [("A", None), ("B", "A")]


async def test_folds(workspace: Path) -> None:
    async with editor(profile("neovim"), workspace) as session:
        text = session.open("a.md", "# A\n\n```bash\nx\n```\n\n# B\n", "markdown")
        params = types.FoldingRangeParams(types.TextDocumentIdentifier(text.uri))
        found = await session.client.text_document_folding_range_async(params)
        assert [(fold.start_line, fold.end_line) for fold in found or ()] == [(0, 4), (2, 4)]


async def hints(session: Editor, text: Text) -> dict[str, str]:
    """Hint -> the line up to it."""
    everything = session.range(text, 0, len(text.text))
    params = types.InlayHintParams(types.TextDocumentIdentifier(text.uri), everything)
    found = await asyncio.wait_for(session.client.text_document_inlay_hint_async(params), PATIENCE)
    made = {}
    for hint in found or ():
        start = types.Position(hint.position.line, 0)
        made[str(hint.label)] = session.spanned(text, types.Range(start, hint.position))
    return made


async def test_hints(vscode: Editor) -> None:
    text = vscode.open("Dockerfile", "ARG V=2.9.0\nFROM tensorflow/tensorflow:${V}-gpu AS a\nFROM a\n", "dockerfile")
    assert await hints(vscode, text) == {
        "= tensorflow/tensorflow:2.9.0-gpu": "FROM tensorflow/tensorflow:${V}-gpu",
    }
    text = vscode.open(
        "a.py", "s = '💡'; x = x.reshape((60000, 784)).astype('float32')\ny = np.zeros((3, 4))\n", "python"
    )
    assert await hints(vscode, text) == {"≈179.4 MiB": "s = '💡'; x = x.reshape((60000, 784)"}


async def test_hints_can_be_turned_off(workspace: Path) -> None:
    (workspace / "tflsp.toml").write_text("inlay-hints = false\n")
    async with editor(profile("vscode"), workspace) as session:
        text = session.open("a.py", "x = tf.zeros((60000, 784))\n", "python")
        assert await hints(session, text) == {}


async def lenses(session: Editor, text: Text) -> list[str]:
    params = types.CodeLensParams(types.TextDocumentIdentifier(text.uri))
    found = await asyncio.wait_for(session.client.text_document_code_lens_async(params), PATIENCE)
    return [lens.command.title for lens in found or () if lens.command is not None]


async def test_lenses_are_off_until_a_setting_asks(workspace: Path) -> None:
    bad = "docker run --rm -it tensorflow/tensorflow:latest-jupyter\n"
    async with editor(profile("vscode"), workspace) as session:
        assert await lenses(session, session.open("a.sh", bad, "shellscript")) == []
    (workspace / "tflsp.toml").write_text("code-lens = true\n")
    async with editor(profile("vscode"), workspace) as session:
        (title,) = await lenses(session, session.open("a.sh", bad, "shellscript"))
        assert "fix 1" in title


async def test_workspace_symbols_are_those_of_open_texts_and_files(vscode: Editor) -> None:
    # Files are read for the question: they may as well be new.
    (vscode.workspace / "sub").mkdir()
    (vscode.workspace / "sub" / "journal.md").write_text("# 调试 step one\n", "utf-8")
    vscode.open("open.md", "# 💡 Step two\n# Other\n", "markdown")
    params = types.WorkspaceSymbolParams("step")
    found = await asyncio.wait_for(vscode.client.workspace_symbol_async(params), PATIENCE)
    names = {symbol.name: str(path_of(symbol.location.uri)) for symbol in found or ()}
    assert names == {
        "💡 Step two": str(vscode.workspace / "open.md"),
        "调试 step one": str(vscode.workspace / "sub" / "journal.md"),
    }


@pytest.fixture
async def lab(workspace: Path) -> AsyncIterator[Editor]:
    async with editor(profile("jupyterlab"), workspace) as session:
        yield session


async def test_jupyterlab_joins_cells_and_is_served_all_the_same(lab: Editor) -> None:
    text = lab.open(".virtual_documents/a.ipynb.foreign-0.md", f"# A\n\n\n```bash\n{RUN}```\n", "markdown")
    await lab.diagnostics(text)
    marked = f"# A\n```bash\n{RUN.replace('--rm', f'--r{CURSOR}m')}```\n"
    assert await hover(lab, ".virtual_documents/b.md", marked, "markdown") is not None
