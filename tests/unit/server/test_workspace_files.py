"""What is remembered of files that are not open, and what a client is told of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tflsp.project_index import NOTHING, Contribution
from tflsp.server.workspace.files import Files
from tflsp.server.workspace.records import FileRecord, Order

ONE: list[dict[str, Any]] = [{"code": "TFL101"}]


def record(path: Path, found: list[dict[str, Any]]) -> FileRecord:
    return FileRecord(str(path), path.name, NOTHING, found)


def test_changes_against_what_the_client_has(tmp_path: Path) -> None:
    files = Files(lambda record: None, lambda path: None)
    a, b = tmp_path / "a.md", tmp_path / "b.md"
    files.take(record(a, ONE))
    files.take(record(b, []))
    (report,) = files.changes({}, set())
    assert (report["uri"], report["items"]) == (a.as_uri(), ONE)
    known = {report["uri"]: report["resultId"]}
    assert files.changes(known, set()) == []
    files.take(record(a, ONE))
    assert files.changes(known, set()) == []
    files.take(record(a, []))
    assert [each["items"] for each in files.changes(known, set())] == [[]]
    assert files.changes(known, {a.as_uri()}) == []


def test_what_is_gone_is_told_once_more(tmp_path: Path) -> None:
    gone: list[Path] = []
    files = Files(lambda record: None, gone.append)
    inner = tmp_path / "folder" / "a.md"
    files.take(record(inner, ONE))
    (report,) = files.changes({}, set())
    files.forget([tmp_path / "folder"])
    assert gone == [inner]
    assert [each["items"] for each in files.changes({report["uri"]: report["resultId"]}, set())] == [[]]


def test_those_who_wait_are_called_until_they_have_enough(tmp_path: Path) -> None:
    files = Files(lambda record: None, lambda path: None)
    calls: list[int] = []

    def wait() -> bool:
        calls.append(1)
        return len(calls) == 2

    files.wait(wait)
    for number in range(4):
        files.take(record(tmp_path / f"{number}.md", ONE))
    assert len(calls) == 2


def test_records_and_orders_survive_the_way_between_processes(tmp_path: Path) -> None:
    said = Contribution(frozenset({"a"}), frozenset({"2.9.0"}), frozenset({8}), True)
    sent = FileRecord(str(tmp_path), "a", said, ONE)
    assert FileRecord.of(sent.plain()) == sent
    order = Order({"capabilities": {}}, ("/a",), "zh", ((None, {"ignore": []}),), ("/a/b",), ("/c",), False)
    assert Order.of(order.plain()) == order
