"""The analysis thread: urgent first, in order; a failing job is one line in the log."""

from __future__ import annotations

import logging
from functools import partial
from threading import Event

import pytest

from tflsp.server.worker import Worker

PATIENCE = 20


def test_urgent_jobs_come_first_and_in_their_order() -> None:
    worker, begun, go_on, ended, done = Worker(), Event(), Event(), Event(), list[str]()

    def block() -> None:
        begun.set()
        go_on.wait(PATIENCE)

    worker.submit(block)
    assert begun.wait(PATIENCE)
    for name in ("later 1", "later 2"):
        worker.submit(partial(done.append, name), background=True)
    for name in ("now 1", "now 2"):
        worker.submit(partial(done.append, name))
    worker.submit(ended.set, background=True)
    go_on.set()
    assert ended.wait(PATIENCE)
    assert done == ["now 1", "now 2", "later 1", "later 2"]
    assert worker.stop(PATIENCE)


def test_a_failing_job_does_not_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    worker, ended = Worker(), Event()

    def fail() -> None:
        raise ValueError("text of a document")

    with caplog.at_level(logging.ERROR):
        worker.submit(fail)
        worker.submit(ended.set)
        assert ended.wait(PATIENCE)
    assert "ValueError" in caplog.text
    assert "text of a document" not in caplog.text
    assert worker.stop(PATIENCE)


def test_stopping_drops_what_waits() -> None:
    worker, begun, go_on, done = Worker(), Event(), Event(), list[int]()

    def block() -> None:
        begun.set()
        go_on.wait(PATIENCE)

    worker.submit(block)
    assert begun.wait(PATIENCE)
    worker.submit(lambda: done.append(1))
    assert not worker.stop(0)
    go_on.set()
    assert worker.stop(PATIENCE)
    worker.submit(lambda: done.append(2))
    assert done == []
