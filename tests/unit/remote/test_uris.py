"""URIs of both sides: which is which, spelled as the editor spells them, and none that leads out of a mapped folder."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.remote import uri_fields
from tflsp.remote import uris_fields
from tflsp.remote.targets import Mapping
from tflsp.remote.uris import UriMap

MAPPINGS = (
    Mapping("/home/me/项目", "/workspace"),
    Mapping("/home/me/项目/data", "/data"),
    Mapping("/srv/logs", "/workspace/logs"),
)


def a_map(*mappings: Mapping, name: str = "tflsp-a") -> UriMap:
    return UriMap(name, mappings or MAPPINGS, resolve=None)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("file:///home/me/%E9%A1%B9%E7%9B%AE/a.py", "file:///workspace/a.py"),
        ("file:///home/me/项目/a.py", "file:///workspace/a.py"),
        ("file:///home/me/项目", "file:///workspace"),
        ("file:///home/me/项目/", "file:///workspace/"),
        ("file:///home/me/项目/a%20b%23%5Bc%5D.py", "file:///workspace/a%20b%23%5Bc%5D.py"),
        ("file://localhost/home/me/项目/a.py", "file:///workspace/a.py"),
        ("file:///home/me/项目/data/x.csv", "file:///data/x.csv"),
        ("file:///home/me/项目/database.md", "file:///workspace/database.md"),
        ("file:///srv/logs/1", "file:///workspace/logs/1"),
        ("file:///home/me/项目x/a.py", "tflsp-local:///home/me/项目x/a.py"),
        ("file:///etc/hosts", "tflsp-local:///etc/hosts"),
        ("file:///home/me", "tflsp-local:///home/me"),
        ("scp://tflsp-a//usr/lib/x.py", "file:///usr/lib/x.py"),
        ("scp://tflsp-b//usr/lib/x.py", "scp://tflsp-b//usr/lib/x.py"),
        ("vscode-notebook-cell:/home/me/%E9%A1%B9%E7%9B%AE/a.ipynb#W0sZmlsZQ%3D%3D", None),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
        ("vscode-notebook-cell:Untitled-1.ipynb?jupyter-notebook#W0s", None),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_to_the_container_and_back(here: str, there: str | None) -> None:
    uris = a_map()
    expected = here.replace("/home/me/%E9%A1%B9%E7%9B%AE", "/workspace") if there is None else there
    assert uris.to_remote(here) == expected
    assert uris.to_local(expected) == here


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("file:///workspace/new.md", "file:///home/me/%E9%A1%B9%E7%9B%AE/new.md"),
        ("file:///workspace/logs/1", "file:///srv/logs/1"),
        ("file:///workspace/./a//b.md", "file:///home/me/%E9%A1%B9%E7%9B%AE/a/b.md"),
        ("FILE:///workspace/a", "file:///home/me/%E9%A1%B9%E7%9B%AE/a"),
        ("file:/workspace/a", "file:/home/me/%E9%A1%B9%E7%9B%AE/a"),
        ("file:workspace/a", "file:/home/me/%E9%A1%B9%E7%9B%AE/a"),
        ("file:///opt/tflsp/TFL101.md", "scp://tflsp-a//opt/tflsp/TFL101.md"),
        ("file:///", "scp://tflsp-a//"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_what_the_server_names_first(there: str, here: str) -> None:
    assert a_map().to_local(there) == here


@pytest.mark.parametrize(
    "hostile",
    [
        "file:///etc/passwd",
        "file:etc/passwd",
        "File:/etc/passwd",
        "file:////etc/passwd",
        "file://host/share/x",
        "file:///workspace/../etc/passwd",
        "file:///workspace/%2e%2e/etc/passwd",
        "file:///workspace/a%2F..%2F..%2F..%2Fetc/passwd",
        "file:///workspace/a%00b",
        "file:///workspace/a?/../../../../etc/passwd",
        "file:///workspace/a#/%2e%2e/%2e%2e/etc/passwd",
        "file:///workspace\\..\\..\\etc",
        "file:///home/me/.ssh/authorized_keys",
        "tflsp-local:///home/me/.ssh/authorized_keys",
    ],
)
def test_nothing_of_this_machine_is_named_by_the_container(hostile: str) -> None:
    """What is no file of a mapped folder stays the container's, or what no editor can open."""
    found = a_map().to_local(hostile)
    assert found.startswith(("scp://tflsp-a//", "tflsp-local:"))


