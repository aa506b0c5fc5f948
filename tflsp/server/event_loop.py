"""asyncio without TLS: the server speaks over pipes and local sockets, and OpenSSL takes five MiB of a process."""

from __future__ import annotations

import sys
from typing import Any


def import_asyncio() -> None:
    """Import asyncio as it is where Python was built without OpenSSL, unless either is there already."""
    modules: dict[str, Any] = sys.modules
    if "asyncio" in modules or "ssl" in modules:
        return
    modules["ssl"] = None  # what asyncio takes for "not there"
    try:
        import asyncio  # noqa: F401
    finally:
        del modules["ssl"]
