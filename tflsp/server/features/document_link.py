"""textDocument/documentLink: mounted folders, .env files, notebooks that a journal names, rules in suppressions.

And the links between journals, where the editor does not follow Markdown's itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from tflsp.facts.containers import ContainerLaunch
from tflsp.facts.suppression import Suppression
from tflsp.rules.pages import MissingPageError, page
from tflsp.server.features.journal_links import journal_links
from tflsp.server.lsp import range_
from tflsp.server.places import Place, place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.server.uris import path_of, uri_of
from tflsp.text import Span

# Not behind `](`, `(` or in `<…>`: Markdown links are the editor's own.
_NOTEBOOK = re.compile(r"(?<![\w/.(<\[-])(?P<path>(?:\.{1,2}/|[\w-][\w.-]*/)*[\w-][\w.-]*\.ipynb)\b(?!\]\()")
_HERE = re.compile(r"\A(?:\$PWD|\$\{PWD\}|\$\(pwd\)|`pwd`|%cd%|\$\{localWorkspaceFolder\})(?=/|\Z)")


@feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
async def document_link(session: Session, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    place = await place_of(session, params.text_document.uri)
    if place is None:
        return None
    path = path_of(place.opened.uri)
    bases = [path.parent] if path is not None else []
    if (root := session.root_of(place.opened.uri)) is not None and root not in bases:
        bases.append(root)
    wanted = list(_paths(place)) if bases else []
    found = await asyncio.to_thread(lambda: [(span, _existing(text, bases)) for span, text in wanted])
    links = [_link(place, span, uri_of(target)) for span, target in found if target is not None]
    links += [_link(place, span, target) for span, target in _pages(place)]
    return links + await journal_links(place)


def _link(place: Place, span: Span, target: str) -> types.DocumentLink:
    return types.DocumentLink(range_(place.range(span)), target=target)


def _paths(place: Place) -> Iterator[tuple[Span, str]]:
    """Places that name a path, and the path as written."""
    for launch in place.facts(ContainerLaunch):
        for mount in launch.fact.mounts:
            if mount.kind == "bind" and mount.source and mount.source_span is not None:
                yield launch.place(mount.source_span), mount.source
        for option in launch.fact.options:
            if option.name == "env-file" and option.value and option.value_span is not None:
                yield launch.place(option.value_span), option.value
    if place.analysed.state.document.kind in ("markdown", "notebook"):
        for found in _NOTEBOOK.finditer(place.part.text):
            yield Span(*found.span("path")), found["path"]


def _existing(text: str, bases: list[Path]) -> Path | None:
    """The file or folder that a path means, if it is there."""
    relative = _HERE.sub(".", text)
    if any(char in relative for char in "$`*\0"):
        return None
    for base in bases:
        path = base / Path(relative).expanduser()
        try:
            if path.exists():
                return path.resolve()
        except (OSError, RuntimeError):
            return None
    return None


def _pages(place: Place) -> Iterator[tuple[Span, str]]:
    for found in place.facts(Suppression):
        for code, span in found.fact.codes:
            try:
                yield found.place(span), page(code).path.as_uri()
            except MissingPageError:
                continue
