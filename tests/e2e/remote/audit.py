"""An audit hook (PEP 578) for Python processes of a test: what they write, remove, start, and connect to.

It is installed by `sitecustomize`, so that it is there before the first line of ours; put `folder` on PYTHONPATH.
"""

from __future__ import annotations

from pathlib import Path

_HOOK = """\
import os, sys
_busy = False
_told = {{
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate",
    "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.forkpty", "os.startfile", "os.kill",
    "subprocess.Popen", "pty.spawn", "socket.connect", "socket.bind", "socket.sendto", "webbrowser.open",
    "shutil.copyfile", "shutil.move", "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp", "exec", "compile",
}}

def _hook(event, arguments):
    global _busy
    if _busy:
        return
    if event == "open":
        name, mode, flags = arguments
        if not (flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)):
            return
    elif event not in _told:
        return
    _busy = True  # what follows is an event as well
    with open({path!r}, "a") as log:
        log.write("%d %s %s\\n" % (os.getpid(), event, ascii(arguments)[:300]))
    _busy = False

sys.addaudithook(_hook)
"""


class Audit:
    """The hook and its log, in a folder of their own."""

    def __init__(self, parent: Path) -> None:
        self.folder = parent / "audit"
        self.folder.mkdir()
        self._log = self.folder / "log"
        self._log.touch()
        (self.folder / "sitecustomize.py").write_text(_HOOK.format(path=str(self._log)))

    def events(self) -> list[str]:
        """``pid event arguments``, in order."""
        return self._log.read_text().splitlines()
