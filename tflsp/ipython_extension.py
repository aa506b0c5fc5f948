"""The IPython extension: `%load_ext tflsp`, then `%tflsp step`, `error`, `goal`, `conclusion`, `check` and `gpu`.

One file of the standard library that runs in the kernel, Python 3.8 included: it stands in a folder of its own on the
kernel's path, as ``tflsp.py``. What it asks for it asks of tflsp's own interpreter, in a child process.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

COMMAND = "/opt/tflsp/bin/tflsp"
KINDS = ("goal", "step", "error", "conclusion")
HELP = """\
%tflsp goal "QUESTION" [--hypothesis TEXT] [--criterion "val_accuracy > 97%"]
%tflsp step [TITLE] [--analysis TEXT] ...    what has changed and what the last run gave, in a new cell
%tflsp error [TITLE] ...                     the last error, its likely causes and what to try, in a new cell
%tflsp conclusion [TEXT] [--goal-met]
%tflsp check                                 warnings for this notebook
%tflsp gpu                                   what the GPUs are doing
Options are those of `tflsp journal KIND`; !tflsp journal step --help shows them."""
# Of a cell's output the end is kept, and of a session's the newest cells.
LONGEST_OUTPUT = 64 * 1024
MOST_CELLS = 200
PATIENCE = 120  # seconds
OWN = re.compile(r"\s*%{1,2}(?:tflsp|load_ext|reload_ext|unload_ext)\b")
MARKDOWN = re.compile(r"\s*%%(?:markdown|md)[ \t]*\n")
# In the classic notebook the cell that comes next becomes a Markdown cell; elsewhere this does nothing.
CLASSIC = """
if (typeof Jupyter !== 'undefined' && Jupyter.notebook) {
  Jupyter.notebook.events.one('set_next_input.Notebook', function (event, data) {
    var notebook = Jupyter.notebook, index = notebook.find_cell_index(data.cell) + 1, cell = notebook.get_cell(index);
    if (cell && cell.get_text().indexOf('%%markdown\\n') === 0) {
      cell.set_text(cell.get_text().slice('%%markdown\\n'.length));
      notebook.to_markdown(index);
    }
  });
}
"""


class Failed(Exception):
    """What was asked for could not be done; the text is for the user."""


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext tflsp`: add the magic, and listen to what cells give from now on."""
    session = Session(shell)
    shell.register_magic_function(session.magic, "line", "tflsp")
    shell.events.register("pre_run_cell", session.begin)
    shell.events.register("post_run_cell", session.end)
    shell.user_ns_hidden["_tflsp_session"] = session


def unload_ipython_extension(shell: Any) -> None:
    """Called by `%unload_ext tflsp`."""
    session = shell.user_ns_hidden.pop("_tflsp_session", None)
    if session is not None:
        shell.events.unregister("pre_run_cell", session.begin)
        shell.events.unregister("post_run_cell", session.end)
        session.release()
        shell.magics_manager.magics["line"].pop("tflsp", None)


