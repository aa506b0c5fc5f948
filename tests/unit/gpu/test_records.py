"""Snapshots as JSON and back, and whatever a container may send instead."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.gpu.snapshots import anything, snapshots
from tflsp.gpu.records import clean, record_of, snapshot_of
from tflsp.gpu.state import Gpu, Memory, Missing, Snapshot


@given(snapshots)
def test_nothing_is_lost_on_the_way(snapshot: Snapshot) -> None:
    assert snapshot_of(json.loads(json.dumps(record_of(snapshot)))) == snapshot


@given(anything)
def test_whatever_comes_can_be_read_and_told_on(record: Any) -> None:
    json.dumps(record_of(snapshot_of(record)))


@given(snapshots, anything, st.data())
def test_a_record_that_was_tampered_with_can_be_read(snapshot: Snapshot, poison: Any, data: st.DataObject) -> None:
    record = record_of(snapshot)
    for table in (record, *record["gpus"]):
        table[data.draw(st.sampled_from(sorted(table)))] = poison
    snapshot_of(record)


def test_a_missing_value_says_why() -> None:
    gpu = Gpu(0, memory=Memory(2, 1, 1), power=Missing("no-permission"), fan=Missing("not-supported"))
    (record,) = record_of(Snapshot(1.0, gpus=(gpu,)))["gpus"]
    assert (record["power"], record["missing"]["power"]) == (None, "no-permission")
    assert record["missing"]["memory.reserved"] == "not-reported"
    assert "memory" not in record["missing"]


def test_no_name_reaches_the_terminal_with_control_characters() -> None:
    evil = "\x1b]0;owned\x07\u202egpj.exe\r\n"
    record = record_of(Snapshot(1.0, gpus=(Gpu(0, name=evil),)))
    assert not set(evil) & {"\x1b", "\x07"} & set(record["gpus"][0]["name"])
    record["gpus"][0]["name"] = record["problem"] = evil
    (gpu,) = snapshot_of(record).gpus
    assert isinstance(gpu.name, str)
    assert gpu.name.isprintable() or "\ufffd" in gpu.name
    assert "\x1b" not in gpu.name
    assert len(clean("x" * 10_000)) < 1000
