"""Shared libraries that tests have programs load in place of the system's, compiled from C once for each source."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from tests import components

CACHE = components.ROOT / ".cache/compiled"
_ALL = "{ global: *; };"


def shared_library(source: Path, name: str, exports: str = _ALL) -> Path:
    """A library of this name, compiled where it is not there yet; `exports` is a linker's version script."""
    compiler = components.program("gcc", "apt-get install gcc libc6-dev")
    key = hashlib.sha256(source.read_bytes() + exports.encode()).hexdigest()[:16]
    made = CACHE / key / name
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        partly, script = (made.with_name(f".{os.getpid()}{suffix}") for suffix in ("", ".map"))
        script.write_text(exports, "utf-8")
        link = [f"-Wl,-soname,{name}", f"-Wl,--version-script={script}"]
        strict = ["-Wall", "-Wextra", "-Werror"]
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", *strict, *link, "-o", partly, source], check=True)
        partly.replace(made)
        script.unlink()
    return made
