"""Which files are found below a folder; git itself is the judge of what .gitignore means."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tflsp.checking.discovery import discover


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(root: Path, *exclude: str) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in discover([root], exclude))


def test_only_what_is_read(tmp_path: Path) -> None:
    make(
        tmp_path,
        *("a.md", "b.ipynb", "c.py", "Dockerfile", "Dockerfile.gpu", "app.dockerfile", "compose.yaml", ".env", "x.bin"),
        *("node_modules/d.md", ".venv/e.py", ".devcontainer/devcontainer.json", "f.sh", "data.csv", "sshd_config"),
    )
    wanted = "Dockerfile Dockerfile.gpu a.md app.dockerfile b.ipynb c.py compose.yaml f.sh sshd_config .env"
    assert found(tmp_path) == sorted([".devcontainer/devcontainer.json", *wanted.split()])


def test_what_is_no_file_is_passed_by(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    (tmp_path / "circle.md").symlink_to("circle.md")
    (tmp_path / "nowhere.md").symlink_to("gone.md")
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    assert found(tmp_path) == ["a.md"]


def test_agrees_with_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    make(tmp_path, "a.md", "b.md", "logs/c.md", "logs/keep.md", "sub/d.md", "sub/e.md", "sub/deep/b.md", "!odd.md")
    (tmp_path / ".gitignore").write_text("b.md\nlogs/*\n!logs/keep.md\n")
    (tmp_path / "sub/.gitignore").write_text("/e.md\n!deep/b.md\n")
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "-co", "--exclude-standard", "*.md"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert [name for name in found(tmp_path) if name.endswith(".md")] == sorted(listed)
    # Below a folder of the repository the rules above it still hold.
    below = sorted(path.name for path in discover([tmp_path / "sub"]) if path.suffix == ".md")
    assert below == ["b.md", "d.md"]


def test_named_files_are_read_whatever_they_are_called(tmp_path: Path) -> None:
    make(tmp_path, "odd.xyz")
    assert [path.name for path in discover([tmp_path / "odd.xyz"])] == ["odd.xyz"]


def test_excludes_and_circles(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "old/b.md")
    (tmp_path / "circle").symlink_to(tmp_path)
    assert found(tmp_path, "old/") == ["a.md"]


def test_missing_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(discover([tmp_path / "none.md"]))


def test_links_out_of_the_project_are_left(tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("")
    project = tmp_path / "project"
    (project / "docs").mkdir(parents=True)
    (project / ".git").mkdir()
    (project / "README.md").write_text("")
    (project / "docs/out.md").symlink_to(tmp_path / "outside.md")
    (project / "docs/in.md").symlink_to(project / "README.md")
    assert list(discover([project / "docs"])) == [project / "docs/in.md"]
    named = project / "docs/out.md"
    assert list(discover([named])) == [named]
