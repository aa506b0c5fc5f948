"""URIs of all kinds that clients have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tflsp.server.uris import cell_number, cell_uri, name_of, path_of, scheme_of, uri_of


@pytest.mark.skipif(os.name == "nt", reason="paths of Unix")
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.md", "/a/b.md"),
        ("file:///a/%E4%B8%AD%20b.md", "/a/中 b.md"),
        ("file:///a/../b.md", "/b.md"),
        ("FILE:///a", "/a"),
        ("file:///a#fragment", "/a"),
        ("untitled:Untitled-1", None),
        ("vscode-notebook-cell:/a/b.ipynb#W0sZmlsZQ%3D%3D", None),
        ("file:///a%00b", None),
        ("file://[", None),
        ("", None),
        ("no uri", None),
    ],
)
def test_paths(uri: str, path: str | None) -> None:
    assert path_of(uri) == (None if path is None else Path(path))


@pytest.mark.parametrize("name", ["a.md", "中 文.md", "a#b?.md", "100%.md"])
def test_there_and_back(tmp_path: Path, name: str) -> None:
    assert path_of(uri_of(tmp_path / name)) == tmp_path / name


@pytest.mark.parametrize(
    ("uri", "root", "name"),
    [
        ("file:///a/b/c.md", "/a", "b/c.md"),
        ("file:///a/b/c.md", "/x", "c.md"),
        ("file:///a/b/c.md", None, "c.md"),
        ("untitled:Untitled-1", "/a", "Untitled-1"),
        ("vscode-notebook-cell://host/a/b.ipynb#W0", None, "b.ipynb"),
        ("http://[", None, ""),
    ],
)
def test_names(uri: str, root: str | None, name: str) -> None:
    assert name_of(uri, None if root is None else Path(root)) == name


def test_schemes() -> None:
    assert [scheme_of(uri) for uri in ("File:///a", "untitled:x", "plain")] == ["file", "untitled", ""]


def test_cells_of_a_notebook_that_is_not_open() -> None:
    uri = cell_uri("file:///w/a.ipynb", 12)
    assert (cell_number(uri), path_of(uri)) == (12, Path("/w/a.ipynb"))
    assert [cell_number(other) for other in ("file:///w/a.ipynb", f"{uri}x", "file:///w/a.ipynb#tflsp-cell=")] == [
        None
    ] * 3
