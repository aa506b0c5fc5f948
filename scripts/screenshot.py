"""`make screenshots`: pictures of a real Neovim in a real terminal (tmux), drawn by a headless Chromium.

README's shows the findings in the example project's journal; Neovim's guide a debug step that was just inserted, with
the GPUs (the tests' stub of NVML) in a corner; the journal's guide an experiment that TensorFlow really ran. Nothing
but this repository's plugin is loaded. Each of the terminal's cells is drawn at its own place, so that wide characters
cannot shift what follows them.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pynvim

from scripts import screenshot_experiment as experiment
from tests.gpu_stub.machine import GIB, Machine

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs/images"
TIMELINE = "journal-timeline"
EXAMPLE = ROOT / "examples/mnist_debugging"

COLUMNS = 124
# Pixels of a cell and of its font, before the scale; DejaVu Sans Mono's advance is 0.602 of its size.
WIDTH, HEIGHT, SIZE, SCALE = 8.43, 18, 14, 1.75
FOREGROUND, BACKGROUND = "#e0e2ea", "#14161b"
# Of Neovim's default scheme, normal and then bright; Neovim itself names few of them where it has all colours.
PALETTE = ["#07080d", "#ffc0b9", "#b3f6c0", "#fce094", "#a6dbff", "#ffcaff", "#8cf8f7", "#eef1f8"]
PALETTE += ["#4f5258", *PALETTE[1:]]
WAVES = {"3": "wavy", "4": "dotted", "5": "dashed"}
NEEDED = {
    "tmux": ("tmux",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
}

INIT = f"""
vim.opt.runtimepath:append([[{ROOT / "editor-client/nvim"}]])
vim.opt.number = true
vim.opt.signcolumn = 'yes'
vim.opt.showmode = false
vim.opt.ruler = false
vim.opt.cmdheight = 0
vim.opt.shortmess:append('F')
vim.g.markdown_fenced_languages = {{ 'bash=sh', 'json' }}
vim.api.nvim_create_autocmd('FileType', {{
  pattern = 'markdown',
  callback = function()
    vim.treesitter.stop() -- it has no parser for bash; Vim's own syntax colours fences, and takes tf_dev for a mistake
    vim.schedule(function() vim.cmd('syntax clear markdownError') end)
  end,
}})
vim.diagnostic.config({{
  virtual_lines = {{ format = function(found) return found.message:match('^.-%.%f[%s%z]') or found.message end }},
  severity_sort = true,
  signs = {{ text = {{ '✘', '▲', '●', '·' }} }},
}})
vim.lsp.config('tflsp', {{ settings = {{ tflsp = {{ ignore = {{ 'TFL105' }} }} }} }}) -- a hint at each image
vim.lsp.enable('tflsp')
"""
STATUSLINE = """
vim.diagnostic.config({ virtual_lines = false, signs = false, underline = false })
vim.opt.laststatus = 2
vim.opt.statusline = " %f %m%=%{v:lua.require'tflsp'.statusline()}  %l:%c "
"""
QUIET = f"""{INIT}
vim.diagnostic.config({{ virtual_lines = false, signs = false, underline = false }})
vim.opt.linebreak = true
vim.opt.cursorline = true
"""
JOURNAL = """\
# Why does accuracy stop at 92 %? 📈

## Goal

Find out what holds training back.

- Hypothesis: the learning rate is too high
- Criterion: val_accuracy > 97%

## Debug step #1: Ten times slower

- learning_rate: 0.01 → 0.001
- Result: val_accuracy 95.6 %

