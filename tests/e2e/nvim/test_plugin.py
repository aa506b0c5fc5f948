"""What the plugin itself brings: which buffers start a server, :Tflsp, the help page, :checkhealth."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import components
from tests.e2e.nvim.conftest import NEOVIMS, Start, version_of
from tests.e2e.nvim.editor import PLUGIN, Editor

Write = Callable[[str, str], Path]

SCRIPT = "#!/bin/bash\necho 😀; docker pull tensorflow/tensorflow:latest\n"

# Name, language id; None where the server has nothing to say.
BUFFERS = {
    "journal.md": "markdown",
    "report.qmd": "quarto",
    "train.py": "python",
    "start.sh": "sh",
    ".env": "dotenv",
    ".env.example": "dotenv",
    "prod.env": "dotenv",
    "Dockerfile": "dockerfile",
    "Containerfile": "dockerfile",
    "compose.yaml": "yaml",
    "pod.yml": "yaml",
    "exp.ipynb": "json",
    ".devcontainer/devcontainer.json": "json",
    "daemon.json": "json",
    ".docker/config.json": "json",
    "tflsp.toml": "toml",
    "pyproject.toml": "toml",
    ".gitignore": "gitignore",
    "sshd_config": "sshdconfig",
    "sshd_config.d/10-root.conf": "sshdconfig",
    "package.json": None,
    "config.json": None,
    "Cargo.toml": None,
    ".dockerignore": None,
    "notes.txt": None,
    "main.c": None,
}


def test_which_buffers_start_a_server(editor: Editor, write: Write) -> None:
    chunk = """
    local client = vim.lsp.get_clients({ name = 'tflsp', bufnr = 0 })[1]
    return client and client.get_language_id(vim.api.nvim_get_current_buf(), vim.bo.filetype) or vim.NIL"""
    started = {}
    for name, language in BUFFERS.items():
        editor.open(write(name, "\n"), attached=language is not None)
        started[name] = editor.lua(chunk)
    assert started == BUFFERS


def test_no_server_for_what_is_no_file(editor: Editor) -> None:
    for line in ("enew | setfiletype markdown", "enew | setlocal buftype=nofile | file x.md | setfiletype markdown"):
        editor.command(line)
        # What vim.lsp.enable() does for a buffer it does at once, or schedules: then this is scheduled behind it.
        editor.lua(
            "local channel = ... vim.schedule(function() vim.rpcnotify(channel, 'later') end)", editor.nvim.channel_id
        )
        editor.told("later")
        assert editor.server_pids() == []


def test_installed_as_a_package(start: Start, write: Write, tmp_path: Path) -> None:
    packages = tmp_path / "site"
    shutil.copytree(PLUGIN, packages / "pack" / "any" / "start" / "tflsp")
    editor = start(f"vim.opt.packpath:prepend([[{packages}]])\nvim.lsp.enable('tflsp')\n")
    editor.open(write("start.sh", SCRIPT))
    assert editor.until(lambda: editor.diagnostics("TFL101"))
    assert "check" in editor.lua("return vim.fn.getcompletion('Tflsp ', 'cmdline')")


# :Tflsp


PARTS = [
    *("check", "compare", "conclusion", "connect", "disconnect", "doctor", "error", "fix", "goal", "gpu", "journal"),
    *("log", "promote", "renumber", "restart", "rule", "step", "summary", "timeline", "up"),
]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("Tflsp ", PARTS),
        ("Tflsp re", ["renumber", "restart"]),
        ("Tflsp check exp", ["exp.ipynb"]),
        ("Tflsp rule tfl10", ["TFL101", "TFL102", "TFL103", "TFL104", "TFL105", "TFL106", "TFL107", "TFL108"]),
        ("Tflsp fix ", []),
        ("Tflsp nothing ", []),
        ("Tflsp promote ", ["best-practices", "summary", "troubleshooting"]),
        ("Tflsp journal i", ["incidents"]),
        ("Tflsp up --re", ["--recreate"]),
        ("vertical Tflsp lo", ["log"]),
    ],
)
def test_completion_of_the_command(editor: Editor, project: Path, write: Write, line: str, offered: list[str]) -> None:
    write("exp.ipynb", "{}")
    editor.lua("vim.fn.chdir(...)", str(project))
    assert editor.lua("return vim.fn.getcompletion(..., 'cmdline')", line) == offered


def test_check(editor: Editor, project: Path, write: Write) -> None:
    """All of the project, in the quickfix list, at the bytes where a person would look."""
    write("deep/start.sh", SCRIPT)
    source = ["# A\n", "```bash\n", "docker pull tensorflow/tensorflow:latest\n", "```"]
    cell = {"cell_type": "markdown", "metadata": {}, "source": source}
    write("exp.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))
    editor.open(write("journal.md", "# A\n"))
    editor.command("Tflsp check")
    editor.until(lambda: editor.lua("return vim.fn.getqflist({ title = 0 }).title") == "tflsp check")
    chunk = """
    return vim.tbl_map(function(item)
      return { vim.api.nvim_buf_get_name(item.bufnr), item.lnum, item.col, item.end_col, item.type, item.text }
    end, vim.fn.getqflist())"""
    items = [item for item in editor.lua(chunk) if "TFL101" in item[-1]]
    column = SCRIPT.splitlines()[1].encode().index(b"latest") + 1
    assert [item[:-1] for item in items] == [
        [str(project / "deep/start.sh"), 2, column, column + len("latest"), "W"],
        [str(project / "exp.ipynb"), 0, 0, 0, "W"],
    ]
    assert items[1][-1].startswith("cell 1, line 3: TFL101 ")
    editor.until(lambda: editor.nvim.current.buffer.options["buftype"] == "quickfix")


def test_check_some_files(editor: Editor, project: Path, write: Write) -> None:
    write("a b.sh", SCRIPT)
    write("other.sh", SCRIPT)
    editor.lua("vim.fn.chdir(...)", str(project))
    editor.command(r"Tflsp check a\ b.sh")
    editor.until(lambda: editor.lua("return vim.fn.getqflist({ title = 0 }).title") == "tflsp check")
    names = editor.lua("return vim.tbl_map(function(item) return vim.fn.bufname(item.bufnr) end, vim.fn.getqflist())")
    assert set(names) == {"a b.sh"}


def test_the_page_of_a_rule(editor: Editor, write: Write) -> None:
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    editor.put_cursor("echo")
    editor.command("Tflsp rule")
    editor.until(lambda: editor.lines[0] == "# TFL101 image-latest")
    assert (editor.lua("return vim.bo.filetype"), editor.lua("return vim.bo.modifiable")) == ("markdown", False)
    assert editor.clients(editor.nvim.current.buffer.number) == []
    editor.type("q")
    editor.until(lambda: editor.text == SCRIPT)
    editor.command("Tflsp rule ssh-port-no-sshd")
    editor.until(lambda: editor.lines[0] == "# TFL306 ssh-port-no-sshd")


def test_the_log(editor: Editor, write: Write) -> None:
    editor.open(write("start.sh", SCRIPT))
    editor.lua("vim.lsp.log.error('a line that a test wrote')")
    editor.command("Tflsp log")
    assert "a line that a test wrote" in editor.text
    assert editor.nvim.current.window.cursor[0] == len(editor.lines)


def test_what_is_no_part_of_the_command(start: Start) -> None:
    editor = start()
    with pytest.raises(Exception, match=r":Tflsp check \| compare \| .* \| up"):
        editor.command("Tflsp chekc")
    with pytest.raises(Exception, match=r":Tflsp journal incidents \| steps"):
        editor.command("Tflsp journal nothing")


# What it costs, and what it leaves alone


def test_starting_costs_next_to_nothing(start: Start) -> None:
    """Neovim's own clock over the file that is sourced at start-up; the best of some, since others work here too."""
    editor = start()
    took = []
    for number in range(8):
        log = editor.home / f"startup-{number}"
        command = [
            "nvim",
            "--headless",
            "--startuptime",
            str(log),
            "-u",
            str(editor.home / "config/nvim/init.lua"),
            "+q",
        ]
        editor.lua("return vim.system({ vim.v.progpath, unpack(...) }):wait().code", command[1:])
        (line,) = [each for each in log.read_text("utf-8").splitlines() if each.endswith("plugin/tflsp.lua")]
        took.append(float(line.split()[2].rstrip(":")))
    assert min(took) < 1.0, took


