"""Reports as JSON, and back: what a container says of itself is somebody else's text, and is taken in as such."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tflsp.doctor.base import Result, State, Words, all_checks, printable
from tflsp.doctor.environment import environment
from tflsp.doctor.machine import Machine
from tflsp.doctor.running import Complaint

FORMAT = 1
# Of what a container may tell: a report is read by people.
LONGEST, MOST_EVIDENCE = 600, 20
_BEGIN = re.compile(r'\{\s*"format"')


def report(
    machine: Machine, complaints: Sequence[Complaint], language: str, notes: Iterable[Words] = ()
) -> dict[str, Any]:
    """A whole report. ``ok`` is whether no complaint was seen."""
    return {
        "format": FORMAT,
        "tflsp": machine.version,
        "place": "container" if machine.inside else "host",
        "name": machine.target.name if machine.target else None,
        "ok": not any(complaint.state is State.PROBLEM for complaint in complaints),
        "complaints": [record(complaint, language) for complaint in complaints],
        "notes": [note.of(language) for note in notes],
        "environment": environment(machine),
    }


def record(complaint: Complaint, language: str) -> dict[str, Any]:
    """One complaint, its words in one language."""
    check, result = complaint.check, complaint.result
    return {
        "id": check.number,
        "slug": check.slug,
        "state": result.state.value,
        "where": complaint.where,
        "title": check.title.of(language),
        "seen": result.seen.of(language),
        "evidence": result.lines(language),
        "detection": check.detection.of(language),
        "advice": complaint.advice.of(language) if result.state is State.PROBLEM else None,
        "fixes": [fix.title.of(language) for fix in result.fixes],
        "sources": list(check.sources),
    }


class NoReport(Exception):
    """A text is not the report of a doctor of this format."""


def read(text: str) -> list[Complaint]:
    """The complaints of a report that another machine wrote; those of unknown checks are left out. Raises NoReport."""
    # Whatever a shell's start-up files print stands before it, and what its end prints behind.
    begin = _BEGIN.search(text)
    try:
        said, _ = json.JSONDecoder().raw_decode(text, begin.start() if begin else 0)
        if said["format"] != FORMAT or not isinstance(said["complaints"], list):
            raise NoReport("another format")
        checks = {check.slug: check for check in all_checks()}
        told = [each for each in said["complaints"] if isinstance(each, dict) and each.get("slug") in checks]
        return [Complaint(checks[each["slug"]], _result(each), "container") for each in told]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoReport(type(error).__name__) from None


def _result(said: Mapping[str, Any]) -> Result:
    evidence = said.get("evidence")
    advice = _clean(said.get("advice"))
    return Result(
        State(said.get("state")),
        Words(*[_clean(said.get("seen"))] * 2),
        tuple(_clean(each) for each in evidence[:MOST_EVIDENCE]) if isinstance(evidence, list) else (),
        Words(advice, advice) if advice else None,
    )


def _clean(text: object) -> str:
    if not isinstance(text, str):
        return ""
    return printable(text[:LONGEST])
