"""What the extension in the browser asks: entries, the journal, fixes for a notebook as it is there, and GPUs.

Every question is Jupyter's own kind of request: who is not logged in, or comes without the token against forged
requests, gets nothing. tflsp is asked on a thread of its own, so that Jupyter's loop never waits.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from tflsp_jupyterlab import questions
from tflsp_jupyterlab.connection import Refused
from tflsp_jupyterlab.notebooks import Asked
from tflsp_jupyterlab.program import NoProgram
from tflsp_jupyterlab.resident import Resident, resident

LANGUAGES = ("en", "zh")
GUIDES = ("summary", "best-practices", "troubleshooting")


class Handler(APIHandler):
    """A question. Its body may have ``language``."""

    auth_resource = "contents"

    async def answered(self, question: Callable[[Resident], Any], language: object = None) -> None:
        """Ask, and send what is answered. Raises HTTPError."""
        own = resident(str(language) if language in LANGUAGES else LANGUAGES[0])
        try:
            answer = await asyncio.to_thread(question, own)
        except NoProgram as error:
            raise web.HTTPError(503, reason=_line(error)) from None
        except Refused as error:
            raise web.HTTPError(500, reason=_line(error)) from None
        self.finish(json.dumps(answer))


class About(Handler):
    """A question about a notebook: its ``path`` in Jupyter's contents, ``notebook`` its JSON, ``ids`` its cells'."""

    def question(self) -> tuple[dict[str, Any], Callable[[], Asked]]:
        """The body, and what reads the notebook in it, which is no work for Jupyter's loop. Raises HTTPError."""
        body = self.get_json_body()
        if not isinstance(body, dict):
            raise web.HTTPError(400, "an object is wanted")
        ids = body.get("ids")
        if not isinstance(body.get("notebook"), dict):
            raise web.HTTPError(400, "notebook is missing")
        return body, partial(Asked, self.file(body), body["notebook"], ids if isinstance(ids, list) else ())

    def file(self, body: dict[str, Any]) -> str:
        """The notebook's own path, below the folder that Jupyter serves. Raises HTTPError."""
        path = body.get("path")
        if not isinstance(path, str) or not path:
            raise web.HTTPError(400, "path is missing")
        path = path.rpartition(":")[2].strip("/")
        place = getattr(self.contents_manager, "_get_os_path", None)
        if place is None:
            raise web.HTTPError(404, "these notebooks are no files")
        return str(place(path))


class Entry(About):
    """POST: a journal entry for the notebook behind a ``cell``: ``{text, snippet}``, or the ``reason`` for none."""

    @web.authenticated
    @authorized("read")
    async def post(self) -> None:
        body, asked = self.question()
        kind, cell = body.get("kind"), body.get("cell")
        if kind not in questions.COMMANDS:
            raise web.HTTPError(400, f"kind is one of {', '.join(questions.COMMANDS)}")
        cell = cell if isinstance(cell, str) else None
        await self.answered(lambda own: questions.entry(own, asked(), kind, cell), body.get("language"))


class Entries(About):
    """POST: the notebook's journal."""

    @web.authenticated
    @authorized("read")
    async def post(self) -> None:
        body, asked = self.question()
        await self.answered(lambda own: questions.entries(own, asked()), body.get("language"))


class Timeline(About):
    """POST: the page that shows the notebook's experiment, for a ``dark`` theme or a light one."""

    @web.authenticated
    @authorized("read")
    async def post(self) -> None:
        body, asked = self.question()
        dark = body.get("dark") is True
        await self.answered(lambda own: questions.timeline(own, asked(), dark), body.get("language"))


class Compare(About):
    """POST: the step with a ``number`` beside the one before."""

    @web.authenticated
    @authorized("read")
    async def post(self) -> None:
        body, asked = self.question()
        number = body.get("number")
        if not isinstance(number, int) or isinstance(number, bool):
            raise web.HTTPError(400, "number is missing")
        await self.answered(lambda own: questions.compared(own, asked(), number), body.get("language"))


class Promote(About):
    """POST: put the entry at a ``position`` of a ``cell`` into the guide ``to``; without it, the guides there are."""

    @web.authenticated
    @authorized("write")
    async def post(self) -> None:
        body, asked = self.question()
        cell, position, to = body.get("cell"), body.get("position"), body.get("to")
        if not isinstance(cell, str) or not isinstance(position, dict) or to not in (None, *GUIDES):
            raise web.HTTPError(400, f"cell and position are wanted, and to is one of {', '.join(GUIDES)}")
        await self.answered(lambda own: questions.promoted(own, asked(), cell, position, to), body.get("language"))


class Fixes(About):
    """POST: the fixes for a ``cell``, or of the whole notebook its safe ones at once."""

    @web.authenticated
    @authorized("read")
    async def post(self) -> None:
        body, asked = self.question()
        cell = body.get("cell")
        if isinstance(cell, str):
            await self.answered(lambda own: {"fixes": questions.fixes(own, asked(), cell)}, body.get("language"))
        else:
            await self.answered(lambda own: {"cells": questions.all_fixed(own, asked())}, body.get("language"))


class Gpu(Handler):
    """GET: what the GPUs are doing, as `tflsp/gpu` says it."""

    @web.authenticated
    @authorized("read")
    async def get(self) -> None:
        await self.answered(lambda own: questions.gpus(own), self.get_query_argument("language", None))


def _line(error: Exception) -> str:
    """What can stand in a status line."""
    return " ".join(str(error).split()).encode("ascii", "replace").decode("ascii")[:300] or "tflsp gave no answer"


def handlers(base_url: str) -> list[tuple[str, type[Handler]]]:
    """The addresses, all below ``tflsp``."""
    found: dict[str, type[Handler]] = {
        "entry": Entry,
        "entries": Entries,
        "timeline": Timeline,
        "compare": Compare,
        "promote": Promote,
        "fixes": Fixes,
        "gpu": Gpu,
    }
    return [(url_path_join(base_url, "tflsp", name), handler) for name, handler in found.items()]
