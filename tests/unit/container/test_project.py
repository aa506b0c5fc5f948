"""A project as its container sees it, and what a hostile workspace cannot make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tflsp.container import names
from tflsp.container.consent import agree_to_outside
from tflsp.container.faults import EngineError, Fault
from tflsp.container.project import ProjectError, read_environment, read_project, root_of
from tflsp.container.specification import Mount


class Person:
    """Answers as told, and remembers what was asked."""

    def __init__(self, answer: bool) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def agrees(self, question: str) -> bool:
        self.asked.append(question)
        return self.answer

    def step(self, text: str) -> None: ...

    def note(self, text: str) -> None: ...

    def follow(self, text: str, news: object) -> None: ...


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mnist"
    made.mkdir()
    return made


def settings(folder: Path, text: str) -> None:
    (folder / "tflsp.toml").write_text(f"[container]\n{text}\n", "utf-8")


def test_without_settings(folder: Path) -> None:
    project = read_project(folder)
    assert project.mounts == (
        Mount("/home/dev", f"{project.name}-home", volume=True),
        Mount("/workspace", str(folder)),
    )
    assert project.outside == ()
    assert project.environment == {}


def test_from_a_folder_within(folder: Path) -> None:
    settings(folder, "")
    (folder / "notebooks").mkdir()
    assert read_project(folder / "notebooks").name == read_project(folder).name


def test_mounts(folder: Path) -> None:
    (folder / "sets").mkdir()
    (folder / "models").mkdir()
    settings(folder, 'mounts = { data = "sets:ro", "/models" = "models" }')
    assert read_project(folder).mounts[1:] == (
        Mount("/models", str(folder / "models")),
        Mount("/workspace", str(folder)),
        Mount("/workspace/data", str(folder / "sets"), read_only=True),
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('memroy = "8g"', "Did you mean memory?"),
        ('memory = "much"', "it wants a size"),
        ('mounts = { data = "/proc" }', "no folder to give"),
        ('mounts = { data = "/" }', "no folder to give"),
        ('mounts = { data = "tflsp.toml" }', "no folder to give"),
        ('mounts = { "../opt/tflsp/bin" = "." }', "would hide"),
        ('mounts = { "../home/dev/.tflsp" = "." }', "would hide"),
        ('mounts = { "../.." = "." }', "cannot be mounted there"),
        ('mounts = { "a,readonly" = "." }', "cannot be mounted there"),
        ('mounts = { data = "a\\u0000b" }', "is no path"),
        ('env-file = "missing.env"', "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_said(folder: Path, line: str, words: str) -> None:
    settings(folder, line)
    with pytest.raises(ProjectError, match=words.replace("?", r"\?")):
        read_project(folder)


def test_a_missing_folder_is_the_engines_kind_of_fault(folder: Path) -> None:
    settings(folder, 'mounts = { data = "nowhere" }')
    with pytest.raises(EngineError) as raised:
        read_project(folder)
    assert raised.value.fault is Fault.MOUNT
    assert "Make the folder" in str(raised.value)


def test_a_link_out_of_the_project_is_seen_through(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "home" / ".ssh").mkdir()
    (folder / "data").symlink_to(tmp_path / "home" / ".ssh")
    settings(folder, 'mounts = { keys = "data" }')
    assert read_project(folder).outside == (tmp_path / "home" / ".ssh",)


def test_outside_is_asked_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    settings(folder, 'mounts = { data = "../sets" }')
    project = read_project(folder)
    with pytest.raises(EngineError, match="outside the project"):
        agree_to_outside(project, Person(False))
    yes = Person(True)
    agree_to_outside(project, yes)
    assert str(tmp_path / "sets") in yes.asked[0]
    agree_to_outside(project, Person(False))
    (tmp_path / "more").mkdir()
    settings(folder, 'mounts = { data = "../sets", more = "../more" }')
    again = Person(True)
    agree_to_outside(read_project(folder), again)
    assert str(tmp_path / "more") in again.asked[0]
    assert "sets" not in again.asked[0]


def test_a_home_folder_is_no_project(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".git").mkdir()
    (home / "mnist").mkdir()
    assert root_of(home / "mnist") == home / "mnist"
    with pytest.raises(ProjectError, match="as a whole"):
        root_of(home)


def test_environment_files(folder: Path) -> None:
    path = folder / "container.env"
    path.write_text("# comment\n\nA=1=2\n  B=with space \nEMPTY=\n", "utf-8")
    assert read_environment(path) == {"A": "1=2", "B": "with space ", "EMPTY": ""}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("SECRET", "no NAME=value"),
        ("1A=x", "no NAME=value"),
        (f"{names.AUTHORIZED_KEYS}=x", "who or what gets in"),
        ("LD_PRELOAD=/x.so", "who or what gets in"),
        ("BASH_ENV=/x", "who or what gets in"),
    ],
)
def test_environment_lines_that_are_refused(folder: Path, line: str, words: str) -> None:
    path = folder / "container.env"
    path.write_text(f"A=1\n{line}\n", "utf-8")
    with pytest.raises(ProjectError, match=words) as raised:
        read_environment(path)
    assert f"{path}:2" in str(raised.value)


def test_files_are_never_roots(folder: Path) -> None:
    uid, gid = read_project(folder).owner
    assert uid != 0
    assert gid != 0


def test_host_variables_are_not_handed_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUD_KEY", "value")
    (folder / "container.env").write_text("CLOUD_KEY\n", "utf-8")
    settings(folder, 'env-file = "container.env"')
    with pytest.raises(ProjectError):
        read_project(folder)
    assert names.name_of(folder)
