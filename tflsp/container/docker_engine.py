"""Docker, and what speaks its API (Podman), behind `tflsp.container.engines.Engine`. The SDK is imported when asked."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tflsp.container import names
from tflsp.container.docker_answers import about_of, build_error, container_of, name_and_tag, news_of, only_file
from tflsp.container.docker_arguments import create_arguments
from tflsp.container.engines import About, Container, Image, Progress, Ran, Recipe
from tflsp.container.faults import EngineError, Fault, engine_error, no_rights
from tflsp.container.specification import Specification

if TYPE_CHECKING:
    from docker import DockerClient

_STOP_TIMEOUT = 5


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
                self._about = about_of(self._api.version(), self._api.info(), self._endpoint)
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
        name, tag = name_and_tag(reference)
        with _faults(image=reference):
            for line in self._api.pull(name, tag, stream=True, decode=True):
                yield from news_of(line, reference)

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
                    raise build_error(str(line["error"]), tail)
                yield from news_of(line, recipe.tag)

    def tag(self, image: str, reference: str) -> None:
        name, tag = name_and_tag(reference)
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
        return only_file(data, limit)

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
        return container_of(found)


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
