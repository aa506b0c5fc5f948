"""Compose files: services, anchors, extends, interpolation, long and short forms."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import analysis, facts, written
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch, ImageRef
from tflsp.facts.environment import EnvironmentSetting

COMPOSE = """\
x-base: &base
  image: tensorflow/tensorflow:${TAG:-latest-jupyter}
  environment: &env
    JUPYTER_TOKEN: ""
    PASSED_ON:
    PRICE: "$$x"
  ports: ["8888:8888", "127.0.0.1:6006:6006/tcp"]
services:
  notebook:
    <<: *base
    command: bash -c "jupyter notebook"
    volumes:
      - ./notebooks:/tf/notebooks:ro
      - type: bind
        source: ./x
        target: /data
    deploy:
      resources:
        limits: {memory: 8g, cpus: "4"}
        reservations:
          devices:
            - driver: nvidia
              count: 1
              capabilities: [gpu]
    privileged: true
    pid: host
    tty: true
  trainer:
    extends: notebook
    build:
      context: .
      args:
        - TOKEN=abc
      dockerfile_inline: |
        FROM tensorflow/tensorflow:2.9.0
        RUN pip install numpy
    ports:
      - target: 22
        published: "2222"
    healthcheck:
      test: ["CMD-SHELL", "curl localhost || exit 1"]
    env_file: .env
  other:
    extends: {file: other.yml, service: x}
    image: foo
"""


def launches(text: str) -> dict[str, ContainerLaunch]:
    return {written(launch, launch.name_span) or "": launch for launch in facts("compose", text, ContainerLaunch)}


def test_a_service_is_a_launch() -> None:
    launch = launches(COMPOSE)["notebook"]
    assert launch.image is not None
    assert launch.image.tag == "latest-jupyter"
    assert written(launch, launch.image.tag_span) == "latest-jupyter"
    assert [word.value for word in launch.command] == ["bash", "-c", "jupyter notebook"]
    assert [(port.host_port, port.container_port, port.is_loopback) for port in launch.ports] == [
        (8888, 8888, False),
        (6006, 6006, True),
    ]
    assert [(mount.kind, mount.source, mount.target, mount.read_only) for mount in launch.mounts] == [
        ("bind", "./notebooks", "/tf/notebooks", True),
        ("bind", "./x", "/data", False),
    ]
    assert launch.environment == {"JUPYTER_TOKEN": "", "PASSED_ON": None, "PRICE": "$x"}
    assert (launch.memory, launch.cpus, launch.gpus) == (8 << 30, 4.0, "1")
    assert written(launch, launch.privileged_span) == "privileged: true"
    assert {name: written(launch, span) for name, span in launch.host_namespaces.items()} == {"pid": "pid: host"}
    assert launch.interactive
    assert launch.complete


def test_extends_of_the_same_file_is_put_together() -> None:
    launch = launches(COMPOSE)["trainer"]
    assert [(port.host_port, port.container_port) for port in launch.ports] == [(8888, 8888), (6006, 6006), (2222, 22)]
    assert len(launch.mounts) == 2
    assert launch.image is not None
    assert launch.image.builds
    assert not launch.image.pulls
    assert launch.option("env-file")
    assert launch.complete


def test_what_another_file_may_add_leaves_a_launch_incomplete() -> None:
    assert not launches(COMPOSE)["other"].complete
    assert not launches("services:\n  a:\n    ports: ['80:80']\n")["a"].complete
    assert not launches("services:\n  a:\n    <<: *unknown\n    image: x\n")["a"].complete
    assert not launches("services:\n  a: {extends: b, image: x}\n  b: {extends: a, image: x}\n")["a"].complete


def test_what_an_anchor_defines_is_there_once() -> None:
    found = analysis("compose", COMPOSE)
    images = [(written(image, image.span), image.region.language) for image in found.of(ImageRef)]
    assert images == [
        ("tensorflow/tensorflow:${TAG:-latest-jupyter}", "compose"),
        ("tensorflow/tensorflow:2.9.0", "dockerfile"),
        ("foo", "compose"),
    ]
    settings = [
        (setting.name, setting.value.value if setting.value else None) for setting in found.of(EnvironmentSetting)
    ]
    assert [setting for setting in settings if setting[0] != "TOKEN"] == [
        ("JUPYTER_TOKEN", ""),
        ("PASSED_ON", None),
        ("PRICE", "$x"),
    ]
    assert settings.count(("TOKEN", "abc")) == 1


def test_commands_run_inside_of_their_service() -> None:
    commands = facts("compose", COMPOSE, Command)
    (bash,) = [command for command in commands if command.name == "bash"]
    assert isinstance(bash.inside, ContainerLaunch)
    assert "curl" in [command.name for command in commands]
    assert "pip" in [command.name for command in commands]


@pytest.mark.parametrize(
    "request_of_gpus",
    ["gpus: all", "gpus: [{driver: nvidia, count: 1}]", "runtime: nvidia", "devices: ['nvidia.com/gpu=all']"],
)
def test_requests_of_gpus(request_of_gpus: str) -> None:
    launch = launches(f"services:\n  a:\n    image: x:1\n    {request_of_gpus}\n")["a"]
    assert launch.gpus is not None
    assert written(launch, launch.gpu_span)


def test_a_fence_of_yaml_is_compose_by_its_content() -> None:
    assert facts("yaml", "services:\n  a:\n    image: x\n", ContainerLaunch)
    assert not facts(
        "yaml", "on: push\njobs:\n  a:\n    services:\n      redis:\n        image: redis\n", ContainerLaunch
    )
    assert not facts("yaml", "test:\n  image: python\n  script: [pytest]\n", ImageRef)


def test_the_service_being_typed_does_not_hide_the_others() -> None:
    text = "services:\n  a:\n    image: x:1\n    por\n  b:\n    image: tensorflow/tensorflow:\n    ports: ['1:2']\n"
    found = launches(text)
    assert found["a"].image is not None
    assert found["b"].image is not None
    assert found["b"].image.text == "tensorflow/tensorflow"
    assert found["b"].ports


def test_unknown_variables_are_unknown() -> None:
    (image,) = facts("compose", "services:\n  a:\n    image: $REGISTRY/a:${TAG}\n", ImageRef)
    assert not image.known
    (port,) = launches("services:\n  a:\n    image: x\n    ports: ['${PORT:-8888}:8888']\n")["a"].ports
    assert port.host_port == 8888
