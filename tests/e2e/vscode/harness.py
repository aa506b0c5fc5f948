"""A window of the real VS Code: what a user sees in it and can do, in words of VS Code.

Everything waits for what is to be seen; nothing waits for time. A failing test leaves a picture of its window.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as PatienceLost

from tests.e2e import chromium
from tests.e2e.vscode.kernel import NAME as KERNEL
from tests.e2e.vscode.serving import Server

TIMEOUT = 120_000  # milliseconds that something may take on a busy machine until it is to be seen
TRIES = (10_000, 20_000, TIMEOUT)  # what VS Code may not have heard is tried again
PICTURES = Path(__file__).parents[3] / ".cache/pictures/vscode"
_KEPT = ".gitkeep"
_QUICK_INPUT = ".quick-input-widget .quick-input-filter input[type='text']"
_CONNECTED = re.compile(r"^tflsp, server \d")
# Whether the list that was written into is gone, or gave way to another.
_TAKEN = """
([selector, written]) => {
  const box = document.querySelector(selector);
  return box === null || box.offsetParent === null || box.value !== written;
}
"""
_CLOSED_OR_ASKED = """
() => document.querySelector('.tab') === null || document.querySelector('.monaco-dialog-box') !== null
"""
_SAVED_OR_NOT = """
unsaved => document.querySelector(unsaved) === null
  || [...document.querySelectorAll('.notification-list-item')].some(told => told.innerText.includes('Failed to save'))
"""


def empty(folder: Path) -> None:
    """Leave nothing in a folder but a file by which a window shows that it has read it."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (folder / _KEPT).touch()


@contextmanager
def window(browser: Browser, server: Server, folder: Path, *, dark: bool = True) -> Iterator[Window]:
    """A window on a folder; closed at the end, and with it its extension host."""
    with chromium.page(browser, patience=TIMEOUT / 1000, dark=dark) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"http://127.0.0.1:{server.port}/?folder={quote(str(folder))}")
        page.wait_for_selector(".monaco-workbench")
        made = Window(page, server, folder)
        made.ready()
        yield made