def test_nothing_is_loaded_or_mapped_before_it_is_used(start: Start, write: Write) -> None:
    editor = start()
    loaded = (
        "return vim.tbl_filter(function(name) return vim.startswith(name, 'tflsp') end, vim.tbl_keys(package.loaded))"
    )
    assert editor.lua(loaded) == []
    for name in ("main.c", "notes.txt", "Makefile"):
        editor.open(write(name, "\n"), attached=False)
    editor.command("help")
    assert editor.lua(loaded) == []
    maps = editor.lua(
        """
        local found = {}
        for _, mode in ipairs({ 'n', 'i', 'v', 'x', 's', 'o', 'c', 't' }) do
          for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
            if (map.rhs or ''):find('[Tt]flsp') then found[#found + 1] = mode .. map.lhs end
          end
        end
        return found"""
    )
    assert maps
    assert all(name.startswith("n<Plug>(tflsp-") for name in maps)


def test_a_plug_map_does_what_its_command_does(editor: Editor, write: Write) -> None:
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    editor.command("nmap <Space>x <Plug>(tflsp-fix)")
    editor.type("<Space>x")
    editor.until(lambda: "tensorflow:2.9.0" in editor.text)


def test_no_file_touches_a_global(start: Start) -> None:
    """What each compiled function reads or sets by name: LuaJIT's own opcodes GGET and GSET."""
    chunk = """
    local util = require('jit.util')
    local function names(fn, into)
      local constants, index = {}, -1
      while true do
        local value = util.funck(fn, index)
        if value == nil then break end
        constants[index] = value
        index = index - 1
      end
      for pc = 1, util.funcinfo(fn).bytecodes - 1 do
        local code = util.funcbc(fn, pc)
        local op, operand = code % 256, math.floor(code / 65536)
        if op == OPS.get or op == OPS.set then
          into[op == OPS.get and 'get' or 'set'][constants[-operand - 1]] = true
        end
      end
      for _, value in pairs(constants) do
        if type(value) == 'proto' then names(value, into) end
      end
      return into
    end
    OPS = {}
    OPS.get = util.funcbc(loadstring('return probe'), 1) % 256
    OPS.set = util.funcbc(loadstring('local x = 1; probe = x'), 2) % 256
    local found = { get = {}, set = {} }
    for _, path in ipairs(...) do names(assert(loadfile(path)), found) end
    return { vim.fn.sort(vim.tbl_keys(found.get)), vim.tbl_keys(found.set) }"""
    files = [str(path) for path in PLUGIN.rglob("*.lua")]
    read, written = start().lua(chunk, files)
    known = "ipairs math next pairs pcall require select setmetatable string table tonumber tostring type unpack vim"
    assert set(read) <= set(known.split())
    assert "vim" in read
    assert list(written) == []


