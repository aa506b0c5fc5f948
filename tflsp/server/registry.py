"""Where features register themselves: one module per LSP method (or group of methods that live together) in features/.

*Plain* handlers get parameters as they came off the wire and are there from the first message on: synchronisation,
diagnostics, life cycle. *Typed* handlers speak lsprotocol's types and run under pygls, which is loaded when it can be.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from tflsp.server.wire import Message

if TYPE_CHECKING:
    from tflsp.server.requests import Request
    from tflsp.server.session import Session

Notified = Callable[["Session", Message], None]
Requested = Callable[["Session", Message, "Request"], None]
Typed = Callable[["Session", Any], Awaitable[Any]]

notified: dict[str, Notified] = {}
requested: dict[str, Requested] = {}
typed: dict[str, Typed] = {}
commands: dict[str, Typed] = {}

_PLAIN_MODULES = (
    "tflsp.server.features.lifecycle",
    "tflsp.server.features.text_document_sync",
    "tflsp.server.features.notebook_document_sync",
    "tflsp.server.features.diagnostic",
    "tflsp.server.features.workspace_diagnostic",
    "tflsp.server.features.configuration",
    "tflsp.server.features.watched_files",
    "tflsp.server.features.workspace_folders",
    "tflsp.server.features.file_operations",
    "tflsp.server.features.gpu",
    "tflsp.server.features.doctor",
    "tflsp.server.features.journal_tree",
    "tflsp.server.features.journal_outputs",
    "tflsp.server.features.journal_timeline",
)


def on_notification(method: str) -> Callable[[Notified], Notified]:
    """Register a plain handler of a notification: ``handler(session, params)``."""

    def register(handler: Notified) -> Notified:
        notified[method] = handler
        return handler

    return register


def on_request(method: str) -> Callable[[Requested], Requested]:
    """Register a plain handler of a request: ``handler(session, params, request)``; it, or someone later, responds."""

    def register(handler: Requested) -> Requested:
        requested[method] = handler
        return handler

    return register


def feature(method: str) -> Callable[[Typed], Typed]:
    """Register a typed handler: ``async handler(session, params)``."""

    def register(handler: Typed) -> Typed:
        typed[method] = handler
        return handler

    return register


def command(name: str) -> Callable[[Typed], Typed]:
    """Register a handler of ``workspace/executeCommand``: ``async handler(session, arguments)``."""

    def register(handler: Typed) -> Typed:
        commands[name] = handler
        return handler

    return register


def argument_of(arguments: Sequence[Any]) -> dict[str, Any]:
    """The object that a command was given; an empty one where it was given none."""
    return arguments[0] if arguments and isinstance(arguments[0], dict) else {}


def load_plain() -> None:
    """Import the modules of plain handlers, none of which needs lsprotocol."""
    for name in _PLAIN_MODULES:
        import_module(name)


def load_all() -> None:
    """Import every module of features/."""
    package = import_module("tflsp.server.features")
    for module in iter_modules(package.__path__, "tflsp.server.features."):
        import_module(module.name)
