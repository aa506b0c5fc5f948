"""What a container is made from: differences in words, one digest, and the command line that says the same."""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.container import names
from tflsp.container.docker_arguments import command_line, create_arguments, shown, specification_of
from tflsp.container.specification import Mount, Specification, differences, size

BASIC = Specification(
    name="tflsp-mnist-3f09a1",
    project="/home/me/mnist",
    image="tflsp/mnist-3f09a1:0123",
    user="1000:1000",
    port=22345,
    mounts=(Mount("/home/dev", "tflsp-mnist-3f09a1-home", volume=True), Mount("/workspace", "/home/me/mnist")),
    shm_size=1 << 30,
    environment={names.AUTHORIZED_KEYS: "ssh-ed25519 AAAA", "WANDB": "first"},
    base="tensorflow/tensorflow:2.9.0-jupyter",
    version="0.1.0",
)
CHANGES = [
    ({"memory": 8 << 30}, "memory: no limit, wanted 8 GiB"),
    ({"cpus": 3.5}, "processors: no limit, wanted 3.5"),
    ({"shm_size": 2 << 30}, "shared memory: 1 GiB, wanted 2 GiB"),
    ({"gpus": ("all",)}, "GPUs: none, wanted all"),
    ({"gpus": ("0", "GPU-1")}, "GPUs: none, wanted 0, GPU-1"),
    ({"port": 22346}, "SSH port: 22345, wanted 22346"),
    ({"user": "1001:1001"}, "user and group: 1000:1000, wanted 1001:1001"),
    ({"packages": "pandas", "image": "x:1"}, "extra packages: none, wanted pandas"),
    ({"image": "x:1"}, "image: tflsp/mnist-3f09a1:0123, wanted x:1"),
    (
        {"mounts": (*BASIC.mounts, Mount("/workspace/data", "/mnt", read_only=True))},
        "mount /workspace/data: none, wanted /mnt (read only)",
    ),
    ({"environment": {**BASIC.environment, "WANDB": "second"}}, "environment WANDB: one value, wanted another"),
    ({"environment": {names.AUTHORIZED_KEYS: "ssh-ed25519 AAAA"}}, "environment WANDB: set, wanted not set"),
    ({"environment": {**BASIC.environment, names.AUTHORIZED_KEYS: "B"}}, "SSH key: one value, wanted another"),
]


@pytest.mark.parametrize(("changes", "words"), CHANGES, ids=[words for _, words in CHANGES])
def test_differences_in_words(changes: dict[str, object], words: str) -> None:
    other = replace(BASIC, **changes)  # type: ignore[arg-type]
    assert [str(each) for each in differences(BASIC, other)] == [words]
    assert differences(other, other) == []
    if "packages" not in changes:
        assert other.digest != BASIC.digest


def test_what_a_container_is_told_of_its_image_is_no_setting() -> None:
    told = replace(BASIC, origin="container=tflsp-mnist-3f09a1 image=a:1")
    assert differences(BASIC, told) == []
    assert told.digest == BASIC.digest
    assert told.labels == BASIC.labels
    assert create_arguments(told, "x")["environment"][names.IMAGE] == told.origin
    assert f"{names.IMAGE}={told.origin}" in command_line(told, "container.env")
    assert names.IMAGE not in create_arguments(BASIC, "x")["environment"]


def test_secrets_are_named_and_never_shown() -> None:
    secret = "".join(["hunter", "2-and-more"])
    with_secret = replace(BASIC, environment={**BASIC.environment, "WANDB": secret})
    shown_words = " ".join(map(str, differences(BASIC, with_secret)))
    assert secret not in shown_words + repr(with_secret) + " ".join(command_line(with_secret, "/x/container.env"))
    assert "--env-file /x/container.env" in " ".join(command_line(with_secret, "/x/container.env"))


def test_labels_name_variables_without_values() -> None:
    assert BASIC.labels[names.LABEL_ENVIRONMENT] == f"{names.AUTHORIZED_KEYS},WANDB"
    assert "first" not in "".join(BASIC.labels.values())


