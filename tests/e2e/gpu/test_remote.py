"""GPUs of containers: over a real sshd, through the daemon, to one terminal, to several at once, to all."""

from __future__ import annotations

import json
import shlex
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.remote import daemons
from tests.e2e.remote.sshd import Sshd
from tests.gpu_stub.machine import GIB, TFLSP, Machine, gpu, without_gpu
from tflsp.remote import targets
from tflsp.remote.targets import Target

PATIENCE = 60


@pytest.fixture
def machine(sshd: Sshd) -> Machine:
    """GPUs that sessions on the server see."""
    found = Machine(sshd.folder)
    names = ("LD_LIBRARY_PATH", "TFLSP_NVML_STUB")
    environment = found.environment
    exports = "".join(f"export {name}={shlex.quote(environment[name])}\n" for name in names)
    (sshd.home / ".bashrc").write_text(f"{exports}echo welcome\n", "utf-8")
    return found


def watch(stack: ExitStack, name: str) -> subprocess.Popen[str]:
    command = [*TFLSP, "gpu", name, "--json", "--watch", "--interval", "0.5"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=without_gpu(), stdin=subprocess.DEVNULL, stdout=pipe, text=True)
    stack.enter_context(process)
    stack.callback(process.kill)
    return process


def line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def test_a_containers_gpus(target: Target, machine: Machine) -> None:
    done = gpu(without_gpu(), target.name, "--json")
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["target"] == target.name
    assert found["gpus"][0]["memory"]["used"] == 3 * GIB
    done = gpu(without_gpu(), target.name)
    assert done.stdout.splitlines()[0] == target.name
    assert "Tesla T4" in done.stdout


def test_several_watchers_share_one_query(target: Target, machine: Machine, sshd: Sshd) -> None:
    with ExitStack() as stack:
        first, second = watch(stack, target.name), watch(stack, target.name)
        assert line(first)["gpus"][0]["memory"]["used"] == line(second)["gpus"][0]["memory"]["used"] == 3 * GIB
        (query,) = daemons.queries_of(sshd)
        machine.gpus[0]["memory.used"] = 5 * GIB
        machine.write()
        for process in (first, second):
            while line(process)["gpus"][0]["memory"]["used"] != 5 * GIB:
                pass
        first.terminate()
        first.wait(PATIENCE)
        line(second)
        assert daemons.queries_of(sshd) == [query]
        second.terminate()
    daemons.wait_for_end(query)


def test_nothing_lingers_where_the_daemon_dies(target: Target, machine: Machine, sshd: Sshd) -> None:
    with ExitStack() as stack:
        process = watch(stack, target.name)
        line(process)
        (query,) = daemons.queries_of(sshd)
        daemon = daemons.status()["pid"]
        daemons.kill(daemon)
        daemons.wait_for_end(query)
        while process.stdout is not None and (rest := process.stdout.readline()):
            last = json.loads(rest)
        assert "error" in last
        assert process.wait(PATIENCE) == 0


def test_all_at_once(target: Target, machine: Machine, home: Path) -> None:
    """The second place is this machine, the third is not there any more."""
    targets.save(Target("here", str(home)))
    assert target.ssh is not None
    targets.save(Target("gone", str(home), ssh=type(target.ssh)(**{**fields(target.ssh), "port": 1})))
    done = gpu(without_gpu(), "--all", "--json")
    found = {record["target"]: record for record in json.loads(done.stdout)}
    assert done.returncode == 2
    assert found[target.name]["gpus"][0]["memory"]["used"] == 3 * GIB
    assert found["here"]["problem"]["normal"]
    assert found["gone"]["error"]
    assert "gone" in done.stderr
    text = gpu(without_gpu(), "--all", "--prometheus").stdout
    assert f'tflsp_gpu_up{{target="{target.name}"}} 1' in text
    assert 'tflsp_gpu_up{target="here"} 0' in text


def test_a_container_that_nobody_knows(home: Path) -> None:
    with daemons.no_daemon_left():
        done = gpu(without_gpu(), "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
    done = gpu(without_gpu(), "--all")
    assert (done.returncode, "No container is known" in done.stderr) == (0, True)


def fields(ssh: Any) -> dict[str, Any]:
    return {name: getattr(ssh, name) for name in ssh.__slots__}
