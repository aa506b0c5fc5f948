"""Messages through the bridge: typed URIs are exchanged, and no other byte changes, least of all a document's text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.remote.bridge import Bridge, BridgeError
from tflsp.remote.frames import Frame, Frames
from tflsp.remote.targets import Mapping
from tflsp.remote.uris import UriMap

HERE, THERE = "file:///home/me/mnist", "file:///workspace"


def a_bridge() -> Bridge:
    return Bridge(UriMap("tflsp-a", [Mapping("/home/me/mnist", "/workspace")], resolve=None))


def framed(body: bytes) -> Frame:
    (frame,) = Frames().feed(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    return frame


def encoded(message: Any, **style: Any) -> Frame:
    return framed(json.dumps(message, **style).encode("utf-8", "surrogatepass"))


def body(raw: bytes) -> Any:
    (frame,) = Frames().feed(raw)
    return json.loads(frame.raw[frame.start :])


def note(method: str, params: Any, number: int | None = None) -> dict[str, Any]:
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    return message if number is None else {**message, "id": number}


def mapped(value: Any, *, back: bool = False) -> Any:
    """What the message should be on the other side: every URI of the folder exchanged. For messages without text."""
    old, new = (THERE, HERE) if back else (HERE, THERE)
    return json.loads(json.dumps(value).replace(old, new))


RANGE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
LOCATION = {"uri": f"{THERE}/b.py", "range": RANGE}
EDIT = {
    "changes": {f"{THERE}/a.md": [{"range": RANGE, "newText": "x"}]},
    "documentChanges": [
        {"textDocument": {"uri": f"{THERE}/a.md", "version": 1}, "edits": [{"range": RANGE, "newText": "x"}]},
        {"kind": "create", "uri": f"{THERE}/new.md"},
        {"kind": "rename", "oldUri": f"{THERE}/o.md", "newUri": f"{THERE}/n.md"},
        {"kind": "delete", "uri": f"{THERE}/d.md"},
    ],
}
DIAGNOSTIC = {
    "range": RANGE,
    "message": "m",
    "codeDescription": {"href": f"{THERE}/page.md"},
    "relatedInformation": [{"location": LOCATION, "message": "see"}],
}
CELL = "vscode-notebook-cell:/home/me/mnist/a.ipynb#W0sZmlsZQ%3D%3D"

OUTGOING = [
    note("tflsp/cellOutputs", {"notebook": HERE, "cells": [{"cell": f"{HERE}/a.ipynb#W0", "outputs": []}]}),
    note(
        "textDocument/didOpen", {"textDocument": {"uri": f"{HERE}/a.md", "languageId": "md", "version": 1, "text": ""}}
    ),
    note("workspace/didChangeWatchedFiles", {"changes": [{"uri": f"{HERE}/a.md", "type": 1}]}),
    note("workspace/didChangeWorkspaceFolders", {"event": {"added": [{"uri": HERE, "name": "m"}], "removed": []}}),
    note("workspace/didRenameFiles", {"files": [{"oldUri": f"{HERE}/a", "newUri": f"{HERE}/b"}]}),
    note("textDocument/codeAction", {"textDocument": {"uri": HERE}, "range": RANGE, "context": {"diagnostics": []}}, 1),
    note("workspace/diagnostic", {"previousResultIds": [{"uri": f"{HERE}/a.md", "value": "1"}]}, 2),
    note("workspace/executeCommand", {"command": "tflsp.insertStep", "arguments": [f"{HERE}/a", {"uri": HERE}, 1]}, 3),
]
INCOMING = [
    note("textDocument/publishDiagnostics", {"uri": f"{THERE}/a.md", "diagnostics": [DIAGNOSTIC]}),
    note("workspace/applyEdit", {"label": "l", "edit": EDIT}, 1),
    note("window/showDocument", {"uri": f"{THERE}/a.md", "selection": RANGE}, 2),
    note("workspace/configuration", {"items": [{"scopeUri": THERE, "section": "tflsp"}]}, 3),
    note(
        "client/registerCapability",
        {
            "registrations": [
                {
                    "id": "1",
                    "method": "workspace/didChangeWatchedFiles",
                    "registerOptions": {
                        "watchers": [
                            {"globPattern": {"baseUri": THERE, "pattern": "**/*.md"}},
                            {"globPattern": {"baseUri": {"uri": THERE, "name": "w"}, "pattern": "*"}},
                        ]
                    },
                }
            ]
        },
        4,
    ),
]
PAYLOAD = {"notebook": f"{THERE}/a.ipynb", "afterCell": f"{THERE}/a.ipynb#W1", "afterIndex": 1, "text": "x"}
ANSWERS = [
    ("workspace/executeCommand", {"applied": False, "text": "x", "insertCell": PAYLOAD}),
    ("textDocument/codeAction", [{"title": "t", "command": {"command": "tflsp.client.x", "arguments": [PAYLOAD]}}]),
    (
        "tflsp/journal",
        {"experiments": [{"uri": f"{THERE}/a.md", "errors": [{"seenBefore": {"uri": f"{THERE}/b.md"}}]}]},
    ),
    ("workspace/executeCommand", {"applied": True, "guide": f"{THERE}/guide.md", "title": "t"}),
    ("workspace/executeCommand", {"applied": True, "summary": f"{THERE}/SUMMARY.md", "experiments": 2}),
    ("tflsp/timeline", {"goal": "95 %", "places": {"goal": {"range": RANGE, "uri": f"{THERE}/a.md"}}}),
    ("textDocument/codeAction", [{"title": "t", "edit": EDIT, "diagnostics": [DIAGNOSTIC]}]),
    ("textDocument/codeAction", [{"title": "t", "command": "tflsp.x", "arguments": [f"{THERE}/a"]}]),
    ("codeLens/resolve", {"range": RANGE, "command": {"title": "t", "command": "tflsp.x", "arguments": [LOCATION]}}),
    ("codeAction/resolve", {"title": "t", "edit": EDIT}),
    ("textDocument/definition", LOCATION),
    ("textDocument/definition", [{"targetUri": f"{THERE}/b.py", "targetRange": RANGE}]),
    ("textDocument/documentLink", [{"range": RANGE, "target": f"{THERE}/x"}]),
    ("workspace/symbol", [{"name": "n", "location": {"uri": f"{THERE}/x"}}]),
    ("textDocument/rename", EDIT),
    ("textDocument/diagnostic", {"kind": "full", "items": [DIAGNOSTIC]}),
    (
        "textDocument/diagnostic",
        {"kind": "unchanged", "resultId": "1", "relatedDocuments": {THERE: {"kind": "full", "items": [DIAGNOSTIC]}}},
    ),
    ("workspace/diagnostic", {"items": [{"uri": THERE, "version": 1, "kind": "full", "items": []}]}),
]


@pytest.mark.parametrize("style", [{}, {"separators": (",", ":")}, {"indent": 1}, {"ensure_ascii": False}])
def test_every_kind_of_message(style: dict[str, Any]) -> None:
    bridge = a_bridge()
    for message in OUTGOING:
        assert body(bridge.outgoing(encoded(message, **style))) == mapped(message)
    for message in INCOMING:
        assert body(bridge.incoming(encoded(message, **style))) == mapped(message, back=True)
    for number, (method, result) in enumerate(ANSWERS, 100):
        bridge.outgoing(encoded(note(method, {}, number), **style))
        answer = {"jsonrpc": "2.0", "id": number, "result": result}
        assert body(bridge.incoming(encoded(answer, **style))) == mapped(answer, back=True), method
        assert bridge.incoming(encoded(answer)) == encoded(answer).raw  # nobody has asked a second time


def test_answers_of_the_editor() -> None:
    bridge = a_bridge()
    bridge.incoming(encoded({"jsonrpc": "2.0", "id": "a", "method": "workspace/workspaceFolders"}))
    answer = {"jsonrpc": "2.0", "id": "a", "result": [{"uri": HERE, "name": "mnist"}]}
    assert body(bridge.outgoing(encoded(answer))) == mapped(answer)


def test_results_in_parts() -> None:
    bridge = a_bridge()
    bridge.outgoing(encoded(note("textDocument/references", {"partialResultToken": "p"}, 1)))
    part = note("$/progress", {"token": "p", "value": [LOCATION]})
    assert body(bridge.incoming(encoded(part))) == mapped(part, back=True)
    work = note("$/progress", {"token": "w", "value": [LOCATION]})
    assert bridge.incoming(encoded(work)) == encoded(work).raw


def test_initialize() -> None:
    message = note(
        "initialize",
        {
            "processId": 4711,
            "rootPath": "/home/me/mnist",
            "rootUri": HERE,
            "workspaceFolders": [{"uri": HERE, "name": "a"}, {"uri": "file:///elsewhere", "name": "b"}],
            "initializationOptions": {"uri": HERE, "processId": 1},
        },
        1,
    )
    params = body(a_bridge().outgoing(encoded(message)))["params"]
    assert params["processId"] is None
    assert (params["rootPath"], params["rootUri"]) == ("/workspace", THERE)
    assert [each["uri"] for each in params["workspaceFolders"]] == [THERE, "tflsp-local:///elsewhere"]
    assert params["initializationOptions"] == {"uri": HERE, "processId": 1}


def test_notebooks() -> None:
    params = {
        "notebookDocument": {"uri": f"{HERE}/a.ipynb", "cells": [{"kind": 2, "document": CELL}]},
        "cellTextDocuments": [{"uri": CELL, "languageId": "python", "version": 1, "text": CELL}],
    }
    bridge = a_bridge()
    sent = body(bridge.outgoing(encoded(note("notebookDocument/didOpen", params))))["params"]
    cell = CELL.replace("/home/me/mnist", "/workspace")
    assert sent["notebookDocument"] == {"uri": f"{THERE}/a.ipynb", "cells": [{"kind": 2, "document": cell}]}
    assert sent["cellTextDocuments"][0] == {"uri": cell, "languageId": "python", "version": 1, "text": CELL}
    published = note("textDocument/publishDiagnostics", {"uri": cell, "diagnostics": []})
    assert body(bridge.incoming(encoded(published)))["params"]["uri"] == CELL


def test_what_is_not_typed_stays() -> None:
    """Settings, data, other servers' commands: any value, and whatever it looks like, it is not for us."""
    opaque = {"uri": THERE, "changes": {THERE: []}, "textDocument": {"uri": THERE}, THERE: THERE}
    bridge = a_bridge()
    for message in (
        note("workspace/didChangeConfiguration", {"settings": opaque}),
        note("telemetry/event", opaque),
        note("window/logMessage", {"type": 1, "message": THERE}),
        note("someone/else", opaque),
        {"jsonrpc": "2.0", "id": 1, "result": opaque},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": THERE, "data": opaque}},
    ):
        frame = encoded(message)
        assert bridge.incoming(frame) == frame.raw
        assert bridge.outgoing(frame) == frame.raw
    diagnostic = {**DIAGNOSTIC, "data": opaque}
    published = note("textDocument/publishDiagnostics", {"uri": f"{THERE}/a", "diagnostics": [diagnostic]})
    assert body(bridge.incoming(encoded(published)))["params"]["diagnostics"][0]["data"] == opaque
    bridge.outgoing(encoded(note("textDocument/codeLens", {}, 7)))
    lens = {"range": RANGE, "command": {"title": "t", "command": "their.command", "arguments": [THERE]}}
    answer = encoded({"jsonrpc": "2.0", "id": 7, "result": [lens]})
    assert bridge.incoming(answer) == answer.raw


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
looks = st.sampled_from(
    [HERE, THERE, f"{HERE}/a.md", f'"{HERE}', f'\\"{HERE}/x"', f'"uri":"{HERE}/a"', "\\", '"', "file:", "\n", "\u2028"]
)
document = st.lists(st.one_of(texts, looks), max_size=12).map("".join)
styles = st.fixed_dictionaries({"ensure_ascii": st.booleans(), "indent": st.sampled_from([None, 1])})


