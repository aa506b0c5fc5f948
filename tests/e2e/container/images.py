"""The images that tests build on, of the same names and layouts as the official ones, which no machine of ours reaches.

BASE stands in for TensorFlow's image: Debian 11 (glibc 2.31, OpenSSH 8.4; Ubuntu 20.04 has 2.31 and 8.2) with its
Python 3.9 and TensorFlow 2.9.0. PYTHON stands in for Docker's Python image: the same system, and a Python 3.11 built
there from Debian's source. Each is made once and kept by the engine under a key of what it was made from.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
from docker.errors import APIError, ImageNotFound

from tests.e2e.container.engine import CACHE, ROOT, Engine, NoEngine, running
from tflsp.container.context import context

BASE = "tensorflow/tensorflow:2.9.0-jupyter"
PYTHON = "python:3.11-slim-bullseye"
SUITE = "bullseye"
SYSTEM_PACKAGES = "python3.9,python3-distutils,ca-certificates"
REQUIREMENTS = ROOT / "requirements" / "base-image.txt"

# What a host says of its package index and its certificates, handed to builds and kept in no image.
INDEX_VARIABLES = ("INDEX_URL", "EXTRA_INDEX_URL", "TRUSTED_HOST")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

_BASE_SCRIPT = """
set -eu
ln -sf python3.9 /usr/bin/python3
ln -sf /usr/bin/python3.9 /usr/local/bin/python
. /build/environment
# Debian's interpreter, packages where the official image has them
/build/uv pip install --quiet --python /usr/bin/python3.9 --break-system-packages --prefix /usr/local \
    --require-hashes --no-cache --link-mode copy -r /build/requirements.txt
rmdir /usr/local/lib/python3.9/dist-packages
mv /usr/local/lib/python3.9/site-packages /usr/local/lib/python3.9/dist-packages
mkdir -p /tf
python3 -c 'import tensorflow, ipykernel, pip; assert tensorflow.__version__ == "2.9.0"'
find / -xdev -name __pycache__ -newer /build/environment -prune -exec rm -rf {} +
"""

_PYTHON_SCRIPT = """
set -eu
export DEBIAN_FRONTEND=noninteractive
mirror=$(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list)
echo "deb-src [trusted=yes] $mirror bookworm main" >/etc/apt/sources.list.d/source.list
apt-get update -q
apt-get install -q -y --no-install-recommends dpkg-dev gcc make libssl-dev libffi-dev libsqlite3-dev zlib1g-dev \
    libbz2-dev liblzma-dev libreadline-dev libncurses-dev libexpat1-dev uuid-dev
mkdir /tmp/source
cd /tmp/source
apt-get source -q --download-only python3.11
# As upstream has it: Debian's patches give it Debian's layout.
dpkg-source --no-check --skip-patches -x python3.11_*.dsc python
cd python
# As Docker's own image is configured: a shared library beside the interpreter.
./configure -q --prefix=/usr/local --enable-shared --without-ensurepip --disable-test-modules \
    CFLAGS=-g0
