"""What is known of files that are not open, and the requests that wait to be told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tflsp.dataclass import dataclass
from tflsp.server.uris import uri_of
from tflsp.server.workspace.records import FileRecord

Json = dict[str, Any]
Waiting = Callable[[], bool]  # called when something is new; gives whether it waits no longer


@dataclass(frozen=True, slots=True)
class Known:
    """A file's diagnostics under an id that changes with them."""

    uri: str
    name: str
    result_id: str
    diagnostics: list[Json]

    def report(self) -> Json:
        """A WorkspaceFullDocumentDiagnosticReport."""
        return {
            "kind": "full",
            "uri": self.uri,
            "version": None,
            "resultId": self.result_id,
            "items": self.diagnostics,
        }


class Files:
    """Records by path. ``told`` takes what a file says of its project, ``gone`` that it says nothing any more."""

    def __init__(self, told: Callable[[FileRecord], None], gone: Callable[[Path], None]) -> None:
        self._known: dict[Path, Known] = {}
        self._told = told
        self._gone = gone
        self._results = 0
        self._asked = False
        self._waiting: list[Waiting] = []
        self._closed: set[str] = set()

    def take(self, record: FileRecord) -> None:
        """A file was read."""
        path = Path(record.path)
        old = self._known.get(path)
        result = old.result_id if old is not None and old.diagnostics == record.diagnostics else self._next()
        self._known[path] = Known(uri_of(path), record.name, result, record.diagnostics)
        self._told(record)
        if old is None or old.result_id != result:
            self._news()

    def forget(self, paths: Iterable[Path]) -> None:
        """Files are no more: what they held, and what lay in them where they were folders."""
        wanted = set(paths)
        for path in [known for known in self._known if known in wanted or not wanted.isdisjoint(known.parents)]:
            del self._known[path]
            self._gone(path)
            self._news()

    def settled(self) -> None:
        """Nothing more is to come for now."""
        self._news()

    def closed(self, uri: str) -> None:
        """The client has closed a document that it had pulled for, or asked for it once more.

        VS Code shows what the open document had until it is told of the file, and has forgotten the result's id: of a
        file that is gone by then it would never be told. Its last question comes when the tab closes, before the
        document does or after it; until that is answered it passes over what it is told here.
        """
        self._closed.add(uri)
        self._news()

    def previous_of_closed(self) -> dict[str, str]:
        """Documents that the client may show something of without an id; each is given once."""
        closed, self._closed = self._closed, set()
        return dict.fromkeys(closed, "")

    def changes(
        self, previous: Mapping[str, str], opened: set[str], notebooks: frozenset[str] = frozenset()
    ) -> list[Json]:
        """Reports of the files that are not open, where they differ from what the client has.

        What was said of the file of a notebook is taken back while that is open: its cells have the findings.
        """
        known = {each.uri: each for each in self._known.values() if each.uri not in opened | notebooks}
        reports = [each.report() for uri, each in known.items() if self._is_news(each, previous.get(uri))]
        gone: Iterator[str] = (uri for uri in previous if uri not in known and uri not in opened)
        return reports + [{"kind": "full", "uri": uri, "version": None, "items": []} for uri in gone]

    def first_asked(self) -> bool:
        """Whether nobody has asked before: the first request is answered even where there is nothing to say."""
        first, self._asked = not self._asked, True
        return first

    def wait(self, waiting: Waiting) -> None:
        """Be called at the next change."""
        self._waiting.append(waiting)

    @staticmethod
    def _is_news(known: Known, previous: str | None) -> bool:
        return previous != known.result_id and (previous is not None or bool(known.diagnostics))

    def _news(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._waiting += [each for each in waiting if not each()]

    def _next(self) -> str:
        self._results += 1
        return f"file-{self._results}"
