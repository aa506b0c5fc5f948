"""When documents are analysed: bursts cost little, stale results are dropped, whoever waits gets an answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.e2e.lsp.profiles import profile
from tflsp.server import analysis
from tflsp.server.analysis import FAST, LONGEST_QUIET, Analysed, Analyser, quiet_period
from tflsp.server.client import client_of
from tflsp.server.documents import Documents, Opened
from tflsp.server.worker import Worker

PATIENCE = 20
BAD = "```bash\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n```\n"


def test_the_quiet_period_follows_what_the_last_analysis_took() -> None:
    assert quiet_period(0) == quiet_period(FAST) == 0
    assert 0 < quiet_period(FAST * 1.5) < LONGEST_QUIET
    assert quiet_period(5) == LONGEST_QUIET


class Fixture:
    """An analyser with one document, and what it tells."""

    def __init__(self) -> None:
        self.client = client_of(profile("vscode").params)
        self.worker = Worker()
        self.finished: list[Analysed] = []
        self.measured: list[Analysed] = []
        self.documents = Documents(self.client.encoding)
        self.analyser = Analyser(
            self.worker,
            self.client,
            lambda opened, analysed: self.finished.append(analysed),
            self._measure,
            lambda opened, project: None,
        )
        item = {"uri": "file:///a.md", "languageId": "markdown", "version": 1, "text": BAD}
        self.opened: Opened = self.documents.open("a.md", item)

    def _measure(self, opened: Opened, analysed: Analysed, elapsed: float) -> None:
        opened.scope.root.project = analysed.project
        self.measured.append(analysed)

    def type(self, text: str) -> None:
        where = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
        self.documents.change(self.opened.uri, None, [{"range": where, "text": text}])

    async def ready(self) -> Analysed:
        analysed = await asyncio.wait_for(self.analyser.ready(self.opened), PATIENCE)
        assert analysed is not None
        return analysed


@pytest.fixture
async def made() -> AsyncIterator[Fixture]:
    fixture = Fixture()
    yield fixture
    assert fixture.worker.stop(PATIENCE)


def codes(analysed: Analysed) -> list[Any]:
    return [diagnostic["code"] for diagnostic in analysed.diagnostics[0]]


async def test_a_result_is_of_the_newest_state(made: Fixture) -> None:
    assert "TFL101" in codes(await made.ready())
    made.type("\n")
    analysed = await made.ready()
    assert analysed.revision == made.opened.revision
    assert analysed.diagnostics[0][0]["range"]["start"]["line"] == 2


async def test_what_is_known_is_not_computed_again(made: Fixture) -> None:
    first = await made.ready()
    assert await made.ready() is first
    assert len(made.measured) == 1


async def test_a_burst_costs_few_analyses(made: Fixture) -> None:
    await made.ready()
    for _ in range(50):
        made.type("x")
        made.analyser.refresh(made.opened)
    await made.ready()
    assert len(made.measured) <= 4
    assert [each.revision for each in made.finished][-1] == made.opened.revision
    assert {each.revision for each in made.finished} <= {1, made.opened.revision}


async def test_result_ids_stay_where_nothing_changed(made: Fixture) -> None:
    (first,) = (await made.ready()).result_ids
    text = made.opened.document.text
    where = {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 0}}
    made.documents.change(made.opened.uri, None, [{"range": where, "text": "more"}])
    assert made.opened.document.text == text + "more"
    assert (await made.ready()).result_ids == (first,)
    made.type("\n")
    assert (await made.ready()).result_ids != (first,)


async def test_closing_answers_whoever_waits(made: Fixture) -> None:
    waiting = asyncio.ensure_future(made.analyser.ready(made.opened))
    await asyncio.sleep(0)
    made.documents.close(made.opened.uri)
    made.analyser.forget(made.opened)
    assert await asyncio.wait_for(waiting, PATIENCE) is None


async def test_an_analysis_that_fails_still_answers(made: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(analysis, "check", fail)
    assert codes(await made.ready()) == []
    monkeypatch.undo()
    made.type("\n")
    assert "TFL101" in codes(await made.ready())
