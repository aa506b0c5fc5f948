"""`make demo`: the language server at work on examples/mnist_debugging.

Starts `tflsp serve`, speaks LSP to it as an editor does, prints the diagnostics of every file, has the safe fixes applied
to a copy and shows the difference. Nothing here knows more of tflsp than an editor would.
"""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LANGUAGES = {".md": "markdown", ".py": "python", ".sh": "shellscript", ".yaml": "dockercompose", ".ipynb": "json"}
SEVERITIES = {1: ("error", "31"), 2: ("warning", "33"), 3: ("information", "34"), 4: ("hint", "36")}
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-32"]},
    "textDocument": {
        "diagnostic": {"relatedInformation": True, "codeDescriptionSupport": True, "dataSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source.fixAll"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
    },
    "workspace": {
        "diagnostics": {"refreshSupport": True},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
}


class Editor:
    """A language client of the simplest kind: one request at a time, over the server's standard input and output."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tflsp", "serve"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self.folder = folder
        self.identifier = 0
        roots = [{"uri": folder.as_uri(), "name": folder.name}]
        self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": roots[0]["uri"],
                "workspaceFolders": roots,
                "capabilities": CAPABILITIES,
            },
        )
        self.notify("initialized", {})

    def request(self, method: str, params: dict[str, Any] | None) -> Any:
        """Send a request and wait for its answer; the server's own requests are answered with nothing."""
        self.identifier += 1
        self._send({"id": self.identifier, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self.identifier and "method" not in message:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            if "id" in message:
                empty = [None for _ in message.get("params", {}).get("items", [])]
                self._send(
                    {"id": message["id"], "result": empty if message["method"].endswith("configuration") else None}
                )

    def notify(self, method: str, params: dict[str, Any] | None) -> None:
        self._send({"method": method, "params": params})

    def close(self) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(timeout=10)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("ascii").partition(":")
            if name.lower() == "content-length":
                length = int(value)
        if not length:
            raise RuntimeError("the server has ended")
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message


def main() -> int:
    """Run the demonstration in a copy of the example, and leave the example as it is."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve() / "mnist_debugging"
        shutil.copytree(HERE / "mnist_debugging", folder)
        editor = Editor(folder)
        found = 0
        changed: dict[Path, str] = {}
        for path in sorted(path for path in folder.rglob("*") if path.suffix in LANGUAGES or path.name == "Dockerfile"):
            text = path.read_text(encoding="utf-8")
            uri = path.as_uri()
            language = LANGUAGES.get(path.suffix, "dockerfile")
            item = {"uri": uri, "languageId": language, "version": 1, "text": text}
            editor.notify("textDocument/didOpen", {"textDocument": item})
            items = editor.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
            found += len(items)
            show(path.relative_to(folder), text, items)
            changed.update(fixed(editor, folder, uri, text, items))
        editor.close()
        print(colour("The safe fixes, applied to a copy:\n", "1"))
        for path, new in sorted(changed.items()):
            old = path.read_text(encoding="utf-8") if path.exists() else ""
            show_difference(str(path.relative_to(folder)), old, new)
    print(f"\n{found} diagnostics, {len(changed)} files changed by safe fixes.")
    return 0 if found and changed else 1


def fixed(editor: Editor, folder: Path, uri: str, text: str, items: list[dict[str, Any]]) -> dict[Path, str]:
    """The files that "fix all" changes, with their new texts."""
    end = {"line": text.count("\n") + 1, "character": 0}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": {"line": 0, "character": 0}, "end": end},
        "context": {"diagnostics": items, "only": ["source.fixAll"]},
    }
    texts: dict[Path, str] = {}
    for action in editor.request("textDocument/codeAction", params) or []:
        if "edit" not in action:
            action = editor.request("codeAction/resolve", action)
        edit = action["edit"]
        changes = dict(edit.get("changes", {}))
        for change in edit.get("documentChanges", []):
            if "textDocument" in change:
                changes.setdefault(change["textDocument"]["uri"], []).extend(change["edits"])
        for target, edits in changes.items():
            path = folder / Path(target.removeprefix(folder.as_uri() + "/"))
            old = path.read_text(encoding="utf-8") if path.exists() else ""
            texts[path] = apply(old, edits)
    return texts


def apply(text: str, edits: list[dict[str, Any]]) -> str:
    """Apply LSP text edits; positions count code points, as negotiated."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(position: dict[str, int]) -> int:
        return min(starts[min(position["line"], len(starts) - 1)] + position["character"], len(text))

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


def show(path: Path, text: str, items: list[dict[str, Any]]) -> None:
    """Print a file's diagnostics as an editor shows them: the line, a squiggle, the message."""
    print(colour(str(path), "1;4"))
    lines = text.splitlines()
    for item in sorted(items, key=lambda item: (item["range"]["start"]["line"], item["range"]["start"]["character"])):
        start, end = item["range"]["start"], item["range"]["end"]
        line = lines[start["line"]] if start["line"] < len(lines) else ""
        stop = end["character"] if end["line"] == start["line"] else len(line)
        name, code = SEVERITIES[item["severity"]]
        skip = max(0, start["character"] - 60)
        print(f"{start['line'] + 1:>5} | {line[skip : skip + 120]}")
        before, under = line[skip : start["character"]], line[start["character"] : min(stop, skip + 120)]
        print(f"      | {' ' * width(before)}{colour('~' * max(1, width(under)), code)}")
        print(f"      | {colour(name + ' ' + item['code'], code)}: {item['message']}")
    print()


def show_difference(name: str, old: str, new: str) -> None:
    """Print a unified diff in colours."""
    for line in difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, n=1, lineterm=""):
        print(colour(line, {"+": "32", "-": "31", "@": "36"}.get(line[:1], "0")))


def width(text: str) -> int:
    """Columns of a terminal that a text takes; East Asian wide characters and emoji take two."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def colour(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if sys.stdout.isatty() else text


if __name__ == "__main__":
    raise SystemExit(main())
