"""Fixtures of what end-to-end tests share: a real Docker Engine, and images as users have them."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest
from playwright.sync_api import Browser

from tests import components
from tests.e2e import chromium
from tests.e2e.container import engine as engines
from tests.e2e.container import images

# `make test` makes images beforehand; who runs one test by hand waits here for the first time. TensorFlow's import
# alone takes half a minute and more where a machine is busy.
SLOW_FIXTURES = frozenset(
    {"docker_engine", "base_images", "built_image", "devcontainer", "poor_engine", "tensorflow_python"}
)
SLOW_TIMEOUT = 1200


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SLOW_TIMEOUT))


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[engines.Engine]:
    """A running Docker Engine of the tests' own: `.host` is what DOCKER_HOST should be."""
    if (reason := engines.why_not()) is not None:
        components.missing("Docker Engine", f"It needs {reason}.")
    with engines.running() as engine:
        yield engine


@pytest.fixture(scope="session")
def docker_client(docker_engine: engines.Engine) -> Iterator[docker.DockerClient]:
    """A client of that engine."""
    client = docker_engine.client()
    yield client
    client.close()


@pytest.fixture(scope="session")
def base_images(docker_engine: engines.Engine) -> tuple[str, str]:
    """BASE_IMAGE and PYTHON_IMAGE, present in the engine under their official names."""
    return images.ensure(docker_engine)


@pytest.fixture(scope="session")
def built_image(docker_engine: engines.Engine) -> str:
    """container/'s image over the stand-ins, for uid 1000: its tag."""
    return images.build(docker_engine)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; for no longer than a file's tests, since other tests need an event loop of their own."""
    with chromium.running() as started:
        yield started
