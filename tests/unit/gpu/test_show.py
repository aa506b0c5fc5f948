"""Tables and graphs: whatever is told can be shown, in the width that there is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, Group

from tests.unit.gpu.snapshots import anything, snapshots
from tflsp.cli.gpu_show import Graphs, graph, shown
from tflsp.gpu.prometheus import exposition
from tflsp.gpu.records import record_of, snapshot_of
from tflsp.gpu.state import Gpu, Memory, Snapshot, Utilization
from tflsp.gpu.words import line


def rendered(snapshot: Snapshot, language: str = "en", width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(shown(snapshot, language, "a-container"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@settings(max_examples=60)
@given(snapshots, st.sampled_from(["en", "zh"]), st.integers(40, 200))
def test_everything_can_be_shown(snapshot: Snapshot, language: str, width: int) -> None:
    assert all(cell_len(each) <= width for each in rendered(snapshot, language, width))
    line(snapshot, language)
    exposition([({}, snapshot)])


@given(snapshots, anything | st.just(10**300), st.data())
@settings(max_examples=60)
def test_what_was_tampered_with_can_be_shown(snapshot: Snapshot, poison: Any, data: st.DataObject) -> None:
    record = record_of(snapshot)
    tables = [record, *record["gpus"]]
    tables += [table for gpu in record["gpus"] for table in gpu.values() if isinstance(table, dict) and table]
    for table in tables:
        table[data.draw(st.sampled_from(sorted(table)))] = poison
    read = snapshot_of(record)
    rendered(read)
    exposition([({}, read)])


def test_a_gpus_line() -> None:
    text = "\n".join(
        rendered(Snapshot(1.0, gpus=(Gpu(0, name="Tesla T4", memory=Memory(16 << 30, 3 << 30, 13 << 30)),)))
    )
    assert "a-container" in text
    assert "3.0 / 16.0 GiB" in text
    assert "n/a" in text


# Graphs


def test_a_graph_fills_its_columns_from_below() -> None:
    assert graph([0.0, 0.5, 1.0], 3, 2) == ["  █", "▁██"]


def test_a_gap_is_empty_and_old_points_leave_at_the_left() -> None:
    assert graph([None, 1.0], 4, 1) == ["   █"]
    assert graph([1.0] * 10 + [None], 4, 1) == ["███ "]


@given(st.lists(st.none() | st.floats(-1, 2), max_size=50), st.integers(1, 30), st.integers(1, 4))
def test_a_graph_has_its_size(values: list[float | None], width: int, height: int) -> None:
    lines = graph(values, width, height)
    assert [len(each) for each in lines] == [width] * height


@pytest.mark.parametrize("language", ["en", "zh"])
def test_graphs_need_two_points_and_count_each_once(language: str) -> None:
    graphs = Graphs()
    gpus = (Gpu(0, memory=Memory(10, 5, 5), utilization=Utilization(50)),)
    graphs.add("", Snapshot(60.0, gpus=gpus))
    graphs.add("", Snapshot(60.0, gpus=gpus))
    assert list(graphs.shown("", Snapshot(60.0, gpus=gpus), language, 80)) == []
    last = Snapshot(120.0, gpus=gpus)
    graphs.add("", last)
    console = Console(file=io.StringIO(), width=80)
    console.print(Group(*graphs.shown("", last, language, 80)))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "1.0" in text.splitlines()[0]
    assert text.count("█") == 4, "two columns in each graph, half as high"