@given(document, document, styles)
def test_text_is_never_touched(text: str, typed: str, style: dict[str, Any]) -> None:
    bridge = a_bridge()
    identifier = {"uri": f"{HERE}/a.md", "languageId": text[:5], "version": 1, "text": text}
    change = [{"range": RANGE, "text": typed}, {"text": text}]
    for message, at in (
        (note("textDocument/didOpen", {"textDocument": identifier}), ("params", "textDocument", "uri")),
        (
            note("textDocument/didChange", {"contentChanges": change, "textDocument": {"uri": f"{HERE}/a.md"}}),
            ("params", "textDocument", "uri"),
        ),
    ):
        frame = encoded(message, **style)
        sent = bridge.outgoing(frame)
        expected: dict[str, Any] = json.loads(json.dumps(message))
        inner = expected
        for key in at[:-1]:
            inner = inner[key]
        inner[at[-1]] = f"{THERE}/a.md"
        assert body(sent) == expected
        # And not only the value: every byte of the text is the one that the editor wrote.
        written = json.dumps(text, ensure_ascii=style["ensure_ascii"]).encode()
        assert sent.count(written) >= 1


@given(document, document, styles)
def test_text_from_the_server_is_never_touched(text: str, hover: str, style: dict[str, Any]) -> None:
    bridge = a_bridge()
    text = text.replace(HERE, THERE)
    bridge.outgoing(encoded(note("textDocument/hover", {"textDocument": {"uri": HERE}}, 1)))
    shown = encoded({"jsonrpc": "2.0", "id": 1, "result": {"contents": {"kind": "markdown", "value": hover}}}, **style)
    assert bridge.incoming(shown) == shown.raw
    edit = {"changes": {f"{THERE}/a.md": [{"range": RANGE, "newText": text}]}}
    found = body(bridge.incoming(encoded(note("workspace/applyEdit", {"label": text, "edit": edit}, 1), **style)))
    assert found["params"] == {
        "label": text,
        "edit": {"changes": {f"{HERE}/a.md": [{"range": RANGE, "newText": text}]}},
    }


