"""`python -m tflsp`: the command line, for an interpreter whose scripts are not on PATH."""

from __future__ import annotations

from tflsp.start import main

if __name__ == "__main__":
    raise SystemExit(main())
