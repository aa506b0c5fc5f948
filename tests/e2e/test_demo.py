"""`make demo` runs to its end: on this machine, and in a container where an engine runs. It leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import docker
import pytest

from tests import components
from tests.components import ROOT
from tests.e2e.container.engine import Engine


def has_tensorflow() -> bool:
    return (components.ROOT / ".cache/tensorflow-2.9/bin/python").exists()


def demo(engine: str, home: Path, seconds: float = 110) -> str:
    """What the demonstration prints, asked of an engine, in a home that must stay as it is."""
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DOCKER_", "SSH_"))}
    done = subprocess.run(
        [sys.executable, ROOT / "examples/demo.py"],
        env={**kept, "HOME": str(home), "DOCKER_HOST": engine},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert not list(home.iterdir())
    return done.stdout


def journal_of(said: str) -> str:
    """What it prints of the journal at its end."""
    return said.partition("A run, and what the journal says of it:")[2]


@pytest.mark.timeout(300)
def test_without_an_engine(tmp_path: Path) -> None:
    said = demo(f"unix://{tmp_path}/none.sock", tmp_path / "home", seconds=280)
    assert "is a session on this machine" in said
    assert "- batch_size: 60000 → 32\n" in journal_of(said)
    assert journal_of(said).count("- Result: val_accuracy 0.9") == 2
    assert ("runs in TensorFlow 2.9.0" in said) is has_tensorflow()
    assert ("TensorFlow 2.9.0, no GPU" in journal_of(said)) is has_tensorflow()
    assert "58 diagnostics, 6 files changed by safe fixes." in said


@pytest.mark.timeout(1200)
def test_in_a_container(
    docker_engine: Engine, docker_client: docker.DockerClient, base_images: tuple[str, str], tmp_path: Path
) -> None:
    said = demo(docker_engine.host, tmp_path / "home", seconds=900)
    assert "is up (new)" in said
    assert "58 diagnostics, 6 files changed by safe fixes." in said
    # In one answer: the SDK's list asks for each container by itself, and others remove theirs meanwhile.
    names = [name for container in docker_client.api.containers(all=True) for name in container["Names"]]
    assert not [name for name in names if "mnist-debugging" in name]
