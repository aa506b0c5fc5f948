"""10 to 13: Jupyter and its ports."""

from __future__ import annotations

import json

from tests.unit.doctor.made import Made, case
from tflsp.doctor.base import State

OK, PROBLEM, NOT_HERE, UNSEEN = State.OK, State.PROBLEM, State.NOT_APPLICABLE, State.UNSEEN
ANYWHERE = "00000000"
RUNTIME = "/home/dev/.local/share/jupyter/runtime"
JUPYTER_IMAGE = {"Image": "tensorflow/tensorflow:2.9.0-jupyter", "ExposedPorts": {"8888/tcp": {}}}


def jupyter(made: Made, pid: int = 7, port: int = 8888, host: str = "localhost", token: str = "first") -> None:
    made.process(pid, "/usr/bin/python3", "/usr/local/bin/jupyter-lab", "--no-browser")
    said = {"pid": pid, "port": port, "url": f"http://{host}:{port}/", "token": token, "root_dir": "/workspace"}
    made.file(f"{RUNTIME}/jpserver-{pid}.json", json.dumps(said))


@case("token-rejected", NOT_HERE)
def no_server(made: Made) -> None:
    made.file(f"{RUNTIME}/jpserver-99.json", '{"pid": 99, "port": 8888}')


@case("token-rejected", OK)
def one_server(made: Made) -> None:
    jupyter(made)
    made.file("/home/dev/.tflsp/jupyter-token", "first\n")


@case("token-rejected", PROBLEM, "2 Jupyter servers", "pid 8: port 8889")
def two_servers(made: Made) -> None:
    jupyter(made)
    jupyter(made, 8, 8889)


@case("token-rejected", PROBLEM, "not the one that `tflsp` hands out")
def other_token(made: Made) -> None:
    jupyter(made)
    made.file("/home/dev/.tflsp/jupyter-token", "second\n")


def host(made: Made) -> None:
    made.inside = False
    made.target()


@case("token-rejected", NOT_HERE)
def host_without_container(made: Made) -> None:
    made.inside = False


@case("token-rejected", OK, "free")
def port_free(made: Made) -> None:
    host(made)


@case("token-rejected", PROBLEM, "jupyter-lab of this machine answers on 8888")
def jupyter_of_the_host(made: Made) -> None:
    host(made)
    made.process(40, "/usr/bin/python3", "/usr/local/bin/jupyter-lab")
    made.listens(8888, 40)


@case("token-rejected", OK, "docker-proxy")
def published_by_docker(made: Made) -> None:
    host(made)
    made.process(41, "/usr/bin/docker-proxy", "-proto", "tcp")
    made.listens(8888, 41)


@case("token-rejected", UNSEEN, "cannot be seen who")
def process_of_another(made: Made) -> None:
    host(made)
    made.listens(8888)


@case("unusable-address", OK)
def address_of_loopback(made: Made) -> None:
    jupyter(made, host="127.0.0.1")


@case("unusable-address", PROBLEM, "3f2a9c1b7d5e")
def address_of_the_container(made: Made) -> None:
    jupyter(made, host="3f2a9c1b7d5e")


@case("unusable-address", PROBLEM, "trainer")
def address_of_a_named_host(made: Made) -> None:
    made.file("/etc/hostname", "trainer\n")
    jupyter(made, host="trainer")


@case("unusable-address", PROBLEM, "nothing leads to port 8888", "lab")
def not_published(made: Made) -> None:
    made.inside = False
    made.engine([{"Name": "/lab", "Config": JUPYTER_IMAGE, "State": {"Running": True}}])


@case("unusable-address", OK)
def well_published(made: Made) -> None:
    made.inside = False
    ports = {"8888/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8888"}]}
    container = {
        "Name": "/lab",
        "Config": JUPYTER_IMAGE,
        "State": {"Running": True},
        "NetworkSettings": {"Ports": ports},
    }
    made.engine([container])


@case("port-in-use", NOT_HERE)
def nothing_listens(made: Made) -> None:
    made.listens(22)


@case("port-in-use", PROBLEM, "127.0.0.1:6006")
def tensorboard_on_loopback(made: Made) -> None:
    made.listens(6006)
    made.listens(8888, address=ANYWHERE)


@case("port-in-use", OK)
def tensorboard_everywhere(made: Made) -> None:
    made.listens(6006, address=ANYWHERE)


@case("port-in-use", OK, "tunnel")
def tunnelled(made: Made) -> None:
    made.program("/opt/tflsp/bin/tflsp-entrypoint")
    made.listens(6006)


@case("port-in-use", PROBLEM, "http.server holds the container's port 22100", "pid 50")
def ssh_port_taken(made: Made) -> None:
    host(made)
    made.process(50, "/usr/bin/python3", "-m", "http.server", "22100")
    made.listens(22100, 50)


@case("port-in-use", OK, "22100")
def ssh_port_of_the_container(made: Made) -> None:
    host(made)
    made.listens(22100)


@case("port-in-use", OK, "free")
def ssh_port_free(made: Made) -> None:
    host(made)
    made.process(50, "/usr/bin/python3", "-m", "http.server")
    made.listens(22101, 50)


@case("jupyter-not-started", OK, "8888")
def jupyter_listens(made: Made) -> None:
    made.listens(8888)


@case("jupyter-not-started", PROBLEM, "process 1 is bash")
def ended_in_bash(made: Made) -> None:
    made.program("/usr/bin/jupyter")
    made.process(1, "bash")


@case("jupyter-not-started", OK, "127.0.0.1:8900")
def jupyter_on_another_port(made: Made) -> None:
    made.program("/usr/bin/jupyter")
    jupyter(made, port=8900)
    made.listens(8900)


@case("jupyter-not-started", NOT_HERE)
def image_without_jupyter(made: Made) -> None:
    made.process(1, "bash")
