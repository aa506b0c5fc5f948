"""The server with a hover that fails always, for tests."""

from __future__ import annotations

from typing import Any

from tflsp.server import registry, serve
from tflsp.server.session import Session

real = registry.feature


def feature(method: str) -> Any:
    if method != "textDocument/hover":
        return real(method)

    def register(handler: Any) -> Any:
        async def fail(session: Session, params: Any) -> None:
            raise RuntimeError("text of the document")

        real(method)(fail)
        return handler

    return register


registry.feature = feature

if __name__ == "__main__":
    raise SystemExit(serve())
