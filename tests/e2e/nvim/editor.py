"""A real Neovim, driven over RPC, with the plugin on its runtime path and nothing else of a user's.

Nothing here polls or sleeps: the editor tells of its events (autocommands that call `rpcnotify`), and whoever waits
for something looks again after each of them.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pynvim

from tests.components import ROOT

PLUGIN = ROOT / "editor-client" / "nvim"
# Seconds. Nothing takes as long; the machine may be busy with other tests.
PATIENCE = 60

T = TypeVar("T")

# All that a user writes, with the plugin somewhere on the runtime path.
INIT = f"vim.opt.runtimepath:append([[{PLUGIN}]])\nvim.lsp.enable('tflsp')\n"

READY = "autocmd VimEnter * ++once call writefile(['ready'], '/dev/stdout')"

# What is told to a test. Some events come before what they announce is done, so all are told a little later.
TELL = """
local channel, events = ...
vim.api.nvim_create_autocmd(events, {
  callback = function(event)
    vim.schedule(function()
      vim.rpcnotify(channel, 'happened', event.event)
    end)
  end,
})
"""
CONNECTION = """
local channel = ...
vim.api.nvim_create_autocmd('User', {
  pattern = 'TflspConnection',
  callback = function(event) vim.rpcnotify(channel, 'happened', event.match) end,
})
"""
EVENTS = [
    "BufEnter",
    "CompleteChanged",
    "CompleteDone",
    "CursorMoved",
    "DiagnosticChanged",
    "LspAttach",
    "LspDetach",
    "LspRequest",
    "ModeChanged",
    "QuickFixCmdPost",
    "TextChanged",
    "TextChangedI",
    "TextChangedP",
    "WinClosed",
    "WinNew",
]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A diagnostic as Neovim keeps it: rows from 0, columns in bytes from 0, and the text between them."""

    code: str
    severity: str
    row: int
    start: int
    end: int
    text: str
    message: str


