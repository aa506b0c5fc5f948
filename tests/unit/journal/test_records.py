"""Records of journals for the index, the incidents in them, the errors of outputs, and steps beside one another."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from tests.unit.journal.examples import entries
from tflsp.documents.opening import open_text
from tflsp.facts import journal_recording
from tflsp.facts.journal_entries import Change, Entry, Kind, Passage, Step
from tflsp.facts.journal_incidents import errors_told
from tflsp.facts.journal_recording import record_of, short, without_secrets
from tflsp.facts.journal_records import JournalRecord
from tflsp.journal.index_compare import compared, parameters
from tflsp.journal.index_outputs import errors_by_source, errors_of
from tflsp.journal.templates import render
from tflsp.text import Encoding

OOM = (
    "ResourceExhaustedError: OOM when allocating tensor with shape[{0},3,3] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:Conv2D]"
)
JOURNAL = f"""\
# 💡 exp

## Goal

Why?

✅ Target: val_accuracy > 97%

### Debug step #4: larger 😀

- batch_size: 32 → 512
- Result: broke, see [step](other.md#debug-step-3) and [code](src/train.c) and <https://host/x.md#y>

```
{OOM.format(512)}
```

## ❌ OOM error log

> {OOM.format(512)}

### Solution

batch(32)

## Conclusion

It was the batch.

- Best result: 98 %
- Goal met: yes
"""


def record(text: str, name: str = "exp.md", encoding: Encoding = Encoding.UTF16) -> JournalRecord:
    return record_of(open_text(name, text), encoding)


def test_what_is_kept_of_a_journal() -> None:
    found = record(JOURNAL)
    assert (found.journal, found.language, found.title) == (True, "en", "💡 exp")
    assert (found.goal, found.goal_met, found.best) == ("val_accuracy > 97%", True, "98 %")
    goal, step, error, end = found.entries
    assert [each.kind for each in found.entries] == [Kind.GOAL, Kind.STEP, Kind.ERROR, Kind.CONCLUSION]
    assert (step.number, step.title, step.anchor) == (4, "larger 😀", "debug-step-4-larger-")
    assert step.changes == (("batch_size", "32", "512"),)
    assert step.where == (0, 8, 0, 8, 28)  # in UTF-16 the emoji counts twice
    assert step.whole[3:] == (15, 3)
    assert error.said == "batch(32)"
    assert error.fingerprint
    assert (goal.said, end.said) == ("val_accuracy > 97%", "98 %")
    assert [(link.path, link.fragment) for link in found.links] == [("other.md", "debug-step-3")]
    assert record(JOURNAL, encoding=Encoding.UTF32).entries[1].where == (0, 8, 0, 8, 27)


def test_places_in_a_raw_notebook_are_in_its_json_or_in_its_cells() -> None:
    cells = ["# 💡 exp", '### Debug step #4: "larger"\n\n- Result: broke', f"## ❌ OOM log\n\n> {OOM.format(8)}"]
    made = [{"cell_type": "markdown", "metadata": {}, "source": text} for text in cells]
    raw = open_text("exp.ipynb", json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    in_json, in_cells = record_of(raw), record_of(raw, by_cells=True)
    step, error = in_cells.entries
    assert (step.where, error.where) == ((1, 0, 0, 0, 27), (2, 0, 0, 0, 12))
    assert in_cells.incidents[0].heading_where == error.where
    assert in_cells.incidents[0].where[:2] == (2, 2)
    assert {entry.where[0] for entry in in_json.entries} == {0}
    assert [(entry.cell, entry.heading) for entry in in_json.entries] == [
        (entry.cell, entry.heading) for entry in in_cells.entries
    ]
    assert record_of(open_text("exp.md", JOURNAL), by_cells=True) == record(JOURNAL)


def test_incidents_know_their_step_and_what_helped() -> None:
    pasted, logged = record(JOURNAL).incidents
    assert pasted.fingerprint == logged.fingerprint
    assert (pasted.step, pasted.heading, pasted.solution) == (4, "Debug step #4: larger 😀", "")
    assert (logged.step, logged.heading, logged.solution) == (4, "❌ OOM error log", "batch(32)")
    assert logged.where[1] == 19
    assert logged.heading_where[1] == 17


def test_a_guide_tells_of_errors_below_any_heading() -> None:
    guide = f"# Guide\n\n## Memory\n\n```\n{OOM.format(3)}\n```\n\n**Fix**: a smaller batch\n\n## Other\n\ntext\n"
    found = record(guide, "troubleshooting_guide.md")
    assert not found.journal
    (incident,) = found.incidents
    assert (incident.heading, incident.step) == ("Memory", 0)
    assert incident.solution == "a smaller batch"
    assert incident.fingerprint == record(JOURNAL).incidents[0].fingerprint


@pytest.mark.parametrize(
    ("solution", "told"),
    [
        ("To try:\n\n1. One.\n2. Two.", ""),
        ("To try:\n\n2. Two.", "Two."),
        ("可以尝试：\n\n1. 一。\n2. 二。", ""),
        ("Two.", "Two."),
        ("<!-- What helped? -->", ""),
    ],
)
def test_what_was_only_proposed_solved_nothing(solution: str, told: str) -> None:
    text = f"## ❌ OOM error log\n\n> {OOM.format(1)}\n\n### Solution\n\n{solution}\n"
    (incident,) = record(text).incidents
    assert incident.solution == told


def test_an_error_that_no_page_explains_is_known_by_its_last_line() -> None:
    whole = "Traceback (most recent call last):\n  File \"x.py\", line 3, in <module>\n    f()\nKeyError: 'foo 12'\n"
    (traceback,) = errors_told(whole)
    (line,) = errors_told("> KeyError: 'foo 7'")
    assert traceback.fingerprint == line.fingerprint
    assert errors_told("a KeyError: 'foo' in a sentence, and nothing else") == ()


def test_errors_in_outputs_by_the_source_of_their_cell() -> None:
    painted = ["\x1b[0;31mResourceExhaustedError\x1b[0m Traceback (most recent call last)", OOM.format(8)]
    error = {"output_type": "error", "ename": "ResourceExhaustedError", "evalue": "OOM", "traceback": painted}
    cells = [
        {"cell_type": "code", "source": ["a\n", "b"], "outputs": [error]},
        {"cell_type": "code", "source": "fine", "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]},
        {"cell_type": "code", "source": "strange", "outputs": [None, {"output_type": "error"}]},
        None,
    ]
    (told,) = errors_told(OOM.format(512))
    assert errors_by_source(json.dumps({"cells": cells})) == {"a\nb": (told.fingerprint,)}
    assert errors_by_source('{"cells": [{"outputs": [{"output_type": "error"') == {}
    assert errors_by_source('["error"]') == {}
    assert errors_of([error]) == (told.fingerprint,)


def test_secrets_are_dots() -> None:
    secret = "".join(("Tr0ub4", "dor-", "9x7Q"))
    shown = without_secrets(record(f"### Debug step #1\n\n- Result: ran with password={secret}, 95 %\n"))
    (step,) = shown.entries
    assert secret not in str(shown)
    assert step.said.startswith("ran with password=")
    plain = record(JOURNAL)
    assert without_secrets(plain) == plain


@given(entries)
@settings(max_examples=60, deadline=None)
def test_records_survive_the_way_between_processes(entry: Entry) -> None:
    if isinstance(entry, Passage):
        return
    text = render(entry, "en")
    found = record(f"{text}\n[a](b.md#c)\n")
    assert JournalRecord.of(json.loads(json.dumps(found.plain()))) == found
    assert all(len(each.heading) <= 160 and "\n" not in each.heading for each in found.entries)


def test_what_is_kept_of_one_file_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(short("x" * 10_000)) == 160
    monkeypatch.setattr(journal_recording, "MOST", 5)
    assert len(record("### Debug step #1\n" * 9).entries) == 5


def test_other_documents_have_no_record() -> None:
    assert record("docker run a\n", "start.sh").is_empty
    assert record("# Read me\n\ntext\n", "README.md").is_empty


STEPS = [
    Step(1, changes=(Change("lr", "0.1", "0.01"),), result="90 %"),
    Step(2, "wider", changes=(Change("units", "32", "64"), Change("a|b", "", "x\ny")), result="92 %"),
    Step(3, changes=(Change("lr", "0.01", "0.001"), Change("units", "64", "")), result="92 %", optimizer="Adam"),
]


def test_parameters_add_up_over_the_steps() -> None:
    assert parameters(STEPS, 1) == {"lr": "0.01", "units": "32", "a|b": ""}
    assert parameters(STEPS, 3) == {"lr": "0.001", "units": "", "a|b": "x\ny"}


def test_steps_are_compared_as_a_table() -> None:
    assert compared(STEPS, 1, 3, "en").split("\n") == [
        "| parameter | Step #1 | Step #3 |",
        "| --- | --- | --- |",
        "| `lr` | 0.01 | 0.001 |",
        "| `units` | 32 | — |",
        "| `a\\|b` | — | x<br>y |",
        "| result | 90 % | 92 % |",
        "| optimizer | — | Adam |",
        "",
    ]
    assert "没有记录到差异" in compared(STEPS, 2, 2, "zh")
    with pytest.raises(LookupError):
        compared(STEPS, 1, 9, "en")