def test_the_container_is_confined() -> None:
    arguments = create_arguments(BASIC, "x")
    assert arguments["cap_drop"] == ["ALL"]
    assert arguments["security_opt"] == ["no-new-privileges"]
    assert arguments["read_only"] is True
    assert arguments["ports"] == {"2222/tcp": ("127.0.0.1", 22345)}
    assert not {"privileged", "network_mode", "pid_mode", "devices"} & arguments.keys()


PATHS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1).map(lambda t: f"/{t}")


@given(PATHS, st.text(st.characters(exclude_characters="\0\n", exclude_categories=["Cs"])))
def test_what_is_shown_is_what_is_run(path: str, value: str) -> None:
    """A real shell reads the shown command back as the same words, whatever stands in paths and values."""
    wanted = replace(BASIC, mounts=(Mount("/workspace", path),), environment={"A": value}, base=value)
    words = command_line(wanted)
    script = "printf '%s\\0' " + shown(words)
    read = subprocess.run(["sh", "-c", script], capture_output=True, check=True).stdout
    assert read.decode().split("\0")[:-1] == words
    option = words[words.index("--mount") + 1]
    fields = next(csv.reader(io.StringIO(option, newline=""), strict=True))
    assert fields == ["type=bind", f"source={path}", "target=/workspace"]


def test_reading_back_what_is_there() -> None:
    inspected = {
        "Name": "/tflsp-mnist-3f09a1",
        "Config": {
            "Image": BASIC.image,
            "User": BASIC.user,
            "Labels": BASIC.labels,
            "Env": ["PATH=/usr/bin", "WANDB=first", f"{names.AUTHORIZED_KEYS}=ssh-ed25519 AAAA"],
        },
        "HostConfig": {
            "Memory": 0,
            "NanoCpus": 0,
            "ShmSize": 1 << 30,
            "DeviceRequests": None,
            "PortBindings": {"2222/tcp": [{"HostIp": "127.0.0.1", "HostPort": "22345"}]},
        },
        "Mounts": [
            {"Type": "volume", "Name": "tflsp-mnist-3f09a1-home", "Destination": "/home/dev", "RW": True},
            {"Type": "bind", "Source": "/home/me/mnist", "Destination": "/workspace", "RW": True},
            {"Type": "volume", "Name": "0" * 64, "Destination": "/var/anything", "RW": True},
        ],
    }
    assert differences(specification_of(inspected), BASIC) == []
    assert specification_of({}).port is None


def test_gpus_read_back() -> None:
    for requests, gpus in (
        ([{"Count": -1, "Capabilities": [["gpu"]]}], ("all",)),
        ([{"Count": 0, "DeviceIDs": ["0", "GPU-1"], "Capabilities": [["gpu"]]}], ("0", "GPU-1")),
        ([], ()),
    ):
        assert specification_of({"HostConfig": {"DeviceRequests": requests}}).gpus == gpus


@pytest.mark.parametrize(
    ("value", "words"), [(None, "no limit"), (8 << 30, "8 GiB"), (1536 << 20, "1.5 GiB"), (512, "512 bytes")]
)
def test_sizes(value: int | None, words: str) -> None:
    assert size(value) == words


def test_names_tell_paths_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "My Project!", tmp_path / "b" / "My Project!"
    chinese = tmp_path / "实验"
    found = [names.name_of(each) for each in (one, other, chinese)]
    assert len(set(found)) == 3
    assert found[0].startswith("tflsp-my-project-")
    assert found[2].startswith("tflsp-project-")
    assert all(len(name) <= 63 for name in found)


def test_a_long_name_is_still_a_host_name(tmp_path: Path) -> None:
    assert len(names.name_of(tmp_path / ("x" * 200))) <= 63


def test_ports_are_the_same_every_time_and_all_different() -> None:
    ports = list(names.ports_for("tflsp-mnist-3f09a1"))
    assert ports == list(names.ports_for("tflsp-mnist-3f09a1"))
    assert sorted(ports) == list(range(22000, 23000))