def test_every_public_function_says_what_it_takes(editor: Editor) -> None:
    """In LuaCATS, which editors and LuaLS read: each parameter, and what is returned where that is a value."""
    chunk = """
    local missing = {}
    local function returns_a_value(node)
      for child in node:iter_children() do
        local kind = child:type()
        if kind == 'return_statement' then
          local list = child:named_child(0)
          for value in list and list:iter_children() or function() end do
            if value:named() and value:type() ~= 'function_call' then return true end
          end
        elseif kind ~= 'function_definition' and kind ~= 'function_declaration' and returns_a_value(child) then
          return true
        end
      end
      return false
    end
    local function judge(text, node, parameters, name)
      local lines, row = vim.split(text, '\\n'), (node:start())
      local above = {}
      while row > 0 and vim.startswith(lines[row], '---') do
        table.insert(above, lines[row])
        row = row - 1
      end
      above = table.concat(above, '\\n')
      for parameter in parameters:iter_children() do
        local called = vim.treesitter.get_node_text(parameter, text)
        if parameter:named() and called ~= '_' and not above:find('@param ' .. called, 1, true) then
          table.insert(missing, name .. ': ' .. called)
        end
      end
      if returns_a_value(node:field('body')[1] or node) and not above:find('@return ', 1, true) then
        table.insert(missing, name .. ': what it returns')
      end
      if above == '' then table.insert(missing, name .. ': what it does') end
    end
    local count = 0
    for _, path in ipairs(...) do
      local text = table.concat(vim.fn.readfile(path), '\\n')
      local root = vim.treesitter.get_string_parser(text, 'lua'):parse()[1]:root()
      for statement in root:iter_children() do
        local node, name = statement, statement:field('name')[1]
        if statement:type() == 'return_statement' and statement:named_child(0) then
          node = statement:named_child(0):named_child(0)
        end
        local declared = node:type() == 'function_declaration' and name:type() == 'dot_index_expression'
        local public = declared or node:type() == 'function_definition'
        if public then
          count = count + 1
          name = vim.fs.basename(path) .. ' ' .. (name and vim.treesitter.get_node_text(name, text) or 'the function')
          judge(text, statement, node:field('parameters')[1], name)
        end
      end
    end
    return { count, missing }"""
    count, missing = editor.lua(chunk, [str(path) for path in sorted(PLUGIN.rglob("*.lua"))])
    assert count > 50
    assert list(missing) == []


