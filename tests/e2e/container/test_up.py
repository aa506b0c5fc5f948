"""`tflsp up` and its companions, on the real image and a real engine, as a user types them."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests import components
from tests.e2e.container.engine import Engine
from tests.e2e.container.projects import UserProject, user_project
from tflsp.container import names
from tflsp.container.docker_arguments import specification_of
from tflsp.container.specification import differences


@pytest.fixture
def project(
    docker_engine: Engine, docker_client: docker.DockerClient, built_image: str, tmp_path: Path
) -> Iterator[UserProject]:
    components.program("ssh", "apt-get install openssh-client")
    with user_project(docker_client, docker_engine.host, tmp_path, f'image = "{built_image}"') as made:
        yield made


def host_key(project: UserProject) -> str:
    target = json.loads((project.home / f".local/state/tflsp/targets/{project.name}.json").read_text())
    return str(target["ssh"]["host_key"])


def test_up_and_up_again(project: UserProject) -> None:
    first = project.tflsp("up")
    assert f"code --folder-uri vscode-remote://ssh-remote+{project.name}/workspace" in first.stdout
    assert f"cmd = {{ 'tflsp', 'connect', '{project.name}' }}" in first.stdout
    assert "http://127.0.0.1:8888/lab?token=" in first.stdout
    before = project.inspect()
    # The way in is pinned: OpenSSH's own client, strict, through our configuration alone.
    (project.folder / "here.txt").write_text("seen", "utf-8")
    said = project.ssh("cat /workspace/here.txt; id -u; tflsp version; touch /workspace/made")
    assert said.returncode == 0, said.stderr
    assert said.stdout.split("\n")[0].startswith("seen1000")
    assert (project.folder / "made").stat().st_uid == 1000

    again = project.tflsp("up")
    after = project.inspect()
    assert "as it was" in again.stdout
    assert (after["Id"], after["State"]) == (before["Id"], {**before["State"], "Health": after["State"].get("Health")})
    assert project.status().split()[1] == "healthy"
    project.tflsp("restart")
    assert project.ssh("true").returncode == 0
    logs = project.tflsp("logs")
    token = first.stdout.partition("token=")[2].split()[0]
    assert token not in logs.stdout
    assert "Server listening on" in logs.stdout


def test_changed_settings_are_told_and_wait_for_recreate(project: UserProject) -> None:
    project.tflsp("up")
    key, before = host_key(project), project.inspect()
    assert project.ssh("mkdir -p ~/.vscode-server && touch ~/.vscode-server/kept").returncode == 0
    (project.folder / "sets").mkdir()
    text = (project.folder / "tflsp.toml").read_text().partition("[container]")[2]
    project.settings(text + 'memory = "1GiB"\nmounts = { data = "sets:ro" }')
    told = project.tflsp("up", code=1)
    assert "memory: no limit -> 1 GiB" in told.stderr
    assert f"mount /workspace/data: none -> {project.folder}/sets (read only)" in told.stderr
    assert "--recreate" in told.stderr
    assert project.inspect()["Id"] == before["Id"]
    assert "memory: no limit -> 1 GiB" in project.tflsp("status", code=1).stdout

    made = project.tflsp("up", "--recreate")
    after = project.inspect()
    assert "made anew" in made.stdout
    assert after["Id"] != before["Id"]
    assert after["HostConfig"]["Memory"] == 1 << 30
    assert host_key(project) == key
    assert project.ssh("test -e ~/.vscode-server/kept && touch /workspace/data/x").stderr.count("Read-only") == 1
    assert not project.exists(project.name + names.NEW)
    project.tflsp("up")


def test_down_keeps_data_unless_it_is_said(project: UserProject) -> None:
    project.tflsp("up")
    key, port = host_key(project), project.inspect()["HostConfig"]["PortBindings"]
    assert "stays" in project.tflsp("down").stdout
    assert not project.exists()
    assert project.has_volume()
    assert project.status().split()[1] == "gone"
    project.tflsp("up")
    assert host_key(project) == key
    assert project.inspect()["HostConfig"]["PortBindings"] == port
    assert "nothing was removed" in project.tflsp("down", "--volumes", code=1).stderr
    assert project.exists()
    project.tflsp("down", "--volumes", "--yes")
    assert project.nothing_is_left()
    assert not list((project.home / ".local/state/tflsp/targets").iterdir())
    # A new home has a new key, and `up` knows why.
    project.tflsp("up")
    assert host_key(project) != key
    assert project.ssh("true").returncode == 0


def test_a_dry_run_shows_what_would_run(project: UserProject) -> None:
    program = components.program("docker", "apt-get install docker.io")
    (project.folder / 'more, and "more"').mkdir()
    text = (project.folder / "tflsp.toml").read_text().partition("[container]")[2]
    (project.folder / "container.env").write_text("WANDB=a $HOME 'b'\n", "utf-8")
    project.settings(
        text + 'mounts = { data = \'more, and "more":ro\' }\nmemory = "1g"\ncpus = 1.5\nenv-file = "container.env"'
    )
    shown = project.tflsp("up", "--dry-run").stdout
    assert project.nothing_is_left()
    assert "WANDB" not in shown.replace(f"{names.LABEL_ENVIRONMENT}=", "").replace(f"{names.AUTHORIZED_KEYS},WANDB", "")
    script = "\n".join(line for line in shown.splitlines() if not line.startswith("#"))
    assert script.startswith("docker run \\\n  --detach")
    script = script.replace("docker run \\\n  --detach", f"{shlex.quote(str(program))} create", 1)
    subprocess.run(["sh", "-c", script], env=project.environment, check=True, capture_output=True, cwd="/")
    theirs = project.inspect()
    project.client.api.remove_container(project.name)
    project.tflsp("up")
    ours = project.inspect()
    assert differences(specification_of(theirs), specification_of(ours)) == []
    for key in (
        "CapDrop",
        "SecurityOpt",
        "ReadonlyRootfs",
        "Tmpfs",
        "Init",
        "PidsLimit",
        "RestartPolicy",
        "LogConfig",
        "PortBindings",
        "Memory",
        "NanoCpus",
        "ShmSize",
        "Privileged",
        "NetworkMode",
    ):
        assert theirs["HostConfig"][key] == ours["HostConfig"][key], key
    assert theirs["Config"]["Labels"] == ours["Config"]["Labels"]
    assert sorted(theirs["Config"]["Env"]) == sorted(ours["Config"]["Env"])
    assert project.ssh('printf %s "$WANDB"').stdout == "a $HOME 'b'"


def test_only_ssh_is_published_and_only_here(project: UserProject) -> None:
    project.tflsp("up")
    found = project.inspect()
    ports = {key: value for key, value in found["NetworkSettings"]["Ports"].items() if value}
    assert [*ports] == ["2222/tcp"]
    assert {binding["HostIp"] for binding in ports["2222/tcp"]} == {"127.0.0.1"}


def test_a_busy_port_is_passed_over_and_the_new_one_stays(project: UserProject) -> None:
    first = next(names.ports_for(project.name))
    with socket.create_server(("127.0.0.1", first)):
        made = project.tflsp("up")
    assert f"Port {first} is taken" in made.stderr
    project.tflsp("up", "--recreate")
    bound = project.inspect()["HostConfig"]["PortBindings"]["2222/tcp"][0]["HostPort"]
    assert int(bound) != first
    assert project.ssh("true").returncode == 0


def test_a_busy_port_that_was_asked_for_is_an_error(project: UserProject) -> None:
    text = (project.folder / "tflsp.toml").read_text().partition("[container]")[2]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        project.settings(f"{text}\nssh-port = {port}")
        said = project.tflsp("up", code=2)
    assert f"Port {port} of 127.0.0.1 is taken" in said.stderr
    assert project.nothing_is_left()


def test_without_a_gpu_toolkit_the_cpu_is_offered(project: UserProject) -> None:
    text = (project.folder / "tflsp.toml").read_text().partition("[container]")[2]
    project.settings(f'{text}\ngpus = "all"')
    said = project.tflsp("up", code=2)
    assert "cannot give GPUs" in said.stderr
    assert "NVIDIA Container Toolkit" in said.stderr
    assert "--cpu" in said.stderr
    assert project.nothing_is_left()
    assert "new" in project.tflsp("up", "--cpu").stdout
    assert "GPUs: none -> all" in project.tflsp("up", code=1).stderr
    # A replacement that fails leaves the old one running.
    before = project.inspect()
    project.tflsp("up", "--recreate", code=2)
    after = project.inspect()
    assert after["Id"] == before["Id"]
    assert after["State"]["Running"]
    assert project.ssh("true").returncode == 0


def test_an_image_that_is_none_of_ours(project: UserProject, base_images: tuple[str, str]) -> None:
    project.settings(f'image = "{base_images[1]}"')
    said = project.tflsp("up", code=2)
    assert "container/" in said.stderr
    assert project.nothing_is_left()


def test_resources_that_the_machine_lacks(project: UserProject) -> None:
    text = (project.folder / "tflsp.toml").read_text().partition("[container]")[2]
    project.settings(f"{text}\ncpus = 5000")
    said = project.tflsp("up", code=2)
    assert "Lower memory, cpus or shm-size" in said.stderr
    assert project.nothing_is_left()
