"""Console sessions: commands without prompts and output."""

from __future__ import annotations

import pytest

from tests.unit.documents.reading import nested, regions_of
from tflsp.documents.opening import open_text
from tflsp.text import Span, TextEdit


def session(text: str, info: str = "console") -> tuple[list[str], list[str]]:
    document = open_text("a.md", f"~~~{info}\n{text}~~~\n")
    return nested(document, "shell"), nested(document, "ipython")


@pytest.mark.parametrize(
    "prompt",
    [
        *("$ ", "% ", "❯ ", "(venv) $ ", "user@host:~$ ", "root@3f2a:/tf# ", "[root@host dir]# "),
        *("(base) me@pc:~/a b$ ", "~/x$ ", "/tf# ", "bash-5.1# ", "sh-4.2$ ", "PS C:\\Users\\me> ", "C:\\> "),
        *("  $ ", "$   "),
    ],
)
def test_prompts(prompt: str) -> None:
    assert session(f"{prompt}docker run x\noutput of it\n{prompt}ls\n") == (["docker run x\nls\n"], [])


@pytest.mark.parametrize(
    ("text", "shell"),
    [
        ("$ docker run \\\n>   -p 1:2 \\\n>   x\nout\n", "docker run \\\n  -p 1:2 \\\n  x\n"),
        ("$ docker run \\\n    -p 1:2\nout\n", "docker run \\\n    -p 1:2\n"),
        ("$ cat > f <<EOF\n> a\n> EOF\nout\n", "cat > f <<EOF\na\nEOF\n"),
        ("$ cat > f <<'END'\na\nEND\nout\n$ ls\n", "cat > f <<'END'\na\nEND\nls\n"),
        ("# apt-get update\nout\n", "apt-get update\n"),
        ("# a comment\n$ ls\n# docker run no\n", "ls\n"),
        ("> npm install x\n", "npm install x\n"),
        ("docker run x\nls\n", "docker run x\nls\n"),
        ("$ for i in a; do\n> ls\n> done\n", "for i in a; do\nls\ndone\n"),
        ("$ ls \\\\\nout\n", "ls \\\\\n"),
    ],
)
def test_what_a_command_is(text: str, shell: str) -> None:
    assert session(text) == ([shell], [])


@pytest.mark.parametrize(
    "text", ["just output\nof something\n", "$5 is the price\n", "# a comment only\n", "> quoted text\n", ""]
)
def test_what_is_no_command(text: str) -> None:
    assert session(text) == ([], [])


def test_python_sessions() -> None:
    assert session(">>> x = 1\n>>> def f():\n...     return x\n...\n>>> f()\n1\n", "pycon") == (
        [],
        ["x = 1\ndef f():\n    return x\n\nf()\n"],
    )
    assert session("In [1]: x = 1\nOut[1]: 1\nIn [2]: if x:\n   ...:     y\n", "python") == (
        [],
        ["x = 1\nif x:\n    y\n"],
    )


def test_shell_and_python_in_one_session() -> None:
    assert session("$ python\nPython 3.8\n>>> import x\n>>> exit()\n$ ls\n") == (
        ["python\nls\n"],
        ["import x\nexit()\n"],
    )


def test_a_shell_fence_with_prompts_is_a_session() -> None:
    assert session("$ docker run x\nUnable to find image\n", "bash") == (["docker run x\n"], [])


def test_edits_go_to_their_lines_and_new_ones_get_the_continuation_prompt() -> None:
    text = "~~~console\n$ docker run \\\n>   x\nout\n$ ls\n~~~\n"
    (chunk,) = open_text("a.md", text).chunks
    region = next(region for region in regions_of(chunk) if region.language == "shell")
    assert region.text == "docker run \\\n  x\nls\n"
    at = region.text.index("x")
    assert region.edit_to_root(TextEdit(Span(at, at), "-p 1 \\\n  ")).new_text == "-p 1 \\\n>   "
    written = region.edit_to_root(TextEdit(Span(at, at + 2), "y\n"))
    assert text[: written.span.start] + written.new_text + text[written.span.end :] == text.replace("  x", "  y")
