"""What the repository promises of itself: no traces of one machine, hashed pins, scripts that parse, no secrets."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import betterleaks
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.components import ROOT, missing, program

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

# Written in pieces, so that this file does not hold what it looks for.
REGISTRY = re.compile(
    r"\b("
    + "|".join(["py" + "pi", "python" + "hosted", "npm" + "js", "deb" + "ian", "node" + "source"])
    + r")\.(org|com)\b"
)
MACHINE_PATH = re.compile(
    r"(?:^|[^\w.-])(/"
    + "work/|/"
    + "farm/)|/tmp/"
    + r"bash_jobs|/root/\."
    + r"pyenv|/home/"
    + r"(?!jovyan|user|dev|tf|me|\$)\w+/",
    re.MULTILINE,
)


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that git tracks and that is on disk."""
    git = program("git")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        missing("a git checkout", "The tests of what is tracked need one: git clone.")
    return tuple(path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file())


@cache
def texts() -> dict[str, str]:
    """Return the text of every tracked file that is text, by its path from the root."""
    found = {}
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found[path.relative_to(ROOT).as_posix()] = data.decode("utf-8", "replace")
    return found


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Return where a pattern stands, as name:line: match."""
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group().strip()}"
        for name, text in texts().items()
        for match in pattern.finditer(text)
    ]


def locked(path: Path) -> dict[str, Requirement]:
    """Return what a lock file pins, by name (the first of several for different Pythons)."""
    pins: dict[str, Requirement] = {}
    for line in path.read_text("utf-8").splitlines():
        if line and line[0].isalnum():
            requirement = Requirement(line.removesuffix("\\").strip())
            pins.setdefault(canonicalize_name(requirement.name), requirement)
    return pins


def test_no_file_names_a_package_registry() -> None:
    assert lines_with(REGISTRY) == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRY, "https://py" + "pi.org/simple"),
        (REGISTRY, "files.python" + "hosted.org"),
        (REGISTRY, "deb.deb" + "ian.org"),
        (MACHINE_PATH, "see /" + "work/main"),
        (MACHINE_PATH, "/" + "work/main"),
        (MACHINE_PATH, "/root/." + "pyenv/versions"),
        (MACHINE_PATH, "/home/" + "alice/project"),
    ],
)
def test_traces_are_seen(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize("text", ["pypi.example.com", "/home/jovyan/work/a", "$PWD/work/x", "a Debian machine"])
def test_what_is_no_trace_is_left_alone(text: str) -> None:
    assert not REGISTRY.search(text)
    assert not MACHINE_PATH.search(text)


def test_no_conflict_markers_and_no_stray_line_ends() -> None:
    ours = {name: text for name, text in texts().items() if not name.startswith("tests/fixtures/")}
    assert [name for name, text in ours.items() if re.search(r"^(<{7}|>{7}) ", text, re.MULTILINE)] == []
    assert [name for name in ours if b"\r" in (ROOT / name).read_bytes()] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_is_hashed(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*-", re.sub(r"^ +--hash=sha256:[0-9a-f]{64}( \\)?$", "", text, flags=re.MULTILINE), re.MULTILINE
    )
    pins = re.findall(r"^[a-z0-9].*(?:\n +--hash=.*)*", text, re.MULTILINE)
    assert pins
    for pin in pins:
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+( ; .+)? \\\n", pin), pin
        assert "--hash=sha256:" in pin, pin


def inputs(name: str) -> list[str]:
    """Return the requirements in a lock's input; comments and included files are left out."""
    lines = (ROOT / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def test_locks_pin_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = {
        "runtime": project["dependencies"],
        "dev": project["dependencies"] + extras["dev"],
        "bench": project["dependencies"] + extras["bench"],
        "tensorflow-2.9": ["tensorflow==2.9.0", "protobuf<3.20", "numpy<1.24"],
        "base-image": ["tensorflow==2.9.0", *inputs("base-image")],
        "classic-notebook": inputs("classic-notebook"),
        "container": project["dependencies"] + inputs("container"),
        "container-build": inputs("container-build"),
    }
    assert {path.stem for path in LOCKS} == set(asked)
    for name, requirements in asked.items():
        pins = locked(ROOT / "requirements" / f"{name}.txt")
        for requirement in map(Requirement, requirements):
            pin = pins.get(canonicalize_name(requirement.name))
            assert pin is not None, f"{name}.txt lacks {requirement}; make lock"
            version = next(iter(pin.specifier)).version
            assert requirement.specifier.contains(version), f"{name}.txt: {pin} for {requirement}; make lock"


def test_locks_agree_with_one_another() -> None:
    """What is installed beside the development tools is what users get; which interpreters need it may differ."""
    dev = locked(ROOT / "requirements/dev.txt")
    for name in ("runtime", "bench"):
        pins = locked(ROOT / f"requirements/{name}.txt")
        differing = {key: str(pin) for key, pin in pins.items() if key in dev and dev[key].specifier != pin.specifier}
        assert differing == {}, f"{name}.txt differs from dev.txt; make lock"


@pytest.mark.parametrize("script", [".ci/run", "scripts/find-python", "scripts/make-environment"])
def test_scripts_parse_and_may_be_run(script: str) -> None:
    path = ROOT / script
    shell = "bash" if "bash" in path.read_text("utf-8").partition("\n")[0] else "sh"
    assert subprocess.run([program(shell), "-n", path], check=False).returncode == 0
    assert os.access(path, os.X_OK)


def test_help_lists_every_target_that_the_issue_names() -> None:
    shown = subprocess.run([program("make"), "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  make (\w+)  +\S", shown, re.MULTILINE))
    assert {"help", "demo", "check", "test", "bench", "docs", "dist", "lock", "tensorflow", "clean"} <= listed


def test_no_file_holds_a_secret() -> None:
    """What tests need of that kind is joined from pieces at run time.

    Lock files are hashes all through. A word behind "password" is what this project is about, so of the generic kinds
    only what is surely one counts; of a provider's tokens and keys, everything.
    """
    found = [
        f"{name}:{finding.location.start_line}: {finding.rule_id}"
        for name, text in texts().items()
        if not name.startswith("requirements/")
        for finding in betterleaks.scan_string(text)
        if finding.confidence == "high" or not finding.rule_id.startswith("generic-")
    ]
    assert found == []
