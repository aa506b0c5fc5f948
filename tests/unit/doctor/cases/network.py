"""10 to 15, 25, 26, 28, 31: Jupyter, ports, SSH, the engine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from tests.unit.doctor.made import HOST_KEY, Made, case
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


SSHD = "sshd: /usr/sbin/sshd -D -e -f /home/dev/.tflsp/sshd_config [listener] 0 of 10-30 startups"
CONFIG = "/home/dev/.tflsp/sshd_config"


def sshd(made: Made, settings: str, argv: str = SSHD) -> None:
    made.process(5, argv)
    made.file(CONFIG, settings)


@case("host-key-changes", NOT_HERE)
def no_sshd(made: Made) -> None:
    made.process(5, "sshd: dev@pts/0")


@case("host-key-changes", OK, "~/.tflsp/ssh/host_ed25519")
def key_on_the_volume(made: Made) -> None:
    sshd(made, "HostKey /home/dev/.tflsp/ssh/host_ed25519\n")
    made.file("/home/dev/.tflsp/ssh/host_ed25519", mode=0o600)


@case("host-key-changes", PROBLEM, "/etc/ssh/ssh_host_ed25519_key")
def key_in_the_image(made: Made) -> None:
    made.process(5, "/usr/sbin/sshd", "-D")
    made.file("/etc/ssh/sshd_config", "Port 22\n")
    made.file("/etc/ssh/ssh_host_ed25519_key", mode=0o600, owner=0)
    made.file("/etc/ssh/ssh_host_ed25519_key.pub", owner=0)


OTHER_KEY = HOST_KEY.replace("AAAA", "BBBB")


@case("host-key-changes", PROBLEM, "tflsp-demo-abcdef")
def old_line(made: Made) -> None:
    host(made)
    made.file("/home/dev/.ssh/known_hosts", f"# mine\n[localhost]:22100 {OTHER_KEY}\n[localhost]:22 {OTHER_KEY}\n")


@case("host-key-changes", PROBLEM, "tflsp-demo-abcdef")
def old_hashed_line(made: Made) -> None:
    host(made)
    salt = b"0123456789abcdefghij"
    hashed = hmac.digest(salt, b"[127.0.0.1]:22100", "sha1")
    field = f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(hashed).decode()}"
    made.file("/home/dev/.ssh/known_hosts", f"{field} {OTHER_KEY}\n")


@case("host-key-changes", OK)
def right_line(made: Made) -> None:
    host(made)
    lines = (
        f"[127.0.0.1]:22100 {HOST_KEY}\n[127.0.0.1]:22101 {OTHER_KEY}\n|1|bad|bad {OTHER_KEY}\n@revoked * {OTHER_KEY}\n"
    )
    made.file("/home/dev/.ssh/known_hosts", lines)


@case("forwarding-prohibited", NOT_HERE)
def nobody_forwards(made: Made) -> None:
    del made


@case("forwarding-prohibited", OK)
def local_forwarding(made: Made) -> None:
    keys = "/home/dev/.tflsp/ssh/authorized_keys"
    sshd(made, f"AllowTcpForwarding local\nAuthorizedKeysFile {keys}\n")
    made.file(keys, f"# from up\nrestrict,port-forwarding,pty {HOST_KEY} me\n{HOST_KEY}\n")


@case("forwarding-prohibited", PROBLEM, "allowtcpforwarding no")
def no_forwarding(made: Made) -> None:
    sshd(made, "allowtcpforwarding=no\nAllowTcpForwarding yes\n")


@case("forwarding-prohibited", PROBLEM, "disableforwarding yes", "permitopen 127.0.0.1:8888")
def as_sshd_says(made: Made) -> None:
    sshd(made, "AllowTcpForwarding yes\n")
    out = "port 2222\nallowtcpforwarding yes\ndisableforwarding yes\npermitopen 127.0.0.1:8888\n"
    made.answers("/usr/sbin/sshd", "-T", "-f", CONFIG, out=out)


@case("forwarding-prohibited", PROBLEM, ":2: restrict without port-forwarding")
def restricted_key(made: Made) -> None:
    sshd(made, "Include conf.d/*.conf\nMatch User bob\nAllowTcpForwarding no\n", "/usr/sbin/sshd -D -f " + CONFIG)
    made.file("/etc/ssh/conf.d/a.conf", "AllowTcpForwarding local\nAuthorizedKeysFile .ssh/authorized_keys\n")
    made.file("/home/dev/.ssh/authorized_keys", f"{HOST_KEY}\nrestrict,pty {HOST_KEY}\n")


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


@case("ssh-config-missing", NOT_HERE)
def no_containers(made: Made) -> None:
    made.inside = False


@case("ssh-config-missing", PROBLEM, "does not include ours")
def not_included(made: Made) -> None:
    host(made)
    made.file("/home/dev/.ssh/config", "Host *\n  User me\nInclude tflsp/config\n")


@case("ssh-config-missing", PROBLEM, "containers are missing", "tflsp-demo-abcdef")
def not_listed(made: Made) -> None:
    host(made)
    made.file("/home/dev/.ssh/config", "Include tflsp/config\n")


@case("ssh-config-missing", OK)
def included(made: Made) -> None:
    host(made)
    made.file("/home/dev/.ssh/config", "Include tflsp/config\nHost *\n")
    made.file("/home/dev/.ssh/tflsp/config", "Host tflsp-demo-abcdef\n  Port 22100\n")


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
