"""From a specification to what Docker is asked for, as SDK arguments and as a `docker run` command line; and back.

The two must say the same: a test starts both and compares. No value ever passes through a shell.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from tflsp.container import names
from tflsp.container.specification import Mount, Specification

PIDS = 4096
# Not in an image's layers and not on a volume: writable, gone with the container. VS Code's installer runs from /tmp.
_TMPFS = {"/tmp": "rw,exec,nosuid,nodev,mode=1777", "/run": "rw,noexec,nosuid,nodev,mode=1777,size=64m"}
_LOG = {"max-size": "10m", "max-file": "2"}
_SSH = f"{names.SSH_PORT}/tcp"


def create_arguments(wanted: Specification, name: str) -> dict[str, Any]:
    """The arguments of the SDK's ``containers.create``: no capability, no new privilege, a read-only root."""
    from docker.types import DeviceRequest, LogConfig
    from docker.types import Mount as DockerMount

    arguments: dict[str, Any] = {
        "image": wanted.image,
        "name": name,
        "hostname": wanted.name,
        "user": wanted.user,
        "environment": wanted.variables,
        "labels": wanted.labels,
        "ports": {_SSH: ("127.0.0.1", wanted.port)},
        "mounts": [
            DockerMount(
                mount.target, mount.source, type="volume" if mount.volume else "bind", read_only=mount.read_only
            )
            for mount in wanted.mounts
        ],
        "shm_size": wanted.shm_size,
        "pids_limit": PIDS,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "read_only": True,
        "tmpfs": _TMPFS,
        "init": True,
        "restart_policy": {"Name": "unless-stopped"},
        "log_config": LogConfig(type="json-file", config=_LOG),
        "detach": True,
    }
    if wanted.memory is not None:
        arguments["mem_limit"] = wanted.memory
    if wanted.cpus is not None:
        arguments["nano_cpus"] = round(wanted.cpus * 1e9)
    if wanted.gpus == ("all",):
        arguments["device_requests"] = [DeviceRequest(count=-1, capabilities=[["gpu"]])]
    elif wanted.gpus:
        arguments["device_requests"] = [DeviceRequest(device_ids=list(wanted.gpus), capabilities=[["gpu"]])]
    return arguments


def command_line(wanted: Specification, env_file: str | None = None, program: str = "docker") -> list[str]:
    """The equivalent ``docker run``, as argv. Values from the env file stay in it."""
    words = [program, "run", "--detach", "--init", "--name", wanted.name, "--hostname", wanted.name]
    words += ["--user", wanted.user, "--restart", "unless-stopped", "--read-only"]
    words += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--pids-limit", str(PIDS)]
    for path, options in _TMPFS.items():
        words += ["--tmpfs", f"{path}:{options}"]
    words += ["--log-driver", "json-file"]
    for key, value in _LOG.items():
        words += ["--log-opt", f"{key}={value}"]
    words += ["--publish", f"127.0.0.1:{wanted.port}:{_SSH}"]
    for mount in wanted.mounts:
        words += ["--mount", _mount_option(mount)]
    if wanted.shm_size is not None:
        words += ["--shm-size", str(wanted.shm_size)]
    if wanted.memory is not None:
        words += ["--memory", str(wanted.memory)]
    if wanted.cpus is not None:
        words += ["--cpus", f"{wanted.cpus:g}"]
    if wanted.gpus:
        words += ["--gpus", "all" if wanted.gpus == ("all",) else f'"device={",".join(wanted.gpus)}"']
    if env_file is not None:
        words += ["--env-file", env_file]
    for name, value in wanted.variables.items():
        if env_file is None or name in (names.AUTHORIZED_KEYS, names.IMAGE):
            words += ["--env", f"{name}={value}"]
    for name, value in wanted.labels.items():
        words += ["--label", f"{name}={value}"]
    return [*words, wanted.image]


def shown(words: list[str]) -> str:
    """A command line for a terminal: quoted for a POSIX shell, one option a line."""
    lines = [shlex.join(words[:2])]
    for place, word in enumerate(words[2:], 2):
        quoted = shlex.quote(word)
        if word.startswith("--") or place == len(words) - 1:
            lines.append(quoted)
        else:
            lines[-1] += f" {quoted}"
    return " \\\n  ".join(lines)


def specification_of(inspected: Mapping[str, Any]) -> Specification:
    """A container's specification, from what the engine says of it."""
    config, host = _table(inspected, "Config"), _table(inspected, "HostConfig")
    labels = {str(key): str(value) for key, value in _table(config, "Labels").items()}
    environment = environment_of(config)
    return Specification(
        name=labels.get(names.LABEL_NAME, str(inspected.get("Name", "")).lstrip("/")),
        project=labels.get(names.LABEL_PROJECT, ""),
        image=str(config.get("Image", "")),
        user=str(config.get("User", "")),
        port=_published(_table(host, "PortBindings")),
        mounts=tuple(mount for each in inspected.get("Mounts") or () if (mount := _mount(each)) is not None),
        gpus=_gpus(host.get("DeviceRequests") or ()),
        memory=host.get("Memory") or None,
        cpus=(host.get("NanoCpus") or 0) / 1e9 or None,
        shm_size=host.get("ShmSize") or None,
        # The rest came with the image.
        environment={
            name: environment.get(name, "") for name in labels.get(names.LABEL_ENVIRONMENT, "").split(",") if name
        },
        base=labels.get(names.LABEL_BASE, ""),
        packages=labels.get(names.LABEL_PACKAGES, ""),
        version=labels.get(names.LABEL_VERSION, ""),
        origin=environment.get(names.IMAGE, ""),
    )


def environment_of(config: Mapping[str, Any]) -> dict[str, str]:
    """The environment in a container's or image's configuration."""
    pairs = (str(line).partition("=") for line in config.get("Env") or ())
    return {name: value for name, _, value in pairs}


def _mount_option(mount: Mount) -> str:
    words = [f"type={'volume' if mount.volume else 'bind'}", f"source={mount.source}", f"target={mount.target}"]
    if mount.read_only:
        words.append("readonly")
    # The option's value is a line of CSV: a comma, quote or line break in a path is quoted by its rules.
    return ",".join(f'"{word.replace(chr(34), chr(34) * 2)}"' if set(word) & set(',"\r\n') else word for word in words)


def _mount(mount: Mapping[str, Any]) -> Mount | None:
    target, kind = str(mount.get("Destination", "")), mount.get("Type")
    if kind == "volume":
        name = str(mount.get("Name", ""))
        # A volume that the image asked for has a name of 64 digits; nobody wanted it by name.
        return None if len(name) == 64 else Mount(target, name, True, not mount.get("RW", True))
    return Mount(target, str(mount.get("Source", "")), False, not mount.get("RW", True)) if kind == "bind" else None


def _gpus(requests: Any) -> tuple[str, ...]:
    for request in requests:
        if any("gpu" in group for group in request.get("Capabilities") or ()):
            return tuple(request.get("DeviceIDs") or ("all",))
    return ()


def _published(bindings: Mapping[str, Any]) -> int | None:
    for binding in bindings.get(_SSH) or ():
        if str(binding.get("HostPort", "")).isdigit():
            return int(binding["HostPort"])
    return None


def _table(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = mapping.get(key)
    return value if isinstance(value, Mapping) else {}
