"""Dockerfiles are taken apart as BuildKit's own parser does, and half-typed ones too."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tflsp.documents.dockerfile import parse_dockerfile
from tflsp.text import Span

Ask = Callable[[str], list[dict[str, Any]] | None]


@pytest.fixture(scope="module")
def official() -> Iterator[Ask]:
    """BuildKit's parser, in a process of its own."""
    script = Path(__file__).with_name("official_dockerfile.py")
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def ask(text: str) -> list[dict[str, Any]] | None:
            stdin.write(json.dumps(text) + "\n")
            stdin.flush()
            found: list[dict[str, Any]] | None = json.loads(stdout.readline())
            return found

        yield ask
        stdin.close()


BLANKS = st.sampled_from([" ", "  ", " \\\n", " \\\n  ", " \\  \n\t", " \\\n# note\n", " \\\n\n  ", "\\\n "])
ARGUMENT = st.sampled_from(
    ["a", "b=c", "'x y'", '"q\\"r"', "$V", "${V:-d}", "&&", "--flag", "é", "\\a", "|", "#x", "a\\\nb"]
)
FLAGS = st.sampled_from(["", "--mount=type=cache,target=/x ", "--network=none ", "--from=x "])
RUN = st.builds(
    lambda keyword, flags, words, blanks: (
        keyword + " " + flags + "".join(w + b for w, b in zip(words, blanks, strict=True)) + "z"
    ),
    st.sampled_from(["RUN", "run", "COPY", "  RUN", "CMD", "ENTRYPOINT"]),
    FLAGS,
    st.lists(ARGUMENT, min_size=3, max_size=3),
    st.lists(BLANKS, min_size=3, max_size=3),
)
OTHER = st.sampled_from(
    [
        "# a comment",
        "",
        "ARG A=b",
        "ENV A=b \\\n  C='d e'",
        'CMD ["a", "b c"]',
        'ENTRYPOINT [ "a", \\\n "b" ]',
        "EXPOSE 22 8888/tcp",
        "USER 1000:1000",
        "FROM --platform=linux/amd64 x:1 AS y",
        "RUN <<EOF\necho a\n# no comment\n\nEOF",
        "RUN <<-'END' sh && cat <<B\n\techo \\\n\tEND\nb\nB",
        "COPY <<EOF <<X /there/\none\nEOF\ntwo\nX",
        "RUN echo '<<no' \"<<no\"",
        "ONBUILD RUN a \\\n b",
        "HEALTHCHECK --interval=5s CMD x y",
        "LABEL a=b",
    ]
)
FILES = st.lists(st.one_of(RUN, OTHER), min_size=1, max_size=6).map(
    lambda lines: "FROM base\n" + "\n".join(lines) + "\n"
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES)
def test_instructions_are_those_that_buildkit_sees(official: Ask, text: str) -> None:
    expected = official(text)
    if expected is None:
        return
    found = parse_dockerfile(text).lines
    assert [line.keyword for line in found] == [command["inner"] or command["keyword"] for command in expected]
    for line, command in zip(found, expected, strict=True):
        original = command["original"].partition("\n")[0] if command["heredocs"] else command["original"]
        assert original.rstrip().endswith(line.text)
        assert [
            f"--{flag.name}" + (f"={flag.value}" if flag.value is not None else "") for flag in line.flags
        ] == command["flags"]
        bodies = [heredoc.body.of(text) for heredoc in line.heredocs]
        assert [heredoc.name for heredoc in line.heredocs] == [name for name, _ in command["heredocs"]]
        assert bodies == [content for _, content in command["heredocs"]]


@given(st.text(alphabet="FROM RUNxa \\\n#<=\"'[],-\r\t`", max_size=120), st.booleans())
def test_any_text_is_read_with_true_places(text: str, backtick: bool) -> None:
    text = ("# escape=`\n" if backtick else "") + text
    for line in parse_dockerfile(text).lines:
        assert line.keyword_span.of(text).upper() == line.keyword or "\\" in text or "`" in text
        for index in range(len(line.text)):
            assert line.map.span(Span(index, index + 1)).of(text) == line.text[index]
        for index in range(len(line.shell)):
            assert line.shell_map.span(Span(index, index + 1)).of(text) == line.shell[index]


def test_directives() -> None:
    text = "# syntax=docker/dockerfile:1\n#escape = `\n# check=skip=all\nFROM x\nRUN a `\n  b\n"
    found = parse_dockerfile(text)
    assert {name: (value, place.of(text)) for name, (value, place) in found.directives.items()} == {
        "syntax": ("docker/dockerfile:1", "docker/dockerfile:1"),
        "escape": ("`", "`"),
        "check": ("skip=all", "skip=all"),
    }
    assert [line.text for line in found.lines] == ["x", "a   b"]
    assert found.lines[1].shell == "a   b"


def test_a_comment_ends_the_directives() -> None:
    found = parse_dockerfile("# a comment\n# escape=`\nFROM x\nRUN a \\\n b")
    assert found.directives == {}
    assert [line.text for line in found.lines] == ["x", "a  b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM", [("FROM", "")]),
        ("FROM \nRUN", [("FROM", ""), ("RUN", "")]),
        ("FROM x\nRUN a \\", [("FROM", "x"), ("RUN", "a")]),
        ("FROM x\nRUN <<EOF\necho a", [("FROM", "x"), ("RUN", "<<EOF")]),
        ("FROM x\r\nRUN a \\\r\n  b\r\n", [("FROM", "x"), ("RUN", "a   b")]),
        ("\ufeffFROM x", [("FROM", "x")]),
        ("", []),
        ("   \n#", []),
    ],
)
def test_half_typed(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(line.keyword, line.text) for line in parse_dockerfile(text).lines] == expected
