"""What an engine's answers mean: plain functions of the dictionaries and archives that the Docker API gives."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any

from tflsp.container.docker_arguments import specification_of
from tflsp.container.engines import About, Container, Progress
from tflsp.container.faults import EngineError, Fault, engine_error


def container_of(found: Mapping[str, Any]) -> Container:
    """A container as ``GET /containers/ID/json`` tells it; Podman calls its health check by another name."""
    state = found.get("State") or {}
    health = (state.get("Health") or state.get("Healthcheck") or {}).get("Status")
    return Container(
        name=str(found["Name"]).lstrip("/"),
        state=str(state.get("Status", "unknown")),
        health=str(health) if health not in (None, "", "none") else None,
        specification=specification_of(found),
        exit_code=state.get("ExitCode"),
        out_of_memory=bool(state.get("OOMKilled")),
        started=state.get("StartedAt"),
        error=str(state.get("Error") or ""),
    )


def about_of(version: Mapping[str, Any], info: Mapping[str, Any], endpoint: str) -> About:
    """The engine, of its answers to ``/version`` and ``/info``."""
    components = {str(each.get("Name", "")): str(each.get("Version", "")) for each in version.get("Components") or ()}
    podman = components.get("Podman Engine")
    options = [str(each) for each in info.get("SecurityOptions") or ()]
    runtimes = info.get("Runtimes") or {}
    devices = [str(each.get("ID", "")) for each in info.get("DiscoveredDevices") or ()]
    return About(
        product="Docker" if podman is None else "Podman",
        version=str(podman or version.get("Version", "unknown")),
        api=tuple(int(part) for part in str(version.get("ApiVersion", "0")).split(".") if part.isdigit()),
        endpoint=endpoint,
        gpus="nvidia" in runtimes or any(each.startswith("nvidia.com/gpu") for each in devices),
        rootless=any("rootless" in each for each in options),
        snap=str(info.get("DockerRootDir", "")).startswith("/var/snap/"),
        memory=info.get("MemTotal"),
    )


def news_of(line: Mapping[str, Any], image: str) -> Iterator[Progress]:
    """A line of a pull's or build's stream. Raises EngineError where it tells of one."""
    if "error" in line:
        raise engine_error(str(line["error"]), image=image)
    detail = line.get("progressDetail") or {}
    status = str(line.get("status") or line.get("stream") or "").strip()
    if not status:
        return
    step = status.split(" ", 2)
    if "stream" in line and step[0] == "Step" and len(step) == 3 and (place := step[1].split("/"))[-1].isdigit():
        yield Progress("", step[2].removeprefix(": "), int(place[0]), int(place[-1]))
    elif "status" in line:
        yield Progress(str(line.get("id", "")), status, detail.get("current"), detail.get("total"))


def build_error(error: str, tail: list[str]) -> EngineError:
    """Why a build failed; ``tail`` is the last of its output, where the reason often stands and not in the error."""
    found = engine_error(f"{error}\n" + "\n".join(tail))
    if found.fault in (Fault.DISK_FULL, Fault.PROXY, Fault.NO_SUCH_IMAGE):
        return found
    return EngineError(
        Fault.BUILD,
        "The image could not be built: " + " | ".join([*tail[-4:], error.strip()])[-600:],
        'A package that cannot be fetched needs the network, or a proxy in ~/.docker/config.json ("proxies").',
        error,
    )


def only_file(archive: bytes, limit: int) -> bytes | None:
    """The first entry of a tar archive; None where that is no file, or one of more than ``limit`` bytes."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            entry = files.next()
            if entry is None or not entry.isreg() or entry.size > limit or (file := files.extractfile(entry)) is None:
                return None
            return file.read()
    except tarfile.TarError:
        return None


def name_and_tag(reference: str) -> tuple[str, str]:
    """A reference cut as the API wants it; a digest stands in the tag's place."""
    if "@" in reference:
        name, _, digest = reference.partition("@")
        head, colon, tag = name.rpartition(":")
        return (head if colon and "/" not in tag else name), digest
    name, colon, tag = reference.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (reference, "latest")
