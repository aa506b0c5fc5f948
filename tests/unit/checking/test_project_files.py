"""What a project's own files say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError

from tflsp.checking.project_files import ignores_dotenv, project_root, read_project


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["logs/"],
        [".env"],
        ["/.env"],
        [".env*"],
        [".env", "!.env"],
        ["*"],
        ["*", "!.env"],
        [".*"],
        ["#.env"],
        ["env/"],
        ["**//*"],
    ],
    ids=" ".join,
)
def test_dotenv_is_ignored_as_git_says(tmp_path: Path, lines: list[str]) -> None:
    (tmp_path / ".gitignore").write_text("\n".join(lines))
    assert read_project(tmp_path).dotenv_ignored is GitIgnoreSpec.from_lines(lines).match_file(".env")


PATTERNS = st.lists(
    st.sampled_from(["!", "/", "**/", ""]).flatmap(
        lambda start: st.text(".env*?[]!/x", max_size=7).map(lambda rest: start + rest)
    ),
    max_size=4,
)


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
@given(PATTERNS)
def test_any_patterns_mean_what_the_library_says(lines: list[str]) -> None:
    try:
        wanted = GitIgnoreSpec.from_lines(lines).match_file(".env")
    except GitIgnorePatternError:
        return
    assert ignores_dotenv(lines) is wanted


def test_names_but_never_values(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("export DB_PASSWORD=sesame\n# NOT=1\n TOKEN = x\n")
    (tmp_path / ".env.example").write_text("API_URL=\n")
    project = read_project(tmp_path)
    assert project.dotenv_names == {"DB_PASSWORD", "TOKEN", "API_URL"}
    assert project.dotenv_ignored is None
    assert project.has_dotenv
    assert "sesame" not in repr(project)


def test_digests_come_from_the_lock_file(tmp_path: Path) -> None:
    (tmp_path / "tflsp.lock").write_text('[images]\n"a:1" = "sha256:0"\n"b:1" = 3\n')
    assert read_project(tmp_path).digests == {"a:1": "sha256:0"}
    (tmp_path / "tflsp.lock").write_text("broken [")
    assert read_project(tmp_path).digests == {}


def test_root_is_the_nearest_marked_folder(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/tflsp.toml").write_text("")
    assert project_root(tmp_path / "a/b/x.md") == (tmp_path / "a").resolve()


@pytest.mark.parametrize(
    ("text", "oldest"),
    [
        ('requires-python = ">=3.11"', (3, 11)),
        ("requires-python='>= 3.9, <4'", (3, 9)),
        ('requires-python = "<4,>=3.10"', (3, 10)),
        ('[tool.poetry.dependencies]\npython = "^3.8"', (3, 8)),
        ('requires-python = "<3.12"', None),
        ('# requires-python = ">=3.11"', None),
        ("name = 'x'", None),
    ],
)
def test_the_oldest_python_of_a_project(tmp_path: Path, text: str, oldest: tuple[int, int] | None) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[project]\n{text}\n")
    assert read_project(tmp_path).requires_python == oldest
