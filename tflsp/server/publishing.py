"""Diagnostics that are pushed: of cells always, of other texts where the client cannot pull. Never both."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tflsp.server.analysis import Analysed
from tflsp.server.client import Client
from tflsp.server.connection import Connection
from tflsp.server.documents import Opened
from tflsp.server.telling import Diagnostic, json_of
from tflsp.server.uris import scheme_of

METHOD = "textDocument/publishDiagnostics"
_PULLED_SCHEMES = frozenset({"file", "untitled"})


class Publisher:
    """What was pushed last for each text, so that only news is pushed."""

    def __init__(self, client: Client, connection: Connection) -> None:
        self._client = client
        self._connection = connection
        self._pushed: dict[str, tuple[int | None, list[Diagnostic]]] = {}

    def pushes(self, uri: str) -> bool:
        """Whether diagnostics of this text are pushed."""
        return not self._client.pulls or scheme_of(uri) not in _PULLED_SCHEMES

    def pushes_document(self, opened: Opened) -> bool:
        """Whether diagnostics of this document's texts are pushed."""
        return opened.is_notebook or self.pushes(opened.uri)

    def push(self, analysed: Analysed) -> None:
        """Push what is new; a new version is news by itself: the client may wait for it."""
        for part, found in zip(analysed.state.parts, analysed.diagnostics, strict=True):
            if self._pushed.get(part.uri) == (part.version, found):
                continue
            self._pushed[part.uri] = (part.version, found)
            params = {"uri": json.dumps(part.uri), "diagnostics": json_of(found)}
            if part.version is not None:
                params["version"] = str(part.version) if type(part.version) is int else json.dumps(part.version)
            self._connection.notify_encoded(METHOD, params)

    def take_back(self, uris: Iterable[str]) -> None:
        """Push that there is nothing (more) to say of these texts."""
        for uri in uris:
            if (pushed := self._pushed.pop(uri, None)) is not None and pushed[1]:
                self._connection.notify(METHOD, {"uri": uri, "diagnostics": []})
