"""The GPUs' state in Neovim's status line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.nvim.conftest import Start, nothing_failed
from tests.e2e.nvim.editor import Editor
from tests.gpu_stub.machine import GIB, Machine, without_gpu

Write = Callable[[str, str], Path]
STATUSLINE = "vim.o.laststatus = 2 vim.o.statusline = \"<%{v:lua.require'tflsp'.gpu()}>\""
# The redrawing that a person's eyes would have caused: no screen is attached.
DRAWN = "return vim.api.nvim_eval_statusline(vim.o.statusline, {}).str"
TELL = """
vim.api.nvim_create_autocmd('User', {
  pattern = 'TflspGpu',
  callback = function(event)
    vim.rpcnotify(..., 'happened', event.event)
  end,
})"""


def opened(start: Start, write: Write, environment: dict[str, str], statusline: str = STATUSLINE) -> Editor:
    own = {name: environment.get(name, "") for name in ("LD_LIBRARY_PATH", "TFLSP_NVML_STUB")}
    editor = start(environment={**own, "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}"})
    editor.lua(TELL.replace("...", str(editor.nvim.channel_id)))
    editor.open(write("train.py", "x = 1\n"))
    editor.lua(statusline)
    return editor


def test_the_status_line(start: Start, write: Write, tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    editor = opened(start, write, machine.environment)
    editor.until(lambda: editor.lua(DRAWN) == "<GPU 0: 3.0/16.0 GiB 87%>")
    machine.gpus[0] |= {"memory.used": 8 * GIB, "utilization.gpu": 5}
    machine.gpus.append({"error": 15})
    machine.write()
    editor.until(lambda: editor.lua(DRAWN).startswith("<GPU 0: 8.0/16.0 GiB 5%"))
    assert editor.lua("return require('tflsp.gpu').state().gpus[1].memory.used") == 8 * GIB
    nothing_failed(editor)


def test_nobody_is_asked_for_a_status_line_that_is_gone(start: Start, write: Write, tmp_path: Path) -> None:
    """A minute later, with the next change; whoever shows it again is told again."""
    machine = Machine(tmp_path)
    editor = opened(start, write, machine.environment)
    editor.until(lambda: editor.lua(DRAWN) == "<GPU 0: 3.0/16.0 GiB 87%>")
    editor.lua(
        """
        vim.o.statusline = ''
        local clock = vim.uv.hrtime
        vim.uv.hrtime = function() return clock() + 3600 * 1e9 end
        vim.api.nvim_create_autocmd('LspRequest', {
          callback = function(event)
            if event.data.request.method == 'tflsp/gpuUnsubscribe' then vim.g.left = true end
          end,
        })"""
    )
    machine.gpus[0]["memory.used"] = 8 * GIB
    machine.write()
    editor.until(lambda: editor.lua("return vim.g.left"))
    machine.gpus[0]["memory.used"] = 9 * GIB
    machine.write()
    editor.lua(STATUSLINE)
    editor.until(lambda: editor.lua(DRAWN).startswith("<GPU 0: 9.0/16.0 GiB"))
    nothing_failed(editor)


def test_no_gpu_is_nothing_to_show(start: Start, write: Write) -> None:
    editor = opened(start, write, without_gpu())
    assert editor.lua(DRAWN) == "<>"
    editor.until(lambda: editor.lua("return require('tflsp.gpu').state() ~= nil"))
    assert editor.lua(DRAWN) == "<>"
    assert editor.lua("return require('tflsp.gpu').state().problem.code") == "library-not-found"
    nothing_failed(editor)


# The window

FLOAT = """
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= '' then
    return vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true)
  end
