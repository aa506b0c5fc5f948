"""`python -m tflsp.server`: the server on standard streams, without the command line around it."""

from __future__ import annotations

from tflsp.server import serve

if __name__ == "__main__":
    raise SystemExit(serve())
