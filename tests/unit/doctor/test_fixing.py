"""Fixes: what they change, what they leave, and that they can be taken back."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.unit.doctor.cases.network import host
from tests.unit.doctor.made import HOST_KEY, Made
from tflsp.doctor.base import DropLine, SetMode, State, all_checks
from tflsp.doctor.fixing import NotFixed, carry_out
from tflsp.doctor.running import look

CHECKS = {check.slug: check for check in all_checks()}


def test_modes(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.directory("/home/dev/.ssh/tflsp", mode=0o755)
    made.file("/home/dev/.ssh/tflsp/id_ed25519", "key", mode=0o644)
    made.file("/home/dev/.ssh/tflsp/id_ed25519.pub", "public", mode=0o644)
    machine = made.machine()
    for fix in look(CHECKS["key-modes"], machine).fixes:
        carry_out(fix, machine)
    folder = made.path("/home/dev/.ssh/tflsp")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"tflsp": 0o700, "id_ed25519": 0o600, "id_ed25519.pub": 0o644}
    assert look(CHECKS["key-modes"], machine).state is State.OK


def test_a_stale_line(tmp_path: Path) -> None:
    made = Made(tmp_path)
    host(made)
    other = HOST_KEY.replace("AAAA", "BBBB")
    before = f"# mine\r\nexample.com {other}\n[localhost]:22100 {other} old\n[127.0.0.1]:22100 {HOST_KEY}\nno line end"
    made.file("/home/dev/.ssh/known_hosts", before.encode(), mode=0o600)
    machine = made.machine()
    result = look(CHECKS["host-key-changes"], machine)
    (fix,) = result.fixes
    assert "BBBB" not in fix.title.en
    carry_out(fix, machine)
    path = made.path("/home/dev/.ssh/known_hosts")
    assert path.read_bytes() == before.encode().replace(f"[localhost]:22100 {other} old\n".encode(), b"")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.with_name("known_hosts.old").read_bytes() == before.encode()
    assert look(CHECKS["host-key-changes"], machine).state is State.OK
    # Again: nothing is left to do, and the copy stays what it was.
    carry_out(fix, machine)
    assert path.with_name("known_hosts.old").read_bytes() == before.encode()
    assert {each.name for each in path.parent.iterdir()} == {"known_hosts", "known_hosts.old"}


def test_links_are_left_alone(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.file("/home/dev/elsewhere", "line\n")
    made.path("/home/dev/link").symlink_to(made.path("/home/dev/elsewhere"))
    for fix in (SetMode("/home/dev/link", 0o600, 0o644), DropLine("/home/dev/link", "line")):
        with pytest.raises(NotFixed, match="is a link"):
            carry_out(fix, made.machine())
    assert made.path("/home/dev/elsewhere").read_text() == "line\n"


def test_what_is_gone(tmp_path: Path) -> None:
    with pytest.raises(NotFixed, match="/home/dev/gone: No such file"):
        carry_out(SetMode("/home/dev/gone", 0o600, 0o644), Made(tmp_path).machine())
