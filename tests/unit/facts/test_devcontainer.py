"""devcontainer.json: comments, trailing commas, docker options, life cycle commands; and Docker's proxy settings."""

from __future__ import annotations

from tests.unit.facts.reading import analysis, facts, written
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch, ImageRef
from tflsp.facts.docker_proxies import DockerProxies, SettingsFile
from tflsp.facts.environment import EnvironmentSetting

DEVCONTAINER = """\
{ // the image of the team
  "image": "tensorflow/tensorflow:${localEnv:TAG:latest-gpu}",
  "runArgs": ["--gpus", "all", "-p", "8888:8888", "--memory=8g"],
  "mounts": [
    "source=${localWorkspaceFolder}/data,target=/tf/data,type=bind",
    {"type": "volume", "source": "cache", "target": "/root/.cache"},
  ],
  "containerEnv": {"TOKEN": "abc"},
  "forwardPorts": [8888],
  "appPort": [6006, "2222:22"],
  "postCreateCommand": "pip install numpy && echo \\"x\\"",
  "postStartCommand": {"a": ["pip", "install", "pandas"], "b": "ls"},
}
"""


def test_a_devcontainer_is_a_launch() -> None:
    (launch,) = facts("devcontainer", DEVCONTAINER, ContainerLaunch)
    assert launch.image is not None
    assert written(launch, launch.image.tag_span) == "latest-gpu"
    assert launch.gpus == "all"
    assert written(launch, launch.gpu_span) == '"--gpus", "all"'
    assert launch.memory == 8 << 30
    assert [(port.host_ip, port.host_port, port.container_port) for port in launch.ports] == [
        (None, 2222, 22),
        (None, 8888, 8888),
        ("127.0.0.1", 6006, 6006),
    ]
    assert [(mount.kind, mount.source, mount.target) for mount in launch.mounts] == [
        ("bind", "${localWorkspaceFolder}/data", "/tf/data"),
        ("volume", "cache", "/root/.cache"),
        ("bind", "${localWorkspaceFolder}", "/workspaces"),
    ]
    assert launch.environment == {"TOKEN": "abc"}
    assert written(launch, launch.name_span) == '"image"'


def test_life_cycle_commands_are_commands() -> None:
    commands = facts("devcontainer", DEVCONTAINER, Command)
    assert [[word.value for word in command.words] for command in commands] == [
        ["pip", "install", "numpy"],
        ["echo", "x"],
        ["pip", "install", "pandas"],
        ["ls"],
    ]
    assert [setting.name for setting in facts("devcontainer", DEVCONTAINER, EnvironmentSetting)] == ["TOKEN"]


def test_a_project_of_compose_has_its_launch_elsewhere() -> None:
    text = '{"dockerComposeFile": "../compose.yaml", "service": "tf", "postCreateCommand": "ls"}'
    found = analysis("devcontainer", text)
    assert not found.of(ContainerLaunch)
    assert found.of(Command)


def test_a_fence_of_json_is_a_devcontainer_by_its_content() -> None:
    assert facts("json", '{"image": "x", "runArgs": []}', ContainerLaunch)
    assert not facts("json", '{"image": "x", "name": "y"}', ImageRef)


def test_proxies_and_the_file_that_they_are_for() -> None:
    text = '{"proxies": {"default": {"httpProxy": "http://p:1", "noProxy": ""}}}'
    (proxies,) = facts("daemon-json", text, DockerProxies)
    assert (proxies.file, proxies.schema) == (SettingsFile.DAEMON, SettingsFile.CLIENT)
    assert [setting.name for setting in proxies.settings] == ["httpProxy", "noProxy"]
    (proxies,) = facts("docker-config-json", '{"proxies": {"http-proxy": "http://p:1"}}', DockerProxies)
    assert (proxies.file, proxies.schema) == (SettingsFile.CLIENT, SettingsFile.DAEMON)


def test_a_fence_is_the_file_that_was_named_before_it() -> None:
    fence = '```json\n{"proxies": {"default": {"httpProxy": "http://p:1"}}}\n```\n'
    (proxies,) = facts("markdown", f"Add this to /etc/docker/daemon.json:\n\n{fence}", DockerProxies)
    assert proxies.file is SettingsFile.DAEMON
    (proxies,) = facts("markdown", f"Not daemon.json but ~/.docker/config.json:\n\n{fence}", DockerProxies)
    assert proxies.file is SettingsFile.CLIENT
    (proxies,) = facts("markdown", fence, DockerProxies)
    assert proxies.file is None
