"""The pygls server: typed requests and commands, from lsprotocol's types to our handlers and back.

Framing, life cycle, synchronisation and diagnostics are not pygls's here: its text synchronisation splits lines at
characters that LSP does not know, its input shares a pool with handlers, and it logs what it sends.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from tflsp import __version__
from tflsp.server import registry
from tflsp.server.connection import INTERNAL_ERROR, INVALID_PARAMS
from tflsp.server.lsp import converter
from tflsp.server.registry import load_all
from tflsp.server.wire import Message

if TYPE_CHECKING:
    from tflsp.server.session import Session

log = logging.getLogger(__name__)

load_all()


class Protocol(LanguageServerProtocol):
    """pygls's protocol with our connection instead of a stream, and nothing of a message in a log."""

    _server: Server

    def _send_data(self, data: Any) -> None:
        message = self._converter.unstructure(data)
        if message.get("id") != self._server.greeted:  # that answer was given before pygls was there
            self._server.session.connection.send(message)


class Server(LanguageServer):
    """Typed handlers of one session."""

    protocol: Protocol

    def __init__(self, session: Session, initialize: Message) -> None:
        super().__init__("tflsp", __version__, protocol_cls=Protocol, converter_factory=converter, max_workers=1)
        self.session = session
        self.greeted: str | int | None = initialize["id"]
        self._reported: set[tuple[str, str]] = set()
        for method, handler in registry.typed.items():
            self.feature(method)(self._isolated(method, handler))
        for name, handler in registry.commands.items():
            self.command(name)(self._command(name, handler))
        self.handle(initialize)
        self.greeted = None

    def handle(self, message: Message) -> None:
        """Structure a message and run its handler. A request that has the wrong shape is answered with an error."""
        try:
            structured = self.protocol.structure_message(message)
        except Exception as error:  # of cattrs, about what the client sent
            if (number := message.get("id")) is not None:
                code = error.code if isinstance(error, JsonRpcException) else INVALID_PARAMS
                self.session.connection.fail(number, code or INTERNAL_ERROR, f"{message['method']}: wrong parameters")
            return
        self.protocol.handle_message(structured)

    def cancel(self, request: str | int) -> None:
        future = self.protocol._request_futures.pop(request, None)
        if future is not None:
            future.cancel()

    def close(self) -> None:
        for future in tuple(self.protocol._request_futures.values()):
            future.cancel()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """One line in the log; no popup, and no text of the error, which may hold the document's."""
        log.error("pygls: %s (%s)", type(error).__name__, getattr(source, "__name__", source))

    def _isolated(self, method: str, handler: registry.Typed) -> Any:
        async def run(params: Any) -> Any:
            try:
                return await handler(self.session, params)
            except (asyncio.CancelledError, JsonRpcException):
                raise
            except Exception as error:  # one feature's fault must not show in every keystroke
                self._report(method, error)
                return None

        return run

    def _command(self, name: str, handler: registry.Typed) -> Any:
        async def run(*arguments: Any) -> Any:
            try:
                return await handler(self.session, arguments)
            except (asyncio.CancelledError, JsonRpcException):
                raise
            except Exception as error:
                self._report(name, error)
                return None

        return run

    def _report(self, what: str, error: Exception) -> None:
        if (what, type(error).__name__) not in self._reported:
            self._reported.add((what, type(error).__name__))
            log.error("%s failed: %s", what, type(error).__name__)
        log.debug("in %s", what, exc_info=error)
