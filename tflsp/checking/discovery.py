"""Which files to check: those named, and below a folder those that tflsp reads and git does not ignore."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tflsp.checking.files import is_file
from tflsp.text.patterns import pattern

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# What is read below a folder; a file that is named is read whatever it is called.
_NAMES = pattern(
    r"(?:.*\.(?:md|markdown|qmd|rmd|ipynb|py|sh|bash|zsh|ya?ml|dockerfile)|(?:.*\.)?(?:docker|container)file(?:\..*)?"
    r"|\.?devcontainer\.json|daemon\.json|\.env(?:\..*)?|\.gitignore|sshd_config|\.?tflsp\.toml)\Z",
    re.IGNORECASE,
)
_SKIPPED = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints", ".tox", ".nox"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".eggs", ".virtual_documents", ".cache"}
)


def reads(name: str) -> bool:
    """Whether a file of this name is read where it is found below a folder."""
    return _NAMES.match(name) is not None


def discover(paths: Sequence[Path], exclude: Sequence[str] = ()) -> Iterator[Path]:
    """The files to check, each once. Raises FileNotFoundError for a path that is not there."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        found = (path,) if not path.is_dir() else _below(path, exclude)
        for file in found:
            if file not in seen:
                seen.add(file)
                yield file


def _below(root: Path, exclude: Sequence[str]) -> Iterator[Path]:
    # gitignore files that stand above the folder hold for it too, up to the repository's root.
    specs = list(_specs_above(root))
    if exclude:
        specs.append((root, _compile(exclude)))
    yield from _walk(root, specs, _repository(root) or root.resolve())


def _walk(folder: Path, specs: list[tuple[Path, GitIgnoreSpec]], project: Path) -> Iterator[Path]:
    ignore = folder / ".gitignore"
    if ignore.is_file():
        specs = [*specs, (folder, _compile(_lines(ignore)))]
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        if entry.is_symlink() and path.is_dir():
            continue  # a link may lead in a circle, or out of the project
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SKIPPED and not _ignored(path, specs, folder=True):
                yield from _walk(path, specs, project)
        elif _NAMES.match(entry.name) and is_file(entry) and not _ignored(path, specs):
            if entry.is_symlink() and not path.resolve().is_relative_to(project):
                continue  # what lies outside is not the project's to show, and not ours to mend
            yield path


def _repository(root: Path) -> Path | None:
    return next((each for each in (root.resolve(), *root.resolve().parents) if (each / ".git").exists()), None)


def _specs_above(root: Path) -> Iterator[tuple[Path, GitIgnoreSpec]]:
    repository = _repository(root)
    if repository is None or repository == root.resolve():
        return
    for parent in root.resolve().parents:
        if (parent / ".gitignore").is_file():
            yield parent, _compile(_lines(parent / ".gitignore"))
        if parent == repository:
            return


def _ignored(path: Path, specs: Iterable[tuple[Path, GitIgnoreSpec]], *, folder: bool = False) -> bool:
    """Whether the last pattern that speaks of the path, in the deepest file, leaves it out (gitignore(5))."""
    verdict = False
    for base, spec in specs:
        relative = os.path.relpath(path if not base.is_absolute() else path.resolve(), base)
        result = spec.check_file(relative + "/" if folder else relative)
        if result.include is not None:
            verdict = result.include
    return verdict


def _compile(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
