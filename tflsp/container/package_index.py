"""Where pip finds packages on this machine, for the pip that builds an image. Kept in no tag and no log."""

from __future__ import annotations

import subprocess
import sys

_OPTIONS = ("index-url", "extra-index-url", "trusted-host")


def package_index() -> dict[str, str]:
    """PIP_ variables from the environment and pip's own files; empty where pip is not there to ask."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout
    found = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        option, value = name.rpartition(".")[2], value.strip().strip("'\"")
        # A folder of this machine is not there while an image is built.
        if option in _OPTIONS and value and "file:" not in value:
            found["PIP_" + option.replace("-", "_").upper()] = value
    return found
