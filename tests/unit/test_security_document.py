"""docs/security.md names a test for each claim: they all exist."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/security.md").read_text("utf-8")
# `tests/folder/test_file.py::test_name`, or the file alone.
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@cache
def functions(path: Path) -> frozenset[str]:
    found = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    return frozenset(node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_named_test_exists() -> None:
    named = NAMED.findall(TEXT)
    assert len(named) > 30
    gone = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).is_file() or (name and name not in functions(ROOT / file))
    ]
    assert gone == []


def test_every_claim_names_one() -> None:
    """What stands in a list below "cannot" is a claim."""
    claims: list[str] = []
    claimed = False
    for block in re.split(r"\n(?=- |#)|\n\n", TEXT):
        if block.startswith("- "):
            claims += [block] if claimed else []
        else:
            claimed = "cannot" in block and block.endswith(":")
    assert len(claims) > 30
    assert [claim for claim in claims if not NAMED.search(claim)] == []


def test_the_linter_forbids_shells() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert {"S102", "S307", "S602", "S604", "S605"} <= set(lint["select"])
    spared = [pattern for pattern, rules in lint["per-file-ignores"].items() if "S" in rules]
    assert spared == ["tests/**"]
