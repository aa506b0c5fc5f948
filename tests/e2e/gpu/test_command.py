"""`tflsp gpu` as people and programs use it: tables, live pictures, JSON lines that end when nobody reads them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.gpu_stub.machine import GIB, T4, TFLSP, Machine, gpu, without_gpu

PATIENCE = 60


@contextmanager
def watching(environment: dict[str, str], *arguments: str, **streams: Any) -> Iterator[subprocess.Popen[str]]:
    """`tflsp gpu --watch --json`, ended with the test."""
    command = [*TFLSP, "gpu", "--watch", "--json", "--interval", "0.5", *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **streams) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def test_lines_follow_what_changes(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with watching(machine.environment, stdin=subprocess.DEVNULL) as process:
        assert line(process)["gpus"][0]["memory"]["used"] == 3 * GIB
        machine.gpus[0]["memory.used"] = 5 * GIB
        machine.write()
        while line(process)["gpus"][0]["memory"]["used"] != 5 * GIB:
            pass
        machine.gpus[0]["error"] = 15
        machine.write()
        while (problem := line(process)["gpus"][0]["problem"]) is None:
            pass
        assert problem["code"] == "gpu-is-lost"
        del machine.gpus[0]["error"]
        machine.write()
        while (card := line(process)["gpus"][0])["problem"] is not None:
            pass
        assert (card["name"], card["memory"]["used"]) == ("Tesla T4", 5 * GIB)


def test_access_that_is_lost_while_one_looks(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with watching(machine.environment, stdin=subprocess.DEVNULL) as process:
        assert line(process)["problem"] is None
        machine.gpus[0]["error"] = machine.extra["init"] = 999
        machine.write()
        while (problem := line(process)["problem"]) is None:
            pass
        assert problem["code"] in {"access-lost", "unknown"}


def test_it_ends_when_its_input_ends(tmp_path: Path) -> None:
    """As SSH closes it."""
    with watching(Machine(tmp_path).environment, "--interval", "3600", stdin=subprocess.PIPE) as process:
        line(process)
        assert process.stdin is not None
        process.stdin.write("something\n")
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_it_ends_when_nobody_reads(tmp_path: Path) -> None:
    """At once, and not with the line that comes next."""
    streams = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with watching(Machine(tmp_path).environment, "--interval", "3600", **streams) as process:
        line(process)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""


def test_it_goes_on_without_input(tmp_path: Path) -> None:
    with watching(Machine(tmp_path).environment, stdin=subprocess.DEVNULL) as process:
        times = [line(process)["time"] for _ in range(3)]
        assert times == sorted(times)


def test_a_driver_that_hangs_is_told_of(tmp_path: Path) -> None:
    environment = Machine(tmp_path, extra={"init.delay": 60}).environment
    with watching(environment, stdin=subprocess.DEVNULL) as process:
        assert line(process)["problem"]["code"] == "hangs"


# For people


def test_the_table(tmp_path: Path) -> None:
    split = {**T4, "name": "NVIDIA A100", "mig": 1, "utilization.gpu.error": 3}
    split |= {"mig.0.uuid": "MIG-1", "mig.0.name": "NVIDIA A100 MIG 1g.5gb"}
    split |= {"mig.0.memory.total": 5 * GIB, "mig.0.memory.used": GIB, "ecc.uncorrected": 7}
    machine = Machine(tmp_path, [dict(T4), split, {**T4, "error": 15}])
    done = gpu({**machine.environment, "COLUMNS": "80"})
    assert done.returncode == 1, "a GPU is lost"
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert re.search(r"0 Tesla T4 +█+░+ 3\.0 / 16\.0 GiB +87% +61 °C +67 / 70 W", lines[1])
    assert re.search(r"4242 .* 2\.0 GiB", lines[2])
    assert re.search(r"1 NVIDIA A100 .* n/a", lines[3])
    assert re.search(r"└ MIG 1g\.5gb .* 1\.0 / 5\.0 GiB", lines[4])
    text = " ".join(lines)
    for said in ("power limit", "split (MIG)", "gpu-is-lost", "Reboot the host", "7 memory errors"):
        assert said in text


def test_the_table_in_chinese(tmp_path: Path) -> None:
    done = gpu({**Machine(tmp_path).environment, "LC_ALL": "zh_CN.UTF-8"})
    assert done.returncode == 0
    assert "显存" in done.stdout
    assert "功率上限" in done.stdout


def test_a_hostile_name_moves_no_cursor(tmp_path: Path) -> None:
    machine = Machine(tmp_path, [{**T4, "name": "\x1b[2J[bold]T4\x07"}])
    done = gpu(machine.environment)
    assert not {"\x1b", "\x07"} & set(done.stdout)
    assert "[bold]T4" in done.stdout


def test_live_on_a_terminal(tmp_path: Path) -> None:
    """Graphs grow; Ctrl-C leaves in peace."""
    ours, theirs = pty.openpty()
    environment = {**Machine(tmp_path).environment, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    command = [*TFLSP, "gpu", "--watch", "--interval", "0.5"]
    with subprocess.Popen(
        command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            seen = ""
            while "busy, memory" not in seen:
                assert select.select([ours], [], [], PATIENCE)[0]
                seen += os.read(ours, 1 << 16).decode("utf-8", "replace")
            assert "Tesla T4" in seen
            process.send_signal(2)
            while True:
                try:
                    seen += os.read(ours, 1 << 16).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    break
            assert process.wait(PATIENCE) == 0
            assert "Traceback" not in seen
        finally:
            process.kill()
            os.close(ours)


def test_prometheus(tmp_path: Path) -> None:
    done = gpu(Machine(tmp_path).environment, "--prometheus")
    assert done.returncode == 0
    assert (
        f'tflsp_gpu_memory_used_bytes{{gpu="0",uuid="GPU-00000000-1111-2222-3333-444444444444"}} {3 * GIB}\n'
        in done.stdout
    )


@pytest.mark.parametrize("arguments", [("--prometheus", "--watch"), ("--prometheus", "--json"), ("name", "--all")])
def test_what_does_not_go_together(arguments: tuple[str, ...]) -> None:
    done = gpu(without_gpu(), *arguments)
    assert done.returncode == 2
    assert "Error:" in done.stderr


def test_nobody_pays_who_does_not_ask() -> None:
    """Neither `tflsp check` nor the server's start imports any of it."""
    program = (
        "import sys, tflsp.engine, tflsp.cli.check, tflsp.server.serving, tflsp.server.app\n"
        "from tflsp.server.registry import load_plain\n"
        "load_plain()\n"
        "print([name for name in sys.modules if name == 'pynvml' or name.startswith('tflsp.gpu')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
