"""Docker, and what speaks its API (Podman), behind `tflsp.container.engines.Engine`. The SDK is imported when asked."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tflsp.container import names
from tflsp.container.docker_arguments import create_arguments, specification_of
from tflsp.container.engines import About, Container, Image, Progress, Ran, Recipe
from tflsp.container.faults import EngineError, Fault, engine_error, no_engine, no_rights, old_engine, remote_engine
from tflsp.container.sockets import is_local, sockets
from tflsp.container.specification import Specification

if TYPE_CHECKING:
    from docker import DockerClient

# Device requests came with it (Docker 19.03).
LEAST_API = (1, 40)
# Seconds to wait for an answer: creating a container may have to copy a large image's home folder onto a volume.
_TIMEOUT = 120
_STOP_TIMEOUT = 5


def connect() -> DockerEngine:
    """The engine that the docker command would use, else one that answers on a usual socket. Raises EngineError."""
    import docker
    from docker.errors import DockerException

    chosen = _chosen()
    if chosen is not None:
        if not is_local(chosen["base_url"]):
            raise remote_engine(chosen["base_url"])
        path = Path(chosen["base_url"].removeprefix("unix://").removeprefix("http+"))
        candidates = [(path, chosen)]
    else:
        candidates = [(path, {"base_url": f"unix://{path}"}) for path in sockets()]
    asked: list[str] = []
    for path, arguments in candidates:
        if arguments["base_url"].startswith("unix://"):
            if not _exists(path):
                asked.append(str(path))
                continue
            if not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
                raise no_rights(str(path))
        try:
            client = docker.DockerClient(version="auto", timeout=_TIMEOUT, **arguments)
        except DockerException as error:
            if "no longer supported" in str(error):
                raise old_engine("its version is unknown", "below 1.24", _dotted(LEAST_API)) from None
            asked.append(arguments["base_url"].removeprefix("unix://"))
            continue
        engine = DockerEngine(client, arguments["base_url"])
        about = engine.about()
        if about.api < LEAST_API:
            engine.close()
            raise old_engine(f"{about.product} {about.version}", _dotted(about.api), _dotted(LEAST_API))
        return engine
    raise no_engine(asked)


class DockerEngine:
    """An engine behind an open client of the Docker SDK."""

    def __init__(self, client: DockerClient, endpoint: str) -> None:
        self._client = client
        self._api: Any = client.api
        self._endpoint = endpoint
        self._about: About | None = None

    def about(self) -> About:
        if self._about is None:
            with _faults():
                self._about = _about(self._api.version(), self._api.info(), self._endpoint)
        return self._about

    def image(self, reference: str) -> Image | None:
        from docker.errors import NotFound

        with _faults(image=reference):
            try:
                found = self._api.inspect_image(reference)
            except NotFound:
                return None
        pairs = (str(each).rpartition("@") for each in found.get("RepoDigests") or ())
        config = found.get("Config") or {}
        labels = {str(key): str(value) for key, value in (config.get("Labels") or {}).items()}
        return Image(str(found["Id"]), {name: digest for name, _, digest in pairs}, labels, str(config.get("User", "")))

    def pull(self, reference: str) -> Iterator[Progress]:
        name, tag = _name_and_tag(reference)
        with _faults(image=reference):
            for line in self._api.pull(name, tag, stream=True, decode=True):
                yield from _news(line, reference)

    def build(self, recipe: Recipe) -> Iterator[Progress]:
        with _faults():
            stream = self._api.build(
                fileobj=io.BytesIO(recipe.files),
                custom_context=True,
                dockerfile=recipe.dockerfile,
                tag=recipe.tag,
                buildargs={**recipe.arguments, **recipe.secret_arguments},
                labels=dict(recipe.labels),
                rm=True,
                forcerm=True,
                decode=True,
            )
            tail: list[str] = []
            for line in stream:
                if (text := str(line.get("stream", "")).rstrip()) and not text.startswith(" --->"):
                    tail = [*tail[-9:], text]
                if "error" in line:
                    raise _build_error(str(line["error"]), tail)
                yield from _news(line, recipe.tag)

    def tag(self, image: str, reference: str) -> None:
        name, tag = _name_and_tag(reference)
        with _faults(image=image):
            self._api.tag(image, name, tag)

    def containers(self) -> list[Container]:
        with _faults():
            listed = self._api.containers(all=True, filters={"label": names.LABEL_NAME})
        found = (self._container(str(each["Id"])) for each in listed)
        return sorted((each for each in found if each is not None), key=lambda each: each.name)

    def container(self, name: str) -> Container | None:
        return self._container(name)

    def create(self, specification: Specification, name: str) -> None:
        with _faults(image=specification.image, port=specification.port):
            arguments = create_arguments(specification, name)
            if self.about().product == "Podman" and self.about().rootless:
                # The user's own number inside as well, or files in mounted folders would belong to another.
                arguments["userns_mode"] = "keep-id"
            self._client.containers.create(**arguments)

    def start(self, name: str) -> None:
        found = self._container(name)
        image, port = ("", None) if found is None else (found.specification.image, found.specification.port)
        with _faults(image=image, port=port):
            self._api.start(name)

    def stop(self, name: str) -> None:
        with _faults():
            self._api.stop(name, timeout=_STOP_TIMEOUT)

    def rename(self, name: str, new: str) -> None:
        with _faults():
            self._api.rename(name, new)

    def remove(self, name: str) -> bool:
        from docker.errors import NotFound

        with _faults():
            try:
                # Anonymous volumes go with the container; named ones stay.
                self._api.remove_container(name, v=True, force=True)
            except NotFound:
                return False
        return True

    def has_volume(self, name: str) -> bool:
        from docker.errors import NotFound

        with _faults():
            try:
                self._api.inspect_volume(name)
            except NotFound:
                return False
        return True

    def remove_volume(self, name: str) -> bool:
        from docker.errors import NotFound

        with _faults():
            try:
                self._api.remove_volume(name)
            except NotFound:
                return False
        return True

    def run(self, name: str, command: Sequence[str]) -> Ran:
        with _faults():
            started = self._api.exec_create(name, list(command), stdin=False, tty=False)["Id"]
            output: bytes = self._api.exec_start(started)
            code = self._api.exec_inspect(started).get("ExitCode")
        return Ran(-1 if code is None else int(code), output.decode("utf-8", "replace"))

    def read(self, name: str, path: str, limit: int = 1 << 16) -> bytes | None:
        from docker.errors import NotFound

        with _faults():
            try:
                chunks, _ = self._api.get_archive(name, path)
                data = b""
                # The other side may be hostile: an archive that does not end is cut off.
                for chunk in chunks:
                    data += chunk
                    if len(data) > limit + 4096:
                        chunks.close()
                        return None
            except NotFound:
                return None
        return _only_file(data, limit)

    def logs(self, name: str, *, tail: int | None = None, follow: bool = False) -> Iterator[bytes]:
        with _faults():
            lines = "all" if tail is None else tail
            yield from self._api.logs(name, stream=True, follow=follow, tail=lines)

    def endpoint(self, name: str) -> tuple[str, int] | None:
        found = self._container(name)
        port = found.specification.port if found is not None and found.running else None
        return ("127.0.0.1", port) if port is not None else None

    def close(self) -> None:
        self._client.close()

    def _container(self, name: str) -> Container | None:
        from docker.errors import NotFound

        with _faults():
            try:
                found = self._api.inspect_container(name)
            except NotFound:
                return None
        return _container(found)


def _container(found: Mapping[str, Any]) -> Container:
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


def _about(version: Mapping[str, Any], info: Mapping[str, Any], endpoint: str) -> About:
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
        architecture=str(version.get("Arch", "")),
        gpus="nvidia" in runtimes or any(each.startswith("nvidia.com/gpu") for each in devices),
        rootless=any("rootless" in each for each in options),
        snap=str(info.get("DockerRootDir", "")).startswith("/var/snap/"),
        processors=info.get("NCPU"),
        memory=info.get("MemTotal"),
    )


def _news(line: Mapping[str, Any], image: str) -> Iterator[Progress]:
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


def _build_error(error: str, tail: list[str]) -> EngineError:
    found = engine_error(f"{error}\n" + "\n".join(tail))
    if found.fault in (Fault.DISK_FULL, Fault.PROXY, Fault.NO_SUCH_IMAGE):
        return found
    return EngineError(
        Fault.BUILD,
        "The image could not be built: " + " | ".join([*tail[-4:], error.strip()])[-600:],
        'A package that cannot be fetched needs the network, or a proxy in ~/.docker/config.json ("proxies").',
        error,
    )


def _only_file(archive: bytes, limit: int) -> bytes | None:
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            entry = files.next()
            if entry is None or not entry.isreg() or entry.size > limit or (file := files.extractfile(entry)) is None:
                return None
            return file.read()
    except tarfile.TarError:
        return None


def _chosen() -> dict[str, Any] | None:
    """What DOCKER_HOST or the docker command's context says; None where neither was chosen."""
    from docker.context import ContextAPI
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env

    arguments: dict[str, Any] = {**kwargs_from_env()}
    if "base_url" in arguments:
        return arguments
    try:
        arguments = {**ContextAPI.kwargs_from_context(environment=dict(os.environ))}
    except (DockerException, OSError, ValueError):
        return None
    if "base_url" not in arguments or "/var/run/docker.sock" in arguments["base_url"]:
        return None
    return arguments


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return True


def _name_and_tag(reference: str) -> tuple[str, str]:
    """A reference cut as the API wants it; a digest stands in the tag's place."""
    if "@" in reference:
        name, _, digest = reference.partition("@")
        head, colon, tag = name.rpartition(":")
        return (head if colon and "/" not in tag else name), digest
    name, colon, tag = reference.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (reference, "latest")


def _dotted(api: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in api)


@contextmanager
def _faults(*, image: str = "", port: int | None = None) -> Iterator[None]:
    """Turns what the SDK raises into EngineError."""
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException

    try:
        yield
    except APIError as error:
        raise engine_error(str(error.explanation or error), image=image, port=port) from error
    except (DockerException, RequestException, OSError) as error:
        if isinstance(error, PermissionError):
            raise no_rights("of the engine") from error
        raise EngineError(
            Fault.OTHER,
            f"The engine does not answer any more: {type(error).__name__}.",
            "Is it still running?",
            str(error),
        ) from error
