"""Places in notebooks that nobody has opened, for a client that can open one at a cell.

The text of such a notebook is JSON, where a line means nothing to a person; what names cells, a client's URIs, is made
when the notebook is opened. So the cell's number goes along in the URI, and the client makes its own place of it.
Other clients are given the place in the JSON.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tflsp.facts.journal_anchors import Anchor
from tflsp.server.client import OPEN_CELL
from tflsp.server.convert import range_of
from tflsp.server.uris import cell_uri
from tflsp.server.workspace.incidents import Seen
from tflsp.server.workspace.sources import Source
from tflsp.text import LineIndex, Span

if TYPE_CHECKING:
    from tflsp.server.session import Session

_TOP: Final = {"line": 0, "character": 0}


def place(source: Source, part: int, span: Span, session: Session) -> dict[str, Any]:
    """A span of stretch number ``part`` as an LSP Location, in its cell where the client can open that."""
    cell = source.journal.stretches[part].cell
    if cell is None or not _opens_cells(source, session):
        return source.location(part, span, session)
    lines = LineIndex(source.journal.stretches[part].text)
    return {"uri": cell_uri(source.uri, cell), "range": range_of(lines, span, session.client.encoding)}


def heading(source: Source, anchor: Anchor, session: Session) -> dict[str, Any]:
    """A heading's line as an LSP Location."""
    return place(source, anchor.part, Span(anchor.start, anchor.end), session)


def top(source: Source, session: Session) -> dict[str, Any]:
    """Where a document begins, as an LSP Location."""
    uri = cell_uri(source.uri, 0) if _opens_cells(source, session) else source.uris[0]
    return {"uri": uri, "range": {"start": _TOP, "end": _TOP}}


def link_to_incident(seen: Seen, session: Session) -> str | None:
    """A link that opens the notebook at the entry; None where a file's line does as well."""
    is_open = session.documents.holding(seen.uri) is not None
    if not session.client.opens_cells or is_open or not seen.uri.endswith(".ipynb"):
        return None
    return command_link(seen.uri, title=seen.heading)


def link_to_heading(source: Source, anchor: Anchor, session: Session) -> str | None:
    """A link that opens a notebook at the cell of a heading; None where a file's line does as well."""
    cell = source.journal.stretches[anchor.part].cell
    return command_link(source.uri, cell=cell) if cell is not None and _opens_cells(source, session) else None


def command_link(uri: str, **payload: object) -> str:
    """A link that carries out `tflsp.client.openCell`."""
    given = {"uri": uri, **{name: value for name, value in payload.items() if value is not None}}
    return f"command:{OPEN_CELL}?{quote(json.dumps([given], ensure_ascii=False), safe='')}"


def _opens_cells(source: Source, session: Session) -> bool:
    """Whether it is a notebook that is not open, neither as one nor as JSON, and the client can open it at a cell."""
    return session.client.opens_cells and source.state is None and source.document.kind == "notebook"
