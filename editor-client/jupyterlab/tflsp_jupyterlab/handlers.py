"""What the extension in the browser asks: entries, findings and fixes for a notebook as it is there, and GPUs.

Every question is Jupyter's own kind of request: who is not logged in, or comes without the token against forged
requests, gets nothing. A notebook's text goes to tflsp's standard input; files are read by it, not written.
"""

from __future__ import annotations

import json
import os
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from tflsp_jupyterlab.fixes import findings_with_edits
from tflsp_jupyterlab.program import Answer, NoProgram, ask

KINDS = ("goal", "step", "error", "conclusion")
LANGUAGES = ("en", "zh")


class Handler(APIHandler):
    """A question about a notebook: ``path`` as Jupyter's contents have it, ``notebook`` its JSON, ``language``."""

    auth_resource = "contents"

    def question(self) -> dict[str, Any]:
        """The body. Raises HTTPError."""
        body = self.get_json_body()
        if not isinstance(body, dict):
            raise web.HTTPError(400, "an object is wanted")
        return body

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

    def text(self, body: dict[str, Any]) -> str:
        """The notebook as it is in the browser. Raises HTTPError."""
        if not isinstance(body.get("notebook"), dict):
            raise web.HTTPError(400, "notebook is missing")
        return json.dumps(body["notebook"], ensure_ascii=False, indent=1)

    def language(self, body: dict[str, Any]) -> list[str]:
        return ["--language", body["language"]] if body.get("language") in LANGUAGES else []

    async def asked(self, file: str, *arguments: str, text: str) -> Answer:
        """What tflsp answers. Raises HTTPError where it cannot be run."""
        folder = os.path.dirname(file)
        try:
            return await ask(*arguments, text=text, folder=folder if os.path.isdir(folder) else None)
        except NoProgram as error:
            raise web.HTTPError(503, reason=str(error)) from None


class Entry(Handler):
    """POST: a journal entry for the notebook, ``{text, number, language}``, or the ``reason`` why there is none."""

    @web.authenticated
    @authorized("read")
    async def post(self) -> None:
        body = self.question()
        kind = body.get("kind")
        if kind not in KINDS:
            raise web.HTTPError(400, f"kind is one of {', '.join(KINDS)}")
        file = self.file(body)
        arguments = ["journal", kind, file, "--stdin", "--json", *self.language(body)]
        answer = await self.asked(file, *arguments, text=self.text(body))
        try:
            entry = json.loads(answer.said)
            self.finish(json.dumps({name: entry[name] for name in ("text", "number", "language")}))
        except (ValueError, KeyError, TypeError):
            reason = answer.complaint.removeprefix("tflsp: ").removeprefix(f"{file}: ")
            self.finish(json.dumps({"reason": reason or f"tflsp ended with {answer.code}"}))


class Entries(Handler):
    """POST: what the notebook's journal has, in its order."""

    @web.authenticated
    @authorized("read")
    async def post(self) -> None:
        body = self.question()
        file = self.file(body)
        answer = await self.asked(file, "journal", "show", file, "--stdin", "--json", text=self.text(body))
        try:
            found = json.loads(answer.said)
        except ValueError:
            found = []
        self.finish(json.dumps({"entries": found}))


class Findings(Handler):
    """POST: what tflsp finds in the notebook, each with the cells as its fix would leave them."""

    @web.authenticated
    @authorized("read")
    async def post(self) -> None:
        body = self.question()
        file, text = self.file(body), self.text(body)
        arguments = ["check", "--output-format", "json", *self.language(body), "--stdin-filename", file, "-"]
        answer = await self.asked(file, *arguments, text=text)
        try:
            found = json.loads(answer.said)
        except ValueError:
            raise web.HTTPError(500, reason=(answer.complaint or "tflsp said nothing").split("\n")[0]) from None
        self.finish(json.dumps({"findings": findings_with_edits(text, found)}))


class Gpu(Handler):
    """GET: what the GPUs are doing, as `tflsp gpu --json` says it."""

    @web.authenticated
    @authorized("read")
    async def get(self) -> None:
        try:
            answer = await ask("gpu", "--json")
        except NoProgram as error:
            raise web.HTTPError(503, reason=str(error)) from None
        try:
            self.finish(json.dumps(json.loads(answer.said)))
        except ValueError:
            raise web.HTTPError(500, reason=(answer.complaint or "tflsp said nothing").split("\n")[0]) from None


def handlers(base_url: str) -> list[tuple[str, type[Handler]]]:
    """The addresses, all below ``tflsp``."""
    found = {"entry": Entry, "entries": Entries, "findings": Findings, "gpu": Gpu}
    return [(url_path_join(base_url, "tflsp", name), handler) for name, handler in found.items()]
