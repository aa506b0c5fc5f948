"""The command that asks the container's doctor, and what is said when it does not answer."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.unit.doctor.made import Made
from tflsp.doctor.base import Words
from tflsp.doctor.inside import argv, look_inside
from tflsp.remote.targets import Ssh, Target


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = Made(tmp_path, inside=False)
    made.program("/usr/bin/ssh")
    return made


def test_the_command(made: Made) -> None:
    ssh = Ssh("127.0.0.1", 22100, "dev", "ssh-ed25519 AAAA", "tflsp-demo", "/home/dev/my keys/id")
    words = argv(made.machine(), ssh, "zh")
    options = dict(word.split("=", 1) for word in words if "=" in word)
    assert options["StrictHostKeyChecking"] == "yes"
    assert options["HostKeyAlias"] == "tflsp-demo"
    assert options["UserKnownHostsFile"] == '"/home/dev/.ssh/tflsp/known_hosts"'
    assert options["IdentityFile"] == '"/home/dev/my keys/id"'
    assert options["IdentitiesOnly"] == "yes"
    assert options["ForwardAgent"] == "no"
    assert words[words.index("--") + 1] == "127.0.0.1"
    # ssh joins the rest with blanks for the shell on the other side.
    assert shlex.split(" ".join(words[words.index("--") + 2 :]))[-2:] == ["--language", "zh"]


def test_its_report_is_taken_in(made: Made) -> None:
    made.target()
    report = {"format": 1, "complaints": [{"slug": "jupyter-not-started", "state": "problem", "seen": "nobody"}]}
    made.answers("ssh", code=1, out=json.dumps(report))
    found = look_inside(made.machine(), "en")
    assert not isinstance(found, Words)
    assert [(each.check.slug, each.where, each.result.seen.en) for each in found] == [
        ("jupyter-not-started", "container", "nobody")
    ]


@pytest.mark.parametrize(
    ("err", "says"),
    [
        ("ssh: connect to host 127.0.0.1 port 22100: Connection refused\n", "is it running? `tflsp up`"),
        ("Host key verification failed.\n", "not the pinned one"),
        ("dev@127.0.0.1: Permission denied (publickey).\n", "does not know your key"),
        ("\x1b[31mboo\n", "( [31mboo)"),
        ("", "ssh ended with 255"),
    ],
)
def test_it_does_not_answer(made: Made, err: str, says: str) -> None:
    made.target()
    made.answers("ssh", code=255, err=err)
    found = look_inside(made.machine(), "en")
    assert isinstance(found, Words)
    assert says in found.en
    assert "tflsp-demo-abcdef" in found.zh


def test_no_ssh(made: Made) -> None:
    made.target()
    made.environment["PATH"] = "/nowhere"
    found = look_inside(made.machine(), "en")
    assert isinstance(found, Words)
    assert "not installed" in found.en


def test_where_there_is_nothing_to_ask(made: Made) -> None:
    assert look_inside(made.machine(), "en") == []
    made.targets.append(Target("local", "/workspace"))
    assert look_inside(made.machine(), "en") == []
