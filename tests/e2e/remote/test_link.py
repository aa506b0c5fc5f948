"""The connection that everything goes through, against a real sshd."""

from __future__ import annotations

from tests.e2e.remote.sshd import Sshd
from tflsp.remote import link
from tflsp.remote.keys import Identity


async def test_runs_a_command(sshd: Sshd, identity: Identity) -> None:
    async with await link.connect(sshd.target(identity=identity.path)) as connection:
        result = await connection.run("echo $HOME; tflsp --version", check=False)
    assert result.stdout == "", result.stderr
