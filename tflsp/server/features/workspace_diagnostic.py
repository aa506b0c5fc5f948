"""workspace/diagnostic: the files that are not open. Partial results come as files are read.

A request that has nothing new to be told waits until there is something: VS Code asks again and again.
"""

from __future__ import annotations

from tflsp.server.registry import on_notification, on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.wire import Message


@on_request("workspace/diagnostic")
def workspace_diagnostic(session: Session, params: Message, request: Request) -> None:
    answer = _Answer(session, params, request)
    if not answer.tell():
        session.files.wait(answer.tell)


class _Answer:
    """What one request is told: reports as they come, if it takes them, then the rest."""

    def __init__(self, session: Session, params: Message, request: Request) -> None:
        self._session = session
        self._request = request
        self._previous: dict[str, str] = {each["uri"]: each["value"] for each in params.get("previousResultIds") or ()}
        self._token = params.get("partialResultToken")
        self._told = session.files.first_asked()

    def tell(self) -> bool:
        """Tell what is new. Whether the request waits no longer."""
        if self._request.done:
            return True
        settled = self._session.scan.settled
        if settled:
            self._previous = self._session.files.previous_of_closed() | self._previous
        opened = {opened.uri for opened in self._session.documents if not opened.is_notebook}
        notebooks = frozenset(opened.uri for opened in self._session.documents if opened.is_notebook)
        changes = self._session.files.changes(self._previous, opened, notebooks)
        if not settled:
            if changes and self._token is not None:
                self._told = True
                self._previous.update({report["uri"]: report.get("resultId", "") for report in changes})
                self._session.connection.notify("$/progress", {"token": self._token, "value": {"items": changes}})
            return False
        if changes or self._told:
            self._request.respond({"items": changes})
            return True
        return False


@on_notification("window/workDoneProgress/cancel")
def cancel(session: Session, params: Message) -> None:
    if (stop := session.cancellable.get(str(params["token"]))) is not None:
        stop()
