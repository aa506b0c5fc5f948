"""Reports as JSON and back; a container's own report is somebody else's text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.doctor.made import Made
from tflsp.doctor import records
from tflsp.doctor.base import SetMode, State
from tflsp.doctor.environment import environment
from tflsp.doctor.running import run


def some(tmp_path: Path) -> Made:
    made = Made(tmp_path)
    made.directory("/home/dev/.ssh/tflsp", mode=0o755)
    made.environment |= {"HTTPS_PROXY": "http://me:hidden@proxy.example.com", "LANG": "zh_CN.UTF-8"}
    return made


def test_a_report_and_back(tmp_path: Path) -> None:
    machine = some(tmp_path).machine()
    complaints = run(machine)
    said = json.loads(json.dumps(records.report(machine, complaints, "en")))
    assert said["place"] == "container"
    assert said["ok"] is False
    assert "hidden" not in json.dumps(said)
    assert said["environment"]["proxies"] == "HTTPS_PROXY"
    again = records.read("Welcome to {the} machine!\n" + json.dumps(said, indent=2) + "\nlogout }")
    assert [each.check for each in again] == [each.check for each in complaints]
    assert [each.state for each in again] == [each.state for each in complaints]
    assert {each.where for each in again} == {"container"}
    # What is to be changed on this side is not the other side's to say.
    assert any(isinstance(fix, SetMode) for each in complaints for fix in each.result.fixes)
    assert not any(each.result.fixes for each in again)


def test_in_chinese(tmp_path: Path) -> None:
    machine = some(tmp_path).machine()
    said = records.report(machine, run(machine), "zh")
    wrong = [each for each in said["complaints"] if each["state"] == "problem"]
    assert "key-modes" in {each["slug"] for each in wrong}
    for each in wrong:
        for text in (each["title"], each["seen"], each["advice"], each["detection"]):
            assert any("\u4e00" <= char <= "\u9fff" for char in text), text


def test_what_a_hostile_container_says() -> None:
    complaint = {
        "slug": "cannot-save",
        "state": "problem",
        "seen": "\x1b]0;title\x07" + "x" * 5000,
        "evidence": ["\x1b[2J"] * 500 + [{"a": 1}],
        "advice": "run\nthis\u202e",
        "fixes": ["rm -rf"],
    }
    unknown = {"slug": "no-such-check", "state": "problem"}
    text = json.dumps({"format": 1, "complaints": [complaint, unknown, 7, None]})
    (found,) = records.read(text)
    assert found.check.slug == "cannot-save"
    assert len(found.result.seen.en) <= records.LONGEST
    assert len(found.result.evidence) == records.MOST_EVIDENCE
    shown = "".join((found.result.seen.en, found.advice.en, *found.result.lines("en")))
    assert shown.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no brace",
        "{",
        "[]",
        "{}",
        '{"format": 2, "complaints": []}',
        '{"format": 1, "complaints": {}}',
        '{"format": 1, "complaints": [{"slug": "cannot-save", "state": "fine"}]}',
        '{"format": 1, "complaints": [{"slug": "cannot-save"}]}',
        '{"format": 1, "complaints": [{"slug": ["cannot-save"]}]}',
        "[" * 100_000,
        '{"format": 1, "complaints": ' + "[" * 100_000,
    ],
)
def test_what_is_no_report(text: str) -> None:
    with pytest.raises(records.NoReport):
        records.read(text)


def test_the_environment_of_a_bare_machine(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.file("/etc/os-release", 'NAME=X\nPRETTY_NAME="Ubuntu 20.04.4 LTS"\n')
    made.interpreter(tensorflow="2.9.0", numpy="1.23.5")
    lines = environment(made.machine())
    assert lines["system"].startswith("Ubuntu 20.04.4 LTS, ")
    assert lines["tensorflow"] == "tensorflow 2.9.0, numpy 1.23.5"
    assert lines["gpu"] == "none"
    assert lines["folder"] == "on ext4 mounted at /workspace, writable, uid 1000"


def test_the_environment_names_no_user_of_an_engine(tmp_path: Path) -> None:
    made = Made(tmp_path, inside=False)
    made.environment["DOCKER_HOST"] = "ssh://me@gpu.example.com"
    made.answers("docker", "info", code=1, err="no route")
    line = environment(made.machine())["engine"]
    assert line == "ssh://gpu.example.com (from: DOCKER_HOST): does not answer (other)"


def test_states_are_words() -> None:
    assert [state.value for state in State] == ["ok", "problem", "not applicable", "could not look"]
