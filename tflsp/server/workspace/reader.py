"""The process that reads: `python -m tflsp.server.workspace.reader`. An order on standard input, records on the output.

First the journals, which is quick; then every file by itself, then again those for which it matters what the others
say.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from tflsp.checking.discovery import discover
from tflsp.checking.links import linked_on_disk
from tflsp.documents.document import Document
from tflsp.documents.opening import open_bytes
from tflsp.engine import Report, check
from tflsp.facts.journal_recording import record_of, without_secrets
from tflsp.facts.journal_records import NO_RECORD
from tflsp.memo import Memo
from tflsp.project_index import contribution_of, shared_fields
from tflsp.server.client import Client, client_of
from tflsp.server.projects import Projects, Root
from tflsp.server.telling import Teller
from tflsp.server.uris import name_of, uri_of, within
from tflsp.server.workspace.records import FileRecord, Order

# A workspace with more files than this (a home folder, say) is not read to its end.
MOST_FILES = 3_000
LARGEST = 8 << 20  # bytes
# More than this is not looked through for journals either.
MOST_JOURNALS = 20_000
_JOURNALS = (".md", ".markdown", ".qmd", ".ipynb", ".py")
# What may say something of a project; without diagnostics nothing else is read.
_TELLING = (".md", ".sh", ".yml", ".yaml", ".json", ".py", ".ipynb")


def main() -> None:
    """Read the order, read the files, tell."""
    with suppress(AttributeError, OSError):
        os.nice(10)
    order = Order.of(json.loads(sys.stdin.readline()))
    found = list(_found(order))
    journals = [path for path in found if path.suffix.lower() in _JOURNALS][:MOST_JOURNALS]
    files = found if order.diagnostics else [path for path in found if _tells(path)]
    files = files[:MOST_FILES]
    _tell({"total": len(files) + len(journals) // _QUICKER})
    for told in _read_journals(order, journals):
        _tell(told)
    _tell({"journals": True})
    for told in _read(order, files):
        _tell(told)
    _tell({"done": True})


# So many journals are read in the time in which one file is judged.
_QUICKER = 8


def _read_journals(order: Order, files: list[Path]) -> Iterator[dict[str, Any]]:
    """What journals hold: a record where there is something to say, or where there may have been."""
    client = client_of(order.initialize)
    folders = [Path(folder) for folder in order.folders]
    told = 0
    for number, path in enumerate(files, start=1):
        data = _data(path)
        record = NO_RECORD
        if data is not None and (path.suffix.lower() != ".py" or b"%%" in data):
            with suppress(Exception):  # one file's fault must not cost the others
                document, _ = open_bytes(name_of(uri_of(path), _folder(path, folders)), data)
                record = without_secrets(record_of(document, client.encoding, by_cells=client.opens_cells))
        if not record.is_empty or order.files is not None:
            yield {"journal": record.plain(), "of": str(path)}
        if number // _QUICKER > told:
            told += 1
            yield {"step": True}


def _data(path: Path) -> bytes | None:
    """The bytes of a file; None where it is too large or cannot be read."""
    try:
        return path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError:
        return None


def _read(order: Order, files: list[Path]) -> Iterator[dict[str, Any]]:
    client = client_of(order.initialize)
    projects = Projects(order.language)
    projects.set_editor_settings({None if folder is None else Path(folder): table for folder, table in order.editor})
    folders = [Path(folder) for folder in order.folders]
    again: list[tuple[Path, Root]] = []
    for path in files:
        read = _record(path, projects, folders, client, order.diagnostics, first=True)
        if read is None:
            yield {"skipped": str(path)}
            continue
        record, sensitive = read
        root = projects.root(path.parent)
        root.index.add(record.name, record.contribution)
        if sensitive and order.diagnostics:
            again.append((path, root))
        yield record.plain()
    for path, root in again:
        if root.index.project(root.base) != root.base:
            read = _record(path, projects, folders, client, diagnosed=True, first=False)
            if read is not None:
                yield read[0].plain()


def _record(
    path: Path, projects: Projects, folders: list[Path], client: Client, diagnosed: bool, *, first: bool
) -> tuple[FileRecord, bool] | None:
    """What a file gives, and whether its findings depend on other files; None where it cannot be read."""
    data = _data(path)
    if data is None:
        return None
    loaded, root = projects.settings(path.parent), projects.root(path.parent)
    base = loaded.root if loaded.root is not None and within(path, loaded.root) else _folder(path, folders)
    name = name_of(uri_of(path), base)
    document, _ = open_bytes(name, data)
    project = root.base if first else root.index.project(root.base)
    memo = Memo()
    report = check(document, loaded.settings, project, memo)
    linked = linked_on_disk(path, report, loaded.settings, folders) if diagnosed else None
    if linked is not None:
        report = check(document, loaded.settings, project, memo, linked)
    contribution = contribution_of(report.facts, loaded.settings.image_mirrors)
    made = _diagnostics(document, report, path, client, loaded.settings.language) if diagnosed else []
    return FileRecord(str(path), name, contribution, made), bool(shared_fields(report.facts))


def _diagnostics(document: Document, report: Report, path: Path, client: Client, language: str) -> list[dict[str, Any]]:
    (shown,) = Teller(client).tell(report, [uri_of(path)], language)
    return [dict(diagnostic) for _, diagnostic in shown]


def _folder(path: Path, folders: list[Path]) -> Path | None:
    around = [folder for folder in folders if within(path, folder)]
    return max(around, key=lambda folder: len(folder.parts), default=None)


def _found(order: Order) -> Iterator[Path]:
    skip = {Path(path) for path in order.skip}
    # Named files too are looked for: what git ignores is not read because it has changed.
    wanted = None if order.files is None else {Path(path) for path in order.files}
    found = discover([folder for each in order.folders if (folder := Path(each)).is_dir()])
    found = (path for path in found if path not in skip and (wanted is None or path in wanted))
    yield from islice(found, MOST_FILES + MOST_JOURNALS)


def _tells(path: Path) -> bool:
    return path.suffix in _TELLING or "file" in path.name.lower()


def _tell(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
