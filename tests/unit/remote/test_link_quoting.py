"""Words that go through a real shell come out as they went in."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tflsp.remote.quoting import command_line

# Mostly what means something to a shell, so that few examples say much.
PIECES = st.one_of(
    st.sampled_from(list("'\"\\`$&|;<>()[]{}*?!~#=%^-+@:,./ \t\n\r\x01\x7f"))
    | st.sampled_from(["$(id)", "${IFS}", "&&", "||", "2>&1", "<<EOF", "$'\\n'", "\\\n", "it's", "é", "中", "🙂"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3),
)
WORDS = st.lists(st.lists(PIECES, max_size=6).map("".join), min_size=1, max_size=5)


@settings(max_examples=60)
@given(WORDS)
@example(["if", "A=b", "~root", "-n", "", "--", "\n", "'", "''", "\\", "!", "$(exit 3)"])
def test_a_shell_reads_the_same_words(words: list[str]) -> None:
    line = command_line(["printf", "%s\\0", *words])
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False)
    assert done.stderr == b""
    assert done.stdout.split(b"\0")[:-1] == [word.encode() for word in words]


@pytest.mark.parametrize("word", ["if", "time", "A=b", "exec", ".", "~", "alias x=y"])
def test_the_first_word_is_a_program_and_nothing_else(word: str) -> None:
    done = subprocess.run(["/bin/sh", "-c", command_line([word])], capture_output=True, check=False, env={"PATH": ""})
    assert done.returncode in (0, 126, 127) if word in ("exec", ".") else done.returncode in (126, 127)


@pytest.mark.parametrize("words", [[], ["a\0b"], ["\udc80"]])
def test_what_no_command_line_can_hold_is_refused(words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        command_line(words)
