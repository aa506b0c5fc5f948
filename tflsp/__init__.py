"""tflsp watches people work in a TensorFlow 2.9 container and warns while they type.

The floors, each importing only those before it: text, documents, facts, rules, engine. Editors, networks and
clocks stand above them, in server, cli, remote and container.
"""

from __future__ import annotations

__version__ = "0.1.0"
