"""What is in force around a document: its settings, and the project that it belongs to.

Reads settings files and a few files at a project's root, once per folder, until they are said to have changed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tflsp.checking.project_files import project_root, read_project
from tflsp.dataclass import dataclass
from tflsp.project import NO_PROJECT, Project
from tflsp.project_index import ProjectIndex
from tflsp.server.uris import within
from tflsp.settings import DEFAULTS, OPTIONS, Settings, problems_of, settings_from_mapping
from tflsp.settings_files import NOTHING, Loaded, SettingsError, find, load

log = logging.getLogger(__name__)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(slots=True, eq=False)
class Root:
    """A project. ``base`` is what its own files say, ``project`` what its documents say besides, when last asked.

    ``index`` belongs to the worker's thread.
    """

    path: Path | None
    base: Project
    index: ProjectIndex
    project: Project


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What is in force in a folder."""

    settings: Settings
    root: Root


NOWHERE = Scope(DEFAULTS, Root(None, NO_PROJECT, ProjectIndex(), NO_PROJECT))


class Projects:
    """Settings and projects by folder. ``language`` is that of messages where no setting names one."""

    def __init__(self, language: str) -> None:
        self._defaults: Mapping[str, Any] = {"language": language}
        self._editor: dict[Path | None, Mapping[str, Any]] = {}
        self._loaded: dict[Path | None, Loaded] = {}
        self._by_file: dict[tuple[Path | None, Path | None], Loaded] = {}
        self._roots: dict[Path | None, Root] = {}
        self._root_of: dict[Path, Path] = {}

    def set_editor_settings(self, by_folder: Mapping[Path | None, Mapping[str, Any]]) -> bool:
        """The editor's settings, which stand above those of files; under None those for all folders.

        Gives whether they are other than before.
        """
        settings: dict[Path | None, Mapping[str, Any]] = {
            folder: own for folder, table in by_folder.items() if (own := editor_settings(table))
        }
        if settings == self._editor:
            return False
        for problem in {problem for table in settings.values() for problem in problems_of(table)}:
            log.warning("the editor's setting %s is not usable: %s", ".".join(problem.path), problem.hint)
        self._editor = settings
        self._loaded.clear()
        self._by_file.clear()
        return True

    @property
    def editor(self) -> Mapping[Path | None, Mapping[str, Any]]:
        """The editor's settings by folder."""
        return self._editor

    @property
    def roots(self) -> Iterable[Root]:
        """The projects that were asked for so far."""
        return tuple(self._roots.values())

    def forget_files(self) -> None:
        """Settings files or files at a project's root may have changed."""
        self._loaded.clear()
        self._by_file.clear()
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
            base = NO_PROJECT if path is None else _read(path)
            index = ProjectIndex(mirrors=self.settings(path).settings.image_mirrors)
            root = self._roots[path] = Root(path, base, index, base)
        return root

    def scope(self, folder: Path | None) -> Scope:
        """What is in force in a folder."""
        return Scope(self.settings(folder).settings, self.root(folder))

    def _load(self, folder: Path | None) -> Loaded:
        """One value for all folders under one settings file: rules are chosen once for each."""
        file = None if folder is None else find(folder)
        key = (file, self._editor_folder(folder))
        if key not in self._by_file:
            loaded = NOTHING
            if file is not None:
                try:
                    loaded = load(file)
                except SettingsError as error:
                    log.error("%s", error)
            merged = {**self._defaults, **loaded.mapping, **self._editor.get(None, {}), **self._editor.get(key[1], {})}
            self._by_file[key] = Loaded(settings_from_mapping(merged), merged, loaded.files, loaded.problems)
        return self._by_file[key]

    def _editor_folder(self, folder: Path | None) -> Path | None:
        """The innermost folder that the editor has settings for."""
        roots = [root for root in self._editor if root is not None and folder is not None and within(folder, root)]
        return max(roots, key=lambda root: len(root.parts), default=None)


def editor_settings(table: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as an editor has them: camelCase is understood, and what is unset or the client's own left out."""
    own = {_CAMEL.sub("-", key).lower().replace("_", "-"): value for key, value in table.items()}
    return {key: value for key, value in own.items() if key in OPTIONS and value is not None and value != ""}


def _read(path: Path) -> Project:
    try:
        return read_project(path)
    except OSError as error:
        log.warning("the files of the project cannot be read: %s", error.strerror)
        return NO_PROJECT
