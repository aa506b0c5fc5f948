"""What goes wrong between us and an engine: each fault in one sentence, with one on what to do.

Engines tell faults apart by prose only, so they are recognised by the words of Docker, Podman and runc. Pure.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple


class Fault(Enum):
    """What is wrong, for callers that act upon it."""

    NO_ENGINE = "no-engine"
    NO_RIGHTS = "no-rights"
    OLD_ENGINE = "old-engine"
    REMOTE_ENGINE = "remote-engine"
    NO_GPU = "no-gpu"
    PORT_BUSY = "port-busy"
    DISK_FULL = "disk-full"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    NO_NETWORK = "no-network"
    PULL_BROKEN = "pull-broken"
    NO_SUCH_IMAGE = "no-such-image"
    RATE_LIMIT = "rate-limit"
    ARCHITECTURE = "architecture"
    MOUNT = "mount"
    RESOURCES = "resources"
    NAME_TAKEN = "name-taken"
    BUILD = "build"
    COMMAND = "command"
    NOT_HEALTHY = "not-healthy"
    REFUSED = "refused"
    OTHER = "other"


class EngineError(Exception):
    """An engine did not do what was asked. ``what`` and ``remedy`` are sentences; ``detail`` is its own wording."""

    def __init__(self, fault: Fault, what: str, remedy: str, detail: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.fault = fault
        self.what = what
        self.remedy = remedy
        self.detail = detail


class _Known(NamedTuple):
    fault: Fault
    words: re.Pattern[str]
    what: str
    remedy: str


def _known(fault: Fault, words: str, what: str, remedy: str) -> _Known:
    return _Known(fault, re.compile(words, re.IGNORECASE | re.DOTALL), what, remedy)


# The first that matches counts: the cause before what follows from it.
_FAULTS = (
    _known(
        Fault.NO_GPU,
        r"could not select device driver|nvidia-container-(?:cli|runtime)|unresolvable CDI devices|"
        r"error adding GPU|unknown or invalid runtime name: nvidia|failed to inject CDI",
        "The engine cannot give GPUs to containers.",
        "Install the NVIDIA Container Toolkit on this machine, run `sudo nvidia-ctk runtime configure` and restart the "
        'engine; or work on the CPU: gpus = "none" under [container], or `tflsp up --cpu`.',
    ),
    _known(
        Fault.PORT_BUSY,
        r"address already in use|port is already allocated|ports are not available|failed to bind host port",
        "Port {port} of 127.0.0.1 is taken by another program.",
        "End that program, or choose another port: ssh-port = {other} under [container].",
    ),
    _known(
        Fault.DISK_FULL,
        r"no space left on device|disk quota exceeded|not enough free space",
        "The engine's disk is full.",
        "Make room (`docker system df` shows what takes it, `docker image prune` and `docker builder prune` free what "
        "nothing uses), then run the command again.",
    ),
    _known(
        Fault.PROXY,
        r"proxyconnect|proxy authentication required|407 proxy",
        "The engine does not get through its proxy.",
        'The engine has a proxy setting of its own, apart from this terminal\'s: see "proxies" in '
        "/etc/docker/daemon.json, or HTTPS_PROXY in the engine's service, and restart it.",
    ),
    _known(
        Fault.CERTIFICATE,
        r"x509|certificate signed by unknown authority|tls: failed to verify|certificate has expired",
        "The engine does not trust the registry's certificate.",
        "Behind a proxy that reads along, give the engine its certificate: /etc/docker/certs.d/REGISTRY/ca.crt.",
    ),
    _known(
        Fault.RATE_LIMIT,
        r"toomanyrequests|pull rate limit",
        "The registry lets this address pull no more images for now.",
        "Log in with `docker login`, wait some hours, or name a mirror with base-image under [container].",
    ),
    _known(
        Fault.ARCHITECTURE,
        r"no matching manifest for|exec format error|does not match the (?:detected|specified) (?:host )?platform",
        "There is no such image for this machine's processor: TensorFlow 2.9's are for x86-64 (amd64).",
        "Use an engine on an x86-64 machine, or turn on emulation and pull it by hand: "
        "docker pull --platform linux/amd64 IMAGE.",
    ),
    _known(
        Fault.NO_SUCH_IMAGE,
        r"manifest(?: for \S+)? (?:unknown|not found)|pull access denied|repository does not exist|"
        r"requested access to the resource is denied|no such image|name unknown|invalid reference format",
        "There is no image {image}, or it is not for everyone.",
        "Look at its spelling under [container] in the settings; for a registry of your own, `docker login` first.",
    ),
    _known(
        Fault.NO_NETWORK,
        r"no such host|network is unreachable|temporary failure in name resolution|server misbehaving|"
        r"connection refused|i/o timeout|request canceled while waiting for connection|no route to host",
        "The engine does not reach the registry for {image}.",
        "Look at the network, VPN and DNS of the engine's machine; without one, load the image by hand: "
        "`docker load` from a machine that has it.",
    ),
    _known(
        Fault.PULL_BROKEN,
        r"unexpected EOF|\bEOF\b|connection reset by peer|filesystem layer verification failed|"
        r"error pulling image configuration|download failed|context deadline exceeded|TLS handshake timeout|"
        r"unexpected commit digest|received unexpected HTTP status: 5|expected HTTP 206",
        "The download of {image} broke off.",
        "Run the command again: layers that have arrived stay, so it goes on where it was.",
    ),
    _known(
        Fault.MOUNT,
        r"bind source path does not exist|mounts? denied|invalid mount config|not shared from the host|"
        r"read-only file system.*mkdir|error while creating mount source path|invalid volume specification",
        "The engine cannot mount a folder of this machine: {detail}",
        "Look at [container] mounts in the settings; Docker Desktop and Docker from snap see some folders only "
        "(file sharing in its settings; your home folder).",
    ),
    _known(
        Fault.COMMAND,
        r"container-init binary not found",
        "Podman lacks its init program, catatonit.",
        "Install it: `sudo apt-get install catatonit`.",
    ),
    _known(
        Fault.RESOURCES,
        r"setting rlimit",
        "The engine gives containers higher limits than this machine allows it to.",
        "Lower default_ulimits in /etc/containers/containers.conf, or default-ulimits in /etc/docker/daemon.json.",
    ),
    _known(
        Fault.RESOURCES,
        r"range of CPUs is from|minimum memory limit|CPU CFS|cgroup.*(?:not mounted|permission denied)|"
        r"memory limit.*(?:kernel|not supported)|nanocpus can not be set",
        "The engine cannot set the limits that are asked for: {detail}",
        "Lower memory, cpus or shm-size under [container]; a rootless engine needs cgroup v2 with delegation for them.",
    ),
    _known(
        Fault.NAME_TAKEN,
        r"name .{0,80}is already in use",
        "A container that tflsp did not make has this one's name: {detail}",
        "Rename it (`docker rename`) or remove it.",
    ),
    _known(
        Fault.NO_RIGHTS,
        r"permission denied.*(?:docker|podman)\S*sock|(?:docker|podman)\S*sock.*permission denied",
        "You may not use the engine's socket.",
        "Join its group: `sudo usermod -aG docker $USER`, and log in again.",
    ),
    _known(
        Fault.COMMAND,
        r"executable file not found|unable to find user dev|stat /opt/tflsp\S*: no such file|"
        r"starting container process caused",
        "The image {image} does not start: {detail}",
        "Is it built from tflsp's container/ folder? Without `image` under [container], `tflsp up` builds one.",
    ),
)


def engine_error(detail: str, *, image: str = "", port: int | None = None) -> EngineError:
    """The error behind an engine's words. ``image`` and ``port`` are what was asked for."""
    short = one_line(detail)
    for known in _FAULTS:
        if known.words.search(detail):
            names = {
                "image": image or "the image",
                "detail": short,
                "port": port or "that was chosen",
                "other": (port or 22022) + 1,
            }
            return EngineError(known.fault, known.what.format(**names), known.remedy.format(**names), short)
    return EngineError(Fault.OTHER, f"The engine says: {short}", "Its own log may say more.", short)


