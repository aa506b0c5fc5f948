"""The browser that tests share hears nothing of the network's changes, which would break what it loads."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from tests import components
from tests.e2e import chromium


def listeners() -> int:
    """How many sockets the browsers below this process have on which the system tells of its network."""
    told = Path("/proc/net/netlink").read_text().splitlines()[1:]
    return len({f"socket:[{line.split()[-1]}]" for line in told} & _opened())


def _opened() -> set[str]:
    """What the browsers' processes have open."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess, OSError):
            if "chromium" in process.name():
                found |= {os.readlink(each) for each in Path(f"/proc/{process.pid}/fd").iterdir()}
    return found


def test_a_browser_of_the_tests_does_not_listen_and_others_do() -> None:
    with chromium.running() as browser:
        browser.new_page()
        assert listeners() == 0
    with sync_playwright() as playwright:
        program = components.program("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.OPTIONS))
        browser.new_page()
        assert listeners() > 0
        browser.close()
