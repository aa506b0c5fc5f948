"""docs/gpu.md says what is so: the shape of the JSON, the codes, the pace."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.components import ROOT
from tflsp.gpu.problems import PROBLEMS
from tflsp.gpu.records import record_of, snapshot_of
from tflsp.gpu.state import Gpu, Missing, Tier

PAGE = (ROOT / "docs" / "gpu.md").read_text("utf-8")


def example() -> Any:
    found = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_example_is_what_is_told() -> None:
    snapshot = snapshot_of(example())
    assert record_of(snapshot) == example()
    (gpu,) = snapshot.gpus
    missing = {name for name in Gpu.__dataclass_fields__ if isinstance(getattr(gpu, name), Missing)}
    assert missing == {"fan"}


def test_the_codes_are_ours() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert len(rows) == 10
    assert set(rows) <= PROBLEMS.keys()


def test_the_pace() -> None:
    for tier in (Tier.FAST, Tier.SLOW, Tier.PROCESSES):
        assert f"| {tier.value:.0f} s" in PAGE
