"""tflsp watches people work in a TensorFlow 2.9 container and warns while they type.

The floors, each importing only those before it: text, documents, facts, rules, engine. Editors, networks and
clocks stand above them, in server, cli, remote and container.
"""

from __future__ import annotations

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """`%load_ext tflsp` in a kernel whose Python has tflsp itself."""
    from tflsp import ipython_extension

    ipython_extension.load_ipython_extension(shell)


def unload_ipython_extension(shell: object) -> None:
    """`%unload_ext tflsp`."""
    from tflsp import ipython_extension

    ipython_extension.unload_ipython_extension(shell)
