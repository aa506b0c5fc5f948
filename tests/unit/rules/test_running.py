"""A rule that raises takes nothing else down where people work, and is noticed where tests run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules import running
from tflsp.rules.base import Context, Match, Piece, all_rules

TEXT = "# Slow\n\n```bash\ndocker run --rm tensorflow/tensorflow:latest bash\n```\n\n### Debug step #1: a\n"
WHOLE, SINGLE = "TFL402", "TFL101"


def fail(judged: Fact | DocumentFacts, context: Context) -> Iterator[Match]:
    found: list[Match] = []
    yield found[1 // 0]


def fail_in_a_piece(judged: DocumentFacts, context: Context) -> Iterator[Piece]:
    yield Piece("key", (0,), lambda: [][: 1 // 0])


FAULTS = [(WHOLE, fail), (SINGLE, fail), (WHOLE, fail_in_a_piece)]


@pytest.fixture(params=FAULTS, ids=["whole", "single", "piece"])
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The code of a rule that raises."""
    code, function = request.param
    rule = all_rules()[code]
    assert rule.check is not function
    monkeypatch.setitem(vars(rule), "check", function)
    running._report_failure.cache_clear()
    return str(code)


def test_tests_notice_a_rule_that_raises(broken: str) -> None:
    with pytest.raises(AssertionError, match=f"rule {broken} failed") as caught:
        check(open_text("journal.md", TEXT))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@pytest.mark.usefixtures("failing_rules_are_left_out")
def test_people_miss_nothing_but_that_rule(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    codes = {finding.code for finding in check(open_text("journal.md", TEXT)).findings}
    assert broken not in codes
    assert codes & {WHOLE, SINGLE}
    assert f"rule {broken} failed with ZeroDivisionError and was left out" in caplog.text
    assert caplog.text.count("was left out") == 1
