"""What is known of the project around a document: a plain value that callers gather from disk or from open documents.

Rules read it; nothing here touches a disk.
"""

from __future__ import annotations

from collections.abc import Mapping

from tflsp.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class Project:
    """A snapshot of what documents and files of one project say together."""

    # Names given by `docker build -t`, compose `build` + `image`, and the like; without tag, normalised.
    built_images: frozenset[str] = frozenset()
    # TensorFlow version of image tags -> the documents (names) that use it.
    tensorflow_versions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Whether a .gitignore covers `.env`; None where the project has no .gitignore or is not known.
    dotenv_ignored: bool | None = None
    has_dotenv: bool = False
    # Names (never values) that `.env` and `.env.example` define.
    dotenv_names: frozenset[str] = frozenset()
    uses_dotenv: bool = False
    # Image reference (name:tag) -> digest, from tflsp.lock.
    digests: Mapping[str, str] = field(default_factory=dict)
    # The oldest Python, (3, minor), that pyproject.toml says the project runs on.
    requires_python: tuple[int, int] | None = None
    # The memory limit in bytes that the project's launches give their containers, where they agree.
    memory_limit: int | None = None


NO_PROJECT = Project()
