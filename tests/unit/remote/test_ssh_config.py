"""The user's ssh configuration: what goes in, where, and that it comes out again byte for byte."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from tests import components
from tflsp.cli.ssh_config import command
from tflsp.remote import ssh_config, ssh_include
from tflsp.remote.ssh_config import ConfigProblem
from tflsp.remote.ssh_include import is_included, plan, unplan
from tflsp.remote.targets import Ssh, Target, save

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBX6U0Fqh0k8FqX6cZk0cF0nq2H3o9nq1cJ1M4v1Yl0a"
SERVER = Ssh("127.0.0.1", 22017, "dev", KEY, "tflsp-mnist", "/home/me/.ssh/tflsp/id_ed25519")
TARGET = Target("tflsp-mnist", "/home/me/mnist", SERVER)
BOM = b"\xef\xbb\xbf"

LINES = st.sampled_from(
    [
        b"Host *",
        b"  ForwardAgent yes",
        b'Match host a exec "echo it\'s"',
        b"Include tflsp/config",
        b"include ~/.ssh/tflsp/config",
        b"# Added by tflsp; `tflsp ssh-config --remove` takes these three lines out.",
        b"# This file was made by tflsp; `tflsp ssh-config --remove` takes these three lines out.",
        b"",
        b"\tHost=a",
        b"# Host b",
        b"\xff\xfe",
        BOM,
    ]
)
CONFIGS = st.one_of(
    st.builds(
        lambda lines, end, last, mark: mark + end.join(lines) + last,
        st.lists(LINES | st.binary(max_size=8), max_size=8),
        st.sampled_from([b"\n", b"\r\n"]),
        st.sampled_from([b"", b"\n", b"\r\n"]),
        st.sampled_from([b"", BOM]),
    ),
    st.binary(max_size=60),
)


@given(CONFIGS)
@example(b"")
@example(BOM)
@example(BOM + b"Host a\r\n")
@example(b"Host a")
def test_what_goes_in_comes_out(before: bytes) -> None:
    planned = plan(before)
    assert is_included(planned)
    assert plan(planned) == planned
    if planned == before:
        assert is_included(before)
    elif unplan(before) == before:
        assert unplan(planned) == before


@given(CONFIGS)
def test_nothing_of_the_users_is_touched(before: bytes) -> None:
    mark = BOM if before.startswith(BOM) else b""
    planned = plan(before)
    if planned != before and unplan(before) == before:
        assert planned.startswith(mark)
        assert planned.endswith(before[len(mark) :])
        added = planned[len(mark) : len(planned) - len(before) + len(mark)]
        assert added.count(b"\n") == 3
        assert (b"\r" in added) == (re.match(rb"[^\n]*\r\n", before) is not None)


def test_a_file_of_ours_goes_and_an_empty_one_of_the_users_stays() -> None:
    assert unplan(plan(None)) is None
    assert unplan(plan(b"")) == b""
    assert unplan(plan(None) + b"Host mine\n") == b"Host mine\n"


def test_an_include_below_a_host_counts_for_that_host_alone() -> None:
    block = plan(b"")
    moved = b"Host a\n" + block
    assert not is_included(moved)
    assert plan(moved) == block + b"Host a\n"


@pytest.mark.parametrize(
    "line", ["Include tflsp/config", 'include "tflsp/config"', "Include=~/.ssh/tflsp/config other"]
)
def test_an_include_by_hand_is_enough(line: str) -> None:
    text = f"Compression no\n{line}\nHost a\n".encode()
    assert plan(text) == text
    assert unplan(text) == text


def test_a_host_says_all_that_keeps_it_safe() -> None:
    text = ssh_config.render([TARGET, Target("local", "/p")])
    assert "Host local" not in text
    for line in (
        "Host tflsp-mnist",
        "HostName 127.0.0.1",
        "Port 22017",
        "User dev",
        'IdentityFile "/home/me/.ssh/tflsp/id_ed25519"',
        "IdentitiesOnly yes",
        "HostKeyAlias tflsp-mnist",
        "StrictHostKeyChecking yes",
        "ForwardAgent no",
        "ForwardX11 no",
        "ProxyJump none",
    ):
        assert line in text.replace("    ", ""), line


def test_jump_hosts() -> None:
    remote = replace(SERVER, host="gpu.example.org")
    assert "ProxyJump" not in ssh_config.render([replace(TARGET, ssh=remote)])
    jumping = replace(SERVER, jump="me@bastion:2200,[::1]:22")
    assert "ProxyJump me@bastion:2200,[::1]:22\n" in ssh_config.render([replace(TARGET, ssh=jumping)])


@pytest.mark.parametrize(
    "change",
    [
        {"host": "a b"},
        {"host": "-oProxyCommand=id"},
        {"host": "a\nProxyCommand id"},
        {"host": "%h"},
        {"host": "$(id)"},
        {"port": 0},
        {"port": 65536},
        {"user": "-l"},
        {"user": "a b"},
        {"user": "a\nHost *"},
        {"user": "`id`"},
        {"host_key_alias": "*"},
        {"jump": "-oProxyCommand=id"},
        {"jump": "a\nProxyCommand id"},
        {"jump": "$(id)"},
        {"jump": ""},
        {"identity": 'a"b'},
        {"identity": "/a\nProxyCommand id"},
        {"identity": "/${HOME}/a"},
    ],
)
def test_no_value_becomes_an_option(change: dict[str, object]) -> None:
    with pytest.raises(ConfigProblem):
        ssh_config.render([replace(TARGET, ssh=replace(SERVER, **change))])  # type: ignore[arg-type]


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_arbitrary_values_stay_values(host: str, user: str, identity: str, jump: str) -> None:
    ssh = replace(SERVER, host=host, user=user, identity=identity or None, jump=jump)
    try:
        text = ssh_config.render([replace(TARGET, ssh=ssh)])
    except ConfigProblem:
        return
    plain = replace(SERVER, jump="a", identity="a" if identity else None)
    expected = ssh_config.render([replace(TARGET, ssh=plain)])
    assert [line.split()[:1] for line in text.split("\n")] == [line.split()[:1] for line in expected.split("\n")]


def test_openssh_reads_the_values_as_they_were_meant(tmp_path: Path) -> None:
    ssh = components.program("ssh", "apt-get install openssh-client")
    odd = replace(SERVER, identity=str(tmp_path / "a key 100%d é"), host="fe80::1%lo")
    config = tmp_path / "config"
    config.write_text(ssh_config.render([replace(TARGET, ssh=odd)]))
    shown = subprocess.run(
        [ssh, "-G", "-F", str(config), "tflsp-mnist"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert f"identityfile {tmp_path}/a key 100%%d é" in shown or f"identityfile {tmp_path}/a key 100%d é" in shown
    for line in ("hostname fe80::1%lo", "port 22017", "user dev", "stricthostkeychecking true", "forwardagent no"):
        assert line in shown


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments)
    return result.exit_code, result.output


def test_install_shows_the_change_and_asks(home: Path) -> None:
    (home / ".ssh").mkdir()
    config = home / ".ssh/config"
    config.write_bytes(b"Host a\n")
    code, output = run("--install")
    assert code == 1
    assert "+Include tflsp/config" in output
    assert "--yes" in output
    assert config.read_bytes() == b"Host a\n"
    assert run("--install", "--yes")[0] == 0
    assert config.read_bytes().endswith(b"Include tflsp/config\n\nHost a\n")
    assert run("--install", "--yes")[1].strip().endswith("already")
    assert run("--remove", "--yes")[0] == 0
    assert config.read_bytes() == b"Host a\n"
    assert not (home / ".ssh/tflsp/config").exists()


def test_a_made_file_is_private_and_goes_again(home: Path) -> None:
    before = os.umask(0)
    try:
        assert run("--install", "--yes")[0] == 0
    finally:
        os.umask(before)
    for path, mode in ((".ssh", 0o700), (".ssh/config", 0o600), (".ssh/tflsp", 0o700), (".ssh/tflsp/config", 0o600)):
        assert stat.S_IMODE((home / path).stat().st_mode) == mode, path
    assert run("--remove", "--yes")[0] == 0
    assert not (home / ".ssh/config").exists()


def test_links_and_modes_stay(home: Path) -> None:
    (home / ".ssh").mkdir()
    (home / "dotfiles").mkdir()
    real = home / "dotfiles/ssh_config"
    real.write_bytes(b"Host a\r\n")
    real.chmod(0o640)
    (home / ".ssh/config").symlink_to("../dotfiles/ssh_config")
    assert run("--install", "--yes")[0] == 0
    assert (home / ".ssh/config").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_bytes().count(b"\r\n") == 4
    assert run("--remove", "--yes")[0] == 0
    assert (home / ".ssh/config").is_symlink()
    assert real.read_bytes() == b"Host a\r\n"
    assert [path.name for path in (home / "dotfiles").iterdir()] == ["ssh_config"]


def test_the_users_folder_is_theirs(home: Path) -> None:
    """Its mode is left, and it may be a link; the folder in it that is ours may not."""
    (home / "dotfiles").mkdir(mode=0o755)
    (home / ".ssh").symlink_to("dotfiles")
    assert run("--install", "--yes")[0] == 0
    assert (home / ".ssh").is_symlink()
    assert stat.S_IMODE((home / "dotfiles").stat().st_mode) == 0o755
    assert run("--remove", "--yes")[0] == 0
    (home / "dotfiles/tflsp").rmdir()
    (home / "dotfiles/tflsp").symlink_to(home)
    code, output = run("--install", "--yes")
    assert code == 2
    assert "not a folder of yours" in output
    assert not (home / "config").exists()


def test_a_file_that_changed_meanwhile_is_left(home: Path) -> None:
    change = ssh_include.planned()
    (home / ".ssh").mkdir()
    (home / ".ssh/config").write_text("Host b\n")
    with pytest.raises(ConfigProblem, match="changed in the meantime"):
        ssh_include.install(change)
    assert (home / ".ssh/config").read_text() == "Host b\n"


def test_a_file_that_cannot_be_written_is_told(home: Path) -> None:
    (home / ".ssh/config").mkdir(parents=True)
    code, output = run("--install", "--yes")
    assert code == 2
    assert "Is a directory" in output


def test_removing_what_is_not_there(home: Path) -> None:
    assert run("--remove", "--yes")[0] == 0
    (home / ".ssh").mkdir(exist_ok=True)
    (home / ".ssh/config").write_text("Include tflsp/config\n")
    code, output = run("--remove", "--yes")
    assert code == 0
    assert "not tflsp's" in output


def test_print(home: Path) -> None:
    save(TARGET)
    save(Target("spoiled", "/p", replace(SERVER, host="a\nProxyCommand id")))
    code, output = run()
    assert code == 0
    assert "Host tflsp-mnist" in output
    assert "--install" in output
    assert "spoiled" not in output
    assert "ProxyCommand id" not in output
