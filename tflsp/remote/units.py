"""What starts the daemon with the user's session: a systemd user unit, a launchd property list. Pure text."""

from __future__ import annotations

import plistlib
from collections.abc import Sequence

LABEL = "dev.tflsp.daemon"

_SYSTEMD = """\
[Unit]
Description=tflsp's helper: connections to TensorFlow containers
Documentation=man:systemd.service(5)

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=2
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def systemd(command: Sequence[str]) -> str:
    """The unit for ``~/.config/systemd/user/tflsp.service``."""
    return _SYSTEMD.format(command=" ".join(map(_systemd_word, command)))


def launchd(command: Sequence[str]) -> str:
    """The property list for ``~/Library/LaunchAgents/dev.tflsp.daemon.plist``."""
    made = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "Umask": 0o077,
    }
    return plistlib.dumps(made, sort_keys=False).decode()


def _systemd_word(word: str) -> str:
    """A word of ExecStart: quoted, with systemd's own signs (specifiers, variables, escapes) taken as they are."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'
