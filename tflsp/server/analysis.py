"""When open documents are analysed, and what came of it.

A job always takes the newest state, so that a burst of keystrokes costs one analysis. The quiet period before it
follows what the last one took: none for a few milliseconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from time import thread_time
from typing import Any, Protocol

from tflsp.dataclass import dataclass, field
from tflsp.engine import Memo, Report, check
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.linked import Linked
from tflsp.findings import Finding
from tflsp.project import Project
from tflsp.server.client import Client
from tflsp.server.documents import Opened, State
from tflsp.server.memory import LARGE, release
from tflsp.server.projects import Root
from tflsp.server.telling import Diagnostic, Shown, Teller
from tflsp.server.worker import Worker
from tflsp.settings import Settings

log = logging.getLogger(__name__)

# An analysis that computes for this many seconds needs no quiet period: most keys come later than the last result.
FAST = 0.1
LONGEST_QUIET = 0.2


def quiet_period(elapsed: float) -> float:
    """Seconds to wait for more keystrokes before an analysis that last took ``elapsed`` seconds."""
    return min(max(2 * (elapsed - FAST), 0.0), LONGEST_QUIET)


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """The result for one state of a document, under the settings and the project of that moment."""

    state: State
    settings: Settings
    project: Project
    report: Report
    findings: tuple[list[Finding], ...]  # of each part: those that can be shown
    diagnostics: tuple[list[Diagnostic], ...]  # those of the findings, then others
    result_ids: tuple[str, ...] = ()

    @property
    def revision(self) -> int:
        return self.state.revision


# Gives a document's diagnostics: those of its findings, and behind them what the workspace knows besides.
Adding = Callable[[Opened, Report, tuple[Shown, ...], str], tuple[list[Diagnostic], ...]]


class Links(Protocol):
    """Knows what documents' links lead to; asked on the thread of the analysis."""

    def of(self, opened: Opened) -> Linked | None: ...

    def asked(self, opened: Opened, report: Report, settings: Settings) -> None: ...


# Called with the result, or with None where the document was closed before there was one.
Ready = Callable[["Analysed | None"], None]


@dataclass(slots=True, eq=False)
class _Work:
    """The bookkeeping for one open document."""

    teller: Teller
    memo: Memo = field(default_factory=Memo)
    queued: bool = False
    outdated: bool = False  # what a result depends on besides the text has changed
    timer: asyncio.TimerHandle | None = None
    analysed: Analysed | None = None
    runs: int = 0
    elapsed: float = 0.0
    waiting: list[Ready] = field(default_factory=list)


