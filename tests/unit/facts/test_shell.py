"""Shell text gives commands, with the values that bash would give their words."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.components import program
from tests.unit.facts.reading import analysis, at, facts, one
from tflsp.facts.commands import Command


def commands(text: str) -> list[list[str | None]]:
    return [[word.value for word in command.words] for command in facts("shell", text, Command)]


SAFE = st.text(alphabet="ab9./:=_,%+-é😀", min_size=1, max_size=5)
QUOTED = st.text(alphabet='ab "$`#;|&()<>{}*é😀\\\t\n', max_size=6)
IN_DOUBLE = st.text(alphabet="ab '#;|&()<>{}*é😀\t\n", max_size=6)
PARTS = st.one_of(
    SAFE,
    QUOTED.map(lambda text: f"'{text}'"),
    IN_DOUBLE.map(lambda text: f'"{text}"'),
    st.sampled_from(
        [
            "\\ ",
            "\\'",
            '\\"',
            "\\$",
            "\\\\",
            "\\#",
            '"\\""',
            '"\\$A"',
            '"a\\b"',
            "$'\\n\\x41\\u00e9\\''",
            "\\\n",
            '"\\\nx"',
        ]
    ),
    st.sampled_from(["$A/", "${A}", '"$A"', '"${A}"', "${UNSET:-d.e}", '"${UNSET-f g}"', "${A:-x}", "${UNSET:-$A}"]),
)
WORDS = st.lists(PARTS, min_size=1, max_size=4).map(lambda parts: "x" + "".join(parts))


@settings(max_examples=150)
@given(st.lists(WORDS, min_size=1, max_size=12))
@example(["xa\\\nb", "x'a b'c\"d\"", "x\"\"''"])
def test_words_have_the_values_that_bash_gives_them(words: list[str]) -> None:
    script = "A=v/1\nprintf '%s\\0' " + " ".join(words)
    bash = program("bash")
    done = subprocess.run([bash, "--norc", "-c", script], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})
    expected = done.stdout.decode().split("\0")[:-1]
    (command,) = facts("shell", script, Command)
    assert [word.value for word in command.words[2:]] == expected
    for word in command.words:
        assert word.span.of(script) == word.raw


@given(st.text(alphabet="ab $\"'`\\{}()<>|&;#\n=-~:/", max_size=60))
def test_any_text_is_read(text: str) -> None:
    for command in analysis("shell", text).of(Command):
        for word in (*command.words, *command.assignments):
            assert word.span.of(text) == word.raw


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if test -f x; then ls a; else ls b; fi", [["test", "-f", "x"], ["ls", "a"], ["ls", "b"]]),
        ("for i in 1 2; do echo a; done", [["echo", "a"]]),
        ("for ((i=0;i<3;i++)); do echo a; done", [["echo", "a"]]),
        ("while read -r x; do echo a; done < f", [["read", "-r", "x"], ["echo", "a"]]),
        ("case $1 in\n a|b) echo a;;\n *) echo b ;;\nesac; echo c", [["echo", "a"], ["echo", "b"], ["echo", "c"]]),
        ("f() { echo a; }\nfunction g { echo b; }\nf", [["echo", "a"], ["echo", "b"], ["f"]]),
        ("(cd x && echo a) & wait", [["cd", "x"], ["echo", "a"], ["wait"]]),
        ("[[ -n $X && y ]] && echo a", [["echo", "a"]]),
        ("(( x > 1 )) && echo a", [["echo", "a"]]),
        ("! echo a", [["echo", "a"]]),
        ("X=$(echo a)", [["echo", "a"]]),
        ("X=`echo a`; echo \"$(echo b)\"", [["echo", "a"], ["echo", None], ["echo", "b"]]),
        ("diff <(echo a) <(echo b)", [["diff", None, None], ["echo", "a"], ["echo", "b"]]),
        ("echo a # echo b\n# echo c", [["echo", "a"]]),
        ("echo a#b", [["echo", "a#b"]]),
        ("arr=(-it --rm)\necho a", [["echo", "a"]]),
        ("[[ $(echo a) == x && -n b ]] && echo c", [["echo", "a"], ["echo", "c"]]),
        ("export A=$(echo a)", [["export", None], ["echo", "a"]]),
        ("echo $(( $(echo 1) + (2) )) $( (echo b) )", [["echo", None, None], ["echo", "1"], ["echo", "b"]]),
        ('echo "${1:-$(echo a)}" ${X#$(echo b)}', [["echo", None, None], ["echo", "a"], ["echo", "b"]]),
        ("case x in # why\n a | \\\n b) echo a ;; # and\n c) echo b\nesac", [["echo", "a"], ["echo", "b"]]),
        ("a[${#a[*]}]=x\necho ${1:-b}", [["echo", "b"]]),
        ("\ufeffecho a", [["echo", "a"]]),
        ("echo a \\\n  b \\\r\n  c", [["echo", "a", "b", "c"]]),
        ("echo > f a 2>&1 b", [["echo", "a", "b"]]),
        ("cat <<A <<B\none $(echo x)\nA\ntwo\nB\necho a", [["cat"], ["echo", "x"], ["echo", "a"]]),
    ],
)  # fmt: skip
def test_commands_are_found_wherever_they_stand(text: str, expected: list[list[str | None]]) -> None:
    assert commands(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run -v $(pwd", ["docker", "run", "-v", None]),
        ("docker run -v ${PWD", ["docker", "run", "-v", None]),
        ('docker run "tensorflow/tensorflow:2.9.0\ndocker ps', ["docker", "run", "tensorflow/tensorflow:2.9.0"]),
        ("docker run 'a", ["docker", "run", "a"]),
        ("docker run a \\", ["docker", "run", "a", "\\"]),
        ("if true; then docker run a", ["true"]),
        ("docker run a |", ["docker", "run", "a"]),
    ],
)
def test_half_typed_text_gives_what_is_there(text: str, expected: list[str | None]) -> None:
    assert commands(text)[0] == expected


def test_placeholders_are_unknown_words_not_redirections() -> None:
    assert commands("docker run -v <your path>:/tf [OPTIONS] <image>") == [
        ["docker", "run", "-v", None, "[OPTIONS]", None]
    ]
    assert commands("cp {{ dir }}/a {{image}}:{{ tag }} a{b,c}{d") == [["cp", None, None, "a{b,c}{d"]]
    assert commands("sort < in > out") == [["sort"]]


def test_continuations_that_are_none_are_told_of() -> None:
    text = "docker run -it \\ -p 1:1 \\  \n  x"
    command = one(Command, "shell", text)
    assert [word.value for word in command.words] == ["docker", "run", "-it", "-p", "1:1", "x"]
    assert [span.start for span in command.broken_continuations] == [15, 24]
    assert one(Command, "shell", "cp my\\ file a").broken_continuations == ()


@pytest.mark.parametrize(
    ("text", "words", "wrappers", "assignments"),
    [
        ("sudo -E -u root A=1 docker ps", ["docker", "ps"], ["sudo"], ["A=1"]),
        ("A=1 env -i B=2 nohup time -p docker ps", ["docker", "ps"], ["env", "nohup", "time"], ["A=1", "B=2"]),
        ("timeout -k 5 30s nice -n 10 docker ps", ["docker", "ps"], ["timeout", "nice"], []),
        ("exec /usr/bin/docker ps", ["/usr/bin/docker", "ps"], ["exec"], []),
        ("command -v docker", ["command", "-v", "docker"], [], []),
        ("command docker ps", ["docker", "ps"], ["command"], []),
        ("sudo -i", ["sudo", "-i"], [], []),
        ("time", [], [], []),
    ],
)
def test_wrappers_are_taken_off(text: str, words: list[str], wrappers: list[str], assignments: list[str]) -> None:
    found = facts("shell", text, Command)
    assert [[word.raw for word in command.words] for command in found] == ([words] if words else [])
    for command in found:
        assert [word.raw for word in command.wrappers] == wrappers
        assert [word.raw for word in command.assignments] == assignments


def test_a_program_is_named_without_its_folder() -> None:
    assert one(Command, "shell", "/usr/local/bin/docker ps").name == "docker"
    assert one(Command, "shell", "$DOCKER ps").name == ""


@pytest.mark.parametrize(
    ("text", "stdin"),
    [
        ("echo 'root:x' | chpasswd", ["root:x"]),
        ("echo -n root:x | sudo chpasswd -e", ["root:x"]),
        ("printf 'root:%s' x | chpasswd", ["root:%s", "x"]),
        ("chpasswd <<< 'root:x'", ["root:x"]),
        ("chpasswd <<EOF\nroot:x\nEOF", ["root:x\n"]),
        ("chpasswd <<-'EOF'\n\troot:$x\n\tEOF", ["root:$x\n"]),
        ("cat <<EOF | chpasswd\nroot:x\nEOF", ["root:x\n"]),
        ("chpasswd < file", []),
        ("cat file | chpasswd", []),
    ],
)
def test_literal_standard_input_is_known(text: str, stdin: list[str]) -> None:
    command = next(found for found in facts("shell", text, Command) if found.name == "chpasswd")
    assert [word.value for word in command.stdin] == stdin
    for word in command.stdin:
        assert at(command, word.span) == word.raw


def test_redirections_keep_operator_and_target() -> None:
    command = one(Command, "shell", 'echo "PermitRootLogin yes" >> /etc/ssh/sshd_config 2>&1')
    assert [(found.operator, found.target.value, found.writes) for found in command.redirects] == [
        (">>", "/etc/ssh/sshd_config", True),
        (">&", "1", False),
    ]


def test_what_differs_between_branches_is_not_known() -> None:
    text = "if a; then I=x; elif b; then I=y; else I=z; fi\necho $I\nI=q\necho $I"
    assert [words[1] for words in commands(text) if words[0] == "echo"] == [None, "q"]


def test_an_unquoted_variable_is_split_at_blanks() -> None:
    assert commands('O="-it --rm"\ndocker run $O "$O"')[-1] == ["docker", "run", "-it", "--rm", "-it --rm"]


def test_variables_that_a_loop_or_read_sets_are_unknown() -> None:
    assert commands("I=a\nfor I in b c; do echo $I; done")[-1] == ["echo", None]
    assert commands("I=a\nread I\necho $I")[-1] == ["echo", None]


def test_a_command_knows_the_variables_before_it() -> None:
    first, second = facts("shell", "A=1\necho\nexport B='2 3' C\nx=$A$B; echo", Command)[0:3:2]
    assert dict(first.environment) == {"A": "1"}
    assert dict(second.environment) == {"A": "1", "B": "2 3", "x": "12 3"}


def test_values_that_double_are_bounded() -> None:
    last = commands("a=xy\n" + "a=$a$a\n" * 5_000 + "echo $a\necho " + "$a" * 5_000)[-1]
    assert last == ["echo", None]


def test_deep_nesting_is_bounded() -> None:
    assert commands("echo " + "$(echo " * 500 + "a")[0] == ["echo", None]
    assert commands("echo " + "${A:-" * 500 + "a")[0][0] == "echo"