make -s -j"$(nproc)"
rm python
make -s LDFLAGS="-Wl,-rpath='\\$\\$ORIGIN/../lib'" python
# Nothing is compiled to bytecode three times over: it would take as long again.
mv Lib/compileall.py /tmp/
: >Lib/compileall.py
make -s install
cp /tmp/compileall.py /usr/local/lib/python3.11/
ln -s python3.11 /usr/local/bin/python
cd /
rm -rf /tmp/source /tmp/compileall.py /etc/apt/sources.list.d/source.list /usr/local/lib/python3.11/config-3.11-*
apt-get clean
. /build/environment
/build/uv pip install --quiet --python /usr/local/bin/python3.11 --system --no-cache --link-mode copy pip==24.0
python -c 'import ssl, sqlite3, ctypes, readline, curses, bz2, lzma, uuid, pyexpat, decimal, pip'
find /usr/local -name __pycache__ -prune -exec rm -rf {} +
"""


class CannotMake(Exception):
    """An image could not be made; the text says which and the last of what was printed."""


def ensure(engine: Engine) -> tuple[str, str]:
    """Make what is missing of BASE and PYTHON and return their names. Seconds at most where both are there."""
    with open(CACHE / "images.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        client = engine.client(timeout=900)
        try:
            base = f"tflsp-test/base:{_key(_BASE_SCRIPT, _pins())}"
            python = f"tflsp-test/python:{_key(_PYTHON_SCRIPT)}"
            with ThreadPoolExecutor(2) as pool:  # one waits for the network while the other compiles
                system = system_image(client) if _lacks(client, base, python) else ""
                jobs = [
                    pool.submit(_make, client, system, base, _BASE_SCRIPT, _BASE_CHANGES),
                    pool.submit(_make, client, system, python, _PYTHON_SCRIPT, _PYTHON_CHANGES),
                ]
                for job in jobs:
                    job.result()
            for made, name in ((base, BASE), (python, PYTHON)):
                client.images.get(made).tag(name)
            _forget_older(client, base, python)
        finally:
            client.close()
    return BASE, PYTHON


_BASE_CHANGES = [
    "WORKDIR /tf",
    "EXPOSE 8888",
    "ENV LANG=C.UTF-8",
    'CMD ["bash", "-c", "source /etc/bash.bashrc && jupyter notebook --notebook-dir=/tf --ip 0.0.0.0 --no-browser'
    ' --allow-root"]',
]
_PYTHON_CHANGES = ["ENV LANG=C.UTF-8", 'CMD ["python3"]']


def index_environment() -> dict[str, str]:
    """Return what pip here is told of its index, by environment or configuration files, as PIP_ variables."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    found = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        variable = name.rpartition(".")[2].replace("-", "_").upper()
        value = value.strip("'\"")
        # Folders of this machine are not there in a container.
        if variable in INDEX_VARIABLES and "file:" not in value:
            found[f"PIP_{variable}"] = value
    return found


def _forget_older(client: docker.DockerClient, *current: str) -> None:
    """Remove what was made from other ingredients, and what was built over it: gigabytes for nobody."""
    kept = {*current, _system_name()}
    kinds = {name.partition(":")[0] for name in kept}
    # In one answer: the SDK's list asks for each image by itself, and others remove theirs meanwhile.
    tags = {tag for image in client.api.images() for tag in image["RepoTags"] or ()}
    if stale := {tag for tag in tags - kept if tag.partition(":")[0] in kinds}:
        for tag in stale | {tag for tag in tags if tag.startswith("tflsp-test/container:")}:
            try:
                client.images.remove(tag)
            except APIError:
                pass  # a container of somebody else's still runs from it
        client.images.prune()


def _lacks(client: docker.DockerClient, *names: str) -> bool:
    for name in names:
        try:
            client.images.get(name)
        except ImageNotFound:
            return True
    return False


def _system_name() -> str:
    return f"tflsp-test/system:{_key(SYSTEM_PACKAGES)}"


def system_image(client: docker.DockerClient) -> str:
    """Import Debian 11 as an image, unless it is there, and return its name."""
    name = _system_name()
    if not _lacks(client, name):
        return name
    bootstrap = shutil.which("debootstrap") or shutil.which("debootstrap", path="/usr/sbin")
    if bootstrap is None:
        raise CannotMake("missing component: debootstrap. apt-get install debootstrap")
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        root = Path(folder) / "root"
        _run(
            [bootstrap, "--variant=minbase", f"--include={SYSTEM_PACKAGES}", SUITE, str(root), _mirror()],
        )
        shutil.rmtree(root / "var/cache/apt/archives")
        if CERTIFICATES.exists():  # the host's authorities, in Debian's own place
            shutil.copyfile(CERTIFICATES, root / "etc/ssl/certs/ca-certificates.crt")
        archive = Path(folder) / "root.tar"
        _run(["tar", "-C", str(root), "--exclude=./dev/*", "-cf", str(archive), "."])
        repository, _, tag = name.partition(":")
        client.api.import_image_from_file(str(archive), repository=repository, tag=tag)
    return name


