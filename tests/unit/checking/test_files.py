"""Writing never loses a byte, a mode or a link, and adding lines never doubles one."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tflsp.checking.files import decode, encode, write_atomically
from tflsp.checking.other_files import with_lines
from tflsp.rules.base import LineInFile


@given(st.binary())
def test_any_bytes_survive(data: bytes) -> None:
    assert encode(decode(data), data) == data


def test_mode_and_link_stay(tmp_path: Path) -> None:
    real = tmp_path / "real.sh"
    real.write_bytes(b"old")
    real.chmod(0o750)
    link = tmp_path / "link.sh"
    link.symlink_to(real)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o7777 == 0o750
    assert sorted(os.listdir(tmp_path)) == ["link.sh", "real.sh"]


def test_lines_are_added_once_in_the_files_own_line_ends() -> None:
    line = LineInFile(".gitignore", ".env")
    assert with_lines("a", [line, line]) == "a\n.env\n"
    assert with_lines("a\r\n", [line]) == "a\r\n.env\r\n"
    assert with_lines("  .env\n", [line]) == "  .env\n"
    assert with_lines("DB=1\n", [LineInFile(".env.example", "DB=", unless="DB=")]) == "DB=1\n"