class Window:
    """A window of VS Code on a folder. ``page`` is Playwright's, for what has no word here."""

    def __init__(self, page: Page, server: Server, folder: Path) -> None:
        self.page, self.server, self.folder = page, server, folder

    def ready(self) -> None:
        """Wait until the explorer shows the folder, and what extensions bring is known: commands, kinds of editors."""
        expect(self.page.locator(".explorer-folders-view .monaco-list-row").first).to_be_visible(timeout=TIMEOUT)
        expect(self.page.locator(".activitybar a[aria-label='tflsp']")).to_be_visible(timeout=TIMEOUT)

    def connected(self) -> None:
        """Wait until there is a server: who asks before gets no answer."""
        expect(self.page.get_by_role("button", name=_CONNECTED)).to_be_visible(timeout=TIMEOUT)

    def close_all(self) -> None:
        """Close what is open, saved or not."""
        self.page.keyboard.press("Control+k")
        self.page.keyboard.press("Control+w")
        self.page.wait_for_function(_CLOSED_OR_ASKED)
        if self.page.locator(".monaco-dialog-box").is_visible():
            self.page.get_by_role("button", name="Don't Save").click()
        expect(self.page.locator(".tab")).to_have_count(0, timeout=TIMEOUT)

    def clear(self) -> None:
        """Close what is open, saved or not, and empty the folder: the next test finds what a new window has."""
        self.close_all()
        if self.page.locator(".notification-toast").count() > 0:
            self.command("Notifications: Clear All Notifications")
        if self.page.locator(".part.panel").is_visible():
            self.command("View: Hide Panel")
        empty(self.folder)
        entries = self.page.locator(".sidebar .monaco-list-row").filter(has_text=re.compile(r"^\s*#\d"))
        expect(entries).to_have_count(0, timeout=TIMEOUT)

    # what one does

    def command(self, title: str) -> None:
        """Run a command by its whole title, with its category, as the palette shows it."""
        self.quick_input(f">{title}")
        self._take(re.compile(f"^{re.escape(title)}$"))

    def quick_input(self, text: str) -> None:
        """Open the palette with this text in it."""
        self.page.keyboard.press("F1")
        box = self.page.locator(_QUICK_INPUT)
        expect(box).to_be_visible(timeout=TIMEOUT)
        box.fill(text)

    def choose(self, text: str) -> None:
        """Take the item with this text of the list that is open; looked for by it where nothing was written yet."""
        box = self.page.locator(_QUICK_INPUT)
        expect(box).to_be_visible(timeout=TIMEOUT)
        if not box.input_value():
            box.fill(text)
        self._take(re.compile(re.escape(text)))

    def _take(self, label: re.Pattern[str]) -> None:
        """Make the item with this label the one that would be taken, take it, and wait until it is.

        By key: the list shows what it showed before until it has looked for the text, and fills its rows anew then; a
        click may hit another item.
        """
        box = self.page.locator(_QUICK_INPUT)
        name = self.page.locator(".label-name").filter(has_text=label)
        row, focused = self.page.locator(".quick-input-list .monaco-list-row"), self.page.locator(".focused")
        expect(row.filter(has=name).first).to_be_visible(timeout=TIMEOUT)
        expect(row.and_(focused)).to_be_visible(timeout=TIMEOUT)
        while not row.filter(has=name).and_(focused).is_visible():  # others come before it
            box.press("ArrowDown")
        written = box.input_value()
        box.press("Enter")
        self.page.wait_for_function(_TAKEN, arg=[_QUICK_INPUT, written])

    def press(self, target: Locator) -> None:
        """Click what VS Code may draw anew while a mouse's button is down: found and clicked in one go."""
        expect(target).to_be_visible(timeout=TIMEOUT)
        target.dispatch_event("click")

    def open(self, name: str) -> None:
        """Open a file of the folder, and wait until its editor has the keyboard, or the notebook shows its cells.

        By its whole path: for names VS Code may look into what it found when something was last opened.
        """
        self.quick_input(str(self.folder / name))
        self._take(re.compile(f"^{re.escape(Path(name).name)}$"))
        expect(self.tab(Path(name).name)).to_have_class(re.compile(r"\bactive\b"), timeout=TIMEOUT)
        if name.endswith(".ipynb"):
            # Of text only what is edited is visible here; the rest is drawn by a frame over it.
            expect(self.cell(0)).to_be_attached(timeout=TIMEOUT)
        else:
            editor = self.page.locator(f".editor-instance .monaco-editor.focused[data-uri$='/{quote(name)}']")
            expect(editor).to_be_visible(timeout=TIMEOUT)

    def edit(self, number: int) -> Locator:
        """Put the cursor into a code cell of the open notebook."""
        cell = self.cell(number)
        cell.locator(".view-line").first.click()
        expect(cell.locator(".monaco-editor.focused")).to_be_visible(timeout=TIMEOUT)
        return cell

    def run(self, number: int) -> Locator:
        """Run a code cell of the open notebook, and wait until it has run."""
        expect(self.page.locator(".notebook-toolbar-container .kernel-label", has_text=KERNEL)).to_be_visible(
            timeout=TIMEOUT
        )
        cell = self.edit(number)
        self.press(cell.locator(".run-button-container .codicon-notebook-execute").first)
        ended = ".codicon-notebook-state-success, .codicon-notebook-state-error"
        expect(cell.locator(ended).first).to_be_visible(timeout=TIMEOUT)
        return cell

    def in_toolbar(self, label: str) -> None:
        """Press a button of the open notebook's toolbar."""
        self.press(self.page.locator(".notebook-toolbar-container").get_by_label(label).first)

    def tab_stops(self) -> None:
        """Wait until the placeholders of an entry can be typed into."""
        stops = self.page.locator(".monaco-editor.focused .snippet-placeholder")
        expect(stops.first).to_be_attached(timeout=TIMEOUT)

    def save(self) -> None:
        """Save what is edited, and wait until it is."""
        expect(self.page.locator(".tab.active.dirty").first).to_be_visible(timeout=TIMEOUT)
        self.page.keyboard.press("Control+s")
        self._saved(".tab.active.dirty")

    def save_all(self, *names: str) -> None:
        """Save everything that is edited, also by a command in other files, and wait until it is.

        VS Code saves what it shows, and shows what a command edits in other files most of a second later: these are
        named.
        """
        for name in names:
            expect(self.tab(name)).to_have_class(re.compile(r"\bdirty\b"), timeout=TIMEOUT)
        self.command("File: Save All Files")
        self._saved(".tab.dirty")

    def _saved(self, unsaved: str) -> None:
        """Wait until there is no such tab, or VS Code tells why there is."""
        with suppress(PatienceLost):
            self.page.wait_for_function(_SAVED_OR_NOT, arg=unsaved)
        left = self.page.locator(unsaved).evaluate_all("tabs => tabs.map(tab => tab.dataset.resourceName)")
        assert not left, f"{left} not saved: {self.told()}"

    def told(self) -> list[str]:
        """The notifications in view."""
        return [" ".join(each.split()) for each in self.page.locator(".notification-list-item").all_inner_texts()]

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor of the text editor at a line and column, both from 1.

        At another line than it is: by that alone one sees that it is settled. What is pressed in the few milliseconds
        before VS Code takes back.
        """
        focused = self.page.locator(".editor-instance .monaco-editor.focused")
        expect(focused).to_be_visible(timeout=TIMEOUT)
        self.page.keyboard.press("Control+g")
        box = self.page.locator(_QUICK_INPUT)
        expect(box).to_be_visible(timeout=TIMEOUT)
        box.fill(f":{line}:{column}")
        box.press("Enter")
        expect(box).to_be_hidden(timeout=TIMEOUT)
        expect(self.status(f"Ln {line}, Col ")).to_be_visible(timeout=TIMEOUT)
        expect(focused).to_be_visible(timeout=TIMEOUT)

    def quick_fix(self, title: str) -> None:
        """Take a code action at the cursor by (a part of) its title.

        Where VS Code looks for its light bulb in the same moment it drops what was asked for, although it was answered:
        then it is asked again, as a user would.
        """
        expect(self.page.locator(".monaco-editor.focused").first).to_be_visible(timeout=TIMEOUT)
        offered = self.page.locator(".action-widget .monaco-list-row.action")
        wanted = offered.filter(has_text=title).first
        for patience in TRIES:
            if offered.first.is_visible():  # the key would take what is offered
                self.page.keyboard.press("Escape")
            self.page.keyboard.press("Control+.")
            with suppress(PatienceLost):
                wanted.wait_for(timeout=patience)
                return wanted.click()
        raise AssertionError(f"nobody offers {title!r}")

    def picture(self, name: str) -> Path:
        """Keep a picture of the window as it is."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        target = PICTURES / f"{name}.png"
        self.page.screenshot(path=target)
        return target

    def scene(self, name: str) -> Path:
        """Keep a picture for people to look at: nothing in it is there because the mouse is."""
        self.page.mouse.move(0, 0)
        expect(self.page.locator(".monaco-hover:visible")).to_have_count(0, timeout=TIMEOUT)
        return self.picture(name)

    # what one sees

    def tab(self, name: str) -> Locator:
        """The tab of an editor."""
        return self.page.locator(f".tab[data-resource-name='{name}']").first

    def squiggles(self, kind: str = "warning") -> Locator:
        """The wavy lines in the editors: ``error``, ``warning``, ``info`` or ``hint``."""
        return self.page.locator(f".squiggly-{kind}")

    def cell(self, number: int) -> Locator:
        """A cell of the open notebook, from 0."""
        return self.page.locator(f".notebookOverlay .cell-list-container .monaco-list-row[data-index='{number}']")

    def status(self, text: str) -> Locator:
        """An item of the status bar with this text."""
        return self.page.locator(".statusbar-item").filter(has_text=text).first

    def toast(self, text: str) -> Locator:
        """A notification with this text."""
        return self.page.locator(".notification-toast").filter(has_text=text).first

    def output(self, channel: str) -> str:
        """What the extension wrote into an output channel, as it is on disk."""
        return "\n".join(
            path.read_text("utf-8", "replace") for path in sorted(self.server.logs.rglob(f"*{channel}*.log"))
        )