end"""
COUNT = """
vim.g.subscribed = 0
vim.api.nvim_create_autocmd('LspRequest', {
  callback = function(event)
    local request = event.data.request
    local change = ({ ['tflsp/gpuSubscribe'] = 1, ['tflsp/gpuUnsubscribe'] = -1 })[request.method]
    if change and request.type == 'pending' then vim.g.subscribed = vim.g.subscribed + change end
  end,
})"""


def windowed(start: Start, write: Write, machine: Machine) -> Editor:
    editor = opened(start, write, machine.environment, statusline="")
    editor.lua(COUNT)
    return editor


def shown(editor: Editor) -> str:
    return "\n".join(editor.lua(FLOAT) or [])


def test_the_window_has_a_graph_and_asks_while_it_is_there(start: Start, write: Write, tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    editor = windowed(start, write, machine)
    before = editor.nvim.current.window
    editor.command("Tflsp gpu")
    editor.until(lambda: "3.0/16.0 GiB" in shown(editor) and "87%" in shown(editor))
    first = shown(editor)
    assert "0  Tesla T4  61 °C  67.25 W" in first
    assert "4242    2.0 GiB" in first
    editor.until(lambda: editor.lua("return vim.g.subscribed") == 1)
    machine.gpus[0] |= {"memory.used": 16 * GIB, "utilization.gpu": 100}
    machine.write()
    editor.until(lambda: "16.0/16.0 GiB" in shown(editor))
    memory, busy = (line for line in shown(editor).splitlines() if "█" in line)
    # One sample of the new state, or more where somebody looks late.
    assert memory.rstrip(" █").endswith("▂")
    assert busy.rstrip(" █").endswith("▇")
    assert editor.nvim.current.window == before
    editor.command("Tflsp gpu")
    assert editor.lua(FLOAT) is None
    assert editor.lua("return vim.g.subscribed") == 0
    editor.command("Tflsp gpu")
    editor.until(lambda: "16.0/16.0 GiB" in shown(editor))
    editor.until(lambda: editor.lua("return vim.g.subscribed") == 1)
    editor.command("fclose")
    editor.until(lambda: editor.lua("return vim.g.subscribed") == 0)
    # One more that the server had sent before it heard of that.
    editor.lua(
        """
        local client = vim.lsp.get_clients({ name = 'tflsp' })[1]
        vim.lsp.handlers['tflsp/gpuChanged'](nil, { gpus = {} }, { client_id = client.id })"""
    )
    assert editor.lua("return vim.g.subscribed") == 0
    nothing_failed(editor)


def test_the_window_tells_what_is_wrong(start: Start, write: Write, tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.gpus.append({"error": 15})
    machine.write()
    editor = windowed(start, write, machine)
    editor.command("Tflsp gpu")
    editor.until(lambda: "✗" in shown(editor) and "→" in shown(editor))
    assert "Tesla T4" in shown(editor)
    nothing_failed(editor)


def test_the_window_where_there_is_no_gpu(start: Start, write: Write) -> None:
    editor = opened(start, write, without_gpu())
    editor.command("Tflsp gpu")
    editor.until(lambda: "NVIDIA" in shown(editor))
    (width, height, rows) = editor.lua(
        """
        local window = vim.tbl_filter(function(each)
          return vim.api.nvim_win_get_config(each).relative ~= ''
        end, vim.api.nvim_list_wins())[1]
        local text = vim.api.nvim_win_text_height(window, {}).all
        return { vim.api.nvim_win_get_width(window), vim.api.nvim_win_get_height(window), text }"""
    )
    assert width <= 80
    assert height == rows >= 2
    nothing_failed(editor)


def test_the_window_goes_with_its_server(start: Start, write: Write, tmp_path: Path) -> None:
    editor = windowed(start, write, Machine(tmp_path))
    editor.command("Tflsp gpu")
    editor.until(lambda: "3.0/16.0 GiB" in shown(editor))
    editor.command("Tflsp restart")
    editor.until(lambda: editor.lua(FLOAT) is None)
    editor.until(lambda: editor.clients())
    editor.command("Tflsp gpu")
    editor.until(lambda: "3.0/16.0 GiB" in shown(editor))


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ("nil", ""),
        ("{ problem = { code = 'no-gpu', normal = true }, gpus = {} }", ""),
        ("{ problem = { code = 'version-mismatch', normal = false }, gpus = {} }", "GPU: version-mismatch"),
        (
            "{ gpus = { { index = 1, problem = { code = 'gpu-is-lost' } }, { index = 2, problem = vim.NIL, "
            "memory = vim.NIL, utilization = { gpu = 7 } } } }",
            "GPU 1: gpu-is-lost  GPU 2: 7%",
        ),
    ],
)
def test_what_is_shown(start: Start, record: str, text: str) -> None:
    assert start().lua(f"return require('tflsp.gpu').text({record})") == text


def test_without_a_server_nothing_is_asked(start: Start) -> None:
    assert start().lua("return require('tflsp').gpu()") == ""
