"""The way in for somebody who is not root: the tests that matter most, once more, as a user without any power."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests import components

TESTS = (
    "test_openssh.py::test_ssh_by_name",
    "test_openssh.py::test_sftp",
    "test_openssh.py::test_a_swapped_host_key_is_refused",
    "test_link.py::test_runs_a_command",
    "test_link.py::test_a_swapped_host_key_is_told_as_what_it_is",
    "test_link.py::test_a_wrong_key",
    "test_link.py::test_through_a_jump_host",
)


@pytest.mark.timeout(600)  # a run of its own, whose tests have what a test has
def test_the_same_without_root() -> None:
    if os.getuid() != 0:
        pytest.skip("this run is not root's: the tests beside this one say it already")
    user = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    if subprocess.run([*user, "true"], capture_output=True, check=False).returncode != 0:
        components.missing("user namespaces", "Allow them, or run the tests as an ordinary user.")
    folder = os.path.dirname(__file__)
    done = subprocess.run(
        [
            *user,
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *(f"{folder}/{each}" for each in TESTS),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(TESTS)} passed" in done.stdout
