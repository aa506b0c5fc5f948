"""What the documents of a project say together: gathered per document, given to rules as a Project.

Holds no text and touches no disk; what lies on disk (``.env``, ``.gitignore``, the lock file) comes with the base.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from tflsp.bad_examples import is_bad_example
from tflsp.dataclass import dataclass, replace
from tflsp.facts.base import Analysis
from tflsp.facts.containers import ContainerLaunch, ImageRef, Surface
from tflsp.facts.document_facts import DocumentFacts, placeless
from tflsp.facts.dotenv import uses_dotenv
from tflsp.facts.image_names import built_names, official_name
from tflsp.project import Project

# A launch of an image that the project builds itself is one of the project's as much as a launch of TensorFlow's image.
_OWN_SURFACES = (Surface.COMPOSE, Surface.DEVCONTAINER)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one document adds."""

    built_images: frozenset[str] = frozenset()
    tensorflow_versions: frozenset[str] = frozenset()
    memory_limits: frozenset[int] = frozenset()
    uses_dotenv: bool = False


NOTHING = Contribution()
_IMAGES = ("built_images", "tensorflow_versions")
# Which fields of the project the judgement of a class of facts looks at.
_SHARED = {
    **dict.fromkeys(("ImageRef", "ContainerLaunch"), _IMAGES),
    **dict.fromkeys(("DotenvEntry", "DotenvLoad", "IgnoreFile"), ("uses_dotenv",)),
    **dict.fromkeys(("PipInstall", "NewerPython"), ("tensorflow_versions",)),
    "TrainingCode": ("memory_limit",),
}


def shared_fields(facts: DocumentFacts) -> frozenset[str]:
    """The fields of the project that a document's findings depend on."""
    return frozenset(field for kind, fields in _SHARED.items() if kind in facts.kinds for field in fields)


def changed_fields(old: Project, new: Project) -> frozenset[str]:
    """The fields in which two projects differ, of those that documents change."""
    fields = (*_IMAGES, "uses_dotenv", "memory_limit")
    return frozenset(field for field in fields if getattr(old, field) != getattr(new, field))


class ProjectIndex:
    """Contributions by document. Not shared between threads. ``mirrors`` are those of the settings."""

    def __init__(self, mirrors: Mapping[str, str] | None = None) -> None:
        versions = partial(_versions, mirrors=mirrors or {})
        self._contribution = placeless(partial(contribution_of, mirrors=mirrors or {}, versions=versions))
        self._documents: dict[str, Contribution] = {}
        self._known: tuple[Project, Project] | None = None

    def update(self, name: str, facts: DocumentFacts) -> bool:
        """Take in what a document says now; tells whether that changes anything for the others."""
        return self.add(name, facts.derive(self._contribution))

    def add(self, name: str, contribution: Contribution) -> bool:
        """Take in a document's contribution; tells whether that changes anything for the others."""
        if self._documents.get(name, NOTHING) == contribution:
            return False
        if contribution == NOTHING:
            del self._documents[name]
        else:
            self._documents[name] = contribution
        self._known = None
        return True

    def remove(self, name: str) -> bool:
        """Forget a document; tells whether that changes anything for the others."""
        return self.add(name, NOTHING)

    def project(self, base: Project) -> Project:
        """``base`` with what the documents say. The same object as long as neither changes."""
        if self._known is None or self._known[0] is not base:
            self._known = (base, self._project(base))
        return self._known[1]

    def _project(self, base: Project) -> Project:
        versions = defaultdict(set[str], {version: set(names) for version, names in base.tensorflow_versions.items()})
        for name, contribution in self._documents.items():
            for version in contribution.tensorflow_versions:
                versions[version].add(name)
        contributions = self._documents.values()
        limits = {limit for contribution in contributions for limit in contribution.memory_limits}
        if base.memory_limit is not None:
            limits.add(base.memory_limit)
        return replace(
            base,
            built_images=base.built_images.union(*(found.built_images for found in contributions)),
            tensorflow_versions={version: frozenset(names) for version, names in sorted(versions.items())},
            memory_limit=limits.pop() if len(limits) == 1 else None,
            uses_dotenv=base.uses_dotenv or any(found.uses_dotenv for found in contributions),
        )


def contribution_of(
    facts: DocumentFacts,
    mirrors: Mapping[str, str],
    versions: Callable[[Analysis], Iterable[str]] | None = None,
) -> Contribution:
    """What a document says of its project; plain values, so that a worker can hand them over.

    ``versions`` finds those of a chunk; what it found is kept with the chunk.
    """
    return Contribution(
        built_images=facts.derive(built_names),
        tensorflow_versions=facts.gather(ImageRef, versions or partial(_versions, mirrors=mirrors)),
        memory_limits=frozenset(_memory_limits(facts, mirrors)),
        uses_dotenv=uses_dotenv(facts),
    )


def _versions(analysis: Analysis, *, mirrors: Mapping[str, str]) -> frozenset[str]:
    """Exact versions of TensorFlow's image that are used; not those shown as a mistake."""
    # Imported where there are images: most files have none.
    from tflsp.tensorflow.release import parse_tag

    found = set()
    for image in analysis.of(ImageRef):
        if not _is_tensorflow(image, mirrors) or not image.pulls:
            continue
        tag = parse_tag(image.tag or "")
        if (
            tag is not None
            and not tag.moves
            and not is_bad_example(image.region, image.region.to_root(image.span).start)
        ):
            found.add(tag.version)
    return frozenset(found)


def _memory_limits(facts: DocumentFacts, mirrors: Mapping[str, str]) -> Iterator[int]:
    for found in facts.all(ContainerLaunch):
        launch = found.fact
        own = launch.image is None or launch.image.builds
        if launch.memory and (
            (own and launch.surface in _OWN_SURFACES) or (launch.image and _is_tensorflow(launch.image, mirrors))
        ):
            yield launch.memory


def _is_tensorflow(image: ImageRef, mirrors: Mapping[str, str]) -> bool:
    return image.is_tensorflow or official_name(image, mirrors) == "tensorflow/tensorflow"
