"""What to do when the container is up: one way for each editor, to be copied as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from tflsp.container.names import WORKSPACE
from tflsp.remote.targets import Target


def next_steps(target: Target, token: str | None, *, included: bool) -> Iterator[str]:
    """Lines for a terminal. ``included``: whether ssh's configuration finds the container by its name."""
    if target.ssh is None:
        yield "Any editor    tflsp connect (its language server's command)"
        yield from _neovim(target.name)
        return
    yield f"VS Code       code --folder-uri vscode-remote://ssh-remote+{target.name}{WORKSPACE}"
    if not included:
        yield "              (needs `tflsp ssh-config --install` once, so that ssh knows the name)"
    yield from _neovim(target.name)
    if token is not None:
        port = dict(target.ports)["jupyter"]
        yield f"Jupyter       http://127.0.0.1:{port}/lab?token={quote(token)}"
        yield f"              (while `tflsp forward {target.name}` runs)"
    yield f"A shell       tflsp shell {target.name}"


def _neovim(name: str) -> Iterator[str]:
    yield f"Neovim        vim.lsp.config('tflsp', {{ cmd = {{ 'tflsp', 'connect', '{name}' }} }})"
    yield "              vim.lsp.enable('tflsp')"
