"""The entry point. `tflsp connect` must be there at once, so it is told apart before click is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line. Exit code 0: clean, 1: findings, 2: an error."""
    if sys.argv[1:2] == ["connect"]:
        from tflsp.remote.thin import main as connect

        return connect(sys.argv[2:])
    try:
        from tflsp.cli import main as command_line

        return command_line()
    except KeyboardInterrupt:  # while modules are imported: from then on click says the same
        sys.stderr.write("\nAborted!\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
