"""25, 26, 31: proxies, and the container engine."""

from __future__ import annotations

import hashlib
import json

from tests.unit.doctor.made import Made, case
from tflsp.doctor.base import State

OK, PROBLEM, NOT_HERE, UNSEEN = State.OK, State.PROBLEM, State.NOT_APPLICABLE, State.UNSEEN


def settings(made: Made, *, daemon: object = None, client: object = None) -> None:
    made.inside = False
    made.engine()
    if daemon is not None:
        made.file("/etc/docker/daemon.json", daemon if isinstance(daemon, str) else json.dumps(daemon))
    if client is not None:
        made.file("/home/dev/.docker/config.json", json.dumps(client))


PROXY = "http://user:hidden@proxy.example.com:3128"


@case("proxy-ignored", NOT_HERE)
def no_proxy(made: Made) -> None:
    settings(made, daemon={"log-level": "warn"})


@case("proxy-ignored", OK)
def right_keys(made: Made) -> None:
    client = {"proxies": {"default": {"httpProxy": PROXY, "noProxy": "localhost"}}}
    settings(made, daemon={"proxies": {"http-proxy": PROXY}}, client=client)


@case("proxy-ignored", PROBLEM, "proxies.default is the client's name")
def client_keys_for_the_daemon(made: Made) -> None:
    settings(made, daemon={"proxies": {"default": {"httpProxy": PROXY}}})


@case("proxy-ignored", PROBLEM, "'httpProxy' is not a daemon's key")
def keys_at_the_top(made: Made) -> None:
    settings(made, daemon={"httpProxy": PROXY})


@case("proxy-ignored", PROBLEM, "not valid JSON")
def broken_settings(made: Made) -> None:
    settings(made, daemon='{"proxies": {},}')


@case("proxy-ignored", PROBLEM, "http-proxy is the daemon's name")
def daemon_keys_for_the_client(made: Made) -> None:
    settings(made, client={"proxies": {"default": {"http-proxy": PROXY}}})


@case("proxy-ignored", PROBLEM, "must stand below a `default`")
def client_keys_without_default(made: Made) -> None:
    settings(made, client={"proxies": {"httpProxy": PROXY}})


@case("proxy-ignored", PROBLEM, "restart docker")
def drop_in_not_loaded(made: Made) -> None:
    settings(made)
    made.file("/etc/systemd/system/docker.service.d/proxy.conf", f'[Service]\nEnvironment="HTTP_PROXY={PROXY}"\n')


@case("proxy-ignored", NOT_HERE)
def drop_in_loaded(made: Made) -> None:
    made.inside = False
    made.engine(HttpProxy=PROXY)
    made.file("/etc/systemd/system/docker.service.d/proxy.conf", f'[Service]\nEnvironment="HTTP_PROXY={PROXY}"\n')


@case("proxy-ignored", PROBLEM, "NO_PROXY lacks localhost")
def jupyter_through_the_proxy(made: Made) -> None:
    made.environment |= {"HTTPS_PROXY": PROXY, "no_proxy": ".example.com"}


@case("proxy-ignored", OK, "HTTPS_PROXY")
def localhost_excepted(made: Made) -> None:
    made.environment |= {"HTTPS_PROXY": PROXY, "NO_PROXY": ".example.com, localhost"}


def published(made: Made, version: str, inside: str, address: str, labels: dict[str, str] | None = None) -> None:
    made.inside = False
    config = {"Image": "tensorflow/tensorflow:2.9.0", "Labels": labels or {}}
    bound = {"PortBindings": {inside: [{"HostIp": address, "HostPort": "22100"}]}}
    made.engine([{"Name": "/lab", "Config": config, "HostConfig": bound}], ServerVersion=version)


@case("loopback-published", PROBLEM, "lab: 127.0.0.1:22100 -> 8888")
def jupyter_on_an_old_engine(made: Made) -> None:
    published(made, "20.10.24+dfsg1", "8888/tcp", "127.0.0.1")


@case("loopback-published", OK, "nothing but sshd")
def ours_on_an_old_engine(made: Made) -> None:
    published(made, "20.10.24+dfsg1", "2222/tcp", "127.0.0.1", {"dev.tflsp.name": "lab"})


@case("loopback-published", OK, "28.2.2")
def new_engine(made: Made) -> None:
    published(made, "28.2.2", "8888/tcp", "127.0.0.1")


@case("loopback-published", NOT_HERE)
def no_engine(made: Made) -> None:
    made.inside = False


@case("engine-unreachable", NOT_HERE)
def never_installed(made: Made) -> None:
    made.inside = False


@case("engine-unreachable", OK, "engine 28.2.2", "unix:///var/run/docker.sock (from: default)")
def engine_answers(made: Made) -> None:
    made.inside = False
    made.engine()


@case("engine-unreachable", PROBLEM, "may not use", "Permission denied")
def no_rights(made: Made) -> None:
    made.inside = False
    made.engine_fails(PermissionError(13, "Permission denied"))


@case("engine-unreachable", PROBLEM, "nobody listens")
def engine_stopped(made: Made) -> None:
    made.inside = False
    made.engine_fails(ConnectionRefusedError(111, "Connection refused"))


@case("engine-unreachable", PROBLEM, "/var/run/docker.sock does not exist")
def only_the_command(made: Made) -> None:
    made.inside = False
    made.program("/usr/bin/docker")


@case("engine-unreachable", PROBLEM, "context rootless", "/run/user/1000/docker.sock")
def context_of_another_engine(made: Made) -> None:
    made.inside = False
    made.file("/home/dev/.docker/config.json", '{"currentContext": "rootless"}')
    folder = f"/home/dev/.docker/contexts/meta/{hashlib.sha256(b'rootless').hexdigest()}"
    made.file(f"{folder}/meta.json", '{"Endpoints": {"docker": {"Host": "unix:///run/user/1000/docker.sock"}}}')


@case("engine-unreachable", PROBLEM, "from: DOCKER_HOST", "could not resolve")
def over_ssh(made: Made) -> None:
    made.inside = False
    made.environment["DOCKER_HOST"] = "ssh://gpu.example.com"
    made.answers("docker", "info", code=1, out='{"ServerErrors": ["could not resolve gpu.example.com"]}')


@case("engine-unreachable", OK, "engine 25.0.3")
def over_ssh_well(made: Made) -> None:
    made.inside = False
    made.environment["DOCKER_HOST"] = "ssh://gpu.example.com"
    made.answers("docker", "info", out='{"ServerVersion": "25.0.3"}')