def one_line(text: str, limit: int = 300) -> str:
    """An engine's message for a person: the innermost cause, without the client's wrapping or control characters."""
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    inner = re.search(r'\("(.+)"\)$', text)
    text = inner[1] if inner else text
    return text if len(text) <= limit else text[: limit - 1] + "…"


def no_engine(endpoints: list[str]) -> EngineError:
    """No socket answers."""
    where = f" (asked: {', '.join(endpoints)})" if endpoints else ""
    return EngineError(
        Fault.NO_ENGINE,
        f"No Docker Engine answers on this machine{where}.",
        "Start it (`sudo systemctl start docker`, or Docker Desktop), or work without a container: `tflsp up --local`.",
    )


def no_rights(path: str) -> EngineError:
    """The socket is there, for others."""
    return EngineError(
        Fault.NO_RIGHTS,
        f"You may not use the engine's socket {path}.",
        "Join its group: `sudo usermod -aG docker $USER`, and log in again (who may use it is as good as root); or "
        "work without a container: `tflsp up --local`.",
    )


def old_engine(version: str, api: str, least: str) -> EngineError:
    """The engine does not know what is asked of it."""
    return EngineError(
        Fault.OLD_ENGINE,
        f"This engine ({version}, API {api}) is too old: tflsp needs API {least}, Docker 19.03 or newer.",
        "Update it, or work without a container: `tflsp up --local`.",
    )


def remote_engine(endpoint: str) -> EngineError:
    """The engine is on another machine, where the project's folder is not."""
    return EngineError(
        Fault.REMOTE_ENGINE,
        f"The engine at {endpoint} is on another machine, where this folder does not exist.",
        "Use this machine's: `docker context use default`, and unset DOCKER_HOST; or run `tflsp up` over there.",
    )


def mount_missing(setting: str, path: str) -> EngineError:
    """A folder that the settings name is not there."""
    return EngineError(
        Fault.MOUNT, f"{path}, which {setting} names, is not there.", "Make the folder, or correct the setting."
    )
