"""Says which Python, TensorFlow and packages an interpreter has. Run by that interpreter; imports none of them.

Nothing newer than Python 3.8 here, and nothing of tflsp: its text is given to that interpreter. The answer is JSON;
what could not be learned is null.
"""

from __future__ import annotations

import ast
import glob
import hashlib
import json
import os
import platform
import re
import sys
from importlib import metadata
from typing import Any

# pip freeze leaves these out.
SKIPPED = {"pip", "setuptools", "distribute", "wheel"} if sys.version_info < (3, 12) else {"pip"}
LIBRARIES = ("/usr/local/cuda*/lib64", "/usr/local/cuda*/targets/*/lib", "/usr/lib/*-linux-gnu", "/usr/lib64")


def frozen() -> bytes:
    """What pip freeze prints for packages that were installed by name, as bytes."""
    found: dict[str, tuple[str, metadata.Distribution]] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            # The first on the path is the one that is imported.
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), (name, distribution))
    lines = []
    for canonical, (name, distribution) in sorted(found.items(), key=lambda item: item[1][0].lower()):
        if canonical not in SKIPPED:
            lines.append(f"{name}{source(distribution) or f'=={distribution.version}'}\n")
    return "".join(lines).encode("utf-8", "replace")


def source(distribution: metadata.Distribution) -> str | None:
    """Where a package came from that has no version of an index (PEP 610)."""
    try:
        return f" @ {json.loads(distribution.read_text('direct_url.json') or '')['url']}"
    except (TypeError, ValueError, KeyError, OSError):
        return None


def version(*names: str) -> str | None:
    """The version of the first of these that is installed."""
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return None


def built_for() -> dict[str, Any]:
    """What TensorFlow was built for: the text of its build_info.py, read as a literal."""
    for folder in sys.path:
        try:
            with open(os.path.join(folder, "tensorflow/python/platform/build_info.py"), encoding="utf-8") as stream:
                pairs = re.search(r"OrderedDict\((\[.*\])\)", stream.read())
            return dict(ast.literal_eval(pairs.group(1))) if pairs else {}
        except (OSError, ValueError, SyntaxError):
            pass
    return {}


def library(name: str) -> str | None:
    """The version of a library here, by its file's name: libcudnn.so.8.1.0."""
    folders = [folder for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":") if folder.startswith("/")]
    for folder in folders + [each for place in LIBRARIES for each in sorted(glob.glob(place))]:
        for path in sorted(glob.glob(os.path.join(glob.escape(folder), name + ".so.*.*"))):
            return path.rpartition(".so.")[2]
    return None


def main() -> None:
    built = built_for()
    answer = {
        "python": platform.python_version(),
        "tensorflow": version("tensorflow", "tensorflow-gpu", "tensorflow-cpu", "tf-nightly"),
        "tensorboard": version("tensorboard", "tb-nightly"),
        "packages": hashlib.sha256(frozen()).hexdigest(),
        "cuda": library("libcudart") or built.get("cuda_version"),
        "cudnn": library("libcudnn") or built.get("cudnn_version"),
        "folders": [folder for folder in sys.path if os.path.isdir(folder)],
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
