"""Every check on machines made for it: those that have the complaint, and those that have not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.doctor import cases
from tests.unit.doctor.made import CASES, Case, Made
from tflsp.doctor.base import State, Where, all_checks
from tflsp.doctor.running import look, run

assert cases.__name__
CHECKS = {check.slug: check for check in all_checks()}


@pytest.mark.parametrize("each", CASES, ids=lambda each: each.name)
def test_what_is_seen(each: Case, tmp_path: Path) -> None:
    made = Made(tmp_path)
    each.make(made)
    machine = made.machine()
    assert CHECKS[each.slug].where.covers(inside=machine.inside)
    result = look(CHECKS[each.slug], machine)
    said = "\n".join((result.seen.en, *result.lines("en")))
    assert result.state is each.state, said
    for text in each.says:
        assert text in said
    assert "check itself failed" not in said
    assert result.seen.zh
    assert all(
        text.isprintable() for language in ("en", "zh") for text in (result.seen.of(language), *result.lines(language))
    )
    assert not result.fixes or result.state is State.PROBLEM


@pytest.mark.parametrize("slug", CHECKS)
def test_both_directions_are_tried(slug: str) -> None:
    states = {each.state for each in CASES if each.slug == slug}
    assert {State.PROBLEM, State.OK} <= states


def test_the_25_complaints_and_ours() -> None:
    numbers = [check.number for check in all_checks()]
    assert numbers[:25] == list(range(1, 26))
    assert len(set(CHECKS)) == len(numbers)


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.slug)
def test_words_are_whole(check: object) -> None:
    from tflsp.doctor.base import Check

    assert isinstance(check, Check)
    for words in (check.title, check.detection, check.advice):
        assert words.en.strip() == words.en
        assert words.zh.strip() == words.zh
        # The Chinese is Chinese, beside names and messages that stay as they are.
        assert any("\u4e00" <= char <= "\u9fff" for char in words.zh), words.zh
        assert not any("\u4e00" <= char <= "\u9fff" for char in words.en)


@pytest.mark.parametrize("inside", [True, False])
def test_an_empty_machine_breaks_no_check(tmp_path: Path, inside: bool) -> None:
    """Another system, a container without /proc: checks say that they do not apply or could not look."""
    made = Made(tmp_path, inside=inside)
    made.target()
    for path in ("/proc/self/mountinfo", "/proc/net/tcp"):
        made.path(path).unlink()
    found = run(made.machine())
    assert {complaint.check.slug for complaint in found} == {
        check.slug for check in all_checks() if check.where in (Where.BOTH, Where.CONTAINER if inside else Where.HOST)
    }
    for complaint in found:
        assert "check itself failed" not in complaint.result.seen.en
        # What concerns only our own files can be looked at anywhere.
        assert complaint.state is not State.PROBLEM or complaint.check.slug == "ssh-config-missing", complaint


@pytest.mark.parametrize("inside", [True, False])
def test_garbage_breaks_no_check(tmp_path: Path, inside: bool) -> None:
    """Bytes where text is expected, lists where objects are: a line in the report at worst."""
    made = Made(tmp_path, inside=inside)
    made.target()
    made.engine([{"Config": None, "Name": None, "State": None, "HostConfig": None, "Mounts": None}])
    noise = b"\xff\x00{[\n1 2 3\n\n::::\n - \n/ / / /\n"
    for path in (
        "/proc/self/mountinfo",
        "/proc/self/cgroup",
        "/proc/net/tcp",
        "/proc/net/tcp6",
        "/proc/1/environ",
        "/proc/1/cmdline",
        "/proc/driver/nvidia/version",
        "/etc/docker/daemon.json",
        "/etc/apt/sources.list",
        "/home/dev/.docker/config.json",
        "/home/dev/.ssh/config",
        "/home/dev/.ssh/known_hosts",
        "/home/dev/.local/share/jupyter/runtime/jpserver-1.json",
        "/lib/x86_64-linux-gnu/libc.so.6",
        "/sys/class/rtc/rtc0/since_epoch",
        "/proc/sys/fs/inotify/max_user_watches",
    ):
        made.file(path, noise)
    for complaint in run(made.machine()):
        assert "check itself failed" not in complaint.result.seen.en, complaint.check.slug
