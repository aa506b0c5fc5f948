"""The command line: one file per command, loaded when it is called."""

from __future__ import annotations

import sys


def main() -> int:
    """The entry point. Exit code 0: clean, 1: findings, 2: an error."""
    # Output may hold any text of a document; a terminal that cannot show it must not end the program.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if sys.argv[1:2] == ["check"]:
        from tflsp.cli import quick

        code = quick.check(sys.argv[2:])
        if code is not None:
            quick.leave(code)
    if sys.argv[1:] in (["serve"], ["serve", "--stdio"]):
        # As editors start it: a server that runs all day does without what reads command lines.
        from tflsp.server import serve

        return serve()
    from tflsp.cli.group import group

    group(standalone_mode=True)
    return 0
