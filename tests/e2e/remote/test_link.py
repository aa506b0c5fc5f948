"""The connection that everything goes through, against a real sshd."""

from __future__ import annotations

from tests.e2e.remote.sshd import Sshd
from tflsp.remote import link
from tflsp.remote.keys import Identity


async def test_runs_a_command(sshd: Sshd, identity: Identity) -> None:
    async with await link.connect(sshd.target(identity=identity.path)) as connection:
        result = await connection.run("echo $HOME; id -u; tflsp --version", check=False)
        pty = await connection.run("tty", check=False, term_type="dumb")
    assert str(result.stdout).startswith(f"{sshd.home}\n")
    assert "tflsp" in str(result.stdout), result.stderr
    assert "/dev/pts/" in str(pty.stdout)