# The help page


def test_the_help_page(editor: Editor) -> None:
    """Its tags can be made, its links lead somewhere, and it names every part of the command."""
    own = editor.home / "doc"
    shutil.copytree(PLUGIN / "doc", own)
    editor.command(f"helptags {own}")
    tags = {line.split("\t")[0] for line in (own / "tags").read_text("utf-8").splitlines()}
    text = (own / "tflsp.txt").read_text("utf-8")
    assert {"tflsp", "tflsp.txt", ":Tflsp", "tflsp-config"} <= tags
    assert {f":Tflsp-{part}" for part in editor.lua("return vim.fn.getcompletion('Tflsp ', 'cmdline')")} <= tags
    editor.command(f"set runtimepath+={editor.home}")
    prose = re.sub(r">lua\n.*?^<", "", text, flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"(?<!\S)\|(\S+?)\|", prose) + re.findall(r"'([a-z]+)'", prose):
        editor.command(f"help {link}")
    assert max(map(len, text.splitlines())) <= 80


def test_the_help_page_names_what_the_plugin_does(editor: Editor) -> None:
    text = (PLUGIN / "doc" / "tflsp.txt").read_text("utf-8")
    documents = text[text.index("*tflsp-documents*") : text.index("Two patterns are added")]
    for filetype in editor.lua("return vim.lsp.config.tflsp.filetypes"):
        assert re.search(rf"(?<!\S){re.escape(filetype)}(?!\S)", documents), filetype


def test_the_help_page_names_what_others_may_use(editor: Editor) -> None:
    """Words behind parts of the command, functions of `require('tflsp')`, maps, events and variables."""
    text = (PLUGIN / "doc" / "tflsp.txt").read_text("utf-8")
    code = {path: path.read_text("utf-8") for path in PLUGIN.rglob("*.lua")}
    everything = "\n".join(code.values())
    commands = text[text.index("*:Tflsp*") : text.index("*tflsp-health*")]
    for part in editor.lua("return vim.fn.getcompletion('Tflsp ', 'cmdline')"):
        tag = commands.index(f"*:Tflsp-{part}*")
        entry = commands[tag : commands.find("*:Tflsp-", tag + 1)]
        words = editor.lua("return vim.fn.getcompletion(..., 'cmdline')", f"Tflsp {part} ")
        if part in ("journal", "promote", "timeline"):  # others are options, or what there is
            assert [word for word in words if word not in entry] == []
    public = re.findall(r"^function M\.(\w+)", code[PLUGIN / "lua/tflsp/init.lua"], re.MULTILINE)
    assert [name for name in public if f"*tflsp.{name}()*" not in text] == []
    (maps,) = re.findall(r"vim\.gsplit\('([\w ]+)', ' '\) do", code[PLUGIN / "plugin/tflsp.lua"])
    assert [name for name in maps.split() if f"`{name}`" not in text and f"(tflsp-{name})" not in text] == []
    events = set(re.findall(r"'User', \{\s*(?:group = \w+,\s*)?pattern = '(\w+)'", everything))
    variables = set(re.findall(r"vim\.g\.(tflsp_\w+)", everything))
    assert events == {"TflspConnection", "TflspGpu"}
    assert variables == {"tflsp_restart"}
    assert [name for name in events | variables if name not in text] == []


