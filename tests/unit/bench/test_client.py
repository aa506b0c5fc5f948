"""The measuring client against the server that analyses nothing, and against ruff."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import programs, sessions
from bench.client import Client
from bench.corpus import TYPED
from bench.documents import Cell, Document, Encoding, Notebook, Spot, Text, units
from bench.sessions import Profile, Server

PROBE = "undefined_name_of_the_probe"
SMALL = Text("small", "small.py", "python", "import os\n# 🚀\n\nprint(os.sep)\n", Spot(2, 0, TYPED, PROBE))
CELLS = (Cell("markdown", "# 标题\n"), Cell("code", "import os\n\nprint(os.sep)\n"), Cell("code", "1\n"))
BOOK = Notebook("book", "book.ipynb", CELLS, 1, Spot(1, 0, TYPED, PROBE))


def ruff() -> Server:
    return Server("ruff server", (programs.find("ruff"), "server"), frozenset({"python", "notebook"}))


@pytest.mark.parametrize("pull", [True, False])
@pytest.mark.parametrize("document", [SMALL, BOOK])
def test_a_keystroke_ends_with_its_own_diagnostics(tmp_path: Path, document: Document, pull: bool) -> None:
    with Client(sessions.echo().argv, tmp_path, pull=pull, environment=sessions.environment()) as client:
        assert client.initialize() > 0
        assert client.pulls is pull
        opened = client.open(document)
        assert [0 < client.keystroke(opened) < 10_000 for _ in range(5)] == [True] * 5
        assert (opened.version, opened.character, opened.line) == (6, document.spot.column + 5, document.spot.line)
        assert client.published.keys() == ({opened.target} if not pull or document is BOOK else set())
        assert all(published.version == 6 for published in client.published.values())
    assert client.process.returncode == 0


@pytest.mark.parametrize("profile", [Profile("pull", True, "utf-16"), Profile("push", False, "utf-8")])
def test_ruff_reports_what_was_typed_where_it_was_typed(profile: Profile) -> None:
    records = {
        record["server"]: record for record in sessions.typing([ruff(), sessions.echo()], [SMALL, BOOK], profile, 3, 1)
    }
    assert records["ruff server"]["unproven"] == []
    assert records["echo"]["unproven"] == ["small", "book"]
    assert records["ruff server"]["encoding"] == profile.encoding
    assert records["ruff server"]["keystrokes"].keys() == {"small", "book"}
    assert records["ruff server"]["keystrokes"]["small"]["count"] == 3
    assert records["ruff server"]["opened"]["rss"] >= records["ruff server"]["opened"]["pss"] > 2**20


def test_a_server_that_dies_is_an_error_and_leaves_no_process(tmp_path: Path) -> None:
    with Client(["false"], tmp_path) as client, pytest.raises(RuntimeError):
        client.initialize()
    assert client.process.returncode == 1


@pytest.mark.parametrize(("encoding", "expected"), [("utf-8", 11), ("utf-16", 6), ("utf-32", 5)])
def test_units(encoding: Encoding, expected: int) -> None:
    assert units("a学🚀é ", encoding) == expected
