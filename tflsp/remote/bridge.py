"""The bridge: messages on their way between an editor here and a server in a container.

A message keeps its bytes but for the URIs that the schema knows, which are exchanged in place; document text is never
touched, and what needs no change is not parsed when that can be told without. The editor's process is nobody there, so
`processId` becomes null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from tflsp.remote.frames import Frame
from tflsp.remote.uris import SCHEMES, UriMap
from tflsp.remote.uris_fields import RESULTS
from tflsp.remote.uris_shapes import Shape, collect, fields_of, parameters, result, transform

# A string whose value begins with one of our schemes. In JSON an unescaped quote in front of a scheme can only open a
# string, and a quote inside of one has a backslash before it; so this finds strings, whatever text surrounds them.
# (The first letter is looked at before case is ignored, which makes the search several times faster.)
_TOKEN = re.compile(rb'"(?=[fstvFSTV])(?<!\\")(?i:%b):[^"\\]*(?:\\.[^"\\]*)*"' % SCHEMES.encode(), re.DOTALL)
_SCHEME = re.compile(rf"(?:{SCHEMES}):", re.IGNORECASE | re.ASCII)
# Letters that are written as escapes could hide a scheme. No encoder does that, but somebody might.
_HIDDEN = re.compile(rb"\\u00[2-7]")
_TRACKED = re.compile(
    rb'"method"\s*:\s*"(?:initialize|tflsp[\\/]|workspace\\?/executeCommand|%b)'
    % b"|".join(re.escape(method.encode()).replace(b"/", rb"\\?/") for method in RESULTS)
)
# Parsing a message of this size costs less than a wake-up.
_SMALL = 1 << 14
# Requests that were never answered are forgotten in the end.
_MOST_PENDING = 10_000

Translate = Callable[[str], str]


class BridgeError(Exception):
    """A message that cannot be handed on; the text says why and quotes nothing of it."""


class _Asked(NamedTuple):
    """A request whose answer will hold URIs: the shape of the result, and the token of its parts."""

    shape: Shape
    partial: str | int | None


_Requests = dict[str | int, _Asked]


class Bridge:
    """One session's messages. Without a map (the server runs on this machine) they pass as they are."""

    def __init__(self, uris: UriMap | None) -> None:
        self._uris = uris
        self._by_editor: _Requests = {}
        self._by_server: _Requests = {}
        self._partial: dict[str | int, Shape] = {}

    def outgoing(self, frame: Frame) -> bytes:
        """A message of the editor's, as the server is to see it. What is no JSON is the server's to refuse."""
        if self._uris is None:
            return frame.raw
        try:
            message = _parsed(frame)
        except (ValueError, RecursionError):
            return frame.raw
        if message is None:
            return frame.raw
        if message.get("method") == "initialize":
            return self._initialize(frame, message, self._uris)
        return self._exchange(frame, message, self._uris.to_remote, self._by_editor, self._by_server)

    def incoming(self, frame: Frame) -> bytes:
        """A message of the server's, as the editor is to see it. Raises BridgeError for what is no message."""
        if self._uris is None:
            return frame.raw
        try:
            message = _parsed(frame)
        except (ValueError, RecursionError):
            raise BridgeError("the server sent what is no message") from None
        if message is None:
            return frame.raw
        return self._exchange(frame, message, self._uris.to_local, self._by_server, self._by_editor)

    def _initialize(self, frame: Frame, message: dict[str, Any], uris: UriMap) -> bytes:
        params = message.get("params")
        shape = parameters("initialize")
        if not isinstance(params, dict) or shape is None:
            return frame.raw
        self._remember("initialize", message, self._by_editor)
        mapped = transform(params, shape, uris.to_remote, uris.path_to_remote)
        return _framed(_encoded({**message, "params": {**mapped, "processId": None}}))

    def _exchange(
        self, frame: Frame, message: dict[str, Any], translate: Translate, asked: _Requests, answered: _Requests
    ) -> bytes:
        method = message.get("method")
        if isinstance(method, str):
            part, shape = "params", self._parameters(method, message)
            self._remember(method, message, asked)
        else:
            part, shape = "result", self._answer(message.get("id"), answered)
        if shape is None or part not in message:
            return frame.raw
        strings: list[str] = []
        collect(message[part], shape, strings)
        uris = [each for each in strings if _SCHEME.match(each)]
        exchanged = [translate(each) for each in uris]
        if exchanged == uris:
            return frame.raw
        if _HIDDEN.search(frame.raw, frame.start):
            mapped = transform(message[part], shape, translate, lambda path: path)
            return _framed(_encoded({**message, part: mapped}))
        return _framed(_spliced(frame, part, shape, exchanged, translate))

    def _parameters(self, method: str, message: dict[str, Any]) -> Shape | None:
        if method != "$/progress":
            return parameters(method)
        params = message.get("params")
        token = params.get("token") if isinstance(params, dict) else None
        parts = self._partial.get(token) if isinstance(token, str | int) else None
        return None if parts is None else Shape(fields={"value": parts})

    def _remember(self, method: str, message: dict[str, Any], asked: _Requests) -> None:
        number = message.get("id")
        if not isinstance(number, str | int) or (shape := result(method)) is None:
            return
        params = message.get("params")
        partial = params.get("partialResultToken") if isinstance(params, dict) else None
        if not isinstance(partial, str | int):
            partial = None
        else:
            self._partial[partial] = shape
        if len(asked) >= _MOST_PENDING:
            self._answer(next(iter(asked)), asked)
        asked[number] = _Asked(shape, partial)

    def _answer(self, number: object, answered: _Requests) -> Shape | None:
        found = answered.pop(number, None) if isinstance(number, str | int) else None
        if found is None:
            return None
        if found.partial is not None:
            self._partial.pop(found.partial, None)
        return found.shape