def test_windows_names_are_no_way_out() -> None:
    uris = a_map(Mapping("C:\\Users\\me\\mnist", "/workspace"))
    for hostile in ("file:///workspace/..%5C..%5Cx", "file:///workspace/c:/x", "file:///workspace/a%5Cb"):
        assert uris.to_local(hostile).startswith("scp:")


@pytest.mark.parametrize(
    "spelled",
    [
        "file:///c%3A/Users/me/mnist",
        "file:///C:/Users/me/mnist",
        "file:///c:/users/ME/mnist",
        "file:///C%3A/Users/me/mnist",
    ],
)
def test_drive_letters(spelled: str) -> None:
    uris = a_map(Mapping("C:\\Users\\me\\mnist", "/workspace"))
    assert uris.to_remote(f"{spelled}/a.py") == "file:///workspace/a.py"
    assert uris.to_local("file:///workspace/b.py") == f"{spelled}/b.py"
    assert uris.path_to_remote("c:\\Users\\me\\mnist\\x") == "/workspace/x"


def test_a_share_of_a_windows_server() -> None:
    uris = a_map(Mapping("\\\\wsl$\\Debian\\home\\me", "/workspace"))
    assert uris.to_remote("file://wsl$/Debian/home/me/a.py") == "file:///workspace/a.py"
    assert uris.to_local("file:///workspace/b.py") == "file://wsl$/Debian/home/me/b.py"


def test_links_are_followed_where_nothing_else_helps() -> None:
    uris = UriMap("tflsp-a", MAPPINGS, resolve=lambda path: path.replace("/link", "/home/me/项目"))
    assert uris.to_remote("file:///link/a%2Bb.py") == "file:///workspace/a+b.py"
    assert uris.to_local("file:///workspace/a+b.py") == "file:///link/a%2Bb.py"
    assert uris.to_remote("file:///other/a.py") == "tflsp-local:///other/a.py"


def test_paths() -> None:
    uris = a_map()
    assert uris.path_to_remote("/home/me/项目/a b") == "/workspace/a b"
    assert uris.path_to_remote("/home/me") is None


names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..")
)


def spell(name: str, hard: bool) -> str:
    """A path segment in a URI: with everything encoded that can be, or with only what must be."""
    return quote(name, safe="" if hard else "!$&'()*+,;=:@")


@given(st.sampled_from(MAPPINGS), st.lists(names, max_size=4), st.booleans(), st.booleans())
def test_any_file_of_a_mapped_folder_comes_back_as_it_was(
    mapping: Mapping, inside: list[str], hard: bool, known: bool
) -> None:
    here = "file://" + "/".join(spell(name, hard) for name in [*mapping.local.split("/"), *inside])
    uris = a_map()
    there = uris.to_remote(here)
    path = unquote(there.removeprefix("file://"))
    inner = "/".join([mapping.local, *inside])
    best = max(
        (each for each in MAPPINGS if f"{inner}/".startswith(f"{each.local}/")), key=lambda each: len(each.local)
    )
    assert path == best.remote + inner.removeprefix(best.local)
    again = uris.to_local(there) if known else a_map().to_local(there)
    expected = path.startswith("/workspace/logs") and best.remote == "/workspace"
    if known:
        assert again == here
    elif not expected:
        assert unquote(again) == unquote(here)


@given(
    st.text(max_size=40), st.sampled_from(["file:", "file:///", "file:///workspace/", "FILE://", "tflsp-local:/", ""])
)
def test_nothing_from_the_container_becomes_a_file_outside(text: str, scheme: str) -> None:
    found = a_map().to_local(scheme + text)
    if found.lower().startswith("file:"):
        path = unquote(found).split("?")[0].split("#")[0]
        assert ".." not in path.split("/")
        assert path.removeprefix("file:").removeprefix("//").startswith(("/home/me/项目", "/srv/logs"))


def test_the_table_is_the_protocols() -> None:
    """No URI that LSP 3.18 types as one is missing; `python -m tests.unit.remote.uri_fields` writes the table anew."""
    written: tuple[Any, ...] = (uris_fields.TYPES, uris_fields.PARAMETERS, uris_fields.RESULTS)
    assert written == uri_fields.table()
