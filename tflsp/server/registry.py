"""Where features register themselves: one module per LSP method (or group of methods that live together) in features/.

*Plain* handlers get parameters as they came off the wire and are there from the first message on: synchronisation,
diagnostics, life cycle. *Typed* handlers speak lsprotocol's types and run under pygls, which is loaded when it can be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from tflsp.server.capabilities import INSERTIONS, PROMOTE, RENUMBER, UPDATE_SUMMARY
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

# Modules that nobody needs before the first of their commands is given: they bring what reads runs, keeps snapshots and
# merges guides. Code actions import them where they are asked for in what may be a journal.
LATER: Mapping[str, Sequence[str]] = {
    "tflsp.server.features.journal_actions": (),
    "tflsp.server.features.journal_commands": INSERTIONS,
    "tflsp.server.features.journal_promote": (PROMOTE,),
    "tflsp.server.features.journal_renumber": (RENUMBER,),
    "tflsp.server.features.journal_summary": (UPDATE_SUMMARY,),
}


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
    """Import the modules of features/; of those that are seldom needed, register what imports them."""
    package = import_module("tflsp.server.features")
    for module in iter_modules(package.__path__, "tflsp.server.features."):
        if module.name not in LATER:
            import_module(module.name)
    for name, given in LATER.items():
        for each in given:
            commands.setdefault(each, _importing(name, each))


def _importing(module: str, name: str) -> Typed:
    """A handler that becomes the one that its module registers under the same name."""

    async def handler(session: Session, arguments: Any) -> Any:
        await asyncio.to_thread(import_module, module)
        return await commands[name](session, arguments)

    return handler
