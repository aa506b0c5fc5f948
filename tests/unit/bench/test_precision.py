"""What is taken from packages, and how findings on it are told without telling the secret."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bench import precision
from bench.collection import LARGEST, classify, folder_name

WORD = "".join(["hunter", "2", "-", "swordfish"])


@pytest.mark.parametrize(
    ("name", "content", "kept", "kind"),
    [
        ("a/README.md", b"# a", "a/README.md", "markdown"),
        ("a/README.md.gz", gzip.compress(b"# a", mtime=0), "a/README.md", "markdown"),
        ("a/_sources/b.ipynb.txt", b"{}", "a/_sources/b.ipynb", "notebook"),
        ("usr/bin/run-it", b"#!/bin/bash\necho\n", "usr/bin/run-it.sh", "shell"),
        ("usr/bin/run-it", b"#! /usr/bin/env sh\necho\n", "usr/bin/run-it.sh", "shell"),
        ("a/Dockerfile.gpu", b"FROM x", "a/Dockerfile.gpu", "container"),
        ("a/docker-compose.test.yml", b"services: {}", "a/docker-compose.test.yml", "container"),
        (".devcontainer/devcontainer.json", b"{}", ".devcontainer/devcontainer.json", "container"),
    ],
)
def test_taken(name: str, content: bytes, kept: str, kind: str) -> None:
    found = classify(name, content)
    assert found is not None
    assert (found.name, found.kind) == (kept, kind)
    assert found.content == (gzip.decompress(content) if name.endswith(".gz") else content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.py", b"import a"),
        ("a.md", b""),
        ("a.md", b"x" * (LARGEST + 1)),
        ("a.md.gz", b"not gzip"),
        ("usr/bin/tool", b"#!/usr/bin/python3\n"),
        ("dockerfile_parser.py", b"x"),
        ("recompose.json", b"{}"),
    ],
)
def test_left_out(name: str, content: bytes) -> None:
    assert classify(name, content) is None


def test_folders_of_scoped_packages_stay_inside() -> None:
    assert folder_name("npm/@a/b@1.0") == "npm/_a/b_1.0"
    assert folder_name("pypi/mlflow==3.18.0") == "pypi/mlflow==3.18.0"


def finding(filename: str, cell: int | None, row: int, columns: tuple[int, int], message: str) -> dict[str, Any]:
    return {
        "code": "TFL301",
        "severity": "warning",
        "message": message,
        "filename": filename,
        "cell": cell,
        "location": {"row": row, "column": columns[0]},
        "end_location": {"row": row, "column": columns[1]},
    }


def test_a_secret_is_masked_and_a_message_that_quotes_it_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# a\r\npassword = {WORD} # 🚀\r\n", encoding="utf-8", newline="")
    place = (12, 12 + len(WORD))
    silent = precision.fired("pypi/a==1.0", tmp_path, finding("a.md", None, 2, place, "ends in sh"))
    assert (silent.place, silent.line, silent.quotes) == ("a.md:2:12", "password = ••• # 🚀", False)
    quoting = precision.fired("pypi/a==1.1", tmp_path, finding("a.md", None, 2, place, f"found {WORD}"))
    assert quoting.quotes
    assert quoting.fingerprint == silent.fingerprint
    moved = precision.fired("pypi/b==1.0", tmp_path, finding("a.md", None, 2, place, "ends in sh"))
    assert moved.fingerprint != silent.fingerprint


@pytest.mark.parametrize(
    "notebook",
    [
        {"nbformat": 4, "cells": [{"source": "1"}, {"source": ["a\n", f"b = '{WORD}'"]}]},
        {"nbformat": 3, "worksheets": [{"cells": [{"source": ["1"]}]}, {"cells": [{"input": f"a\nb = '{WORD}'"}]}]},
    ],
)
def test_locations_in_notebooks_are_within_the_cell(tmp_path: Path, notebook: dict[str, Any]) -> None:
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    one = precision.fired("npm/a@1", tmp_path, finding("a.ipynb", 2, 2, (6, 6 + len(WORD)), ""))
    assert (one.place, one.line) == ("a.ipynb:cell 2:2:6", "b = '•••'")


def test_verdicts() -> None:
    text = "# comment\nabc\ttrue\ta token, in clear\ndef\tfalse\ta digest\n"
    assert precision.read_verdicts(text) == {"abc": "true", "def": "false"}
    with pytest.raises(ValueError, match="neither true nor false"):
        precision.read_verdicts("abc\tmaybe\t\n")
    precision.read_verdicts(precision.VERDICTS.read_text(encoding="utf-8"))


def test_the_report_shows_what_is_false_or_open_and_hides_what_is_true(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"x\npassword = {WORD}\n", encoding="utf-8")
    one = precision.fired("pypi/a==1.0", tmp_path, finding("a.md", None, 2, (12, 12 + len(WORD)), "password in clear"))
    results = {
        "files": {"pypi/a==1.0": {"markdown": 3}},
        "bytes": 1_000_000,
        "not_fetched": [],
        "fired": [precision.recorded_finding(one, "false"), precision.recorded_finding(one, "true")],
    }
    text = precision.report(results)
    assert text.count("password in clear") == 1
    assert "| pypi/a==1.0 | 3 | 0 | 0 | 0 | 2 |" in text
    assert WORD not in text
    goals = {goal.name: goal.met for goal in precision.goals(results)}
    assert not goals["false secrets (TFL3)"]
    assert goals['false "unpinned image" (TFL101, TFL102)']
