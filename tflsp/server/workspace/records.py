"""What the reading process is told, and what it tells: plain values, one JSON object a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tflsp.dataclass import dataclass, field
from tflsp.project_index import Contribution


@dataclass(frozen=True, slots=True)
class Order:
    """What to read: all of some folders, or some files. ``initialize`` are the client's parameters."""

    initialize: Mapping[str, Any]
    folders: tuple[str, ...]
    language: str
    editor: tuple[tuple[str | None, Mapping[str, Any]], ...] = ()
    files: tuple[str, ...] | None = None  # None: all that are found
    skip: tuple[str, ...] = ()
    diagnostics: bool = True  # False: only what files say of their project

    def plain(self) -> dict[str, Any]:
        return {
            "initialize": self.initialize,
            "folders": self.folders,
            "language": self.language,
            "editor": self.editor,
            "files": self.files,
            "skip": self.skip,
            "diagnostics": self.diagnostics,
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Order:
        files = plain["files"]
        return cls(
            plain["initialize"],
            tuple(plain["folders"]),
            plain["language"],
            tuple((folder, settings) for folder, settings in plain["editor"]),
            None if files is None else tuple(files),
            tuple(plain["skip"]),
            plain["diagnostics"],
        )


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What one file gave: its name in its project, its diagnostics, and what it says of the project."""

    path: str
    name: str
    contribution: Contribution
    diagnostics: list[dict[str, Any]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        said = self.contribution
        return {
            "path": self.path,
            "name": self.name,
            "diagnostics": self.diagnostics,
            "built": sorted(said.built_images),
            "versions": sorted(said.tensorflow_versions),
            "limits": sorted(said.memory_limits),
            "dotenv": said.uses_dotenv,
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> FileRecord:
        contribution = Contribution(
            frozenset(plain["built"]), frozenset(plain["versions"]), frozenset(plain["limits"]), plain["dotenv"]
        )
        return cls(plain["path"], plain["name"], contribution, plain["diagnostics"])
