"""Puts the Markdown, notebooks, shell scripts and container files of packages into one folder, each text once.

Fetches with pip, npm and apt-get, as anyone would; what was fetched is kept under the package's name and version.
Reads archives without unpacking them; nothing of a package is run by us (pip asks a source package for its metadata).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from bench import sources

LARGEST = 5 * 2**20
"""Bytes of a file, above which it is left out."""
SHEBANG = re.compile(rb"#! */(usr/)?bin/(env +)?(ba|da|z|k)?sh\b")
CONTAINER = re.compile(
    r"(docker|container)file([.-].*)?|.*\.dockerfile|(docker-)?compose[^/]*\.ya?ml|devcontainer\.json"
)
TEXTS = {".md": "markdown", ".markdown": "markdown", ".ipynb": "notebook", ".sh": "shell", ".bash": "shell"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a package: the name under which it is kept, its kind and its bytes."""

    name: str
    kind: str
    content: bytes


def classify(name: str, content: bytes) -> Found | None:
    """What the file is to us, or None. Compressed and renamed documentation (.md.gz, .ipynb.txt) is undone."""
    if name.endswith(".gz"):
        try:
            name, content = name[:-3], gzip.decompress(content)
        except (OSError, EOFError):
            return None
    if not content or len(content) > LARGEST:
        return None
    if name.endswith((".md.txt", ".ipynb.txt")):
        name = name[:-4]
    path = PurePosixPath(name.lower())
    if kind := TEXTS.get(path.suffix):
        return Found(name, kind, content)
    if CONTAINER.fullmatch(path.name):
        return Found(name, "container", content)
    if SHEBANG.match(content):
        return Found(f"{name}.sh", "shell", content)
    return None


def collect(cache: Path, into: Path) -> tuple[dict[str, dict[str, int]], list[str]]:
    """Fills `into` with a folder for each package. Returns how many files of each kind each has, and what failed."""
    jobs = [
        *((f"pypi/{name}", partial(_pypi, name)) for name in sources.PYPI),
        *((f"npm/{name}", partial(_npm, name)) for name in sources.NPM),
        *((f"debian/{name}", partial(_debian, name)) for name in sources.DEBIAN),
    ]
    with ThreadPoolExecutor(2) as pool:
        failures = [failure for failure in pool.map(lambda job: _keep(cache, *job), jobs) if failure]
    seen: set[bytes] = set()
    counts: dict[str, dict[str, int]] = {}
    for name, _ in jobs:
        folder = cache / folder_name(name)
        counts[name] = _place(_files(folder, folder), into / folder_name(name), seen)
    packages = Path(sysconfig.get_path("purelib"))
    base = Path(sys.base_prefix, *packages.relative_to(sys.prefix).parts)
    for name, folders in {**sources.MACHINE, "python": (packages, base)}.items():
        found = (file for folder in folders for file in _files(folder, Path("/")))
        counts[f"machine/{name}"] = _place(found, into / "machine" / name, seen)
    return counts, failures


def folder_name(name: str) -> str:
    """The folder in which a package is kept."""
    return re.sub(r"[^\w./=-]", "_", name).replace("@", "_")


def _keep(cache: Path, name: str, fetch: partial[Iterator[tuple[str, bytes]]]) -> str | None:
    """Fetches a package's files into the cache unless they are there. Returns why it failed, or None."""
    folder = cache / folder_name(name)
    if folder.exists():
        return None
    partly = folder.with_name(folder.name + ".part")
    shutil.rmtree(partly, ignore_errors=True)
    partly.mkdir(parents=True)
    try:
        for path, content in fetch():
            if found := classify(path, content):
                _write(partly, found)
    except (subprocess.SubprocessError, OSError, tarfile.TarError) as error:
        return f"{name}: {type(error).__name__}"
    partly.rename(folder)
    return None


def _place(files: Iterable[tuple[str, bytes]], into: Path, seen: set[bytes]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for path, content in files:
        found = classify(path, content)
        if found is None or (digest := hashlib.sha256(found.content).digest()) in seen:
            continue
        seen.add(digest)
        _write(into, found)
        counts[found.kind] = counts.get(found.kind, 0) + 1
    return counts


def _write(folder: Path, found: Found) -> None:
    parts = [part for part in PurePosixPath(found.name).parts if part not in ("/", "..", ".")]
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(found.content)


def _files(folder: Path, root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
                continue
            with path.open("rb") as stream:
                start = stream.read(64)
                if path.suffix or SHEBANG.match(start) or CONTAINER.fullmatch(path.name.lower()):
                    yield path.relative_to(root).as_posix(), start + stream.read()
        except OSError:
            continue


def _pypi(requirement: str) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        _run([*pip, "--dest", folder, requirement], folder, 120)
        for archive in Path(folder).glob("*.tar.gz"):
            with tarfile.open(archive) as members:
                yield from _members(members)


def _npm(package: str) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        _run(["npm", "install", *options, "--prefix", folder, package], folder, 180)
        yield from _files(Path(folder), Path(folder))


def _debian(package: str) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        _run(["apt-get", "download", "-qq", package], folder, 120)
        for archive in Path(folder).glob("*.deb"):
            unpack = ["dpkg-deb", "--fsys-tarfile", str(archive)]
            contents = subprocess.run(unpack, check=True, capture_output=True, timeout=60).stdout
            with tarfile.open(fileobj=io.BytesIO(contents)) as members:
                yield from _members(members)


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in archive:
        if member.isfile() and member.size <= LARGEST and (stream := archive.extractfile(member)):
            yield member.name, stream.read()


def _run(argv: list[str], folder: str, limit: float) -> None:
    subprocess.run(argv, cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=limit)
