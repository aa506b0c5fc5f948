"""Which known incident is told first, and which is told at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tflsp.checking.linked_files import path_from
from tflsp.documents.opening import open_text
from tflsp.facts.journal_recording import record_of
from tflsp.server.workspace.incidents import before, by_fingerprint, location
from tflsp.server.workspace.journals import Known

OOM = (
    "ResourceExhaustedError: OOM when allocating tensor with shape[3] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:Conv2D]"
)


def known(name: str, text: str) -> Known:
    path = Path("/w") / name
    return Known(path.as_uri(), path, (path.as_uri(),), record_of(open_text(name, text)))


def log(solution: str = "", step: int = 0) -> str:
    first = f"### Debug step #{step}\n\n- Result: x\n\n" if step else ""
    return f"{first}## ❌ OOM error log\n\n> {OOM}\n\n### Solution\n\n{solution}\n"


SECTION = f"# Guide\n\n## Memory\n\n> {OOM}\n\n"
ALL = [
    known("b.md", log(step=2)),
    known("guide.md", SECTION + "Fix: from the guide\n"),
    known("z/exp_z.md", log("batch(32)", step=4)),
    known("other_guide.md", SECTION),
]


def test_solved_ones_come_first_and_journals_before_guides() -> None:
    incidents = by_fingerprint(ALL)
    (fingerprint,) = incidents
    told = [seen.told("en") for seen in before(incidents, fingerprint, "file:///w/new.md", (0, 0))]
    assert told == [
        "exp_z, step #4 — solved by batch(32)",
        "guide, Memory — solved by from the guide",
        "b, step #2",
    ]
    assert next(before(incidents, fingerprint, "", (0, 0))).told("zh") == "exp_z，步骤 #4 —— 解决办法：batch(32)"


def test_an_error_is_not_seen_before_by_itself() -> None:
    incidents = by_fingerprint([known("a.md", log("one") + "\n" + log("two"))])
    (fingerprint,) = incidents
    first, second = incidents[fingerprint]
    own = first.uri
    assert list(before(incidents, fingerprint, own, (0, first.where[1]))) == []
    assert list(before(incidents, fingerprint, own, (0, second.where[1]))) == [first]
    assert location(second)["range"]["start"]["line"] == second.where[1] - 2


@pytest.mark.parametrize(
    ("start", "link", "root", "path"),
    [
        ("/w/a/b.md", "../c.md", "/w", "/w/c.md"),
        ("/w/a/b.md", "./c d.md", None, "/w/a/c d.md"),
        ("/w/a/b.md", "/c.md", "/w", "/w/c.md"),
        ("/w/a/b.md", "../../../../c.md", "/w", "/c.md"),
    ],
)
def test_where_a_link_leads(start: str, link: str, root: str | None, path: str) -> None:
    assert path_from(Path(start), link, Path(root) if root else None) == Path(path)


def test_a_link_from_nowhere_leads_nowhere() -> None:
    assert path_from(None, "a.md", None) is None
    assert path_from(Path("/w/a.md"), "/a.md", None) is None
    assert path_from(Path("/w/a.md"), "a\0.md", None) is None
