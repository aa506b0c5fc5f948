"""The first `up` on a machine that has no image yet: what it builds is what the next `up` wants.

The registry with the official images is what no machine of ours reaches; this engine stands in for one that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.unit.container.test_suitability import PLAIN
from tflsp.container.engines import About, Container, Image, Progress, Ran, Recipe
from tflsp.container.lock import repository
from tflsp.container.names import LABEL_BASE_DIGEST
from tflsp.container.project import Project, read_project
from tflsp.container.specification import Specification
from tflsp.container.up import up


def digest(text: str) -> str:
    return "sha256:" + sha256(text.encode()).hexdigest()


@dataclass
class Fresh:
    """An engine without images, whose registry has every one."""

    has: dict[str, Image] = field(default_factory=dict)
    made: dict[str, Container] = field(default_factory=dict)
    pulled: list[str] = field(default_factory=list)
    built: list[str] = field(default_factory=list)
    published: Mapping[str, str] = field(default_factory=dict)

    def about(self) -> About:
        return PLAIN

    def image(self, reference: str) -> Image | None:
        return self.has.get(reference)

    def pull(self, reference: str) -> Iterator[Progress]:
        content = self.published.get(reference, reference)
        self.pulled.append(reference)
        self.has[reference] = Image(digest(f"{content} id"), {repository(reference): digest(content)}, {})
        yield Progress("", "done")

    def build(self, recipe: Recipe) -> Iterator[Progress]:
        self.built.append(recipe.tag)
        self.has[recipe.tag] = Image(digest(recipe.tag), {}, recipe.labels)
        yield Progress("", "done")

    def tag(self, image: str, reference: str) -> None: ...

    def containers(self) -> list[Container]:
        return [*self.made.values()]

    def container(self, name: str) -> Container | None:
        return self.made.get(name)

    def create(self, specification: Specification, name: str) -> None:
        self.made[name] = Container(name, "created", None, specification)

    def start(self, name: str) -> None:
        self.made[name] = replace(self.made[name], state="running", health="healthy")

    def stop(self, name: str) -> None:
        self.made[name] = replace(self.made[name], state="exited", health=None)

    def rename(self, name: str, new: str) -> None:
        self.made[new] = replace(self.made.pop(name), name=new)

    def remove(self, name: str) -> bool:
        return self.made.pop(name, None) is not None

    def has_volume(self, name: str) -> bool:
        return False

    def remove_volume(self, name: str) -> bool:
        return False

    def run(self, name: str, command: Sequence[str]) -> Ran:
        return Ran(0, "")

    def read(self, name: str, path: str, limit: int = 1 << 16) -> bytes | None:
        return None

    def logs(self, name: str, *, tail: int | None = None, follow: bool = False) -> Iterator[bytes]:
        yield b""

    def endpoint(self, name: str) -> tuple[str, int] | None:
        return ("127.0.0.1", 22000)

    def close(self) -> None: ...


class Silent:
    """Follows what goes on, and says nothing."""

    def step(self, text: str) -> None: ...

    def note(self, text: str) -> None: ...

    def follow(self, text: str, news: Iterator[Progress]) -> None:
        for _ in news:
            pass

    def agrees(self, question: str) -> bool:
        return False


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "mnist"
    folder.mkdir()
    return read_project(folder)


def run(engine: Fresh, project: Project, *, recreate: bool = False, pull: bool = False) -> tuple[str, list[str]]:
    outcome = up(engine, project, "ssh-ed25519 AAAA", Silent(), recreate=recreate, pull=pull)
    return outcome.did, [str(each) for each in outcome.differences]


def test_a_second_up_changes_nothing(project: Project) -> None:
    engine = Fresh()
    assert run(engine, project) == ("created", [])
    assert run(engine, project) == ("unchanged", [])
    assert len(engine.built) == 1
    assert len(engine.pulled) == len(set(engine.pulled)) == 2
    (container,) = engine.containers()
    origin = dict(word.partition("=")[::2] for word in container.specification.origin.split())
    base = next(each for each in engine.pulled if "tensorflow" in each)
    assert (origin["image"], origin["base"], origin["base-digest"]) == (engine.built[0], base, digest(base))
    assert engine.has[engine.built[0]].labels[LABEL_BASE_DIGEST] == digest(base)


def test_a_base_that_was_published_anew_is_another_image(project: Project) -> None:
    engine = Fresh()
    run(engine, project)
    engine.published = {reference: f"{reference} again" for reference in engine.pulled}
    assert run(engine, project, recreate=True, pull=True) == ("recreated", [])
    assert run(engine, project) == ("unchanged", [])
    assert len(set(engine.built)) == 2
    # What was published is what is there already: nothing is built.
    assert run(engine, project, recreate=True, pull=True) == ("recreated", [])
    assert len(engine.built) == 2
