"""`tflsp up` builds the image itself, and tflsp.lock says of what: pinned digests are kept to, and others refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.e2e.container.engine import Engine
from tests.e2e.container.projects import OWNER, UserProject, user_project
from tests.e2e.container.registry import registry
from tflsp import __version__
from tflsp.container.names import repository_of

NAME = "tflsp-test/pinned:1"


@pytest.fixture
def project(
    docker_engine: Engine, docker_client: docker.DockerClient, built_image: str, tmp_path: Path
) -> Iterator[UserProject]:
    with user_project(docker_client, docker_engine.host, tmp_path, "") as made:
        yield made
    for image in docker_client.images.list(repository_of(made.name)):
        image.remove(force=True)


@pytest.fixture
def pinned(project: UserProject, built_image: str) -> Iterator[UserProject]:
    """A project whose finished image has a name of the test's own."""
    project.client.images.get(built_image).tag(NAME)
    project.settings(f'image = "{NAME}"')
    yield project
    project.client.images.remove(NAME, force=True)


def lock(project: UserProject) -> dict[str, Any]:
    return tomllib.loads((project.folder / "tflsp.lock").read_text("utf-8"))


def repoint(project: UserProject) -> None:
    """Let another image have the name, as a tag that was pushed anew."""
    made = project.client.containers.create(NAME)
    made.commit(*NAME.split(":"), changes=["LABEL again=1"])
    made.remove(v=True)


def test_up_builds_and_builds_once(project: UserProject, base_images: tuple[str, str]) -> None:
    built = project.tflsp("up")
    (image,) = project.client.images.list(repository_of(project.name))
    assert "Building" in built.stderr
    assert image.tags[0].startswith(repository_of(project.name) + ":")
    assert project.ssh("id -u").stdout.strip() == str(OWNER)
    assert "as it was" in project.tflsp("up").stdout
    # Pinning what is there changes nothing of what runs.
    project.tflsp("lock")
    found = lock(project)
    assert found["tflsp"] == __version__
    assert set(found["images"]) == set(base_images)
    assert any(name.startswith("pygls==") for name in found["packages"])
    assert "as it was" in project.tflsp("up").stdout
    assert "is current" in project.tflsp("lock", "--check").stdout
    project.tflsp("down", "--volumes", "--yes")
    project.tflsp("up")
    assert len(project.client.images.list(repository_of(project.name))) == 1


def test_another_digest_is_refused_with_two_ways_out(pinned: UserProject) -> None:
    pinned.tflsp("lock")
    before = lock(pinned)
    repoint(pinned)
    said = pinned.tflsp("up", code=2)
    assert "pins tflsp-test/pinned:1 to sha256:" in said.stderr
    assert "`tflsp up --pull`" in said.stderr
    assert "`tflsp lock`" in said.stderr
    assert pinned.nothing_is_left()
    # What was pinned is still there under its id, so that fetching it needs no registry.
    assert "new" in pinned.tflsp("up", "--pull").stdout
    assert pinned.client.images.get(NAME).id == before["images"][NAME]
    pinned.tflsp("down")
    repoint(pinned)
    assert "not current" in pinned.tflsp("lock", "--check", code=1).stdout
    pinned.tflsp("lock")
    assert lock(pinned)["images"] != before["images"]
    pinned.tflsp("up")


def test_a_lock_of_another_tflsp_is_refused(pinned: UserProject) -> None:
    pinned.tflsp("lock")
    path = pinned.folder / "tflsp.lock"
    path.write_text(path.read_text("utf-8").replace(f'tflsp = "{__version__}"', 'tflsp = "0.0.1"'), "utf-8")
    said = pinned.tflsp("up", code=2)
    assert f"it pins tflsp 0.0.1, and this is {__version__}" in said.stderr
    assert "Install tflsp 0.0.1" in said.stderr
    assert pinned.nothing_is_left()


def test_a_registrys_digest_is_the_manifests(project: UserProject) -> None:
    with registry("well") as reference:
        project.settings(f'image = "{reference}"')
        project.tflsp("lock")
        found = project.client.images.get(reference)
        assert lock(project)["images"] == {reference: found.attrs["RepoDigests"][0].partition("@")[2]}
        # Gone from the engine: it comes back by digest, and under its name.
        project.client.images.remove(reference, force=True)
        project.tflsp("up", code=2)
        assert project.client.images.get(reference).id == found.id
        found.remove(force=True)
