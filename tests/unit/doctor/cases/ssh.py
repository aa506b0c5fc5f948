"""14, 15, 28: sshd in the container, ssh on the host."""

from __future__ import annotations

import base64
import hmac

from tests.unit.doctor.cases.network import host
from tests.unit.doctor.made import HOST_KEY, Made, case
from tflsp.doctor.base import State

OK, PROBLEM, NOT_HERE, UNSEEN = State.OK, State.PROBLEM, State.NOT_APPLICABLE, State.UNSEEN
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
