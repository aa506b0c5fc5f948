"""Asks BuildKit's own Dockerfile parser (PyPI's ``dockerfile``), one JSON text a line.

A process of its own: it is written in Go, as betterleaks is, and one process can hold only one Go runtime safely.
"""

from __future__ import annotations

import json
import sys

import dockerfile


def main() -> None:
    """Answer each Dockerfile with its instructions, or null where it is none."""
    for line in sys.stdin:
        try:
            commands = dockerfile.parse_string(json.loads(line))
        except dockerfile.GoParseError:
            commands = None
        sys.stdout.write(json.dumps(commands and [_plain(command) for command in commands]) + "\n")
        sys.stdout.flush()


def _plain(command: dockerfile.Command) -> dict[str, object]:
    return {
        "keyword": command.cmd.upper(),
        "inner": (command.sub_cmd or "").upper(),
        "flags": list(command.flags),
        "original": command.original,
        "heredocs": [[heredoc.name, heredoc.content] for heredoc in command.heredocs],
        "json": command.json,
        "value": list(command.value),
    }


if __name__ == "__main__":
    main()
