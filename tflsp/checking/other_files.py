"""Lines that fixes want in other files of the project: .env.example, .gitignore, .env."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tflsp.checking.checker import Checked
from tflsp.checking.files import decode, encode, write_atomically
from tflsp.checking.project_files import project_root
from tflsp.rules.base import LineInFile


def write_lines(results: Iterable[Checked]) -> list[Path]:
    """Add the lines that the results' fixes want. Gives the files that changed. Raises OSError."""
    wanted: dict[Path, list[LineInFile]] = {}
    for result in results:
        for line in result.lines:
            wanted.setdefault(project_root(Path(result.path)) / line.path, []).append(line)
    changed = []
    for path, lines in wanted.items():
        if not path.resolve().is_relative_to(path.parent.resolve()):
            continue  # a link out of the project: not ours to write through
        old = path.read_bytes() if path.is_file() else b""
        new = with_lines(decode(old), lines)
        if new != decode(old):
            write_atomically(path, encode(new, old))
            changed.append(path)
    return changed


def with_lines(text: str, lines: Iterable[LineInFile]) -> str:
    """The text with the lines that it lacks at its end, in its own line ends."""
    end = "\r\n" if "\r\n" in text else "\n"
    for line in lines:
        present = [existing.strip() for existing in text.splitlines()]
        if line.line in present or (line.unless and any(old.startswith(line.unless) for old in present)):
            continue
        if text and not text.endswith(("\n", "\r")):
            text += end
        text += line.line + end
    return text