💡 Analysis: the first one overshot. Warming up may allow a higher one again.
"""


@dataclass(frozen=True)
class Style:
    """How a cell looks."""

    color: str = FOREGROUND
    background: str = ""
    bold: bool = False
    italic: bool = False
    underline: str = ""
    underline_color: str = ""
    reverse: bool = False

    def css(self) -> str:
        color, background = self.color, self.background
        if self.reverse:
            color, background = background or BACKGROUND, color
        parts = [f"color:{color}"]
        parts += [f"background:{background}"] if background else []
        parts += ["font-weight:bold"] if self.bold else []
        parts += ["font-style:italic"] if self.italic else []
        if self.underline:
            parts.append(f"text-decoration:underline {self.underline} {self.underline_color or color} 1px")
        return ";".join(parts)


@dataclass(frozen=True)
class Scene:
    """One picture: what is written before, what is done in the editor, how many rows are shown."""

    name: str
    rows: int
    arrange: Callable[[pynvim.Nvim], None]
    init: str = INIT
    files: Mapping[str, str] = field(default_factory=dict)
    file: str = "journal.md"
    prepare: Callable[[Path], None] | None = None


def main() -> int:
    programs = {name: next(filter(None, map(shutil.which, names)), None) for name, names in NEEDED.items()}
    if missing := [name for name, path in programs.items() if path is None]:
        print(f"needed and not here: {', '.join(missing)} (Debian: apt-get install tmux chromium fonts-dejavu-core")
        print("  fonts-noto-cjk fonts-noto-color-emoji)")
        return 2
    if not experiment.PYTHON.exists():
        print("needed and not here: TensorFlow 2.9.0 (make tensorflow), which runs the experiment of the guide")
        return 2
    for scene in SCENES:
        if sys.argv[1:] and scene.name not in sys.argv[1:]:
            continue
        target = IMAGES / f"{scene.name}.png"
        draw(str(programs["chromium"]), captured(str(programs["tmux"]), scene), scene.rows, target)
        print(f"wrote {target.relative_to(ROOT)}")
    if not sys.argv[1:] or TIMELINE in sys.argv[1:]:
        with tempfile.TemporaryDirectory(prefix="tflsp-") as folder:
            (Path(folder) / ".git").mkdir()
            photograph(
                str(programs["chromium"]), experiment.timeline(Path(folder)), 1080, 860, IMAGES / f"{TIMELINE}.png"
            )
        print(f"wrote docs/images/{TIMELINE}.png")
    return 0


# The terminal


def captured(tmux: str, scene: Scene) -> str:
    """What the terminal shows when everything is there, with its escape sequences."""
    with tempfile.TemporaryDirectory(prefix="tflsp-") as folder:
        home = Path(folder)
        (home / "nvim").mkdir()
        (home / "nvim/init.lua").write_text(scene.init, "utf-8")
        project = home / EXAMPLE.name
        shutil.copytree(EXAMPLE, project)
        (project / ".git").mkdir()
        for name, text in scene.files.items():
            (project / name).write_text(text, "utf-8")
        if scene.prepare is not None:
            scene.prepare(project)
        with terminal(tmux, home, project, scene) as capture:
            nvim = attached(home / "socket")
            scene.arrange(nvim)
            return settled(capture)


@contextmanager
def terminal(tmux: str, home: Path, project: Path, scene: Scene) -> Iterator[list[str]]:
    """A terminal that runs Neovim; gives the command that captures its screen."""
    server = [tmux, "-S", str(home / "tmux"), "-f", "/dev/null"]
    own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    own |= {f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "STATE", "DATA", "CACHE")} | {"HOME": str(home)}
    own |= experiment.variables() if scene.prepare is not None else gpus(home)
    arguments = ["nvim", "-n", "--listen", str(home / "socket"), scene.file]
    session = ["new-session", "-d", "-x", str(COLUMNS), "-y", str(scene.rows), "-c", str(project)]
    options = ["set", "-g", "default-terminal", "tmux-256color", ";", "set", "-g", "status", "off", ";"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NVIM", "VIM", "TMUX"))}
    subprocess.run([*server, "start-server", ";", *options, *session, *arguments], env=environment | own, check=True)
    try:
        yield [*server, "capture-pane", "-e", "-p", "-N"]
    finally:
        subprocess.run([*server, "kill-server"], check=True)


def gpus(home: Path) -> dict[str, str]:
    """The environment of a machine with a GPU that is at work."""
    machine = Machine(home)
    environment = machine.environment
    return {name: environment[name] for name in ("LD_LIBRARY_PATH", "TFLSP_NVML_STUB")}


def attached(socket: Path) -> pynvim.Nvim:
    while not socket.exists():
        time.sleep(0.05)
    return pynvim.attach("socket", path=str(socket))


def findings(nvim: pynvim.Nvim) -> None:
    """Wait for the findings, and show the part of the journal that has most of them."""
    nvim.exec_lua(
        "local channel = ... vim.api.nvim_create_autocmd('DiagnosticChanged', "
        "{ callback = function() vim.rpcnotify(channel, 'changed') end })",
        nvim.channel_id,
    )
    while len(nvim.exec_lua("return vim.diagnostic.get(0)")) < 8:
        nvim.next_message()
    nvim.command("normal! 15Gzt15G")


def step(nvim: pynvim.Nvim) -> None:
    """Insert a step, name it, and go on to its result, while the GPU is at work."""
    until(nvim, "return #vim.lsp.get_clients({ name = 'tflsp' }) > 0")
    nvim.command("normal! G")
    nvim.command("Tflsp gpu")
    # As a training would: the window shows what the file says at each look.
    machine = Machine(Path(nvim.eval("$HOME")))
    for used, busy in [(3, 12), (6, 64), (9, 88), (11, 97), (11, 93), (11, 98), (11, 95), (11, 99), (11, 96), (11, 97)]:
        machine.gpus[0] |= {"memory.used": used * GIB + (busy << 20), "utilization.gpu": busy}
        machine.write()
        until(nvim, f"return (require('tflsp').gpu():find(' {busy}%', 1, true)) ~= nil")
    nvim.command("Tflsp step")
    until(nvim, "return vim.snippet.active()")
    nvim.input("Warm up for 5 epochs<Tab>")


def changed(nvim: pynvim.Nvim) -> None:
    """Show what was changed in the code of the experiment."""
    until(nvim, "return #vim.lsp.get_clients({ name = 'tflsp' }) > 0")
    nvim.command("normal! gg")
    nvim.funcs.search("Adam(")


def told(nvim: pynvim.Nvim) -> None:
    """Insert the step that tells of it, and name it."""
    changed(nvim)
    nvim.command("normal! G")
    nvim.command("Tflsp step")
    until(nvim, "return vim.snippet.active()")
    nvim.input("Ten times slower<Tab>")
    until(nvim, "return vim.fn.search('Ten times slower', 'n') > 0")


def guides(nvim: pynvim.Nvim) -> None:
    """Show what was promoted: the three guides, one below the other."""
    until(nvim, "return #vim.lsp.get_clients({ name = 'tflsp' }) > 0")
    nvim.command("botright split best_practices.md | botright split troubleshooting_guide.md")
    nvim.command("windo setlocal nocursorline | syntax clear markdownError | normal! gg")
    nvim.command("1wincmd w | resize 17 | 2wincmd w | resize 14")


def until(nvim: pynvim.Nvim, condition: str) -> None:
    while not nvim.exec_lua(condition):
        time.sleep(0.1)


SCENES = (
    Scene("neovim", 51, findings),
    Scene("neovim-journal", 30, step, INIT + STATUSLINE, {"journal.md": JOURNAL}),
    Scene("journal-before", 48, changed, QUIET, file=experiment.NAME, prepare=experiment.begun),
    Scene("journal-step", 46, told, QUIET, file=experiment.NAME, prepare=experiment.begun),
    Scene("journal-guides", 66, guides, QUIET, file="SUMMARY.md", prepare=experiment.promoted),
)


def settled(capture: list[str]) -> str:
    """The screen when it has stayed the same for a while."""
    before = None
    while True:
        time.sleep(0.5)
        screen = subprocess.run(capture, capture_output=True, text=True, check=True).stdout
        if screen == before:
            return screen
        before = screen


# The picture


def draw(chromium: str, screen: str, rows: int, target: Path) -> None:
    page = "".join(f'<div style="top:{row * HEIGHT}px">{"".join(line)}</div>' for row, line in enumerate(lines(screen)))
    width, height = round(COLUMNS * WIDTH) + 24, rows * HEIGHT + 24
    style = f"""
        body {{ margin: 12px; background: {BACKGROUND}; white-space: pre; overflow: hidden;
               font: {SIZE}px/{HEIGHT}px "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Color Emoji" }}
        div {{ position: absolute; left: 12px; margin-top: 12px }}
        span {{ position: absolute; height: {HEIGHT}px; text-underline-offset: 3px; text-decoration-skip-ink: none }}
    """
    with tempfile.TemporaryDirectory(prefix="tflsp-") as folder:
        document = Path(folder) / "screen.html"
        document.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{page}", "utf-8")
        photograph(chromium, document, width, height, target)


def photograph(chromium: str, document: Path, width: int, height: int, target: Path) -> None:
    """A picture of a page, so many CSS pixels wide and high."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tflsp-") as folder:
        switches = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        switches += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        switches += [f"--user-data-dir={folder}/profile", f"--force-device-scale-factor={SCALE}"]
        switches += [f"--window-size={width},{height}", f"--screenshot={target}", document.as_uri()]
        subprocess.run([chromium, *switches], check=True, stderr=subprocess.DEVNULL)


