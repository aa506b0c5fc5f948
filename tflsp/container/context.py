"""What an image is built from: the files of container/, the hashed requirements, and a wheel of this very tflsp.

They come from the checkout, or from the installed package, which carries them. The wheel is packed from the files that
run here, byte for byte the same each time, so that building needs neither a package registry for tflsp nor a tool.
"""

from __future__ import annotations

import base64
import io
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tflsp import __version__

_PACKAGE = Path(__file__).parents[1]
_CHECKOUT = _PACKAGE.parent
# In a checkout beside the package, in an installed one inside it: see pyproject.toml. The last one has the wheel of the
# JupyterLab extension, where that was built (scripts/build-labextension); an image can do without.
_PLACES = (
    (
        _CHECKOUT / "container",
        _CHECKOUT / "requirements",
        _CHECKOUT / "docs" / "rules",
        _CHECKOUT / "docs" / "errors",
        _CHECKOUT / "editor-client" / "jupyterlab" / "dist",
    ),
    (
        _PACKAGE / "_container",
        _PACKAGE / "_container" / "requirements",
        _PACKAGE / "_pages",
        _PACKAGE / "_errors",
        _PACKAGE / "_container" / "dist",
    ),
)
# In container/, but nothing that an image is made of.
_BESIDE = ("README.md", "compose.yaml", "devcontainer.json")
# Beside the files of container/ in an installed package, from places of their own.
_APART = ("requirements/", "dist/")
_ARGUMENT = r"^ARG\s+{}=(\S+)"
# The earliest time that a zip can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ContextError(Exception):
    """The files to build from are not there; the text says what to do."""


@dataclass(frozen=True)
class Context:
    """``files`` by path in the build context, ``beside`` what container/ has that no image is made of.

    ``python_image`` and ``requirements`` are what the lock file pins.
    """

    files: dict[str, bytes] = field(repr=False)
    beside: dict[str, bytes] = field(repr=False, default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write the files under a folder, and beside them those that run the image, for building by hand.

        Raises ContextError where one is there already.
        """
        for name, data in {**self.files, **self.beside}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with path.open("xb") as file:
                    file.write(data)
            except FileExistsError:
                raise ContextError(f"{path} exists already. Choose a new folder.") from None
            path.chmod(_mode(data))

    @property
    def digest(self) -> str:
        """Changes with any file."""
        total = sha256()
        for name, data in sorted(self.files.items()):
            total.update(f"{name}\0{len(data)}\0".encode() + data)
        return total.hexdigest()

    @property
    def python_image(self) -> str:
        """The image that tflsp's own Python comes from: the Dockerfile's default."""
        found = re.search(_ARGUMENT.format("PYTHON_IMAGE"), self.files["container/Dockerfile"].decode(), re.MULTILINE)
        if found is None:
            raise ContextError("container/Dockerfile has no PYTHON_IMAGE argument. Install tflsp again.")
        return found[1].strip("\"'")

    @property
    def requirements(self) -> str:
        """The packages of tflsp's own Python in the image, with hashes."""
        return self.files["requirements/container.txt"].decode()

    def archive(self) -> bytes:
        """The files as a tar, the same bytes for the same files."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for name, data in sorted(self.files.items()):
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                entry.mode = _mode(data)
                tar.addfile(entry, io.BytesIO(data))
        return archive.getvalue()


@cache
def context() -> Context:
    """The files of this installation. Raises ContextError."""
    for container, requirements, rules, errors, extensions in _PLACES:
        if not (container / "Dockerfile").is_file():
            continue
        there = {f"container/{name}": data for name, data in _files(container) if not name.startswith(_APART)}
        beside = {f"container/{name}": there.pop(f"container/{name}") for name in _BESIDE}
        packed = wheel({"_pages": rules, "_errors": errors})
        files = there | {
            f"requirements/{path.name}": path.read_bytes() for path in sorted(requirements.glob("container*.txt"))
        }
        files[f"dist/tflsp-{__version__}-py3-none-any.whl"] = packed
        pins = [f"tflsp=={__version__} --hash=sha256:{sha256(packed).hexdigest()}\n"]
        for path in sorted(extensions.glob("tflsp_jupyterlab-*.whl")):
            files[f"dist/{path.name}"] = data = path.read_bytes()
            pins.append(f"tflsp-jupyterlab=={path.name.split('-')[1]} --hash=sha256:{sha256(data).hexdigest()}\n")
        files["dist/tflsp.txt"] = "".join(pins).encode()
        return Context(files, beside)
    raise ContextError("The files to build an image from are not part of this installation. Install tflsp again.")


def wheel(pages: Mapping[str, Path]) -> bytes:
    """A wheel of the package that runs here, with folders of pages by their names in it. Raises ContextError."""
    try:
        metadata = distribution("tflsp").read_text("METADATA") or ""
        entry_points = distribution("tflsp").read_text("entry_points.txt") or ""
    except PackageNotFoundError:
        raise ContextError("tflsp is not installed as a package: pip install it, or `make environment`.") from None
    apart = tuple(f"{folder}/" for folder in ("_container", *pages))
    files = {f"tflsp/{name}": data for name, data in _files(_PACKAGE) if not name.startswith(apart)}
    for folder, source in pages.items():
        files |= {f"tflsp/{folder}/{name}": data for name, data in _files(source) if name.endswith(".md")}
    info = f"tflsp-{__version__}.dist-info"
    files[f"{info}/METADATA"] = metadata.encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: tflsp\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = entry_points.encode()
    record = [f"{name},sha256={_urlsafe(sha256(data).digest())},{len(data)}" for name, data in sorted(files.items())]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data)
    return archive.getvalue()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _urlsafe(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _mode(data: bytes) -> int:
    return 0o755 if data.startswith(b"#!") else 0o644


if __name__ == "__main__":
    context().write(Path(*sys.argv[1:2]))