class Analyser:
    """Runs analyses on the worker; all methods belong to the event loop's thread."""

    def __init__(
        self,
        worker: Worker,
        client: Client,
        finished: Callable[[Opened, Analysed], None],
        measured: Callable[[Opened, Analysed, float], None],
        projected: Callable[[Opened, Project], None],
    ) -> None:
        self._worker = worker
        self._client = client
        self._finished = finished
        self._measured = measured
        self._projected = projected
        self.adding: Adding | None = None
        self.links: Links | None = None
        self._work: dict[Opened, _Work] = {}
        self._loop = asyncio.get_running_loop()
        self._results = 0

    def latest(self, opened: Opened) -> Analysed | None:
        """The last result, which may be of an older state."""
        work = self._work.get(opened)
        return work.analysed if work else None

    def current(self, opened: Opened) -> Analysed | None:
        """The result for the document as it stands, if there is one already."""
        analysed = self.latest(opened)
        if analysed is None or analysed.revision != opened.revision:
            return None
        scope = opened.scope
        if self._work[opened].outdated or analysed.settings is not scope.settings:
            return None
        return analysed if analysed.project is scope.root.project or analysed.project == scope.root.project else None

    def when_ready(self, opened: Opened, call: Ready, *, patient: bool = False) -> None:
        """Call with the result for the newest state: at once where it is there. The patient wait for a quiet moment."""
        if (analysed := self.current(opened)) is not None:
            call(analysed)
            return
        work = self._work_for(opened)
        work.waiting.append(call)
        self._start(opened, work, patient=patient)

    async def ready(self, opened: Opened) -> Analysed | None:
        """The result for the newest state."""
        future: asyncio.Future[Analysed | None] = self._loop.create_future()

        def resolve(analysed: Analysed | None) -> None:
            if not future.done():
                future.set_result(analysed)

        self.when_ready(opened, resolve)
        return await future

    def refresh(self, opened: Opened) -> None:
        """The document or what it depends on changed, and its diagnostics are to be pushed."""
        self._start(opened, self._work_for(opened), patient=True)

    def invalidate(self) -> None:
        """Settings or the project's own files have changed: no result holds any more."""
        for work in self._work.values():
            work.outdated = True

    def outdate(self, opened: Opened) -> None:
        """What one document's diagnostics depend on besides its text and settings has changed."""
        if (work := self._work.get(opened)) is not None:
            work.outdated = True

    def forget(self, opened: Opened) -> None:
        """The document was closed: nobody waits for it any more."""
        if (work := self._work.pop(opened, None)) is not None:
            if work.timer is not None:
                work.timer.cancel()
            waiting, work.waiting = work.waiting, []
            for call in waiting:
                call(None)

    def _work_for(self, opened: Opened) -> _Work:
        work = self._work.get(opened)
        if work is None:
            work = self._work[opened] = _Work(Teller(self._client))
        return work

    def _start(self, opened: Opened, work: _Work, *, patient: bool) -> None:
        if work.queued:
            return
        quiet = quiet_period(work.elapsed) if patient else 0.0
        if work.timer is not None:
            work.timer.cancel()
            work.timer = None
        if quiet:
            work.timer = self._loop.call_later(quiet, self._submit, opened, work)
        else:
            self._submit(opened, work)

    def _submit(self, opened: Opened, work: _Work) -> None:
        work.timer = None
        work.queued = True
        work.outdated = False
        self._worker.submit(partial(self._analyse, opened, work))

    def _analyse(self, opened: Opened, work: _Work) -> None:
        """On the worker's thread."""
        start = thread_time()  # what else the machine does is no reason to wait
        state, settings, root = opened.state, opened.scope.settings, opened.scope.root
        try:
            analysed = self._analysed(opened, state, settings, root, work)
        except Exception as error:  # whoever waits must have an answer
            log.error("the analysis failed: %s", type(error).__name__)
            log.debug("in the analysis", exc_info=error)
            report = Report(state.document, (), (), DocumentFacts(state.document, ()))
            empty: tuple[list[Any], ...] = tuple([] for _ in state.parts)
            analysed = Analysed(state, settings, root.project, report, empty, empty)
        elapsed = thread_time() - start
        self._loop.call_soon_threadsafe(self._done, opened, work, analysed, elapsed)
        # Typing seldom changes what a document says of its project: that is looked at when its result is on the way.
        if work.runs and root.index.update(state.document.name, analysed.report.facts):
            self._loop.call_soon_threadsafe(self._projected, opened, root.index.project(root.base))

    def _analysed(self, opened: Opened, state: State, settings: Settings, root: Root, work: _Work) -> Analysed:
        project = root.index.project(root.base)
        linked = self.links.of(opened) if self.links is not None else None
        report = check(state.document, settings, project, work.memo, linked)
        if not work.runs and root.index.update(state.document.name, report.facts):
            # What it says of the project holds for itself too. The facts are there: only the verdicts are made anew.
            project = root.index.project(root.base)
            report = check(state.document, settings, project, work.memo, linked)
        if self.links is not None:
            self.links.asked(opened, report, settings)
        shown = work.teller.tell(report, [part.uri for part in state.parts], settings.language)
        if self.adding is None:
            made = tuple([diagnostic for _, diagnostic in pairs] for pairs in shown)
        else:
            made = self.adding(opened, report, shown, settings.language)
        findings = tuple([finding for finding, _ in pairs] for pairs in shown)
        return Analysed(state, settings, project, report, findings, made)

    def _done(self, opened: Opened, work: _Work, analysed: Analysed, elapsed: float) -> None:
        work.queued = False
        work.runs += 1
        if work.runs == 1 and sum(len(part.text) for part in analysed.state.document.parts) > LARGE:
            self._worker.submit(release, background=True)
        # The first analysis reads everything and says nothing of what a keystroke costs.
        work.elapsed = 0.0 if work.runs == 1 else elapsed
        if not opened.is_notebook:  # cells are never pulled
            ids = self._result_ids(work.analysed, analysed)
            analysed = Analysed(
                analysed.state, analysed.settings, analysed.project, analysed.report, analysed.findings,
                analysed.diagnostics, ids,
            )  # fmt: skip
        work.analysed = analysed
        self._measured(opened, analysed, elapsed)
        if opened.closed:
            return
        if self.current(opened) is None:
            self._start(opened, work, patient=True)
            return
        # Pushed before anybody is answered: an answer about diagnostics must not come ahead of them.
        self._finished(opened, analysed)
        waiting, work.waiting = work.waiting, []
        for call in waiting:
            call(analysed)

    def _result_ids(self, old: Analysed | None, new: Analysed) -> tuple[str, ...]:
        """An id per part, the old one where its diagnostics are the same."""
        before = (
            {
                part.uri: (result, found)
                for part, result, found in zip(old.state.parts, old.result_ids, old.diagnostics, strict=True)
            }
            if old is not None
            else {}
        )
        ids = []
        for part, found in zip(new.state.parts, new.diagnostics, strict=True):
            result, same = before.get(part.uri, ("", None))
            if not result or (found is not same and found != same):
                self._results += 1
                result = str(self._results)
            ids.append(result)
        return tuple(ids)
