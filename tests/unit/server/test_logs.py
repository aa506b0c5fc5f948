"""Nothing of a document reaches a log by way of a library."""

from __future__ import annotations

import logging

from tflsp.server.logs import ClientHandler


def test_arguments_and_tracebacks_of_libraries_are_dropped() -> None:
    said: list[tuple[int, str]] = []
    handler = ClientHandler(lambda kind, text: said.append((kind, text)))
    for name in ("pygls.protocol", "tflsp.server"):
        record = logging.LogRecord(name, logging.ERROR, "f", 1, "failed: %s\nand %s", ("a secret", "more"), None)
        if handler.filter(record):
            handler.handle(record)
    (library, own) = (text for _, text in said)
    assert "secret" not in library
    assert own == "failed: a secret\nand more"
    assert {kind for kind, _ in said} == {1}


def test_a_handler_that_cannot_send_raises_nothing() -> None:
    def fail(kind: int, text: str) -> None:
        raise RuntimeError

    ClientHandler(fail).handle(logging.LogRecord("tflsp", logging.ERROR, "f", 1, "x", None, None))
