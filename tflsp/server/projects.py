"""What is in force around a document: its settings, and the project that it belongs to.

Reads settings files and a few files at a project's root, once per folder, until they are said to have changed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tflsp.checking.project_files import project_root, read_project
from tflsp.project import NO_PROJECT, Project
from tflsp.project_index import Contribution, ProjectIndex
from tflsp.settings_files import NOTHING, Loaded, SettingsError, load_for

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Root:
    """A project: what its own files say, and what its documents say."""

    path: Path | None
    base: Project
    index: ProjectIndex = field(default_factory=ProjectIndex)

    @property
    def project(self) -> Project:
        return self.index.project(self.base)


class Projects:
    """Settings and projects by folder."""

    def __init__(self) -> None:
        self._editor: Mapping[str, Any] = {}
        self._loaded: dict[Path | None, Loaded] = {}
        self._roots: dict[Path | None, Root] = {}
        self._root_of: dict[Path, Path] = {}

    def set_editor_settings(self, settings: Mapping[str, Any]) -> bool:
        """The editor's settings stand above those of files. Gives whether they are other than before."""
        if settings == self._editor:
            return False
        self._editor = settings
        self._loaded.clear()
        return True

    def forget_files(self) -> None:
        """Settings files or files at a project's root may have changed."""
        self._loaded.clear()
        self._root_of.clear()
        for root in self._roots.values():
            if root.path is not None:
                base = _read(root.path)
                if base != root.base:
                    root.base = base

    def settings(self, folder: Path | None) -> Loaded:
        """The settings in force in a folder; the editor's alone where there is no folder."""
        loaded = self._loaded.get(folder)
        if loaded is None:
            loaded = self._loaded[folder] = self._load(folder)
        return loaded

    def root(self, folder: Path | None) -> Root:
        """The project that a folder belongs to."""
        path = None
        if folder is not None and (path := self._root_of.get(folder)) is None:
            path = self._root_of[folder] = project_root(folder)
        root = self._roots.get(path)
        if root is None:
            root = self._roots[path] = Root(path, NO_PROJECT if path is None else _read(path))
        return root

    def contribute(self, folder: Path | None, key: str, contribution: Contribution) -> bool:
        """What a document says of its project. Gives whether anything changed for the project."""
        return self.root(folder).index.add(key, contribution)

    def _load(self, folder: Path | None) -> Loaded:
        loaded = NOTHING
        if folder is not None:
            try:
                loaded = load_for(folder)
            except SettingsError as error:
                log.error("%s", error)
        return loaded.with_overrides(self._editor) if self._editor else loaded


def _read(path: Path) -> Project:
    try:
        return read_project(path)
    except OSError as error:
        log.warning("the files of the project cannot be read: %s", error.strerror)
        return NO_PROJECT
