"""`make demo`: the language server at work on examples/mnist_debugging, in a container where a Docker Engine runs.

Brings the project's container up (elsewhere a session on this machine), joins the server in it as an editor does,
prints the diagnostics of every file, has the safe fixes applied to a copy and shows the difference. Then the experiment
is run, and its notebook and journal get a step. Your keys, your ssh configuration and tflsp's own state are not
touched, and nothing stays but the image.
"""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo_client import Editor
from demo_journal import steps

HERE = Path(__file__).parent
LANGUAGES = {".md": "markdown", ".py": "python", ".sh": "shellscript", ".yaml": "dockercompose", ".ipynb": "json"}
SEVERITIES = {1: ("error", "31"), 2: ("warning", "33"), 3: ("information", "34"), 4: ("hint", "36")}


def main() -> int:
    """Run the demonstration in a copy of the example, and leave the example as it is."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve() / "mnist_debugging"
        shutil.copytree(HERE / "mnist_debugging", folder)
        own = environment(Path(temporary).resolve() / "home")
        with session(folder, own) as command:
            editor = Editor(folder, command, own)
            found, changed = look_and_mend(editor, folder)
            editor.close()
        print(colour("The safe fixes, applied to a copy:\n", "1"))
        for path, new in sorted(changed.items()):
            old = path.read_text(encoding="utf-8") if path.exists() else ""
            show_difference(str(path.relative_to(folder)), old, new)
        print(f"\n{found} diagnostics, {len(changed)} files changed by safe fixes.")
        print(colour("\nA run, and what the journal says of it:\n", "1"))
        steps(folder, own)
    return 0 if found and changed else 1


def environment(home: Path) -> dict[str, str]:
    """This environment with a home of its own, and with what Docker and pip are told in the real one."""
    home.mkdir(mode=0o700)
    real = Path.home()
    given = {"HOME": str(home), "DOCKER_CONFIG": os.environ.get("DOCKER_CONFIG", str(real / ".docker"))}
    for path in (real / ".config" / "pip" / "pip.conf", real / ".pip" / "pip.conf"):
        if path.exists():
            given.setdefault("PIP_CONFIG_FILE", os.environ.get("PIP_CONFIG_FILE", str(path)))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {**kept, **given}


@contextmanager
def session(folder: Path, own: Mapping[str, str]) -> Iterator[list[str]]:
    """The command that joins an editor to the project's server; what it needs lasts as long as the block."""
    tflsp = [sys.executable, "-m", "tflsp"]

    def run(*arguments: str) -> int:
        print(colour(f"$ tflsp {' '.join(arguments)}", "1"), flush=True)
        return subprocess.run([*tflsp, *arguments], cwd=folder, env=own, stdin=subprocess.DEVNULL).returncode

    try:
        if run("up"):
            print("\nNo container this time: the same server, on this machine.\n")
            if run("up", "--local"):
                raise SystemExit("The session could not be made.")
        print()
        yield [*tflsp, "connect"]
    finally:
        subprocess.run([*tflsp, "daemon", "stop"], cwd=folder, env=own, stdout=subprocess.DEVNULL)
        print()
        run("down", "--volumes", "--yes")


def look_and_mend(editor: Editor, folder: Path) -> tuple[int, dict[Path, str]]:
    """Show the diagnostics of every file. Gives their number, and the texts of the files that "fix all" changes."""
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
    return found, changed


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