def test_the_oldest_neovim_that_it_promises_is_tested_with(neovim_version: str) -> None:
    text = (PLUGIN / "doc" / "tflsp.txt").read_text("utf-8")
    (promised,) = re.findall(r"Neovim (\d[\d.]*\d) or later", text)
    series = re.escape(neovim_version.rpartition(".")[0])
    assert re.search(rf"tested with [\d., and]*\b{series}\b", text)
    assert numbers(promised) <= numbers(neovim_version)
    for path, place in (("lua/tflsp/health.lua", "OLDEST = '{}'"), ("plugin/tflsp.lua", "has('nvim-{}')")):
        assert place.format(promised) in (PLUGIN / path).read_text("utf-8")


def test_a_newer_neovim_is_tested_with_as_well() -> None:
    """Every test of this folder, where there is one."""
    newer = components.newer("Neovim 0.12", components.NEWER_NEOVIM)
    assert str(newer) in NEOVIMS
    assert numbers(version_of(newer)) >= (0, 12)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


# :checkhealth


def test_health(editor: Editor, write: Write, project: Path, neovim_version: str) -> None:
    editor.open(write("start.sh", SCRIPT))
    editor.command("checkhealth tflsp")
    report = editor.text
    assert f"OK Neovim {neovim_version}" in report
    assert "OK Enabled: vim.lsp.enable('tflsp')" in report
    assert re.search(r"OK tflsp \d+\.\d+\S* \(\S+/tflsp\)", report)
    assert re.search(
        rf"OK Server 1: tflsp \d\S*, root {re.escape(str(project))}, positions in utf-8, 1 buffer\n", report
    )
    assert "ERROR" not in report
    assert "WARNING" not in report


def test_health_where_nothing_is_set_up(start: Start) -> None:
    editor = start(
        f"vim.opt.runtimepath:append([[{PLUGIN}]])\nvim.lsp.config('tflsp', {{ cmd = {{ 'false', 'serve' }} }})\n"
    )
    editor.command("checkhealth tflsp")
    assert "WARNING Not enabled" in editor.text
    assert "ERROR `false version` ended with 1" in editor.text
    assert "No server runs" in editor.text


def test_health_where_the_server_is_older(editor: Editor, write: Write) -> None:
    editor.open(write("start.sh", SCRIPT))
    editor.lua(
        """
        local provider = vim.lsp.get_clients({ name = 'tflsp' })[1].server_capabilities.executeCommandProvider
        provider.commands = vim.tbl_filter(function(name) return name ~= 'tflsp.promote' end, provider.commands)"""
    )
    editor.command("checkhealth tflsp")
    assert "WARNING Server 1 has no tflsp.promote\n" in editor.text


def test_health_where_another_server_counts_otherwise(editor: Editor, write: Write) -> None:
    editor.open(write("start.sh", SCRIPT))
    editor.lua(
        """
        vim.lsp.start({
          name = 'other',
          cmd = function(dispatchers)
            local closing = false
            return {
              request = function(method, _, callback)
                callback(nil, method == 'initialize' and { capabilities = { positionEncoding = 'utf-16' } } or vim.NIL)
                return true, 1
              end,
              notify = function() return true end,
              is_closing = function() return closing end,
              terminate = function() closing = true; dispatchers.on_exit(0, 0) end,
            }
          end,
        })"""
    )
    editor.command("checkhealth tflsp")
    assert "WARNING other counts in utf-16, tflsp in utf-8, in the same buffer" in editor.text
