"""The promises of docs/architecture.md about who imports whom, held by the import graph of the source."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "tflsp"

# Each floor imports itself and those before it. Units on one floor may import one another.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"bilingual", "dataclass", "logs", "text", "registration", "options", "settings"})
    | {"container_settings", "project"},
    frozenset({"documents", "tensorflow"}),
    frozenset({"facts", "bad_examples"}),
    frozenset({"rules", "capture", "journal"}),
    frozenset({"engine", "findings", "memo", "memo_whole", "project_index", "selection", "suppressions"}),
)
FLOOR_OF = {unit: height for height, units in enumerate(FLOORS) for unit in units}

# What stands above the floors and is imported by none of them.
ON_TOP = frozenset({"__main__", "agent", "cli", "container", "doctor", "gpu", "places", "remote", "server", "start"})

# Third-party packages that only one unit may import.
CONFINED = {
    "pygls": "server",
    "lsprotocol": "server",
    "asyncssh": "remote",
    "docker": "container",
    "pynvml": "gpu",
    "jinja2": "journal",
    "watchfiles": "cli",
    "click": "cli",
    "rich": "cli",
}

# The floors are pure functions of their input: no network, no clock, no child process.
IMPURE = frozenset(
    {"asyncio", "ftplib", "http", "multiprocessing", "requests", "sched", "selectors", "signal"}
    | {"smtplib", "socket", "socketserver", "ssl", "subprocess", "time", "urllib.request"}
)

# Packages that `tflsp check` must not pay for.
NOT_FOR_CHECK = ("pygls", "lsprotocol", "asyncssh", "docker", "rich", "watchfiles", "jinja2", "asyncio")


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement: who (dotted module), what (dotted name), where."""

    importer: str
    imported: str
    line: int

    @property
    def unit(self) -> str:
        """The part of the package that imports: `server` for tflsp.server.sync, "" for tflsp itself."""
        return self.importer.partition(".")[2].partition(".")[0]

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def imports_of(source: str, module: str) -> Iterator[Import]:
    """Yield every import in a module's source, inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield Import(module, alias.name, node.lineno)
            case ast.ImportFrom(module=str(origin), names=names, level=0):
                # `from tflsp import server` imports tflsp.server, so the name counts as well.
                for alias in names:
                    yield Import(module, f"{origin}.{alias.name}", node.lineno)
            case ast.ImportFrom(level=level) if level:
                yield Import(module, "." * level, node.lineno)
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(origin)), *_],
            ):
                yield Import(module, origin, node.lineno)


def broken_promise(found: Import) -> str | None:
    """Say which promise an import breaks, or None."""
    if found.imported.startswith("."):
        return "relative import"
    top, _, rest = found.imported.partition(".")
    inside = rest.partition(".")[0]
    floor = FLOOR_OF.get(found.unit)
    if top == "tflsp":
        if inside in ON_TOP and found.unit not in ON_TOP:
            return f"{inside} stands above {found.unit or 'the package'}"
        if floor is not None and inside and not inside.startswith("__") and FLOOR_OF.get(inside, 99) > floor:
            return f"{found.unit} (floor {floor}) may not look up to {inside}"
        return None
    if top in CONFINED and found.unit != CONFINED[top]:
        return f"{top} belongs to {CONFINED[top]}"
    if floor is not None and (top in IMPURE or f"{top}.{inside}" in IMPURE):
        return f"{found.unit} is pure"
    return None


def all_imports() -> Iterator[Import]:
    """Yield the imports of every module of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE.parent).with_suffix("")
        module = ".".join(part for part in relative.parts if part != "__init__")
        yield from imports_of(path.read_text("utf-8"), module)


def test_every_import_keeps_the_promises() -> None:
    broken = [f"{found}: {why}" for found in all_imports() if (why := broken_promise(found))]
    assert not broken, "\n".join(broken)


def test_the_floors_are_there() -> None:
    """A unit that was renamed leaves no promise behind that nothing keeps."""
    units = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(FLOOR_OF) <= units


@pytest.mark.parametrize(
    ("module", "source", "why"),
    [
        ("tflsp.text.lines", "from tflsp.documents import markdown", "may not look up to documents"),
        ("tflsp.text.lines", "def f():\n    import tflsp.facts.base", "may not look up to facts"),
        ("tflsp.documents.shell", "from tflsp import engine", "may not look up to engine"),
        ("tflsp.rules.base", "from tflsp.unheard_of import x", "may not look up to unheard_of"),
        ("tflsp.engine", "from tflsp.server.convert import position", "server stands above engine"),
        ("tflsp.configuration", "import tflsp.cli", "cli stands above configuration"),
        ("tflsp.rules.secrets", "import lsprotocol.types as t", "lsprotocol belongs to server"),
        ("tflsp.cli.serve", "from pygls import server", "pygls belongs to server"),
        ("tflsp.server.link", "import asyncssh", "asyncssh belongs to remote"),
        ("tflsp.remote.up", "import docker.errors", "docker belongs to container"),
        ("tflsp.facts.base", "import importlib\nimportlib.import_module('pygls')", "pygls belongs to server"),
        ("tflsp.facts.base", "import time", "facts is pure"),
        ("tflsp.engine", "from urllib.request import urlopen", "engine is pure"),
        ("tflsp.text.spans", "from . import lines", "relative import"),
    ],
)
def test_a_broken_promise_is_seen(module: str, source: str, why: str) -> None:
    found = [broken_promise(each) for each in imports_of(source, module)]
    assert any(why in (each or "") for each in found), found


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("tflsp.facts.base", "from tflsp.documents.region import Region"),
        ("tflsp.facts.base", "from tflsp import __version__"),
        ("tflsp.text.spans", "from tflsp.text.lines import LineIndex"),
        ("tflsp.server.sync", "from pygls.workspace import Workspace\nimport asyncio\nimport tflsp.engine"),
        ("tflsp.cli.serve", "from tflsp.server import serve"),
        ("tflsp.engine", "import urllib.parse"),
    ],
)
def test_a_kept_promise_is_not_reported(module: str, source: str) -> None:
    assert [broken_promise(each) for each in imports_of(source, module)] == [None] * source.count("import ")


@pytest.mark.parametrize("module", ["tflsp.engine", "tflsp.cli", "tflsp.rules"])
def test_checking_imports_no_server_and_no_network(module: str) -> None:
    """`tflsp check` starts without them; asked of a fresh interpreter, since dependencies import as well."""
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules.keys() & set({NOT_FOR_CHECK!r}))))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == []
