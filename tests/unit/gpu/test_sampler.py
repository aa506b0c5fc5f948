"""Tiers, watchers, and what happens while a driver does not answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event

import pytest

from tflsp.gpu.history import HISTORY, History
from tflsp.gpu.sampler import Sampler, due_at
from tflsp.gpu.state import Gpu, Memory, Missing, Snapshot, System, Tier, Unavailable, Utilization

PATIENCE = 20.0


@dataclass
class Recorded:
    """A source whose answers a test decides on."""

    answer: Callable[[Mapping[int, Gpu]], tuple[Gpu, ...]]
    asked: list[frozenset[Tier]] = field(default_factory=list)
    closed: Event = field(default_factory=Event)
    name: str = "recorded"
    pace: float = 0.0

    def system(self) -> System:
        return System("1.2", "12.2")

    def sample(self, due: frozenset[Tier], before: Mapping[int, Gpu]) -> tuple[Gpu, ...]:
        self.asked.append(due)
        return self.answer(before)

    def close(self) -> None:
        self.closed.set()


def one(_: Mapping[int, Gpu]) -> tuple[Gpu, ...]:
    return (Gpu(0, uuid="GPU-1", memory=Memory(10, 4, 6), utilization=Utilization(50)),)


# Tiers


def test_everything_is_due_at_first() -> None:
    assert due_at(1000.0, {}, 2.0) == frozenset(Tier)


@pytest.mark.parametrize(
    ("age", "due"),
    [
        (0.5, set()),
        (1.9, {Tier.FAST}),
        (4.6, {Tier.FAST, Tier.SLOW}),
        (9.5, {Tier.FAST, Tier.SLOW, Tier.PROCESSES}),
        (1e9, {Tier.FAST, Tier.SLOW, Tier.PROCESSES}),
    ],
)
def test_what_is_due(age: float, due: set[Tier]) -> None:
    assert due_at(1000.0 + age, dict.fromkeys(Tier, 1000.0), 2.0) == due


def test_whoever_is_in_a_hurry_gets_the_cheap_fields_sooner() -> None:
    taken = dict.fromkeys(Tier, 1000.0)
    assert due_at(1000.5, taken, 0.25, wanted=0.5) == {Tier.FAST}
    assert due_at(1000.1, taken, 0.25, wanted=0.0) == set(), "but not sooner than the source can bear"


def test_a_slow_source_is_not_asked_faster() -> None:
    assert due_at(1003.0, dict.fromkeys(Tier, 1000.0), Tier.SLOW.value) == set()


# Looking


def test_one_look(request: pytest.FixtureRequest) -> None:
    source = Recorded(one)
    sampler = Sampler(lambda: source)
    request.addfinalizer(sampler.close)
    snapshot = sampler.now(PATIENCE, fresh=3600.0)
    assert (snapshot.source, snapshot.system.driver, snapshot.gpus) == ("recorded", "1.2", one({}))
    assert sampler.now(PATIENCE, fresh=3600.0) is snapshot, "new enough"
    assert source.asked == [frozenset(Tier)]
    (point,) = sampler.history(snapshot.gpus[0])
    assert (point.memory, point.utilization, point.temperature) == (4, 50, None)


def test_two_watchers_share_the_looks(request: pytest.FixtureRequest) -> None:
    both = Event()

    def answer(before: Mapping[int, Gpu]) -> tuple[Gpu, ...]:
        both.wait(PATIENCE)
        return one(before)

    source = Recorded(answer)
    sampler = Sampler(lambda: source)
    request.addfinalizer(sampler.close)
    first: SimpleQueue[Snapshot] = SimpleQueue()
    second: SimpleQueue[Snapshot] = SimpleQueue()
    sampler.watch(first.put, 0.5)
    sampler.watch(second.put, 0.5)
    both.set()
    for _ in range(2):
        snapshot = first.get(timeout=PATIENCE)
        assert snapshot.gpus == one({})
        assert second.get(timeout=PATIENCE) is snapshot
    assert source.asked[0] == frozenset(Tier)
    assert all(Tier.IDENTITY not in due and Tier.PROCESSES not in due for due in source.asked[1:])


def test_a_watcher_that_fails_costs_the_others_nothing(request: pytest.FixtureRequest) -> None:
    sampler = Sampler(lambda: Recorded(one))
    request.addfinalizer(sampler.close)
    told: SimpleQueue[Snapshot] = SimpleQueue()
    sampler.watch(lambda snapshot: 1 / 0, 0.5)  # type: ignore[arg-type]
    sampler.watch(told.put, 0.5)
    told.get(timeout=PATIENCE)
    told.get(timeout=PATIENCE)


def test_the_driver_is_let_go_when_nobody_looks_and_taken_again_when_somebody_does() -> None:
    sources: list[Recorded] = []

    def opened() -> Recorded:
        sources.append(Recorded(one))
        return sources[-1]

    sampler = Sampler(opened, linger=0.0)
    told: SimpleQueue[Snapshot] = SimpleQueue()
    stop = sampler.watch(told.put, 60.0)
    told.get(timeout=PATIENCE)
    assert not sources[0].closed.is_set()
    stop()
    assert sources[0].closed.wait(PATIENCE)
    sampler.ask(fresh=-1.0).result(PATIENCE)
    assert len(sources) == 2
    assert sources[1].asked == [frozenset(Tier)]
    sampler.close()
    assert sources[1].closed.wait(PATIENCE)


# What goes wrong


def test_nobody_waits_for_a_driver_that_hangs(request: pytest.FixtureRequest) -> None:
    answers = Event()
    request.addfinalizer(answers.set)

    def hanging(before: Mapping[int, Gpu]) -> tuple[Gpu, ...]:
        answers.wait(PATIENCE)
        return one(before)

    sampler = Sampler(lambda: Recorded(hanging))
    request.addfinalizer(sampler.close)
    assert sampler.now(patience=0.01).problem == "hangs"
    pending = sampler.ask()
    answers.set()
    assert pending.result(PATIENCE).gpus == one({})


def test_what_could_not_be_opened_is_not_tried_at_once_again(request: pytest.FixtureRequest) -> None:
    tries: list[int] = []

    def opened() -> Recorded:
        tries.append(1)
        raise Unavailable("version-mismatch")

    sampler = Sampler(opened)
    request.addfinalizer(sampler.close)
    for _ in range(3):
        assert sampler.ask(fresh=-1.0).result(PATIENCE).problem == "version-mismatch"
    assert len(tries) == 1


def test_a_source_that_fails_in_a_way_of_its_own(request: pytest.FixtureRequest) -> None:
    source = Recorded(lambda before: (1 / 0,))  # type: ignore[arg-type,return-value]
    sampler = Sampler(lambda: source)
    request.addfinalizer(sampler.close)
    assert sampler.now(PATIENCE).problem == "unreadable"
    assert source.closed.is_set()


def test_history_does_not_grow_without_end() -> None:
    gpu, history = Gpu(0, memory=Missing("not-supported")), History()
    for moment in range(HISTORY + 5):
        for _ in range(2):
            history.add(Snapshot(float(moment), gpus=(gpu,)))
    assert [point.time for point in history.of(gpu)] == [float(each) for each in range(5, HISTORY + 5)]


def test_after_the_end_nobody_waits() -> None:
    sampler = Sampler(lambda: Recorded(one))
    sampler.close()
    assert sampler.ask().cancelled()
