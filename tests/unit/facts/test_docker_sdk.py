"""Calls of the Docker SDK become launches and images, as command lines do."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import analysis, at, facts, one
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch, ImageRef, Surface
from tflsp.facts.jupyter import JupyterLaunch

CALL = """
client.containers.run(
    "tensorflow/tensorflow:latest-jupyter",
    command=["jupyter", "lab", "--ip=0.0.0.0"],
    detach=True,
    remove=True,
    tty=False,
    name="tf",
    ports={"8888/tcp": 8888, "22": ("127.0.0.1", 2222), 6006: None},
    volumes={"/srv/nb": {"bind": "/tf/notebooks", "mode": "ro"}, "data": {"bind": "/data"}},
    environment={"A": "b", "C": c},
    mem_limit="8g",
    nano_cpus=2_000_000_000,
    network_mode="host",
    privileged=True,
    user="1000",
    device_requests=[docker.types.DeviceRequest(count=-1, capabilities=[["gpu"]])],
)
"""


def test_a_whole_call() -> None:
    facts_found = analysis("python", CALL)
    (found,) = facts_found.of(ContainerLaunch)
    assert (found.surface, found.program, found.detached, found.removed) == (Surface.SDK, "docker-sdk", True, True)
    assert (found.memory, found.cpus, found.gpus) == (8 * 2**30, 2.0, "all")
    assert (found.user, found.container_name) == ("1000", "tf")
    assert [(p.host_ip, p.host_port, p.container_port, p.protocol) for p in found.ports] == [
        (None, 8888, 8888, "tcp"),
        ("127.0.0.1", 2222, 22, "tcp"),
        (None, None, 6006, "tcp"),
    ]
    assert [(m.kind, m.source, m.target, m.read_only) for m in found.mounts] == [
        ("bind", "/srv/nb", "/tf/notebooks", True),
        ("volume", "data", "/data", False),
    ]
    assert found.environment == {"A": "b", "C": None}
    assert found.privileged_span is not None
    assert at(found, found.privileged_span) == "privileged=True"
    assert {name: at(found, span) for name, span in found.host_namespaces.items()} == {"network": 'network_mode="host"'}
    assert at(found, found.name_span) == "client.containers.run"
    assert at(found, found.memory_span) == 'mem_limit="8g"'
    assert at(found, found.gpu_span).startswith("device_requests=")
    assert at(found, found.mounts[0].source_span) == "/srv/nb"
    assert found.image is not None
    assert at(found, found.image.tag_span) == "latest-jupyter"
    assert found.option("tty") is not None
    assert not found.interactive
    assert [launch.inside for launch in facts_found.of(JupyterLaunch)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "docker.from_env().containers.run('x')",
        "client.containers.create(image='x')",
        "self.client.containers.run(image='x', **options)",
        "api.create_container('x')",
        "with a as b:\n    c = client.containers.run('x', detach=True)",
    ],
)
def test_launches(text: str) -> None:
    found = one(ContainerLaunch, "python", text)
    assert found.image is not None
    assert found.image.text == "x"
    assert found.complete is ("**" not in text)


@pytest.mark.parametrize(
    "text", ["pool.run('x')", "Model.objects.create(image='x')", "client.containers.get('x')", "build('x')"]
)
def test_other_calls(text: str) -> None:
    assert facts("python", text, ContainerLaunch) == ()
    assert facts("python", text, ImageRef) == ()


@pytest.mark.parametrize(
    ("text", "written", "tag", "builds", "pulls"),
    [
        ("client.images.pull('tensorflow/tensorflow')", "tensorflow/tensorflow", None, False, True),
        (
            "client.images.pull('tensorflow/tensorflow', tag='latest')",
            "tensorflow/tensorflow:latest",
            "latest",
            False,
            True,
        ),
        ("client.images.pull('a:1', 'x')", "a:1", "1", False, True),
        ("client.images.pull('a', tag)", "a:tag", None, False, True),
        ("client.images.build(path='.', tag='a:1')", "a:1", "1", True, False),
    ],
)
def test_images(text: str, written: str, tag: str | None, builds: bool, pulls: bool) -> None:
    image = one(ImageRef, "python", text)
    assert (image.text, image.tag, image.builds, image.pulls) == (written, tag, builds, pulls)
    if tag is not None:
        assert at(image, image.tag_span) == tag


def test_a_command_as_text_is_read_by_a_shell() -> None:
    (command,) = facts("python", "client.containers.run('x', 'jupyter lab --allow-root')", Command)
    assert [word.value for word in command.words] == ["jupyter", "lab", "--allow-root"]
    assert isinstance(command.inside, ContainerLaunch)


def test_short_volumes() -> None:
    found = one(ContainerLaunch, "python", "client.containers.run('x', volumes=['/a:/b:ro', f'{here}:/c'])")
    assert [(m.source, m.target, m.read_only) for m in found.mounts] == [("/a", "/b", True), ("{here}", "/c", False)]
    typed = one(ContainerLaunch, "python", "client.containers.run('x', mounts=[Mount('/b', '/a', type='bind')])")
    assert [(m.kind, m.source, m.target) for m in typed.mounts] == [("bind", "/a", "/b")]