def lines(screen: str) -> Iterator[list[str]]:
    """The screen's lines, each as runs of one style at their columns; wide characters stand alone. Styles run on."""
    style = Style()
    for line in screen.removesuffix("\n").split("\n"):
        spans, column = [], 0
        for sequence, text in re.findall(r"\x1b\[([\d;:]*)m|([^\x1b]+)", line):
            if not text:
                style = styled(style, sequence)
                continue
            for run in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e][\ufe0e\ufe0f\u200d]*", text):
                cells = len(run) if run.isascii() else width_of(run[0])
                box = f"left:{column * WIDTH:.2f}px;width:{cells * WIDTH:.2f}px"
                spans.append(f'<span style="{box};{style.css()}">{html.escape(run)}</span>')
                column += cells
        yield spans


def width_of(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def styled(style: Style, sequence: str) -> Style:
    """The style after an SGR sequence (ECMA-48, 8.3.117; underlines as kitty defined them)."""
    codes = (sequence or "0").split(";")
    while codes:
        code, *parts = codes.pop(0).split(":")
        if code in ("38", "48", "58") and not parts:
            count = 2 if codes[:1] == ["5"] else 4
            parts, codes = codes[:count], codes[count:]
        match code:
            case "" | "0":
                style = Style()
            case "1" | "22":
                style = replace(style, bold=code == "1")
            case "3" | "23":
                style = replace(style, italic=code == "3")
            case "4":
                kind = parts[0] if parts else "1"
                style = replace(style, underline="" if kind == "0" else WAVES.get(kind, "solid"))
            case "24":
                style = replace(style, underline="")
            case "7" | "27":
                style = replace(style, reverse=code == "7")
            case "38":
                style = replace(style, color=color_of(parts))
            case "39":
                style = replace(style, color=FOREGROUND)
            case "48":
                style = replace(style, background=color_of(parts))
            case "49":
                style = replace(style, background="")
            case "58":
                style = replace(style, underline_color=color_of(parts))
            case "59":
                style = replace(style, underline_color="")
            case _ if code.isdigit() and int(code) in range(30, 38):
                style = replace(style, color=PALETTE[int(code) - 30])
            case _ if code.isdigit() and int(code) in range(40, 48):
                style = replace(style, background=PALETTE[int(code) - 40])
            case _ if code.isdigit() and int(code) in range(90, 98):
                style = replace(style, color=PALETTE[int(code) - 82])
    return style


def color_of(parts: list[str]) -> str:
    """A colour of `2:r:g:b`, `2::r:g:b` or `5:n`."""
    if parts[0] == "2":
        return "#" + "".join(f"{int(part):02x}" for part in parts[-3:])
    number = int(parts[1])
    if number < 16:
        return PALETTE[number]
    if number > 231:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    levels = [0, 95, 135, 175, 215, 255]
    return "#" + "".join(f"{levels[(number - 16) // power % 6]:02x}" for power in (36, 6, 1))


if __name__ == "__main__":
    raise SystemExit(main())
