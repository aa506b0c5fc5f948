"""The greeting: `initialize` is answered, whatever comes before it, and nothing after it is lost."""

from __future__ import annotations

import json
from typing import Any

from tflsp.server.bootstrap import Greeter
from tflsp.server.wire import Frames, encode

INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}


def answers(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(body) for body in Frames().feed(data)]


def test_initialize_is_answered_and_what_follows_kept() -> None:
    greeter = Greeter()
    early = {"jsonrpc": "2.0", "method": "initialized", "params": {}}
    said, start = greeter.feed(encode(INITIALIZE) + encode(early) + b"Content-Len")
    assert [(each["id"], "capabilities" in each["result"]) for each in answers(said)] == [(1, True)]
    assert start is not None
    assert [json.loads(body) for body in start.early] == [early]
    assert list(start.frames.feed(b"gth: 2\r\n\r\n{}")) == [b"{}"]


def test_what_comes_too_early() -> None:
    greeter = Greeter()
    data = encode({"id": 5, "method": "textDocument/hover"}) + encode({"method": "textDocument/didOpen"})
    said, start = greeter.feed(data + b"Content-Length: 1\r\n\r\n{" + b"Content-Length: 2\r\n\r\n[]")
    assert start is None
    assert [(each["id"], each["error"]["code"]) for each in answers(said)] == [
        (5, -32002),
        (None, -32700),
        (None, -32600),
    ]


def test_exit_before_initialize() -> None:
    greeter = Greeter()
    greeter.feed(encode({"method": "exit"}))
    assert greeter.exit_code == 1


def test_parameters_that_are_no_object() -> None:
    said, start = Greeter().feed(encode({**INITIALIZE, "params": [1]}))
    assert start is not None
    assert answers(said)[0]["result"]["capabilities"]["positionEncoding"] == "utf-16"