def _make(client: docker.DockerClient, system: str, name: str, script: str, changes: Iterable[str]) -> None:
    """Run a script in a container of `system` and keep the result as an image."""
    if not _lacks(client, name):
        return
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        build = Path(folder)
        (build / "script").write_text(script)
        (build / "environment").write_text(_shell_environment())
        shutil.copy(Path(sys.executable).with_name("uv"), build / "uv")
        shutil.copy(REQUIREMENTS, build / "requirements.txt")
        container = client.containers.create(
            system,
            ["sh", "/build/script"],
            volumes={folder: {"bind": "/build", "mode": "ro"}},
            network_mode="host",
        )
        try:
            container.start()
            status = container.wait()["StatusCode"]
            if status:
                said = container.logs(tail=30).decode(errors="replace")
                raise CannotMake(f"{name} could not be made:\n{said}")
            repository, _, tag = name.partition(":")
            container.commit(repository=repository, tag=tag, changes=list(changes))
        finally:
            container.remove(force=True, v=True)
    print(f"made {name} in {time.monotonic() - started:.0f} s", file=sys.stderr)  # noqa: T201


def _shell_environment() -> str:
    own = index_environment()
    lines = ["export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"]
    if "PIP_INDEX_URL" in own:
        lines.append(f"export UV_DEFAULT_INDEX='{own['PIP_INDEX_URL']}'")
    if "PIP_EXTRA_INDEX_URL" in own:
        lines.append(f"export UV_INDEX='{own['PIP_EXTRA_INDEX_URL']}'")
    lines += [f"export {name}='{os.environ[name]}'" for name in _PROXIES if os.environ.get(name)]
    return "\n".join(lines) + "\n"


_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def _mirror() -> str:
    """Return the address of the Debian mirror that this machine uses itself."""
    wanted = ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(SITE)", "Created-By: Packages", "Component: main"]
    for line in _run(wanted).splitlines():
        origin, _, site = line.partition("|")
        if origin == "Debian" and "security" not in site:
            return site
    raise CannotMake("missing component: a Debian mirror. This machine's apt knows none; run apt-get update first.")


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMake(f"{command[0]} failed:\n{done.stdout[-500:]}{done.stderr[-1000:]}")
    return done.stdout


def _pins() -> str:
    return "\n".join(line for line in REQUIREMENTS.read_text().splitlines() if not line.lstrip().startswith("#"))


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join((SUITE, *parts)).encode()).hexdigest()[:12]


def build(engine: Engine, uid: int = 1000, gid: int = 1000, **arguments: str) -> str:
    """Build container/Dockerfile over the stand-ins as `tflsp up` does, unless it is there, and return its tag."""
    ensure(engine)
    files = context()
    client = engine.client(timeout=900)
    try:
        ingredients = [files.digest, *(str(client.images.get(name).id) for name in (BASE, PYTHON))]
        arguments |= {"BASE_IMAGE": BASE, "PYTHON_IMAGE": PYTHON, "DEV_UID": str(uid), "DEV_GID": str(gid)}
        tag = f"tflsp-test/container:{_key(*ingredients, repr(sorted(arguments.items())))}"
        with open(CACHE / "images.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _lacks(client, tag):
                _build(client, files.archive(), tag, arguments | index_environment())
        return tag
    finally:
        client.close()


def _build(client: docker.DockerClient, archive: bytes, tag: str, arguments: dict[str, str]) -> None:
    started, said = time.monotonic(), []
    stream = client.api.build(
        fileobj=io.BytesIO(archive),
        custom_context=True,
        dockerfile="container/Dockerfile",
        tag=tag,
        buildargs=arguments,
        rm=True,
        forcerm=True,
        decode=True,
    )
    for line in stream:
        said.append(str(line.get("stream") or line.get("error") or ""))
        if "error" in line:
            raise CannotMake(f"{tag} could not be built:\n{''.join(said)[-3000:]}")
    print(f"built {tag} in {time.monotonic() - started:.0f} s", file=sys.stderr)  # noqa: T201


def main() -> int:
    """Make the images beforehand: `make test` does, so that no test waits for minutes."""
    try:
        with running() as engine:
            print(build(engine))  # noqa: T201
    except (NoEngine, CannotMake) as reason:
        print(f"no images for tests: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
