"""A real browser: headless Chromium, as the system has it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import components
from tests.compiled import shared_library

OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def running() -> Iterator[Browser]:
    """A browser. While it runs, Playwright keeps an event loop in this thread, and asyncio can have none.

    It hears nothing of the network's changes: containers come and go beside it, and its requests would fail.
    """
    program = components.program("chromium", "apt-get install chromium")
    still = shared_library(Path(__file__).with_name("still_network.c"), "still_network.so")
    environment: dict[str, str | float | bool] = {**os.environ, "LD_PRELOAD": str(still)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(OPTIONS), env=environment)
        yield browser
        browser.close()


@contextmanager
def page(browser: Browser, *, patience: float, dark: bool = False) -> Iterator[Page]:
    """A page of a window's size with nothing remembered; `patience` is in seconds, for whatever is waited for in it."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, color_scheme="dark" if dark else "light", locale="en-US"
    )
    context.set_default_timeout(patience * 1000)
    try:
        yield context.new_page()
    finally:
        context.close()
