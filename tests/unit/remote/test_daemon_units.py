"""Units for the user's session: what systemd and launchd read out of them is the command."""

from __future__ import annotations

import configparser
import plistlib

from tflsp.remote import units

COMMAND = ["/opt/my tools/python", "-P", "-m", "tflsp.remote.daemon", 'a"b', "50%", "$HOME", "c\\d"]


def test_launchd() -> None:
    found = plistlib.loads(units.launchd(COMMAND).encode())
    assert found["ProgramArguments"] == COMMAND
    assert found["RunAtLoad"] is True


def test_systemd() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.read_string(units.systemd(COMMAND))
    assert unit["Install"]["WantedBy"] == "default.target"
    assert unit["Service"]["ExecStart"].startswith('"/opt/my tools/python" "-P" ')
    assert '"a\\"b" "50%%" "$$HOME" "c\\\\d"' in unit["Service"]["ExecStart"]
