"""What a project's own files say beside its documents: .gitignore, .env, pyproject.toml, tflsp.lock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from tflsp.project import Project
from tflsp.text.patterns import pattern

# The lower bound of `requires-python`, or of Poetry's `python` dependency.
_REQUIRES_PYTHON = pattern(
    r"""^[ \t]*(?:requires-python|python)[ \t]*=[ \t]*["'](?:[^"'\n]*?[,|][ \t]*)?(?:>=|~=|==|\^|~)[ \t]*3\.(\d+)""",
    re.MULTILINE,
)
_NAME = pattern(r"^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", re.MULTILINE)


def project_root(path: Path) -> Path:
    """The folder that a path's project begins at: the nearest with .git or tflsp.toml, else the path's own folder."""
    folder = (path if path.is_dir() else path.parent).resolve()
    for parent in (folder, *folder.parents):
        if any((parent / name).exists() for name in (".git", "tflsp.toml", ".tflsp.toml", "tflsp.lock")):
            return parent
    return folder


def read_project(root: Path) -> Project:
    """What the files at a project's root say. Values of .env are never kept."""
    names = {
        name
        for file in (".env", ".env.example")
        if (root / file).is_file()
        for name in _NAME.findall(_text(root / file))
    }
    return Project(
        dotenv_ignored=_dotenv_ignored(root),
        has_dotenv=(root / ".env").is_file(),
        dotenv_names=frozenset(names),
        digests=_digests(root / "tflsp.lock"),
        requires_python=_requires_python(root / "pyproject.toml"),
    )


def _dotenv_ignored(root: Path) -> bool | None:
    path = root / ".gitignore"
    if not path.is_file():
        return None
    return ignores_dotenv(_text(path).splitlines())


def ignores_dotenv(lines: Sequence[str]) -> bool:
    """Whether the patterns of a .gitignore leave out the ``.env`` beside it: the last one that matches decides."""
    verdict = False
    for line in lines:
        pattern = line.strip()
        if not pattern or pattern.startswith("#") or pattern.endswith("/"):
            continue  # a pattern that ends with a slash is for folders
        anywhere = pattern.removeprefix("!")
        name = anywhere.removeprefix("**/") if anywhere.startswith("**/") else anywhere.removeprefix("/")
        folders = [part for part in name.split("/") if part not in ("**", "")]
        if len(folders) > 1:
            continue  # for files in folders
        if "[" in name and not fnmatchcase(".env", name[: name.index("[")] + "*"):
            continue  # *.py[cod], as nearly every project has it
        if "\\" in name or "[" in name or folders != name.split("/"):
            return _ignores_dotenv_by_library(lines)
        if fnmatchcase(".env", name):
            verdict = not pattern.startswith("!")
    return verdict


def _ignores_dotenv_by_library(lines: Sequence[str]) -> bool:
    # The simple patterns come first: the library takes tens of milliseconds to import.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines).match_file(".env")


def _requires_python(path: Path) -> tuple[int, int] | None:
    # An expression, since a TOML parser's import would be the larger part of a short check.
    found = _REQUIRES_PYTHON.search(_text(path)) if path.is_file() else None
    return (3, int(found[1])) if found else None


def _digests(path: Path) -> dict[str, str]:
    """Image reference -> digest, from the lock file's [images] table."""
    if not path.is_file():
        return {}
    import tomllib

    try:
        images = tomllib.loads(_text(path)).get("images", {})
    except tomllib.TOMLDecodeError:
        return {}
    return {name: digest for name, digest in images.items() if isinstance(digest, str)}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
