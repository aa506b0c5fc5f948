"""What all documents of a project say together, kept up to date document by document.

Contributions are small plain values, so that workers can hand them over and an editor's keystroke costs nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tflsp.facts.containers import ContainerLaunch, ImageRef
from tflsp.facts.document_facts import DocumentFacts
from tflsp.project import Project


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one document says of its project. ``sensitive``: whether its own findings depend on what others say."""

    built_images: frozenset[str] = frozenset()
    tensorflow_versions: frozenset[str] = frozenset()
    memory_limits: frozenset[int] = frozenset()
    uses_dotenv: bool = False
    sensitive: bool = False


NOTHING = Contribution()


class ProjectIndex:
    """The contributions of a project's documents by name."""

    def __init__(self) -> None:
        self._contributions: dict[str, Contribution] = {}
        self._joined: Project | None = None
        self._base: Project | None = None

    def update(self, name: str, facts: DocumentFacts) -> bool:
        """Take in a document. Gives whether anything changed for the project."""
        return self.add(name, contribution_of(name, facts))

    def add(self, name: str, contribution: Contribution) -> bool:
        """Take in a document's contribution. Gives whether anything changed for the project."""
        if self._contributions.get(name, NOTHING) == contribution:
            return False
        self._contributions[name] = contribution
        self._joined = None
        return True

    def remove(self, name: str) -> bool:
        """Forget a document. Gives whether anything changed for the project."""
        if self._contributions.pop(name, NOTHING) == NOTHING:
            return False
        self._joined = None
        return True

    def project(self, base: Project) -> Project:
        """The project: ``base`` (what its own files say) with what the documents say."""
        if self._joined is None or self._base is not base:
            self._base, self._joined = base, self._join(base)
        return self._joined

    def _join(self, base: Project) -> Project:
        versions: dict[str, set[str]] = {}
        for name, contribution in self._contributions.items():
            for version in contribution.tensorflow_versions:
                versions.setdefault(version, set()).add(name)
        all_of = self._contributions.values()
        limits = {limit for contribution in all_of for limit in contribution.memory_limits}
        return replace(
            base,
            built_images=base.built_images.union(*(contribution.built_images for contribution in all_of)),
            tensorflow_versions=_frozen(versions),
            uses_dotenv=base.uses_dotenv or any(contribution.uses_dotenv for contribution in all_of),
            memory_limit=limits.pop() if len(limits) == 1 else None,
        )


def contribution_of(name: str, facts: DocumentFacts) -> Contribution:
    """What a document says of its project."""
    images = [located.fact for located in facts.all(ImageRef)]
    launches = [located.fact for located in facts.all(ContainerLaunch)]
    return Contribution(
        built_images=frozenset(image.repository for image in images if image.builds and image.repository),
        tensorflow_versions=frozenset(version for image in images if (version := _tensorflow_version(image))),
        memory_limits=frozenset(
            launch.memory for launch in launches if launch.memory and launch.image and launch.image.is_tensorflow
        ),
        sensitive=bool(images or launches),
    )


def _tensorflow_version(image: ImageRef) -> str | None:
    """The version of a pinned TensorFlow image that the document uses."""
    if not (image.known and image.is_tensorflow and image.pulls and image.tag):
        return None
    version = image.tag.split("-", 1)[0]
    return version if version[:1].isdigit() else None


def _frozen(versions: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {version: frozenset(names) for version, names in versions.items()}
