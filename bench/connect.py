"""A server behind an SSH server, reached three ways in one run: over plain stdio, by OpenSSH's ssh, by `tflsp connect`.

The SSH server is a real one on this machine's loopback, so that what is measured is the way and not a network. Also how
soon `tflsp connect` is there, and what the daemon costs while nobody uses it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from bench import memory, programs
from bench.corpus import keystroke_documents
from bench.figures import mebibytes, milliseconds, summary, table
from bench.options import Goal, Options, Results, listing, recorded
from bench.sessions import Profile, Server, start_up, typing

STDIO, OPENSSH, CONNECT = "stdio", "ssh HOST tflsp serve", "tflsp connect"
LANGUAGES = frozenset({"python", "markdown", "notebook"})
DOCUMENTS = ("Python 15 KB", "Markdown journal, prose", "Markdown journal, bash fence")
PROFILE = Profile("all pushed, UTF-8", pull=False, encoding="utf-8")
NAME = "tflsp-bench"
# Seconds over which the idle daemon's CPU time is read.
IDLE = 20.0
MIB = 2**20


def run(options: Options) -> Results:
    """Measures everything that this module is about; needs OpenSSH's server and client."""
    if options.peers_only:
        raise programs.Missing("there is no peer of tflsp connect to measure alone")
    command = [*(options.subject or programs.tflsp())]
    with _home() as home, _container(home, command) as servers:
        documents = [each for each in keystroke_documents() if each.name in DOCUMENTS]
        times = start_up(servers, 4 if options.quick else 20)
        records = {
            record["server"]: record for record in typing(servers, documents, PROFILE, 40 if options.quick else 300)
        }
        daemon = _daemon_of(command)
        before = _cpu(daemon)
        time.sleep(IDLE / 4 if options.quick else IDLE)
        results: Results = {
            "initialize": {name: asdict(summary(values)) for name, values in times.items()},
            "keystrokes": {name: record["keystrokes"] for name, record in records.items()},
            "unproven": {name: record["unproven"] for name, record in records.items()},
            "first_byte": asdict(summary(_first_bytes(home, command, 5 if options.quick else 25))),
            "daemon_rss": memory.rss([daemon]),
            "daemon_idle_cpu": _cpu(daemon) - before,
        }
    results["goals"] = [recorded(goal) for goal in _goals(results)]
    return results


def _goals(results: Results) -> list[Goal]:
    goals = []
    for name, ours in results["keystrokes"][CONNECT].items():
        plain, peer = (results["keystrokes"][way][name]["p50"] for way in (STDIO, OPENSSH))
        goals.append(Goal(f"{name}: keystroke, more than over stdio (p50)", ours["p50"] - plain, 1.5, "ms"))
        goals.append(Goal(f"{name}: keystroke beside 1.25 x {OPENSSH} (p50)", ours["p50"], 1.25 * peer, "ms"))
    starts = results["initialize"]
    goals += [
        Goal("to `initialize` with a warm daemon, more than over stdio", _added(starts), 50, "ms"),
        Goal("first byte, after Python's own start", results["first_byte"]["p50"], 60, "ms"),
        Goal("daemon's memory (RSS)", results["daemon_rss"] / MIB, 60, "MiB"),
        Goal("daemon's CPU time while idle", results["daemon_idle_cpu"] * 1000, 10, "ms"),
        Goal("diagnostics that were not of the text", len(results["unproven"][CONNECT]), 0, "documents"),
    ]
    return goals


def _added(starts: Results) -> float:
    return float(starts[CONNECT]["p50"] - starts[STDIO]["p50"])


def report(results: Results) -> str:
    """The results in Markdown."""
    ways = list(results["keystrokes"])
    rows = [
        [name, *(_times(results["keystrokes"][way][name]) for way in ways)] for name in results["keystrokes"][CONNECT]
    ]
    rows.append(["spawn to `initialize`", *(_times(results["initialize"][way]) for way in ways)])
    parts = [
        table(["keystroke to diagnostics, p50 / p95", *ways], rows),
        f"Daemon: {mebibytes(results['daemon_rss'])}, {results['daemon_idle_cpu'] * 1000:.0f} ms of CPU while idle. "
        f"First byte {milliseconds(results['first_byte']['p50'])} after Python's own start.",
        listing(results["goals"]),
    ]
    return "\n\n".join(parts)


