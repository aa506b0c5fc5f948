"""What lies inside of Markdown: code blocks, their languages, their places, and edits through them."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.documents.markdown_texts import structures
from tests.unit.documents.reading import kinds, nested, regions_of
from tests.unit.text.strategies import spans
from tflsp.documents.document import Chunk
from tflsp.documents.opening import open_text
from tflsp.documents.region import CELL, FENCE, Region
from tflsp.text import Span, TextEdit


def blocks(text: str) -> list[tuple[str, str]]:
    """(language, text) of the code blocks of a Markdown text, without what nests in them."""
    chunks = open_text("a.md", text).chunks
    regions = [region for chunk in chunks for region in regions_of(chunk)]
    return [(r.language, r.text) for r in regions if r.parent is not None and r.parent.language == "markdown"]


@pytest.mark.parametrize(
    ("info", "language"),
    [
        *[(word, "shell") for word in ("bash", "sh", "Shell", "zsh", "{bash}", "{.bash .numberLines}", "bash title=x")],
        *[(word, "ipython") for word in ("python", "py", "python3", "ipython3", "{python}", "{python, echo=FALSE}")],
        *[("{code-cell}", "ipython"), ("{code-cell} ipython3", "ipython"), ("{code-cell} bash", "shell")],
        *[("{code-block} python", "ipython"), ("{sourcecode} console", "console"), ("{r}", "code"), ("{note}", "code")],
        *[
            ("console", "console"),
            ("shell-session", "console"),
            ("pycon", "pycon"),
            ("mermaid", "code"),
            ("js", "code"),
        ],
        *[("dockerfile", "dockerfile"), ("Docker", "dockerfile"), ("yaml", "yaml"), ("docker-compose", "compose")],
        *[("json", "json"), ("jsonc", "json"), ("dotenv", "dotenv"), ("toml", "toml"), ("markdown", "markdown")],
        *[("sshd_config", "sshd-config"), ("gitignore", "gitignore"), ("text", "plain-fence"), ("", "plain-fence")],
    ],
)
def test_info_strings(info: str, language: str) -> None:
    assert blocks(f"~~~ {info}\nx\n~~~\n") == [(language, "x\n")]


@pytest.mark.parametrize(
    ("info", "text", "language"),
    [
        ("yaml", "services:\n  a:\n    image: b\n", "compose"),
        ("yml", "apiVersion: v1\nkind: Pod\n", "kubernetes"),
        ("yaml", "image: x\n", "yaml"),
        ("json", '{"registry-mirrors": ["x"]}\n', "daemon-json"),
        ("json", '{"proxies": {"default": {"httpProxy": "x"}}}\n', "docker-config-json"),
        ("json", '{"cells": [], "nbformat": 4}\n', "json"),
        ("bash", "$ docker run x\nout\n", "console"),
        ("bash", "# a comment\n$ docker run x\n", "console"),
        ("bash", "# docker run x\n", "shell"),
        ("bash", "$HOME/run.sh\n", "shell"),
        ("bash", "/usr/sbin/sshd  # start\n", "shell"),
        ("python", ">>> x = 1\n1\n", "pycon"),
        ("python", "In [1]: x\n", "pycon"),
        ("", "FROM python:3.8\nRUN pip install x\n", "dockerfile"),
        ("", "FROM here to there\nwe RUN fast\n", "plain-fence"),
        ("", "import tensorflow as tf\nx\n", "ipython"),
        ("", "from a.b import c\n", "ipython"),
        ("", "import the data first\n", "plain-fence"),
        ("", ">>> x\n", "pycon"),
        ("text", "root@abc:/tf# pip install x\n", "console"),
    ],
)
def test_content_says_more_than_the_info_string(info: str, text: str, language: str) -> None:
    assert blocks(f"~~~ {info}\n{text}~~~\n") == [(language, text)]


@pytest.mark.parametrize(
    "line",
    [
        *("docker run -it x", "docker compose up", "docker-compose up -d", "sudo apt-get install -y x"),
        *("pip install x", "python -m pip x", "python train.py --lr 1", "nvidia-smi", "curl -L https://x"),
        *("ssh root@localhost -p 2222", "ssh -p 2222 x", "export A=b", "cd /tf", "mkdir -p a/b"),
        *("jupyter notebook --ip 0.0.0.0", "conda activate tf", "git clone x", "A=1 docker run x"),
        *("echo 'root:x' | chpasswd", "kubectl apply -f x", "tensorboard --logdir x", "chmod +x a.sh"),
        *("source venv/bin/activate", "service ssh start", "systemctl restart docker"),
    ],
)
def test_evident_commands_need_no_language(line: str) -> None:
    assert blocks(f"    # first\n    {line}\n") == [("shell", f"# first\n{line}\n")]
    assert blocks(f"```\n{line}\n```") == [("shell", f"{line}\n")]


@pytest.mark.parametrize(
    "line",
    [
        *("docker is fun", "docker", "pip is a tool", "python is slow", "make sure", "apt for it"),
        *("cd is a disk", "git gud", "echo of it", "curl your hair", "ssh into it", "source of truth"),
        *("Epoch 1/10", "docker runs on", "├── notebooks", "export them all", "jupyter is old", "cat and dog"),
        *("{}", "x = 1", "ResourceExhaustedError: OOM", "$5 for a coffee", "50% # done", "service is up now"),
    ],
)
def test_prose_is_no_command(line: str) -> None:
    assert blocks(f"```\n{line}\n```") == [("plain-fence", f"{line}\n")]


def test_prefixes_of_quotes_and_lists_come_off() -> None:
    text = "- one\n\n  > ```bash\n  > docker run \\\n  >   -p 1\n  > ```\n\n1. ~~~sh\n   ls\n   ~~~\n"
    assert blocks(text) == [("shell", "docker run \\\n  -p 1\n"), ("shell", "ls\n")]


def test_every_character_of_a_block_is_placed() -> None:
    text = "# 🔧 标题\n\n> - ```bash\n>   docker run 实验 \\\n>     -v a:b\n>   ```\n"
    (chunk,) = open_text("a.md", text).chunks
    region = regions_of(chunk)[1]
    assert region.text == "docker run 实验 \\\n  -v a:b\n"
    for offset, char in enumerate(region.text):
        place = chunk.map.span(region.to_root(Span(offset, offset + 1)))
        assert place.of(text) == char
        assert region.from_root(place.start) == offset


@given(st.data(), structures())
def test_an_edit_of_a_block_is_that_edit_of_its_text(data: st.DataObject, lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    chunk = Chunk.slice("markdown", text)
    regions = [region for region in regions_of(chunk) if region.parent is not None and FENCE in region.traits]
    regions = [region for region in regions if region.depth == 1 and region.text.strip()]
    assume(regions)
    number = data.draw(st.integers(0, len(regions) - 1))
    region = regions[number]
    edit = TextEdit(
        data.draw(spans(region.text)), data.draw(st.sampled_from(("x", "x\ny", "", "docker run\n", "a\nb\n")))
    )
    # An empty line of a list has no prefix to begin with: what is typed there leaves the list, as it does for a person.
    empty = {
        place
        for place in range(len(region.text))
        if region.text[place] == "\n" and region.text[place - 1 : place] in ("", "\n")
    }
    assume(not empty & {edit.span.start, edit.span.end})
    after = region.text[: edit.span.start] + edit.new_text + region.text[edit.span.end :]
    assume(after.endswith("\n") and after.strip() and not after.startswith((" ", "\n")) and "\n\n" not in after)
    assume(not any(line.lstrip().startswith(("```", "~~~")) for line in after.splitlines()))
    written = region.edit_to_root(edit)
    whole = text[: written.span.start] + written.new_text + text[written.span.end :]
    again = [found for found in regions_of(Chunk.slice("markdown", whole)) if found.depth == 1 and found.text.strip()]
    assert again[number].text == after


def test_front_matter_is_a_chunk_of_its_own() -> None:
    assert [language for language, _ in kinds(open_text("a.md", "---\ntitle: x\n---\n# a\n"))] == [
        "front-matter",
        "markdown",
    ]


def cells(name: str, text: str, language: str = "") -> list[tuple[str, str | None]]:
    regions = [region for chunk in open_text(name, text, language).chunks for region in regions_of(chunk)]
    return [(region.language, region.traits.get(CELL)) for region in regions if FENCE in region.traits]


def test_fences_of_a_jupytext_file_are_cells() -> None:
    header = "---\njupyter:\n  jupytext:\n    text_representation:\n      extension: .md\n---\n\n"
    text = "# A\n\n```python\n!pip install x\n```\n\n```bash\nls\n```\n"
    assert cells("x.ipynb", header + text, "markdown") == [("ipython", "code"), ("shell", None)]
    assert cells("x.md", text) == [("ipython", None), ("shell", None)]
    assert cells("x.qmd", "```{python}\nx\n```\n```python\ny\n```\n") == [("ipython", "code"), ("ipython", None)]


def test_options_of_a_myst_cell_are_not_its_code() -> None:
    assert blocks("```{code-cell} ipython3\n:tags: [a]\n:name: b\n\nx = 1\n```\n") == [("ipython", "x = 1\n")]
    assert blocks("```{code-cell}\n---\ntags: [a]\n---\nx = 1\n```\n") == [("ipython", "x = 1\n")]
    assert blocks("```python\n:x: [a]\n```\n") == [("ipython", ":x: [a]\n")]


def test_a_flattened_command_stays_in_the_markdown_itself() -> None:
    text = "run this: docker run -it --name tf_dev \\ -p 8888:8888 \\ tensorflow/tensorflow:2.9.0-jupyter bash\n"
    assert kinds(open_text("a.md", text)) == [("markdown", text)]
    assert kinds(open_text("a.txt", text)) == [("text", text)]


def test_markdown_in_markdown_is_read() -> None:
    assert nested(open_text("a.md", "````markdown\n# x\n```bash\nls\n```\n````\n"), "shell") == ["ls\n"]


def test_a_block_of_crlf_lines() -> None:
    assert blocks("> ```bash\r\n> a \\\r\n>  b\r\n> ```\r\n") == [("shell", "a \\\r\n b\r\n")]


def test_new_lines_keep_the_prefix_in_every_layer() -> None:
    (chunk,) = open_text("a.md", "> ```bash\n> a\n> ```\n").chunks
    region = regions_of(chunk)[1]
    assert isinstance(region, Region)
    assert region.edit_to_root(TextEdit(Span(1, 1), " \\\n  -b")) == TextEdit(Span(13, 13), " \\\n>   -b")
    assert region.edit_to_root(TextEdit(Span(0, 2), "b\n")) == TextEdit(Span(12, 13), "b")
