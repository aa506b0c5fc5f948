"""The image in a journal's entry that is written in the container: what the engine knows of it, or that nobody told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests import components
from tests.e2e.container.contained import Contained, contained
from tests.e2e.container.engine import Engine
from tests.e2e.container.images import BASE
from tests.e2e.container.projects import UserProject, user_project
from tflsp.container.names import repository_of

LOCK = """\
version = 1
tflsp = "0"
[images]
"tensorflow/tensorflow:2.9.0-jupyter" = "sha256:{digest}"
[packages]
"""


def step_in(running: Contained) -> str:
    """A step that is inserted in the container, beside a lock file that says nothing of it."""
    (running.workspace / "tflsp.lock").write_text(LOCK.format(digest="0" * 64))
    running.run("tflsp", "journal", "step", "/workspace/journal.md")
    return (running.workspace / "journal.md").read_text("utf-8")


@pytest.fixture
def project(
    docker_engine: Engine, docker_client: docker.DockerClient, base_images: tuple[str, str], tmp_path: Path
) -> Iterator[UserProject]:
    components.program("ssh", "apt-get install openssh-client")
    with user_project(docker_client, docker_engine.host, tmp_path, "") as made:
        yield made
    for image in docker_client.images.list(repository_of(made.name)):
        docker_client.images.remove(str(image.id), force=True)


def test_what_up_made_names_image_and_base(project: UserProject) -> None:
    project.tflsp("up")
    (image,) = project.client.images.list(repository_of(project.name))
    base = project.client.images.get(BASE)
    said = project.ssh("cd /workspace && tflsp journal step journal.md")
    assert said.returncode == 0, said.stderr
    text = (project.folder / "journal.md").read_text("utf-8")
    assert f"{image.tags[0]} (ID {str(image.id)[:19]}…; built on {BASE}@{str(base.id)[:19]}…), " in text
    assert project.ssh("printenv TFLSP_IMAGE").stdout.split()[1] == f"image={image.tags[0]}"


def test_what_the_image_was_built_on_is_known_without_up(
    docker_engine: Engine, built_image: str, tmp_path: Path
) -> None:
    with contained(docker_engine, built_image, tmp_path) as running:
        assert f"image not known (built on {BASE}), " in step_in(running)


@pytest.mark.parametrize("variable", [{}, {"TFLSP_IMAGE": "container=another image=own:1"}])
def test_a_container_of_somebody_elses_is_not_known(
    docker_engine: Engine, built_image: str, tmp_path: Path, variable: dict[str, str]
) -> None:
    mount = docker.types.Mount("/opt/tflsp/etc/base-image", "/dev/null", type="bind", read_only=True)
    with contained(docker_engine, built_image, tmp_path, variable, mounts=[mount]) as running:
        text = step_in(running)
    assert "image not known, " in text
    assert "sha256:0000" not in text
