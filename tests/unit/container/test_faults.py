"""Engines' wordings, as they were seen or are known from their sources and issues, and what a person is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.container import faults
from tflsp.container.faults import Fault, engine_error, one_line

SEEN = [
    ('could not select device driver "" with capabilities: [[gpu]]', Fault.NO_GPU),
    ("failed to create task: OCI runtime create failed: nvidia-container-cli: initialization error", Fault.NO_GPU),
    ("CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all", Fault.NO_GPU),
    (
        "driver failed programming external connectivity on endpoint x: Error starting userland proxy: listen tcp4 "
        "127.0.0.1:22345: bind: address already in use",
        Fault.PORT_BUSY,
    ),
    ("Bind for 127.0.0.1:22345 failed: port is already allocated", Fault.PORT_BUSY),
    ("Ports are not available: exposing port TCP 127.0.0.1:22345 -> 0.0.0.0:0", Fault.PORT_BUSY),
    (
        "failed to register layer: Error processing tar file(exit status 1): write /x: no space left on device",
        Fault.DISK_FULL,
    ),
    (
        'Get "https://registry.example/v2/": proxyconnect tcp: dial tcp 127.0.0.1:9: connect: connection refused',
        Fault.PROXY,
    ),
    ('Get "https://registry.example/v2/": Proxy Authentication Required', Fault.PROXY),
    ('Get "https://registry.example/v2/": x509: certificate signed by unknown authority', Fault.CERTIFICATE),
    ("toomanyrequests: You have reached your pull rate limit", Fault.RATE_LIMIT),
    ("no matching manifest for linux/arm64/v8 in the manifest list entries", Fault.ARCHITECTURE),
    (
        "manifest for tensorflow/tensorflow:2.9.9-jupyter not found: manifest unknown: manifest unknown",
        Fault.NO_SUCH_IMAGE,
    ),
    ("pull access denied for x/y, repository does not exist or may require 'docker login'", Fault.NO_SUCH_IMAGE),
    ('Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host', Fault.NO_NETWORK),
    ('Get "https://registry.example/v2/": dial tcp 127.0.0.1:1: connect: connection refused', Fault.NO_NETWORK),
    ("unexpected EOF", Fault.PULL_BROKEN),
    ("read tcp 10.0.0.2:41234->10.0.0.3:443: read: connection reset by peer", Fault.PULL_BROKEN),
    ("filesystem layer verification failed for digest sha256:00", Fault.PULL_BROKEN),
    ('invalid mount config for type "bind": bind source path does not exist: /mnt/data', Fault.MOUNT),
    ("Mounts denied: The path /mnt/data is not shared from the host", Fault.MOUNT),
    ("Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", Fault.RESOURCES),
    ("Minimum memory limit allowed is 6MB", Fault.RESOURCES),
    ('Conflict. The container name "/tflsp-x" is already in use by container "0"', Fault.NAME_TAKEN),
    (
        "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        Fault.NO_RIGHTS,
    ),
    (
        'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/opt/tflsp/x": '
        "stat /opt/tflsp/x: no such file or directory",
        Fault.COMMAND,
    ),
    (
        "container create: container-init binary not found on the host: stat /usr/libexec/podman/catatonit",
        Fault.COMMAND,
    ),
    ("error setting rlimits for ready process: error setting rlimit type 7: operation not permitted", Fault.RESOURCES),
    ("something that nobody has seen before", Fault.OTHER),
]


@pytest.mark.parametrize(("detail", "fault"), SEEN, ids=[f"{fault.value}-{n}" for n, (_, fault) in enumerate(SEEN)])
def test_wordings(detail: str, fault: Fault) -> None:
    error = engine_error(detail, image="tensorflow/tensorflow:2.9.0-jupyter", port=22345)
    assert error.fault is fault
    # What is wrong is one sentence, and there is always something to do.
    assert error.what[0].isupper()
    assert len(error.remedy) > 15
    assert "{" not in str(error)


def test_values_stand_in_the_sentences() -> None:
    assert "22345" in engine_error("port is already allocated", port=22345).what
    assert "tf:1" in engine_error("manifest unknown", image="tf:1").what


def test_made_errors_say_what_to_do() -> None:
    for error in (
        faults.no_engine(["/var/run/docker.sock"]),
        faults.no_rights("/var/run/docker.sock"),
        faults.old_engine("18.09", "1.39", "1.40"),
        faults.remote_engine("ssh://host"),
        faults.mount_missing("mounts.data", "/mnt"),
    ):
        assert error.what.endswith(".")
        assert "`" in error.remedy or "setting" in error.remedy


def test_the_inner_cause_is_shown() -> None:
    wrapped = '500 Server Error for http+docker://localhost/v1.41/x: Internal Server Error ("the cause")'
    assert one_line(wrapped) == "the cause"
    assert one_line("a\x1b[31m\nb") == "a [31m b"


@given(st.text())
def test_any_wording_gives_one_printable_line(detail: str) -> None:
    error = engine_error(detail, image="x", port=1)
    assert str(error).isprintable()
    assert len(str(error)) < 1200
