"""Samples the GPUs in a thread of its own, in tiers, and only while somebody looks.

One sampler serves everybody in a process. Nobody waits for the driver longer than they choose: a driver that hangs
costs the sampler's thread, and nothing else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from threading import Condition, Thread

from tflsp.gpu.history import History, Point
from tflsp.gpu.problems import problem_of
from tflsp.gpu.processes import host_pids
from tflsp.gpu.sources import Source, open_source
from tflsp.gpu.state import Gpu, Snapshot, System, Tier, Unavailable

log = logging.getLogger(__name__)

# Seconds. How long a snapshot is new enough for whoever asks once.
FRESH = 2.0
# How long the driver may take for one look until somebody is told that it hangs; the first one is slow by nature.
PATIENCE = 10.0
# How long the driver is held after the last look. A GPU that nobody holds can sleep.
LINGER = 30.0
# How soon it is tried again where nothing could be had.
RETRY, RETRY_WITHOUT_GPU = 10.0, 60.0
SHORTEST_INTERVAL = 0.5


@dataclass(slots=True, eq=False)
class Watch:
    """Somebody who looks: every ``interval`` seconds, and from now on."""

    interval: float
    tell: Callable[[Snapshot], None]
    due: float


class Sampler:
    """``ask`` for one snapshot, ``watch`` for many. Callbacks run in the sampler's thread and must not block it."""

    def __init__(self, open_source: Callable[[], Source] = open_source, linger: float = LINGER) -> None:
        self._open = open_source
        self._linger = linger
        self._changed = Condition()
        self._watches: list[Watch] = []
        self._asked: list[tuple[Future[Snapshot], float]] = []
        self._thread: Thread | None = None
        self._closed = False
        self._looking_since: float | None = None
        # Of the thread:
        self._source: Source | None = None
        self._system = System()
        self._taken: dict[Tier, float] = {}
        self._failed: tuple[float, str] | None = None
        self._latest: tuple[float, Snapshot] | None = None
        self._history = History()

    @property
    def latest(self) -> Snapshot | None:
        """The last snapshot, of whatever age."""
        return self._latest[1] if self._latest is not None else None

    def history(self, gpu: Gpu) -> tuple[Point, ...]:
        """The last points of a GPU, the oldest first."""
        return self._history.of(gpu)

    def ask(self, fresh: float = FRESH) -> Future[Snapshot]:
        """A snapshot that is not older than this many seconds."""
        future: Future[Snapshot] = Future()
        with self._changed:
            if self._latest is not None and time.monotonic() - self._latest[0] <= fresh:
                future.set_result(self._latest[1])
            elif self._closed:
                future.cancel()
            else:
                self._asked.append((future, fresh))
                self._wake()
        return future

    def now(self, patience: float = PATIENCE, fresh: float = FRESH) -> Snapshot:
        """A snapshot, waited for. Where the driver takes longer, one that says that it hangs."""
        try:
            return self.ask(fresh).result(patience)
        except TimeoutError:
            return Snapshot(time.time(), problem="hangs")

    def watch(self, tell: Callable[[Snapshot], None], interval: float = Tier.FAST.value) -> Callable[[], None]:
        """Tell every snapshot, the first at once, until what is returned here is called."""
        watch = Watch(max(interval, SHORTEST_INTERVAL), tell, time.monotonic())
        with self._changed:
            self._watches.append(watch)
            self._wake()

        def stop() -> None:
            with self._changed:
                with suppress(ValueError):
                    self._watches.remove(watch)
                self._changed.notify_all()

        return stop

    @property
    def hangs(self) -> bool:
        """Whether the driver has been asked and has not answered for long."""
        since = self._looking_since
        return since is not None and time.monotonic() - since > PATIENCE

    def close(self) -> None:
        """Tell nobody any more, and let the driver go as soon as it answers."""
        with self._changed:
            self._closed = True
            self._watches.clear()
            for future, _ in self._asked:
                future.cancel()
            self._asked.clear()
            self._changed.notify_all()

    def _wake(self) -> None:
        """Under the lock."""
        if self._closed:
            return
        if self._thread is None:
            self._thread = Thread(target=self._run, name="tflsp-gpu", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    # In the thread

    def _run(self) -> None:
        while (wanted := self._wait()) is not None:
            snapshot = self._look(wanted)
            now = time.monotonic()
            with self._changed:
                self._latest = (now, snapshot)
                asked, self._asked = self._asked, []
                told = [watch for watch in self._watches if watch.due <= now]
                for watch in told:
                    watch.due = now + watch.interval
            for future, _ in asked:
                if future.set_running_or_notify_cancel():
                    future.set_result(snapshot)
            for watch in told:
                with suppress(Exception):  # whoever looks answers for itself
                    watch.tell(snapshot)

    def _wait(self) -> float | None:
        """Until somebody wants a snapshot, of which age at most. None where nobody has for a while: the thread ends."""
        with self._changed:
            idle_until = time.monotonic() + self._linger
            while not self._closed:
                now = time.monotonic()
                wanted = [watch.interval for watch in self._watches if watch.due <= now]
                wanted += [fresh for _, fresh in self._asked]
                if wanted:
                    return min(wanted)
                until = min((watch.due for watch in self._watches), default=idle_until)
                if until <= now:
                    break
                self._changed.wait(until - now)
            self._thread = None
            source, self._source = self._source, None
            self._taken.clear()
            self._failed = None
        if source is not None:
            source.close()
        return None

    def _look(self, wanted: float) -> Snapshot:
        self._looking_since = time.monotonic()
        try:
            return self._snapshot(wanted)
        except Unavailable as error:
            return self._without(error.problem)
        except Exception as error:  # of a driver that answers in a form of its own: nobody must wait for ever
            log.error("the GPUs cannot be read: %s", type(error).__name__)
            log.debug("in the sampler", exc_info=error)
            return self._without("unreadable")
        finally:
            self._looking_since = None

    def _without(self, problem: str) -> Snapshot:
        """Nothing can be had, for a while."""
        if self._source is not None:
            self._source.close()
            self._source = None
        self._taken.clear()
        self._failed = (time.monotonic(), problem)
        return Snapshot(time.time(), problem=problem, host_pids=host_pids())

    def _snapshot(self, wanted: float) -> Snapshot:
        if self._failed is not None:
            since, problem = self._failed
            pause = RETRY_WITHOUT_GPU if problem_of(problem).normal else RETRY
            if time.monotonic() - since < pause:
                return Snapshot(time.time(), problem=problem, host_pids=host_pids())
        if self._source is None:
            self._source = self._open()
            self._failed = None
            self._system = self._source.system()
        now, before = time.monotonic(), self.latest
        due = due_at(now, self._taken, self._source.pace, wanted)
        if not due and before is not None:
            return before
        known_before = {gpu.index: gpu for gpu in before.gpus} if before is not None and self._taken else {}
        gpus = self._source.sample(due, known_before)
        self._taken |= dict.fromkeys(due, now)
        snapshot = Snapshot(time.time(), self._source.name, self._system, gpus, None, host_pids())
        self._history.add(snapshot)
        return snapshot


def due_at(now: float, taken: Mapping[Tier, float], pace: float, wanted: float = FRESH) -> frozenset[Tier]:
    """The tiers whose fields are old enough to be asked again, given when each was asked last.

    ``wanted`` is the age that somebody puts up with, which hastens the cheap fields alone; ``pace`` is the source's,
    below which nothing is asked. Timers are never exact, so that what is due in a moment is due.
    """
    ages = {tier: (now - taken.get(tier, -float("inf"))) / 0.9 for tier in Tier}
    limits = {tier: tier.value for tier in Tier} | {Tier.FAST: min(Tier.FAST.value, wanted)}
    return frozenset(tier for tier in Tier if ages[tier] >= max(limits[tier], pace))


@cache
def shared() -> Sampler:
    """The sampler of this process."""
    return Sampler()