class Session:
    """What the cells of this kernel gave, and the magic that asks about it."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.outputs: dict[int, list[dict[str, Any]]] = {}
        self.inserted: list[tuple[float, str]] = []
        self.pieces: list[tuple[str, str]] = []
        self.listening: list[Any] = []

    def begin(self, info: Any) -> None:
        """A cell begins to run: what it writes is kept as well as shown."""
        self.release()
        self.pieces = []
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            try:
                stream.write = self._writing(name, stream.write)
            except AttributeError:
                continue  # a terminal's stream: nothing can be heard there
            self.listening.append(stream)

    def _writing(self, name: str, write: Callable[[str], Any]) -> Callable[[str], Any]:
        def both(text: str) -> Any:
            self.pieces.append((name, text))
            if len(self.pieces) > 2_000:
                self.pieces = _joined(self.pieces)
            return write(text)

        return both

    def release(self) -> None:
        """Streams are as they were."""
        for stream in self.listening:
            stream.__dict__.pop("write", None)
        self.listening = []

    def end(self, result: Any) -> None:
        """A cell has run."""
        self.release()
        count = getattr(result, "execution_count", None)
        if not isinstance(count, int):
            return
        outputs: list[dict[str, Any]] = [
            {"output_type": "stream", "name": name, "text": text} for name, text in _joined(self.pieces)
        ]
        error = getattr(result, "error_in_exec", None) or getattr(result, "error_before_exec", None)
        if error is not None:
            outputs.append(self._error(type(error), error, error.__traceback__))
        self.outputs[count] = outputs
        for old in sorted(self.outputs)[:-MOST_CELLS]:
            del self.outputs[old]

    def _error(self, kind: Any, error: Any, trace: Any) -> dict[str, Any]:
        try:
            lines = self.shell.InteractiveTB.structured_traceback(kind, error, trace)
        except Exception:
            lines = traceback.format_exception(kind, error, trace)
        return {"output_type": "error", "ename": kind.__name__, "evalue": str(error), "traceback": list(lines)}

    def magic(self, line: str) -> None:
        """Write the debugging journal, check this notebook, look at the GPUs. `%tflsp` alone shows how."""
        try:
            self._run(line)
        except Failed as reason:
            _say(f"tflsp: {reason}", sys.stderr)

    def _run(self, line: str) -> None:
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise Failed(f"{error}: {line}") from None
        what = words[0] if words else "help"
        if what in KINDS:
            self._insert(what, words[1:])
        elif what == "check":
            self._check(words[1:])
        elif what == "gpu":
            columns = {"COLUMNS": os.environ.get("COLUMNS", "120")}
            code, said, complaint = tflsp(["gpu", *words[1:]], "", columns)
            _say(said.rstrip("\n"))
            if code not in (0, 1) or not said:
                raise Failed(complaint or "nothing is known of GPUs here")
        else:
            _say(HELP)
            if what not in ("help", "-h", "--help"):
                raise Failed(f"there is no {what!r}")

    def _insert(self, kind: str, words: list[str]) -> None:
        title: list[str] = []
        while words and not words[0].startswith("-"):
            title.append(words.pop(0))
        given = " ".join(title)
        if given and kind in ("step", "error"):
            words = ["--title", given, *words]
        elif given:
            words = [given, *words]
        path, saved = self.notebook()
        text = json.dumps(self.as_notebook(saved), ensure_ascii=True)
        code, said, complaint = tflsp(["journal", kind, path, *words, "--stdin", "--json"], text)
        try:
            entry = json.loads(said)["text"]
        except (ValueError, KeyError, TypeError):
            raise Failed(complaint.replace(f"{path}: ", "") or f"tflsp ended with {code}") from None
        if complaint:
            _say(complaint, sys.stderr)
        self.inserted.append((time.time(), entry))
        self.shell.set_next_input(f"%%markdown\n{entry.rstrip()}", replace=False)
        if getattr(self.shell, "kernel", None) is not None:
            self.shell.display_pub.publish(data={"application/javascript": CLASSIC}, metadata={})
            self.shell.display_pub.clear_output()

    def _check(self, words: list[str]) -> None:
        path, saved = self.notebook()
        cells = [cell for cell in _cells(saved) if _source(cell).strip()]
        known = {_source(cell).strip() for cell in cells}
        ran = [cell for cell in self.ran(saved) if _source(cell).strip() not in known]
        cells += ran
        text = json.dumps(_notebook(cells, saved), ensure_ascii=True)
        arguments = ["check", "--output-format", "json", "--stdin-filename", path, *words, "-"]
        code, said, complaint = tflsp(arguments, text)
        try:
            found = json.loads(said)
        except ValueError:
            raise Failed(complaint or f"tflsp ended with {code}") from None
        for each in found:
            _say(_line_about(each, cells))
        _say(f"{len(found)} findings" if found else "Nothing was found.")

    def as_notebook(self, saved: dict[str, Any]) -> dict[str, Any]:
        """The journal as it was saved, the entries since, and the cells that ran, with what they gave."""
        cells = [cell for cell in _cells(saved) if cell.get("cell_type") == "markdown"]
        texts = [_source(cell) for cell in cells]
        for when, entry in self.inserted:
            heading = entry.split("\n", 1)[0]
            if when > saved.get("saved_at", 0.0) and not any(_has_heading(text, heading) for text in texts):
                cells.append(_markdown(entry))
        return _notebook(cells + self.ran(saved), saved)

    def ran(self, saved: dict[str, Any]) -> list[dict[str, Any]]:
        """The cells that ran in this session, in their order."""
        before = {(cell.get("execution_count"), _source(cell).strip()): cell for cell in _cells(saved)}
        found = []
        for count, source in enumerate(self.shell.history_manager.input_hist_raw):
            if all(not line.strip() or OWN.match(line) for line in source.splitlines()):
                continue
            if MARKDOWN.match(source):
                found.append(_markdown(MARKDOWN.sub("", source, 1)))
                continue
            outputs = self.outputs.get(count)
            if outputs is None:
                outputs = before.get((count, source.strip()), {}).get("outputs", [])
            shown = self.shell.history_manager.output_hist_reprs.get(count)
            if shown is not None and not any(each.get("output_type") == "execute_result" for each in outputs):
                data = {"text/plain": shown[-LONGEST_OUTPUT:]}
                result = {"output_type": "execute_result", "execution_count": count, "data": data, "metadata": {}}
                outputs = [*outputs, result]
            found.append(
                {"cell_type": "code", "execution_count": count, "metadata": {}, "outputs": outputs, "source": source}
            )
        found = found[-MOST_CELLS:]
        error = getattr(sys, "last_value", None)
        heard = any(each.get("output_type") == "error" for cell in found for each in cell.get("outputs", ()))
        if error is not None and not heard:
            # It was raised before the extension was loaded.
            output = self._error(type(error), error, getattr(sys, "last_traceback", None))
            found.append(
                {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [output], "source": ""}
            )
        return found

    def notebook(self) -> tuple[str, dict[str, Any]]:
        """The path of this kernel's notebook, and what was saved of it: nothing where it is not known."""
        path = self.shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or _of_classic()
        if not isinstance(path, str) or not path.endswith(".ipynb"):
            return os.path.join(os.getcwd(), "session.ipynb"), {}
        if not os.path.exists(path):
            path = os.path.join(os.getcwd(), os.path.basename(path))
        try:
            with open(path, encoding="utf-8") as file:
                saved = json.load(file)
            saved["saved_at"] = os.path.getmtime(path)
        except (OSError, ValueError, TypeError):
            return path, {}
        return path, saved if saved.get("nbformat") == 4 else {}


