"""docker, podman and nerdctl command lines become launches, with the place of every option."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import at, facts, one
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch, ImageRef, LaunchFragment, MountPoint, Surface
from tflsp.facts.docker_option_names import FLAGS, SHORT, VALUED


def launch(text: str) -> ContainerLaunch:
    return one(ContainerLaunch, "shell", text)


def options(found: ContainerLaunch | LaunchFragment) -> list[tuple[str, str | None, str]]:
    return [(option.name, option.value, at(found, option.span)) for option in found.options]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-it", [("interactive", None, "i"), ("tty", None, "t")]),
        ("-d", [("detach", None, "-d")]),
        ("-itd", [("interactive", None, "i"), ("tty", None, "t"), ("detach", None, "d")]),
        ("-itp 80:80", [("interactive", None, "i"), ("tty", None, "t"), ("publish", "80:80", "p 80:80")]),
        ("-p80:80", [("publish", "80:80", "-p80:80")]),
        ("-p=80:80", [("publish", "80:80", "-p=80:80")]),
        ("-d=false", [("detach", "false", "-d=false")]),
        ("--publish=80:80", [("publish", "80:80", "--publish=80:80")]),
        ("--publish 80:80", [("publish", "80:80", "--publish 80:80")]),
        ("--net host", [("network", "host", "--net host")]),
        ("--rm --privileged=true", [("rm", None, "--rm"), ("privileged", "true", "--privileged=true")]),
        ('--memory="8g"', [("memory", "8g", '--memory="8g"')]),
        ("--gpus '\"device=0\"'", [("gpus", '"device=0"', "--gpus '\"device=0\"'")]),
        ("-v $(pwd):/tf", [("volume", None, "-v $(pwd):/tf")]),
        ("--later-flag --rm", [("later-flag", None, "--later-flag"), ("rm", None, "--rm")]),
        ("--later-option 8g", [("later-option", "8g", "--later-option 8g")]),
        ("--userns keep-id --rmi", [("userns", "keep-id", "--userns keep-id"), ("rmi", None, "--rmi")]),
        ("--", []),
    ],
)  # fmt: skip
def test_options_in_all_their_forms(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    found = launch(f"docker run {text} ubuntu:22.04 bash -c x")
    assert options(found) == expected
    assert found.image is not None
    assert found.image.text == "ubuntu:22.04"
    assert [word.value for word in found.command] == ["bash", "-c", "x"]
    assert found.insert_at == found.image.span.start
    assert at(found, found.name_span) == "docker run"


def test_an_option_is_either_a_flag_or_has_a_value() -> None:
    assert not VALUED & FLAGS
    assert set(SHORT.values()) <= VALUED | FLAGS


@pytest.mark.parametrize(
    "text",
    [
        "docker create -d x",
        "docker container run -d x",
        "docker --context far -H tcp://far:2375 run -d x",
        "docker --config=there run -d x",
        "podman --root /there run -d x",
        "nerdctl -n k8s.io run -d x",
        "sudo -E /usr/bin/docker run -d x",
        "nvidia-docker run -d x",
        "if true; then docker run -d x; fi",
        'ID="$(docker run -d x)"',
    ],
)
def test_launches_are_found(text: str) -> None:
    found = launch(text)
    assert found.detached
    assert found.image is not None
    assert found.image.text == "x"
    assert found.surface is Surface.COMMAND


@pytest.mark.parametrize(
    "text", ["docker ps", "docker compose run x", "docker run", "docker", "docker buildx run x", "run x"]
)
def test_what_launches_nothing(text: str) -> None:
    assert [found.image for found in facts("shell", text, ContainerLaunch)] in ([], [None])
    assert facts("shell", text, ImageRef) == ()


@pytest.mark.parametrize(
    ("written", "ip", "host", "container", "protocol"),
    [
        ("8888", None, None, 8888, "tcp"),
        ("8888:8888", None, 8888, 8888, "tcp"),
        ("127.0.0.1:8888:8888", "127.0.0.1", 8888, 8888, "tcp"),
        ("127.0.0.1::8888", "127.0.0.1", None, 8888, "tcp"),
        ("[::1]:80:81/udp", "[::1]", 80, 81, "udp"),
        ("0.0.0.0:80:81", "0.0.0.0", 80, 81, "tcp"),
        ("7000-7002:7000-7002", None, 7000, 7000, "tcp"),
        ("$PORT:8888", None, None, 8888, "tcp"),
        ("${IP:-127.0.0.1}:80:81", "127.0.0.1", 80, 81, "tcp"),
        ("nonsense", None, None, None, "tcp"),
        ("80:", None, None, None, "tcp"),
    ],
)
def test_ports(written: str, ip: str | None, host: int | None, container: int | None, protocol: str) -> None:
    (port,) = launch(f"docker run -p {written} x").ports
    assert (port.host_ip, port.host_port, port.container_port, port.protocol) == (ip, host, container, protocol)


def test_places_in_a_port() -> None:
    found = launch("docker run -p '127.0.0.1:8080:80/tcp' x")
    (port,) = found.ports
    assert at(found, port.span) == "127.0.0.1:8080:80/tcp"
    assert at(found, port.host_span) == "8080"
    assert at(found, port.container_span) == "80"
    assert port.is_loopback


def test_a_range_covers_its_ports() -> None:
    (port,) = launch("docker run -p 8880-8890:8880-8890 x").ports
    assert port.covers(8888)
    assert not port.covers(22)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("-v /data", ("volume", None, "/data", False)),
        ("-v ./x:/tf/x", ("bind", "./x", "/tf/x", False)),
        ("-v /a:/b:ro,z", ("bind", "/a", "/b", True)),
        ("-v name:/b:rw", ("volume", "name", "/b", False)),
        ("-v $(pwd)/x:/tf/x", ("bind", "$(pwd)/x", "/tf/x", False)),
        ('-v "$PWD":/tf', ("bind", "$PWD", "/tf", False)),
        ("-v ~/nb:/tf", ("bind", "~/nb", "/tf", False)),
        ("-v ${DIR:-/srv}/nb:/tf", ("bind", "/srv/nb", "/tf", False)),
        ("-v 'C:\\Users\\me:/tf'", ("bind", "C:\\Users\\me", "/tf", False)),
        ("-v c:/nb:/tf:ro", ("bind", "c:/nb", "/tf", True)),
        ("-v C:/nb:D:/tf", ("bind", "C:/nb", "D:/tf", False)),
        ("-v sub/dir:/tf", ("bind", "sub/dir", "/tf", False)),
        ("-v <path>:/tf", ("bind", "<path>", "/tf", False)),
        ("--mount type=bind,source=$(pwd),target=/tf,readonly", ("bind", "$(pwd)", "/tf", True)),
        ("--mount src=nb,dst=/tf", ("volume", "nb", "/tf", False)),
        ("--mount type=tmpfs,destination=/tmp", ("tmpfs", None, "/tmp", False)),
        ("--mount type=bind,src=/a,dst=/b,ro=false", ("bind", "/a", "/b", False)),
        ("--mount 'type=bind,\"src=/a,b\",dst=/c'", ("bind", "/a,b", "/c", False)),
        ("--tmpfs /run:size=64m", ("tmpfs", None, "/run", False)),
    ],
)
def test_mounts(written: str, expected: tuple[str, str | None, str | None, bool]) -> None:
    found = launch(f"docker run {written} x")
    (mount,) = found.mounts
    assert (mount.kind, mount.source, mount.target, mount.read_only) == expected
    _check_places(found, mount)


def _check_places(found: ContainerLaunch, mount: MountPoint) -> None:
    for value, span in ((mount.source, mount.source_span), (mount.target, mount.target_span)):
        if value is not None and "}" not in at(found, span):
            assert at(found, span).strip('"') == value


def test_limits_and_devices() -> None:
    found = launch("docker run -m 512m --cpus=1.5 --gpus all --pid=host --network host -u 1000:1000 --name tf --rm x")
    assert (found.memory, found.cpus, found.gpus, found.user) == (512 * 2**20, 1.5, "all", "1000:1000")
    assert (found.container_name, found.removed, found.detached) == ("tf", True, False)
    assert {name: at(found, span) for name, span in found.host_namespaces.items()} == {
        "pid": "--pid=host",
        "network": "--network host",
    }
    assert at(found, found.memory_span) == "-m 512m"
    assert at(found, found.gpu_span) == "--gpus all"


@pytest.mark.parametrize(
    ("written", "gpus"),
    [
        ("--runtime=nvidia", "all"),
        ("--device nvidia.com/gpu=all", "nvidia.com/gpu=all"),
        ("--device /dev/nvidia0", "/dev/nvidia0"),
        ("--gpus '\"device=0,1\"'", '"device=0,1"'),
        ("--gpus $GPUS", "$GPUS"),
        ("--device /dev/fuse", None),
        ("", None),
    ],
)
def test_requests_for_gpus(written: str, gpus: str | None) -> None:
    assert launch(f"docker run {written} x").gpus == gpus
    assert launch(f"nvidia-docker run {written} x").gpus == (gpus or "all")


@pytest.mark.parametrize(
    ("written", "given"), [("--privileged", True), ("--privileged=true", True), ("--privileged=false", False)]
)
def test_privileges(written: str, given: bool) -> None:
    assert (launch(f"docker run {written} x").privileged_span is not None) is given


def test_environment() -> None:
    found = launch("docker run -e A=1 --env B='x y' -eC -e D=$D --env-file .env x")
    assert dict(found.environment) == {"A": "1", "B": "x y", "C": None, "D": None}
    assert at(found, found.environment_spans["B"]).strip("'") == "x y"
    assert not found.complete


@pytest.mark.parametrize(
    ("written", "image", "complete"),
    [
        ("$FLAGS tensorflow/tensorflow:2.9.0", "tensorflow/tensorflow:2.9.0", False),
        ('"${ARGS[@]}" -it x', "x", False),
        ("$GPU -p 80:80 x", "x", False),
        ("[OPTIONS] x", "x", False),
        ("$IMAGE bash", "$IMAGE", True),
        ('"$X" bash', '"$X"', True),
        ("<image> bash", "<image>", True),
    ],
)
def test_unknown_words_before_the_image(written: str, image: str, complete: bool) -> None:
    found = launch(f"docker run {written}")
    assert found.image is not None
    assert (found.image.text, found.complete) == (image, complete)


def test_options_in_a_variable_at_the_end() -> None:
    found = launch("docker run -d $RUN_ARGS")
    assert (found.image, found.complete) == (None, False)


def test_a_flattened_command_is_read_as_it_was_meant() -> None:
    found = launch(
        "docker run -it --name tf_dev \\ -p 8888:8888 \\ -p 2222:22 \\ tensorflow/tensorflow:2.9.0-jupyter \\ bash"
    )
    assert [port.container_port for port in found.ports] == [8888, 22]
    assert found.image is not None
    assert found.image.tag == "2.9.0-jupyter"
    assert [word.value for word in found.command] == ["bash"]


def test_the_seeds_launch() -> None:
    text = (
        "docker run -it --name tf_dev \\\n  -p 8888:8888 \\\n  -p 2222:22 \\\n"
        "  -v $(pwd)/notebooks:/tf/notebooks \\\n  tensorflow/tensorflow:2.9.0-jupyter \\\n  bash\n"
    )
    found = launch(text)
    assert at(found, found.span) == text.rstrip()
    assert found.interactive
    assert [at(found, mount.source_span) for mount in found.mounts] == ["$(pwd)/notebooks"]
    assert [word.value for word in found.command] == ["bash"]


def test_commands_inside_of_containers_are_commands_too() -> None:
    ran, inner = facts("shell", "docker run x pip install numpy", Command)
    assert isinstance(inner.inside, ContainerLaunch)
    assert inner.name == "pip"
    assert ran.inside is None
    outer, inner = facts("shell", "docker exec -it -u root tf apt-get update", Command)
    assert inner.inside is outer
    assert inner.name == "apt-get"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker build -t a:1 --build-arg X=y -t b .", [("a:1", True, False), ("b", True, False)]),
        ("docker buildx build . --tag=a:1", [("a:1", True, False)]),
        ("docker image build -f x -ta:1 .", [("a:1", True, False)]),
        ("docker pull -q a:1", [("a:1", False, True)]),
        ("podman pull docker.io/a b", [("docker.io/a", False, True), ("b", False, True)]),
        ("docker tag a b:1", [("a", False, False), ("b:1", True, False)]),
        ("docker push a:1", [("a:1", False, False)]),
        ("docker rmi -f a b", [("a", False, False), ("b", False, False)]),
        ("docker image rm a", [("a", False, False)]),
        ("docker rm a", []),
        ("docker build .", []),
        ("docker commit -m 'with sshd' tf tf-ssh:1", [("tf-ssh:1", True, False)]),
        ("docker commit tf", []),
        ("docker compose pull web", []),
    ],
)
def test_images_named_by_other_subcommands(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    found = facts("shell", text, ImageRef)
    assert [(image.text, image.builds, image.pulls) for image in found] == expected


def test_lines_of_options_are_fragments_of_a_launch() -> None:
    text = (
        '-v ./notebooks:/tf/notebooks\n-v ./data:/tf/data\n# limits\n--memory="8g" --cpus="4"\n--gpus \'"device=0"\'\n'
    )
    found = facts("shell", text, LaunchFragment)
    assert [at(fragment, fragment.span) for fragment in found] == [line for line in text.splitlines() if line[0] == "-"]
    assert [mount.source for fragment in found for mount in fragment.mounts] == ["./notebooks", "./data"]
    assert (found[2].memory, found[2].cpus) == (8 * 2**30, 4.0)
    assert found[3].gpus == '"device=0"'


@pytest.mark.parametrize("text", ["-v", "--nonsense 3", "-x", "--memory 8g image", "- a", "ls -v a:b"])
def test_what_is_no_fragment(text: str) -> None:
    found = facts("shell", text, LaunchFragment)
    assert [fragment.mounts for fragment in found] in ([], [()])


def test_launches_in_launches_are_bounded() -> None:
    found = facts("shell", "docker run x " * 2_000, ContainerLaunch)
    assert 1 < len(found) < 20
