"""An `up` that is interrupted, ended or killed leaves nothing half-made, and what was there before runs again."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.e2e.container.engine import Engine
from tests.e2e.container.projects import UserProject, user_project
from tflsp.container.names import NEW

# What `up` says when it comes to a point where something is half-made.
POINTS = ("Starting the container", "Waiting until it is healthy")


@pytest.fixture
def project(
    docker_engine: Engine, docker_client: docker.DockerClient, built_image: str, tmp_path: Path
) -> Iterator[UserProject]:
    with user_project(docker_client, docker_engine.host, tmp_path, f'image = "{built_image}"') as made:
        yield made


def interrupt(project: UserProject, point: str, number: signal.Signals, *words: str) -> tuple[int, str]:
    """Start `up`, send a signal when it says that it is at a point; give its exit code and what it said after that."""
    with project.start("up", *words) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith(point):
                running.send_signal(number)
                break
        else:
            pytest.fail(f"up never said {point!r}")
        rest = running.stderr.read()
        return running.wait(timeout=60), rest


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_the_first_time(project: UserProject, point: str, number: signal.Signals) -> None:
    code, said = interrupt(project, point, number)
    assert code == 128 + number
    assert "no new container was left behind" in said
    assert "Traceback" not in said
    assert project.nothing_is_left()


def test_interrupted_while_replacing(project: UserProject) -> None:
    project.tflsp("up")
    before = project.inspect()
    code, _ = interrupt(project, POINTS[1], signal.SIGINT, "--recreate")
    assert code == 130
    after = project.inspect()
    assert after["Id"] == before["Id"]
    assert after["State"]["Running"]
    assert not project.exists(project.name + NEW)
    assert "as it was" in project.tflsp("up").stdout


def test_killed_the_first_time(project: UserProject) -> None:
    """Nobody can clear up after SIGKILL but the next one."""
    interrupt(project, POINTS[1], signal.SIGKILL)
    assert not project.exists()
    assert project.exists(project.name + NEW)
    project.tflsp("up")
    assert not project.exists(project.name + NEW)
    assert project.exists()


def test_killed_while_replacing(project: UserProject) -> None:
    project.tflsp("up")
    before = project.inspect()
    interrupt(project, POINTS[1], signal.SIGKILL, "--recreate")
    project.tflsp("up")
    after = project.inspect()
    assert after["Id"] == before["Id"]
    assert not project.exists(project.name + NEW)


def test_a_second_signal_does_not_stop_the_clearing_up(project: UserProject) -> None:
    with project.start("up") as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith(POINTS[1]):
                break
        for _ in range(5):
            running.send_signal(signal.SIGINT)
        running.stderr.read()
        assert running.wait(timeout=60) == 130
    assert project.nothing_is_left()
