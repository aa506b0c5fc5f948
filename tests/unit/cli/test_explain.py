"""`tflsp explain` on files, on standard input, and on what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.tensorflow.errors import texts
from tflsp.cli.group import group
from tflsp.tensorflow.errors.classes import CLASSES

LIBRARY = f"{texts.TIME}: W tensorflow/a.cc:64] Could not load dynamic library 'libcudart.so.11.0'; dlerror: none\n"


def explain(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner(env={"LANG": "en_US.UTF-8", "LC_ALL": ""}).invoke(group, ["explain", *arguments], input=stdin)


def test_a_log_is_explained_errors_first(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text(LIBRARY + texts.GPU_OOM + texts.GPU_OOM)
    result = explain(str(log))
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{log}:2: Out of memory [oom] (2 times)\n")
    assert (
        "wanted 1.0 GiB, in use 6.0 GiB, of 7.5 GiB, largest free piece 512.0 MiB, enough is free, but in pieces"
        in (result.stdout)
    )
    assert "Likely causes" in result.stdout
    assert ".batch(32)" in result.stdout
    assert result.stdout.index("[oom]") < result.stdout.index("[gpu-libraries]")


def test_standard_input_in_chinese_and_as_json() -> None:
    assert "显存" in explain("-", "--language", "zh", stdin=texts.GPU_OOM).stdout
    answer = json.loads(
        explain("-", "--json", stdin=texts.GPU_OOM + texts.PLAIN.format(user="a", line=1, index=2)).stdout
    )
    first, second = answer["errors"]
    assert (first["key"], first["memory"]["fragmented"], first["page"][:5]) == ("oom", True, "file:")
    assert first["remedies"][0]["code"].startswith("import")
    assert (second["key"], second["exception"], second["page"]) == ("other", "IndexError", None)
    assert second["frame"]["function"] == "main"


def test_a_kind_of_error_is_explained_once() -> None:
    other = texts.IPYTHON_8.replace("MatMul", "Mul")
    shown = explain("-", stdin=f"{texts.IPYTHON_8}\n{other}\n").stdout
    assert shown.count("[incompatible-shapes]") == 2
    assert shown.count("Likely causes") == 1
    assert "explained above" in shown


def test_a_clean_log_has_no_error(tmp_path: Path) -> None:
    result = explain("-", stdin="Epoch 1/5\n")
    assert (result.exit_code, result.stdout) == (0, "<stdin>: no error that tflsp knows\n")


def test_pages() -> None:
    assert explain("--page", "oom").stdout.startswith("# Out of memory\n")
    assert [line.split()[0] for line in explain("--list").stdout.splitlines()] == [each.key for each in CLASSES]
    assert explain("--page", "nonsense").exit_code == 2


@pytest.mark.parametrize("arguments", [(), ("-", "--list"), ("--list", "--page", "oom")])
def test_exactly_one_thing_is_asked(arguments: tuple[str, ...]) -> None:
    assert explain(*arguments).exit_code == 2


def test_what_cannot_be_read_is_an_error_with_its_reason(tmp_path: Path) -> None:
    missing = explain(str(tmp_path / "none.log"))
    assert (missing.exit_code, "No such file" in missing.stderr) == (2, True)
    broken = tmp_path / "a.ipynb"
    broken.write_text('{"cells": [')
    result = explain(str(broken))
    assert (result.exit_code, "no notebook" in result.stderr) == (2, True)


def test_bytes_that_are_no_text_are_read(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(b"\xff\xfe\x00 binary \x80\n" + texts.IPYTHON_8.encode())
    assert "[incompatible-shapes]" in explain(str(log)).stdout


def test_a_log_that_powershell_wrote_is_read(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(texts.IPYTHON_8.replace("\n", "\r\n").encode("utf-16"))
    assert "[incompatible-shapes]" in explain(str(log)).stdout


def test_where_an_error_was_seen_before(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    oom = (
        "ResourceExhaustedError: OOM when allocating tensor with shape[{0},3,3] and type float on "
        "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:Conv2D]"
    )
    journal = tmp_path / "notes" / "exp_lr_tuning.md"
    journal.parent.mkdir()
    entry = f"## ❌ OOM error log\n\n> {oom.format(512)}\n\n### Solution\n\nbatch(32)\n"
    journal.write_text(f"### Debug step #4\n\n- Result: x\n\n{entry}", "utf-8")
    log = tmp_path / "train.log"
    log.write_text(oom.format(64), "utf-8")
    result = explain(str(log), "--language", "en")
    assert "seen before: exp_lr_tuning, step #4 — solved by batch(32) (" in result.output
    assert "exp_lr_tuning.md:5)" in result.output
    (error,) = json.loads(explain(str(log), "--json").output)["errors"]
    assert error["seen_before"]["solution"] == "batch(32)"
    assert error["seen_before"]["path"] == str(journal)
    assert "seen before" not in explain(str(journal), "--language", "en").output