def _parsed(frame: Frame) -> dict[str, Any] | None:
    """The message, or None where nothing in it can concern us. Raises ValueError, RecursionError."""
    raw, start = frame
    if len(raw) > _SMALL and not (
        _TOKEN.search(raw, start) or _HIDDEN.search(raw, start) or _TRACKED.search(raw, start)
    ):
        return None
    message = json.loads(raw[start:].decode("utf-8", "surrogateescape"))
    if not isinstance(message, dict):
        raise ValueError("not a message")
    return message


def _spliced(frame: Frame, part: str, shape: Shape, exchanged: list[str], translate: Translate) -> bytes:
    """The body with its URIs exchanged, and every other byte as it was."""
    tokens = list(_TOKEN.finditer(frame.raw, frame.start))
    if len(tokens) != len(exchanged):
        # Some strings only look like URIs: a document's text, somebody's settings.
        text = frame.raw[frame.start :].decode("utf-8", "surrogateescape")
        flags = _flags(json.loads(text, object_pairs_hook=_Pairs), part, shape)
        tokens = [token for token, flag in zip(tokens, flags, strict=True) if flag]
        exchanged = [translate(json.loads(token[0].decode("utf-8", "surrogateescape"))) for token in tokens]
    pieces: list[bytes] = []
    position = frame.start
    for token, uri in zip(tokens, exchanged, strict=True):
        pieces += (frame.raw[position : token.start()], _quoted(uri))
        position = token.end()
    return b"".join([*pieces, frame.raw[position:]])


@lru_cache(4096)
def _quoted(uri: str) -> bytes:
    return json.dumps(uri).encode()


class _Pairs(list[tuple[str, Any]]):
    """An object with its keys in order, as often as they stand there."""


def _flags(message: _Pairs, part: str, shape: Shape) -> list[bool]:
    """For every string that looks like a URI, in the order of the text, whether the schema says that it is one."""
    flags: list[bool] = []

    def walk(value: Any, of: Shape | None) -> None:
        if isinstance(value, _Pairs):
            fields = {} if of is None else fields_of(dict(value), of)
            for key, inner in value:
                text(key, of is not None and of.keys)
                walk(inner, None if of is None else of.values if of.keys else fields.get(key))
        elif isinstance(value, list):
            for inner in value:
                walk(inner, of)
        elif isinstance(value, str):
            text(value, of is not None and of.uri)

    def text(value: str, is_uri: bool) -> None:
        if _SCHEME.match(value):
            flags.append(is_uri)

    walk(message, Shape(fields={part: shape}))
    return flags


def _encoded(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


def _framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