@pytest.mark.parametrize(
    "hidden",
    [
        rb'{"method":"window/showDocument","id":1,"params":{"uri":"\u0066ile:///etc/passwd"}}',
        rb'{"method":"window/showDocument","id":1,"params":{"uri":"file\u003a///etc/passwd"}}',
        rb'{"method":"window/showDocument","id":1,"params":{"u\u0072i":"file:///etc/passwd"}}',
        rb'{"method":"window\/showDocument","id":1,"params":{"uri":"FILE:\/\/\/etc\/passwd"}}',
        rb'{"method":"window/showDocument","id":1,"params":{"uri":"file:///etc/passwd","uri":"file:///etc/passwd"}}',
        rb'{"params":{"x":"file:///etc/passwd","uri":"file:///etc/passwd"},"method":"window/showDocument","id":1}',
    ],
)
def test_no_spelling_gets_past(hidden: bytes) -> None:
    for padding in (b"", b" " * 20_000):
        found = body(a_bridge().incoming(framed(hidden[:-1] + padding + b"}")))
        assert found["params"]["uri"] == "scp://tflsp-a//etc/passwd"


@pytest.mark.parametrize(
    "broken",
    [b"{", b"[]", b"[" * 100_000 + b'"file:///etc/passwd"', b'{"a":"file:///x"', b"\xff\xfe{", b"1" * 5000, b"null"],
)
def test_what_is_no_message(broken: bytes) -> None:
    """From the server it ends the session; from the editor it is the server's to refuse."""
    assert a_bridge().outgoing(framed(broken)) == framed(broken).raw
    if len(broken) < 1 << 14 or b"file:" in broken:
        with pytest.raises(BridgeError, match="no message"):
            a_bridge().incoming(framed(broken))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | document,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "uri",
                        "id",
                        "method",
                        "params",
                        "result",
                        "changes",
                        "edit",
                        "command",
                        "arguments",
                        "textDocument",
                        "token",
                        "value",
                    ]
                )
                | document,
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from([message["method"] for message in INCOMING + OUTGOING]),
)
def test_nothing_breaks_the_bridge(value: Any, method: str) -> None:
    bridge = a_bridge()
    for message in (note(method, value), note(method, value, 1), {"id": 1, "result": value}, value):
        body(bridge.outgoing(encoded(message)))
        if isinstance(message, dict):
            assert body(bridge.incoming(encoded(message))).keys() == message.keys()


def test_without_a_map_bytes_are_bytes() -> None:
    frame = encoded(OUTGOING[0])
    bridge = Bridge(None)
    assert bridge.outgoing(frame) is frame.raw
    assert bridge.incoming(frame) is frame.raw


def test_requests_that_nobody_answers_are_forgotten() -> None:
    bridge = a_bridge()
    for number in range(10_050):
        bridge.outgoing(encoded(note("textDocument/references", {"partialResultToken": number}, number)))
    assert len(bridge._by_editor) == len(bridge._partial) == 10_000
