"""asyncssh is never older than the release that has its last known hole closed."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

# Advisories, and the release that closed each. A new one is a new line, and the floor in pyproject.toml follows.
CLOSED_IN = {
    "CVE-2023-46445: rogue extension negotiation": (2, 14, 1),
    "CVE-2023-46446: rogue session": (2, 14, 1),
    "CVE-2023-48795: Terrapin, prefix truncation": (2, 14, 2),
    "strict key exchange hardened further": (2, 21, 0),
    "path traversal in SCP; substitution of user names": (2, 23, 1),
    "limits of packets, names in recursive SFTP, stale authentication handlers": (2, 24, 1),
}


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def floor() -> tuple[int, ...]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (wanted,) = (each for each in project["dependencies"] if each.startswith("asyncssh"))
    found = re.fullmatch(r"asyncssh>=([\d.]+),<3", wanted)
    assert found is not None, wanted
    return numbers(found[1])


@pytest.mark.parametrize("advisory", CLOSED_IN)
def test_the_floor_is_above_every_advisory(advisory: str) -> None:
    assert floor() >= CLOSED_IN[advisory]


def test_what_is_installed_is_above_the_floor() -> None:
    assert numbers(version("asyncssh")) >= floor()


@pytest.mark.parametrize("lock", ["dev.txt", "runtime.txt"])
def test_what_is_locked_is_above_the_floor(lock: str) -> None:
    found = re.search(r"^asyncssh==([\d.]+)", (ROOT / "requirements" / lock).read_text("utf-8"), re.MULTILINE)
    assert found is not None
    assert numbers(found[1]) >= floor()