class Editor:
    """One Neovim. `lua` runs a chunk and gives its value; `until` waits for what the editor's events bring."""

    def __init__(self, nvim: pynvim.Nvim, home: Path) -> None:
        self.nvim = nvim
        self.home = home
        self.pid: int = nvim.funcs.getpid()
        self.lua(TELL, nvim.channel_id, EVENTS)

    # Running things

    def lua(self, chunk: str, *arguments: Any) -> Any:
        """Run Lua in the editor; `...` are the arguments."""
        return self.nvim.exec_lua(chunk, *arguments)

    def follow_connection(self) -> None:
        """Look again whenever the plugin says that its connection has changed."""
        self.lua(CONNECTION, self.nvim.channel_id)

    def command(self, line: str) -> str:
        """Run an Ex command, and give what it prints."""
        output: str = self.nvim.api.exec2(line, {"output": True})["output"]
        return output

    def type(self, keys: str) -> None:
        """Type keys as a person does: `<Esc>` and the like are keys."""
        self.nvim.input(keys)

    def until(self, condition: Callable[[], T | None]) -> T:
        """Wait until a condition gives something that counts as true. Looks at once, then after each event."""
        while not (value := condition()):
            self._message()
        return value

    def told(self, name: str) -> list[Any]:
        """Wait until the editor tells something by this name; what it tells."""
        while (message := self._message())[0] != name:
            pass
        return message[1]

    def _message(self) -> tuple[str, list[Any]]:
        deadline = self.nvim.loop.call_later(PATIENCE, self.nvim.stop_loop)
        message = self.nvim.next_message()
        deadline.cancel()
        if message is None:
            raise TimeoutError(f"the editor told of nothing for {PATIENCE} s")
        return message[1], message[2]

    # Documents

    def open(self, path: Path, *, attached: bool = True) -> int:
        """Edit a file; give its buffer's number. Waits for the server unless the file is none of its own."""
        self.nvim.api.cmd({"cmd": "edit", "args": [str(path)], "magic": {"file": False}}, {})
        number: int = self.nvim.current.buffer.number
        if attached:
            self.until(lambda: self.clients(number))
        return number

    @property
    def lines(self) -> list[str]:
        """The lines of the current buffer."""
        return list(self.nvim.current.buffer[:])

    @property
    def text(self) -> str:
        """The text of the current buffer."""
        return "\n".join([*self.lines, ""])

    def put_cursor(self, text: str) -> None:
        """Put the cursor on the first place of a text in the current buffer."""
        row, line = next((row, line) for row, line in enumerate(self.lines) if text in line)
        self.nvim.current.window.cursor = (row + 1, len(line[: line.index(text)].encode()))

    # Servers

    def clients(self, buffer: int | None = None) -> list[dict[str, Any]]:
        """The tflsp servers that run and have greeted, or those of a buffer; none that was asked to end."""
        chunk = """
        local running = vim.tbl_filter(function(client)
          return not client:is_stopped()
        end, vim.lsp.get_clients({ name = 'tflsp', bufnr = ... }))
        return vim.tbl_map(function(client)
          return { id = client.id, root = client.root_dir or false, encoding = client.offset_encoding }
        end, running)"""
        found: list[dict[str, Any]] = self.lua(chunk, *([] if buffer is None else [buffer]))
        return found

    def offers(self, method: str) -> bool:
        """Whether the server of the current buffer knows a method."""
        supports: bool = self.lua(
            "return vim.lsp.get_clients({ name = 'tflsp', bufnr = 0 })[1]:supports_method(...)", method
        )
        return supports

    def request(self, method: str, params: Mapping[str, Any]) -> Any:
        """Ask the server of the current buffer, and give its answer."""
        chunk = """
        local channel, method, params = ...
        local client = vim.lsp.get_clients({ name = 'tflsp', bufnr = 0 })[1]
        client:request(method, params, function(err, result)
          local answer = { err = err or vim.NIL, result = result == nil and vim.NIL or result }
          vim.rpcnotify(channel, 'answered', vim.json.encode(answer))
        end, vim.api.nvim_get_current_buf())  -- with 0, Neovim would not send what has changed before"""
        self.lua(chunk, self.nvim.channel_id, method, params)
        answer = json.loads(self.told("answered")[0])
        assert answer["err"] is None, answer
        return answer["result"]

    def server_pids(self) -> list[int]:
        """Process ids of the servers that this editor has started."""
        return [each.pid for each in self.programs("serve")]

    def programs(self, word: str) -> list[psutil.Process]:
        """What this editor has started with such an argument and has not ended."""
        found = []
        for child in psutil.Process(self.pid).children():
            with suppress(psutil.NoSuchProcess):  # one that has just ended, too
                found += [child] if word in child.cmdline() else []
        return found

    def log(self) -> str:
        """What Neovim wrote into its log of language servers."""
        path = Path(self.lua("return vim.lsp.log.get_filename()"))
        return path.read_text("utf-8", "replace") if path.exists() else ""

    # Diagnostics and code actions

    def diagnostics(self, *codes: str) -> list[Diagnostic]:
        """The current buffer's diagnostics as they are shown now, in order; those of some codes where any are named."""
        lines = [line.encode() for line in self.lines]
        chunk = """
        return vim.tbl_map(function(found)
          local severity = vim.diagnostic.severity[found.severity]
          return { found.code, severity, found.lnum, found.col, found.end_lnum, found.end_col, found.message }
        end, vim.diagnostic.get(0))"""
        made = [
            Diagnostic(code, severity, row, start, end, _between(lines, row, start, last, end), message)
            for code, severity, row, start, last, end, message in self.lua(chunk)
            if not codes or code in codes
        ]
        return sorted(made, key=lambda found: (found.row, found.start, found.code))

    def settled(self, *codes: str) -> list[Diagnostic]:
        """The diagnostics of the text as it is now.

        Actions are answered from the newest analysis. Its diagnostics may be sent behind the answer to whoever waited
        for it, but not behind the next.
        """
        start = {"line": 0, "character": 0}
        params = {
            "textDocument": {"uri": self.lua("return vim.uri_from_bufnr(0)")},
            "range": {"start": start, "end": start},
            "context": {"diagnostics": []},
        }
        for _ in range(2):
            # None is for a document that the server does not have open.
            assert self.request("textDocument/codeAction", params) is not None, self.log()
        return self.diagnostics(*codes)

    def titles(self) -> list[str]:
        """The code actions that are offered for choice on the cursor's line; there must be one."""
        self.lua(
            """
            local channel = ...
            vim.ui.select = function(items)
              vim.rpcnotify(channel, 'offered', vim.tbl_map(function(item) return item.action.title end, items))
            end
            vim.lsp.buf.code_action()""",
            self.nvim.channel_id,
        )
        [offered] = self.told("offered")
        return [str(title) for title in offered]

    def choose(self, wanted: str) -> None:
        """From now on, take the entries that hold a text of whatever is offered for choice.

        `told("offered")` gives what was.
        """
        self.lua(
            """
            local channel, wanted = ...
            vim.ui.select = function(items, options, choose)
              local shown = vim.tbl_map(options.format_item, items)
              vim.rpcnotify(channel, 'offered', shown)
              for index, item in ipairs(shown) do
                if item:find(wanted, 1, true) then choose(items[index], index) end
              end
            end""",
            self.nvim.channel_id,
            wanted,
        )

    def act(self, title: str) -> None:
        """Choose the one code action on the cursor's line that has this title. It is applied by and by."""
        self.lua(
            """
            local title = ...
            vim.lsp.buf.code_action({
              apply = true,
              filter = function(action) return action.title == title end,
            })""",
            title,
        )


