"""workspace/didChangeConfiguration, and the settings that the editor is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from tflsp.server.connection import ClientError
from tflsp.server.registry import on_notification
from tflsp.server.session import Session
from tflsp.server.wire import Message

SECTION = "tflsp"


@on_notification("workspace/didChangeConfiguration")
def did_change_configuration(session: Session, params: Message) -> None:
    """Clients that can be asked are asked: what comes along is null or not scoped to folders."""
    if session.client.configuration:
        session.tasks.start(ask(session))
        return
    settings = params.get("settings")
    if isinstance(settings, dict):
        own = settings.get(SECTION, settings)
        session.editor_settings({None: {**initial(session), **own} if isinstance(own, dict) else initial(session)})


async def ask(session: Session) -> None:
    """Ask for the settings, in general and for each folder."""
    folders = dict(session.folders)
    items: list[dict[str, str]] = [{"section": SECTION}]
    items += [{"scopeUri": uri, "section": SECTION} for uri in folders]
    try:
        answers = await session.connection.request("workspace/configuration", {"items": items})
    except (ClientError, asyncio.CancelledError):
        return
    if not isinstance(answers, list) or len(answers) != len(items):
        return
    tables = [answer if isinstance(answer, dict) else {} for answer in answers]
    by_folder: dict[Any, Mapping[str, Any]] = {None: {**initial(session), **tables[0]}}
    by_folder |= {path: table for path, table in zip(folders.values(), tables[1:], strict=True) if table}
    session.editor_settings(by_folder)


def initial(session: Session) -> Mapping[str, Any]:
    """Settings in initializationOptions: under "settings", or directly."""
    options = session.client.options
    settings = options.get("settings", options)
    if not isinstance(settings, dict):
        return {}
    own = settings.get(SECTION, settings)
    return own if isinstance(own, dict) else {}
