"""The IPython extension: `%load_ext tflsp`, then `%tflsp step`, `error`, `goal`, `conclusion`, `check`, `gpu`.

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
from difflib import get_close_matches
from typing import Any

COMMAND = "/opt/tflsp/bin/tflsp"
KINDS = ("goal", "step", "error", "conclusion")
OTHERS = ("check", "gpu", "notebook", "help")
# What the extension says itself, in English and Chinese; what tflsp says follows the same variables.
WORDS = {
    "help": (
        """\
%tflsp goal "QUESTION" [--hypothesis TEXT] [--criterion "val_accuracy > 97%"]
%tflsp step [TITLE] [--analysis TEXT] ...    what has changed and what the last run gave, in a new cell
%tflsp error [TITLE] ...                     the last error, its likely causes and what to try, in a new cell
%tflsp conclusion [TEXT] [--goal-met]
%tflsp check                                 warnings for this notebook
%tflsp gpu                                   what the GPUs are doing
%tflsp notebook NAME.ipynb                   which notebook this is, where that is not known by itself
%tflsp step --help shows the options, as of the other words.""",
        """\
%tflsp goal "问题" [--hypothesis 假设] [--criterion "val_accuracy > 97%"]
%tflsp step [标题] [--analysis 分析] ...     在新单元格中写下本次改动和上次运行的结果
%tflsp error [标题] ...                      在新单元格中写下最近的错误、可能的原因和可尝试的办法
%tflsp conclusion [结论] [--goal-met]
%tflsp check                                 检查此笔记本
%tflsp gpu                                   GPU 的状态
%tflsp notebook 文件名.ipynb                 无法自动识别时，指定这是哪个笔记本
%tflsp step --help 显示选项，其他命令同理。""",
    ),
    "unknown": ("there is no {0!r}{1}; %tflsp alone shows what there is", "没有 {0!r}{1}；单独运行 %tflsp 查看用法"),
    "meant": (" (did you mean {0!r}?)", "（是不是 {0!r}？）"),
    "quotes": ("a quotation mark is not closed: {0}", "引号没有配对：{0}"),
    "options": ("`%tflsp {0} --help` shows the options", "运行 `%tflsp {0} --help` 查看选项"),
    "no-error": (
        "no error has been seen in this session: the entry is for you to fill in",
        "本次会话中没有出现错误：请自行填写该条目",
    ),
    "which": (
        "which notebook this is is not known, so its saved entries do not count; tell it once: %tflsp notebook {0}",
        "无法得知这是哪个笔记本，因此未计入已保存的条目；请指定一次：%tflsp notebook {0}",
    ),
    "no-notebook": ("there is no {0!r} here; there is: {1}", "这里没有 {0!r}；现有：{1}"),
    "nothing": ("nothing", "无"),
    "is": ("this is {0}", "当前笔记本：{0}"),
    "findings": ("{0} findings", "{0} 个问题"),
    "clean": ("Nothing was found.", "未发现问题。"),
    "no-gpu": ("nothing is known of GPUs here", "没有 GPU 的信息"),
    "ended": ("tflsp ended with {0}", "tflsp 以代码 {0} 结束"),
    "no-program": (
        "the program tflsp is not on PATH; install it, or let TFLSP_COMMAND say where it is",
        "PATH 中没有 tflsp 程序；请安装，或用 TFLSP_COMMAND 指明其位置",
    ),
    "silent": ("no answer within {0} s", "{0} 秒内没有应答"),
}
# Of a cell's output the end is kept, and of a session's the newest cells.
LONGEST_OUTPUT = 64 * 1024
MOST_CELLS = 200
PATIENCE = 120  # seconds
# What a session whose notebook is not known goes by.
UNKNOWN = "session.ipynb"
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
        self.chosen: str | None = None
        self.asked_for_notebook = False

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
            told = say("quotes", line) if "quotation" in str(error) else f"{error}: {line}"
            raise Failed(told) from None
        what = words[0] if words else "help"
        if what in KINDS:
            self._insert(what, words[1:])
        elif what == "check":
            self._check(words[1:])
        elif what == "gpu":
            columns = {"COLUMNS": os.environ.get("COLUMNS", "120")}
            code, said, complaint = tflsp(["gpu", *words[1:]], "", columns)
            if code not in (0, 1) or not said:
                raise Failed(_usage(complaint, what) or say("no-gpu"))
            _say(said.rstrip("\n"))
        elif what == "notebook":
            self._choose(" ".join(words[1:]))
        elif what in ("help", "-h", "--help"):
            _say(say("help"))
        else:
            near = get_close_matches(what, KINDS + OTHERS, 1)
            raise Failed(say("unknown", what, say("meant", near[0]) if near else ""))

    def _choose(self, name: str) -> None:
        """Which notebook this is, from now on."""
        if not name:
            _say(say("is", self.notebook()[0]))
            return
        path = os.path.abspath(os.path.expanduser(name))
        if not path.endswith(".ipynb") or not os.path.isfile(path):
            there = _notebooks(os.path.dirname(path))
            raise Failed(say("no-notebook", name, ", ".join(there) or say("nothing")))
        self.chosen = path
        _say(say("is", path))

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
        cells = self.as_notebook(saved)
        text = json.dumps(cells, ensure_ascii=True)
        code, said, complaint = tflsp(["journal", kind, path, *words, "--stdin", "--json"], text)
        try:
            entry = json.loads(said)["text"]
        except (ValueError, KeyError, TypeError):
            if code == 0 and said:
                _say(said.rstrip("\n"))  # that is what --help prints
                return
            raise Failed(_usage(complaint.replace(f"{path}: ", ""), kind) or say("ended", code)) from None
        if kind == "error" and not _has_error(cells["cells"]) and not any(word.startswith("--log") for word in words):
            _say(f"tflsp: {say('no-error')}", sys.stderr)
        self._hint(path)
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
            if code == 0 and said:
                _say(said.rstrip("\n"))
                return
            raise Failed(_usage(complaint, "check") or say("ended", code)) from None
        for each in found:
            _say(_line_about(each, cells))
        _say(say("findings", len(found)) if found else say("clean"))

    def _hint(self, path: str) -> None:
        """Say once that the notebook is not known, where there are some that could be meant."""
        there = _notebooks(os.path.dirname(path))
        if os.path.basename(path) == UNKNOWN and there and not self.asked_for_notebook:
            self.asked_for_notebook = True
            name = there[0] if len(there) == 1 else "NAME.ipynb"
            _say(f"tflsp: {say('which', name)}", sys.stderr)

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
        path = (
            self.chosen
            or self.shell.user_ns.get("__vsc_ipynb_file__")
            or os.environ.get("JPY_SESSION_NAME")
            or _of_classic()
        )
        if not isinstance(path, str) or not path.endswith(".ipynb"):
            return os.path.join(os.getcwd(), UNKNOWN), {}
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
        raise Failed(say("no-program"))
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
        raise Failed(say("silent", PATIENCE)) from None
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


def _usage(complaint: str, what: str) -> str:
    """A complaint about arguments, with the way to see which there are."""
    if not complaint.startswith("Usage:"):
        return complaint
    told = complaint.split("Error: ", 1)[-1].strip()
    return f"{told}\n{say('options', what)}"


def _has_error(cells: list[dict[str, Any]]) -> bool:
    return any(each.get("output_type") == "error" for cell in cells for each in cell.get("outputs", ()))


def _notebooks(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder or ".") if name.endswith(".ipynb"))
    except OSError:
        return []


def say(key: str, *values: object) -> str:
    """A text in the language of this session: what the locale's variables say, as for tflsp itself."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chinese = next((name for name in names if name), "").lower().startswith("zh")
    return WORDS[key][chinese].format(*values) if values else WORDS[key][chinese]


def _say(text: str, stream: Any = None) -> None:
    stream = stream or sys.stdout
    stream.write(f"{text}\n")
    stream.flush()
