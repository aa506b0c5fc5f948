"""Pinned host keys: written once, never replaced behind the user's back."""

from __future__ import annotations

import stat
import threading
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from tflsp.remote import known_hosts
from tflsp.remote.keys import KeyProblem, fingerprint
from tflsp.remote.known_hosts import ChangedKey
from tflsp.remote.targets import Ssh, Target


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def host_key() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()


def target(name: str, key: str) -> Target:
    return Target(name, f"/{name}", Ssh("127.0.0.1", 22001, "dev", key, f"tflsp-{name}"))


def test_pin_and_unpin() -> None:
    first, second = target("a", host_key()), target("b", host_key())
    assert known_hosts.pin(first)
    assert known_hosts.pin(second)
    assert not known_hosts.pin(first)
    assert stat.S_IMODE(known_hosts.path().stat().st_mode) == 0o600
    assert first.ssh is not None
    assert known_hosts.pinned("tflsp-a") == first.ssh.host_key
    assert known_hosts.unpin("tflsp-a")
    assert not known_hosts.unpin("tflsp-a")
    assert known_hosts.pinned("tflsp-a") is None
    assert known_hosts.pinned("tflsp-b") is not None


def test_a_changed_key_is_told_as_what_it_is() -> None:
    old, new = host_key(), host_key()
    known_hosts.pin(target("a", old))
    with pytest.raises(ChangedKey) as caught:
        known_hosts.pin(target("a", new))
    assert fingerprint(old) in str(caught.value)
    assert fingerprint(new) in str(caught.value)
    assert known_hosts.pinned("tflsp-a") == old
    assert known_hosts.pin(target("a", new), replace=True)
    assert known_hosts.pinned("tflsp-a") == new


def test_nothing_but_a_key_gets_in() -> None:
    good = target("a", host_key())
    assert good.ssh is not None
    second_line = good.ssh.host_key + "\n* " + host_key()
    with pytest.raises(KeyProblem):
        known_hosts.pin(replace(good, ssh=replace(good.ssh, host_key=second_line)))
    for alias in ("*", "a b", "a,b", "!a", "@cert-authority", "a\nb", ""):
        with pytest.raises(ValueError, match="alias"):
            known_hosts.pin(replace(good, ssh=replace(good.ssh, host_key_alias=alias)))
    assert not known_hosts.path().exists()


def test_many_at_once_lose_none() -> None:
    targets = [target(f"t{n}", host_key()) for n in range(8)]
    threads = [threading.Thread(target=known_hosts.pin, args=(each,)) for each in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [known_hosts.pinned(f"tflsp-t{n}") is not None for n in range(8)] == [True] * 8


def test_asyncssh_and_the_file_agree() -> None:
    pinned = target("a", host_key())
    known_hosts.pin(pinned)
    found = asyncssh.match_known_hosts(str(known_hosts.path()), "tflsp-a", "127.0.0.1", 22001)
    assert [key.get_fingerprint() for key in found[0]] == [fingerprint(known_hosts.pinned("tflsp-a") or "")]
