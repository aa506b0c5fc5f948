"""The key pair: made once, private, and told apart from what is none."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import components
from tflsp.remote import keys
from tflsp.remote.keys import KeyProblem


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return tmp_path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_made_at_first_use_and_for_this_user_alone(home: Path) -> None:
    before = os.umask(0)
    try:
        made = keys.ensure_identity()
    finally:
        os.umask(before)
    assert made.path == home / ".ssh/tflsp/id_ed25519"
    assert [mode(each) for each in (made.path, made.path.parent, home / ".ssh")] == [0o600, 0o700, 0o700]
    assert made.public_line.startswith("ssh-ed25519 AAAA")
    assert made.path.with_name("id_ed25519.pub").read_text().strip() == made.public_line
    assert keys.ensure_identity() == made
    assert {path.name for path in made.path.parent.iterdir()} == {"id_ed25519", "id_ed25519.pub"}


def test_the_public_line_names_nobody(home: Path) -> None:
    import getpass
    import socket

    comment = keys.ensure_identity().public_line.split()[2:]
    assert comment == ["tflsp"]
    assert getpass.getuser() not in comment
    assert socket.gethostname() not in comment


def test_openssh_reads_it(home: Path) -> None:
    made = keys.ensure_identity()
    keygen = components.program("ssh-keygen", "apt-get install openssh-client")
    shown = subprocess.run([keygen, "-l", "-f", str(made.path)], capture_output=True, text=True, check=True).stdout
    assert keys.fingerprint(made.public_line) in shown
    derived = subprocess.run([keygen, "-y", "-f", str(made.path)], capture_output=True, text=True, check=True).stdout
    assert derived.split()[:2] == made.public_line.split()[:2]


def test_a_lost_or_foreign_public_file_is_made_anew(home: Path) -> None:
    made = keys.ensure_identity()
    public = home / ".ssh/tflsp/id_ed25519.pub"
    for content in (None, "ssh-ed25519 AAAA other\n"):
        public.unlink() if content is None else public.write_text(content)
        assert keys.ensure_identity() == made
        assert public.read_text().strip() == made.public_line


def test_a_mode_that_slipped_is_mended(home: Path) -> None:
    made = keys.ensure_identity()
    assert made.path is not None
    made.path.chmod(0o644)
    keys.ensure_identity()
    assert mode(made.path) == 0o600


def test_two_at_once_agree_on_one_key(home: Path) -> None:
    program = "from tflsp.remote.keys import ensure_identity; print(ensure_identity().public_line)"
    started = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    lines = {process.communicate()[0] for process in started}
    assert lines == {keys.ensure_identity().public_line + "\n"}


def test_a_file_system_without_hard_links(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(target))

    monkeypatch.setattr(os, "link", link)
    made = keys.ensure_identity()
    assert keys.ensure_identity() == made
    assert {path.name for path in (home / ".ssh/tflsp").iterdir()} == {"id_ed25519", "id_ed25519.pub"}


def test_a_broken_own_key_is_left_and_told(home: Path) -> None:
    path = home / ".ssh/tflsp/id_ed25519"
    keys.ensure_identity()
    path.write_text("not a key")
    with pytest.raises(KeyProblem, match="Move it away"):
        keys.ensure_identity()
    assert path.read_text() == "not a key"


def write_user_key(path: Path, passphrase: str = "") -> str:
    """Make a key as users do; returns its public line."""
    keygen = components.program("ssh-keygen", "apt-get install openssh-client")
    subprocess.run([keygen, "-q", "-t", "ed25519", "-C", "mine", "-N", passphrase, "-f", str(path)], check=True)
    return path.with_name(path.name + ".pub").read_text().strip()


def test_a_file_of_the_user(home: Path) -> None:
    path = home / "id_work"
    line = write_user_key(path)
    assert keys.ensure_identity(path) == keys.Identity(path, line)
    assert keys.ensure_identity(Path("~/id_work")) == keys.Identity(path, line)
    assert keys.ensure_identity(home / "id_work.pub").path == path
    assert not (home / ".ssh").exists()


def test_a_file_with_a_passphrase_needs_its_public_half(home: Path) -> None:
    path = home / "id_work"
    line = write_user_key(path, "a phrase")
    assert keys.ensure_identity(path).public_line == line
    path.with_name("id_work.pub").unlink()
    with pytest.raises(KeyProblem, match=r"no id_work\.pub beside it"):
        keys.ensure_identity(path)


def test_a_file_that_others_can_read_is_refused(home: Path) -> None:
    path = home / "id_work"
    write_user_key(path)
    path.chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        keys.ensure_identity(path)


def test_no_such_file(home: Path) -> None:
    with pytest.raises(KeyProblem, match="No such file"):
        keys.ensure_identity(home / "nothing")


async def test_no_agent(home: Path) -> None:
    with pytest.raises(KeyProblem, match="No agent answers"):
        await keys.agent_identity()


@pytest.mark.parametrize("line", ["", "ssh-ed25519", "ssh-ed25519 !!", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==", "a b c"])
def test_what_is_no_public_key(line: str) -> None:
    with pytest.raises(KeyProblem, match="not a public key"):
        keys.fingerprint(line)


def test_importing_it_imports_no_ssh() -> None:
    """The thin `connect` may ask for paths."""
    program = "import sys, tflsp.remote.keys, tflsp.remote.ssh_config; print('asyncssh' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"


def test_a_right_public_file_spares_the_import_of_asyncssh(home: Path) -> None:
    first = keys.ensure_identity()
    program = "import sys; from tflsp.remote import keys\n"
    program += "print(keys.ensure_identity().public_line, 'asyncssh' in sys.modules)"
    again = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert again.strip() == f"{first.public_line} False"
    # The .pub file of another key is not believed.
    own, other = keys.own_path(), home / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    own.with_name(own.name + ".pub").write_bytes(other.with_suffix(".pub").read_bytes())
    assert keys.ensure_identity().public_line == first.public_line
