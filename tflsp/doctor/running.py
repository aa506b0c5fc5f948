"""Asks the checks that apply to a machine, side by side; a check that fails costs its own result only."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from tflsp.doctor.base import Check, Result, State, Stop, Words, all_checks, printable, unseen
from tflsp.doctor.machine import Machine

log = logging.getLogger(__name__)

# They mostly wait: for a driver, an engine, a disk.
_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Complaint:
    """A check and what came of it. ``where`` is ``host`` or ``container``: the side that was looked at."""

    check: Check
    result: Result
    where: str

    @property
    def state(self) -> State:
        return self.result.state

    @property
    def advice(self) -> Words:
        """What to do, for what was seen."""
        return self.result.advice or self.check.advice


def run(machine: Machine, checks: Sequence[Check] | None = None) -> list[Complaint]:
    """Look for every complaint that can arise on this side, in the checks' order."""
    wanted = [check for check in checks or all_checks() if check.where.covers(inside=machine.inside)]
    where = "container" if machine.inside else "host"
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="tflsp-doctor") as pool:
        results = pool.map(lambda check: look(check, machine), wanted)
        return [Complaint(check, result, where) for check, result in zip(wanted, results, strict=True)]


def look(check: Check, machine: Machine) -> Result:
    """One check's result, whatever happens."""
    try:
        return _printable(check.look(machine))
    except Stop as stop:
        return _printable(stop.result)
    except Exception as error:  # a check meets any machine; its failure is a line in the report
        log.debug("the check %s failed", check.slug, exc_info=error)
        kind = type(error).__name__
        return unseen(f"the check itself failed ({kind}); please report it", f"检查本身出错（{kind}），请报告")


def _printable(result: Result) -> Result:
    evidence = tuple(_plain(each) if isinstance(each, Words) else printable(each) for each in result.evidence)
    advice = _plain(result.advice) if result.advice is not None else None
    return replace(result, seen=_plain(result.seen), evidence=evidence, advice=advice)


def _plain(words: Words) -> Words:
    return Words(printable(words.en), printable(words.zh))