def _between(lines: list[bytes], row: int, start: int, last: int, end: int) -> str:
    if row == last:
        return lines[row][start:end].decode()
    return b"\n".join([lines[row][start:], *lines[row + 1 : last], lines[last][:end]]).decode()


@contextmanager
def neovim(program: Path, init: str = INIT, environment: Mapping[str, str] | None = None) -> Iterator[Editor]:
    """A Neovim of its own, in a new home, with `init` as its user's configuration."""
    with tempfile.TemporaryDirectory(prefix="nvim-") as folder:  # not pytest's: a socket's path has to be short
        home = Path(folder)
        config = home / "config" / "nvim"
        config.mkdir(parents=True)
        (config / "init.lua").write_text(init, "utf-8")
        with _started(program, home, environment or {}) as process:
            session = pynvim.attach("socket", path=str(home / "socket"))
            try:
                yield Editor(session, home)
            finally:
                below = _below(process.pid)
                process.kill()
                _hang_up(session)
                _ended(below)


def _below(pid: int) -> list[int]:
    """What an editor has started: servers, and what they have started."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:  # a test has ended it
        return []


def _ended(pids: list[int]) -> None:
    """Wait until they have ended: none works on, or writes into a home that is removed, while the next test runs."""
    for pid in pids:
        wait_for_end(pid)


def _hang_up(session: pynvim.Nvim) -> None:
    """Read to the end of the connection, which closes it: pynvim's own close leaves the socket to the collector."""
    with suppress(OSError, EOFError):
        while session.next_message() is not None:
            pass
    session.close()


@contextmanager
def _started(program: Path, home: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    folders = {f"XDG_{name.upper()}_HOME": str(home / name) for name in ("config", "data", "state", "cache")}
    own = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    foreign = ("NVIM", "VIM", "LC_", "XDG_", "TFLSP_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    arguments: list[str | Path] = [program, "--headless", "-n", "--listen", home / "socket", "--cmd", READY]
    process = subprocess.Popen(
        arguments,
        env={**inherited, **own, **folders, **environment},
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield process
        finally:
            process.kill()


def wait_for_end(pid: int) -> None:
    """Wait until a process that is no child of ours has ended; it may have before anybody looks."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ready, _, _ = select.select([descriptor], [], [], PATIENCE)
        assert ready, f"process {pid} still runs"
    finally:
        os.close(descriptor)