def _times(one: dict[str, float]) -> str:
    return f"{milliseconds(one['p50'])} / {milliseconds(one['p95'])}"


@contextmanager
def _home() -> Iterator[Path]:
    """A home, state and runtime folders of the run's own; temporary folders are made in it too."""
    home = Path(tempfile.mkdtemp(prefix="tflsp-bench-"))
    chosen = {"HOME": home, "XDG_STATE_HOME": home / "state", "XDG_RUNTIME_DIR": home / "run"}
    before = {name: os.environ.get(name) for name in chosen}
    (home / "run").mkdir(0o700)
    (home / "work").mkdir()
    os.environ.update({name: str(path) for name, path in chosen.items()})
    tempfile.tempdir = str(home / "work")
    try:
        yield home
    finally:
        tempfile.tempdir = None
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _container(home: Path, command: list[str]) -> Iterator[list[Server]]:
    """An SSH server, a target that leads to it, and the three ways to the same server behind it."""
    # The parts that make them are the tests' own: a real sshd, started as in the container.
    from tests.e2e.remote import sshd as servers
    from tflsp.remote import keys, targets
    from tflsp.remote.targets import Mapping, Target

    identity = keys.ensure_identity()
    server = servers.make()
    try:
        server.authorize(identity.public_line)
        server.start()
        ssh = server.target(NAME, identity.path).ssh
        mapped = server.home / "workspace"
        mapped.symlink_to(home / "work")
        mappings = (Mapping(str(home / "work"), str(mapped)),)
        targets.save(Target(NAME, str(home / "work"), ssh, mappings, (*command, "serve")))
        (home / "known_hosts").write_text(f"[127.0.0.1]:{server.port} {server.host_key}\n")
        options = {"UserKnownHostsFile": home / "known_hosts", "IdentitiesOnly": "yes", "IdentityFile": identity.path}
        flags = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        peer = [programs.find("ssh"), "-F", "none", *flags, "-p", str(server.port), "dev@127.0.0.1", *command, "serve"]
        try:
            yield [
                Server(STDIO, (*command, "serve"), LANGUAGES),
                Server(OPENSSH, tuple(peer), LANGUAGES),
                Server(CONNECT, (*command, "connect", NAME), LANGUAGES),
            ]
        finally:
            subprocess.run([*command, "daemon", "stop"], capture_output=True, check=False)
    finally:
        servers.discard(server)


def _daemon_of(command: list[str]) -> int:
    done = subprocess.run([*command, "daemon", "status", "--json"], capture_output=True, check=True)
    return int(json.loads(done.stdout)["pid"])


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _first_bytes(home: Path, command: list[str], runs: int) -> list[float]:
    """Milliseconds from the spawn of `tflsp connect` until a daemon has its request, less those of a bare Python."""
    folder = home / "first" / "tflsp"
    folder.mkdir(mode=0o700, parents=True)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder.parent)}
    found = []
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as listening:
        listening.bind(str(folder / "daemon.sock"))
        listening.listen()
        for _ in range(runs):
            start = time.perf_counter()
            with subprocess.Popen([sys.executable, "-c", "print()"], stdout=subprocess.PIPE) as python:
                assert python.stdout is not None
                python.stdout.read(1)
                bare = time.perf_counter() - start
            start = time.perf_counter()
            with subprocess.Popen(
                [*command, "connect", NAME],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ):
                connection, _ = listening.accept()
                _, descriptors, _, _ = socket.recv_fds(connection, 4096, 2)
                found.append((time.perf_counter() - start - bare) * 1000)
                for each in descriptors:
                    os.close(each)
                connection.close()
    return found
