"""Edits as LSP has them, carried out on texts: those of cells for the browser, those of files here.

Positions are in code points (`utf-32`), which the server is asked for.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

Json = Mapping[str, Any]


class NotPossible(Exception):
    """An edit that cannot be carried out; the text says why."""


def edited(text: str, edits: Sequence[Json]) -> str:
    """The text with edits, which do not overlap."""
    starts = [0]
    starts += [at for at, letter in enumerate(text, 1) if letter == "\n"]

    def offset(position: Json) -> int:
        line = position["line"]
        if line >= len(starts):
            return len(text)
        end = starts[line + 1] - 1 if line + 1 < len(starts) else len(text)
        return int(min(starts[line] + position["character"], end))

    places = [(offset(each["range"]["start"]), offset(each["range"]["end"]), each["newText"]) for each in edits]
    # Of several at one place the first comes first.
    places.sort(key=lambda place: place[:2])
    for start, end, new in reversed(places):
        text = text[:start] + new + text[end:]
    return text


def by_document(edit: Json) -> Iterator[tuple[str, Sequence[Json]]]:
    """A workspace edit's changes by URI; of a file that is to be made there is nothing before them.

    Raises NotPossible for what is neither an edit of a text nor the making of a file.
    """
    for each in edit.get("documentChanges") or ():
        kind = each.get("kind")
        if kind == "create":
            yield each["uri"], ()
        elif kind is not None:
            raise NotPossible(f"{kind} of {each.get('uri')}")
        else:
            yield each["textDocument"]["uri"], each["edits"]
    yield from (edit.get("changes") or {}).items()


def write_files(changes: Mapping[str, Sequence[Json]]) -> None:
    """Carry out the edits of files, each whole or not at all. Raises NotPossible, OSError."""
    written: list[tuple[Path, str]] = []
    for uri, edits in changes.items():
        path = path_of(uri)
        with suppress(FileNotFoundError):
            path = path.resolve(strict=True)  # a link stays one
        try:
            before = path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            before = ""
        except UnicodeDecodeError:
            raise NotPossible(f"{path.name} is not UTF-8") from None
        mark = before[: before.startswith("\ufeff")]
        plain = [{**each, "newText": _plain(each["newText"])} for each in edits]
        after = mark + edited(_plain(before[len(mark) :]), plain)
        written.append((path, after.replace("\n", "\r\n") if "\r\n" in before else after))
    for path, text in written:
        _replace(path, text.encode("utf-8"))


def path_of(uri: str) -> Path:
    """The file of a URI. Raises NotPossible."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.fragment:
        raise NotPossible(f"{parts.scheme}: is no file")
    return Path(url2pathname(parts.path) if os.name == "nt" else unquote(parts.path))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        mode = path.stat().st_mode if path.exists() else 0o666 & ~_umask()
        os.chmod(name, mode & 0o7777)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