def tflsp(arguments: list[str], text: str, more: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run tflsp: its exit code, what it printed, and what it complained of. Raises Failed."""
    command = os.environ.get("TFLSP_COMMAND") or (COMMAND if os.path.exists(COMMAND) else shutil.which("tflsp"))
    if not command:
        raise Failed("the program tflsp is not on PATH; TFLSP_COMMAND can say where it is")
    # What is set for this Python is not for tflsp's, and this very file is not the package of that name.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment.update({"PYTHONUTF8": "1", "NO_COLOR": "1"}, **(more or {}))
    try:
        ran = subprocess.run(
            [command, *arguments],
            input=text.encode("utf-8"),
            capture_output=True,
            env=environment,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"no answer within {PATIENCE} s") from None
    except OSError as error:
        raise Failed(f"{command}: {error.strerror}") from None
    complaint = ran.stderr.decode("utf-8", "replace").strip()
    return ran.returncode, ran.stdout.decode("utf-8", "replace"), re.sub(r"(?m)^tflsp: ", "", complaint)


def _of_classic() -> str | None:
    """The notebook of this kernel, asked of the classic notebook server that started it: it does not tell by itself."""
    found = re.search(r"kernel-([0-9a-f-]{36})\.json", " ".join(sys.argv))
    if found is None:
        return None
    from urllib.request import ProxyHandler, Request, build_opener

    try:
        from jupyter_core.paths import jupyter_runtime_dir

        folder = jupyter_runtime_dir()
        names = [name for name in os.listdir(folder) if re.match(r"(?:nb|jp)server-\d+\.json\Z", name)]
    except (ImportError, OSError):
        return None
    for name in names:
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                server = json.load(file)
            request = Request(f"{server['url']}api/sessions")
            request.add_header("Authorization", f"token {server.get('token', '')}")
            with build_opener(ProxyHandler({})).open(request, timeout=2) as answer:
                sessions = json.load(answer)
            for session in sessions:
                if session["kernel"]["id"] == found[1]:
                    return os.path.join(str(server.get("root_dir") or server["notebook_dir"]), str(session["path"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def _joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same text in as few pieces as may be, of each stream the end."""
    joined: dict[str, list[str]] = {}
    for name, text in pieces:
        joined.setdefault(name, []).append(text)
    return [(name, "".join(texts)[-LONGEST_OUTPUT:]) for name, texts in joined.items()]


def _notebook(cells: list[dict[str, Any]], saved: dict[str, Any]) -> dict[str, Any]:
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    metadata = saved.get("metadata") or {"kernelspec": spec}
    # Cells that ran have no ids.
    cells = [{name: value for name, value in cell.items() if name != "id"} for cell in cells]
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _cells(saved: dict[str, Any]) -> list[dict[str, Any]]:
    cells = saved.get("cells")
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _has_heading(text: str, heading: str) -> bool:
    return re.search(rf"(?m)^{re.escape(heading)}(?!\d)", text) is not None


def _line_about(found: dict[str, Any], cells: list[dict[str, Any]]) -> str:
    place, cell = found["location"], found.get("cell")
    where = f"line {place['row']}"
    if isinstance(cell, int) and 0 < cell <= len(cells):
        count = cells[cell - 1].get("execution_count")
        where = f"In [{count}], {where}" if count else f"cell {cell}, {where}"
    return f"{where}: {found['code']} {found['message']}"


def _say(text: str, stream: Any = None) -> None:
    stream = stream or sys.stdout
    stream.write(f"{text}\n")
    stream.flush()
