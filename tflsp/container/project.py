"""A project as its container sees it: settings, folders to mount, environment, and whose files they are.

Read from disk and checked here once; what lies outside the project's folder is set apart, since a settings file comes
with the workspace and the workspace is not trusted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tflsp.checking.project_files import project_root
from tflsp.container import names
from tflsp.container.faults import mount_missing
from tflsp.container.specification import Mount
from tflsp.container_settings import ContainerSettings, container_settings
from tflsp.settings import CONTAINER
from tflsp.settings_files import Loaded, load_for

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What decides who gets in, and which programs sshd runs, is not for an env file.
_RESERVED = re.compile(r"TFLSP_|LD_(?:PRELOAD|AUDIT)|BASH_ENV|ENV\Z")
# Never mounted, whoever agrees: they are the machine itself.
_NEVER = ("/proc", "/sys", "/dev", "/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock")


class ProjectError(Exception):
    """The settings cannot be used; the text says which and what to do."""


@dataclass(frozen=True)
class Project:
    """A folder with settings. ``outside`` are paths beyond it that the settings reach for: a person has to agree."""

    folder: Path
    name: str
    settings: ContainerSettings
    tensorflow_version: str
    mounts: tuple[Mount, ...]
    environment: Mapping[str, str] = field(repr=False)
    outside: tuple[Path, ...] = ()
    env_file: Path | None = None

    @property
    def owner(self) -> tuple[int, int]:
        """User and group that files are made as: those of the folder, but never root's."""
        found = self.folder.stat()
        return (found.st_uid or 1000, found.st_gid or 1000) if found.st_uid else (1000, 1000)


def read_project(path: Path) -> Project:
    """The project around a folder. Raises ProjectError, SettingsError and EngineError."""
    folder = root_of(path)
    loaded = load_for(folder)
    _refuse_problems(loaded)
    settings = container_settings(loaded.mapping.get(CONTAINER, {}))
    base = loaded.root or folder
    outside: list[Path] = []
    mounts = [Mount(names.WORKSPACE, str(folder)), *_mounts(settings, base, folder, outside)]
    env_file, environment = None, {}
    if settings.env_file is not None:
        env_file = _path(settings.env_file, base)
        environment = read_environment(env_file)
        if not env_file.is_relative_to(folder):
            outside.append(env_file)
    name = names.name_of(folder)
    mounts.append(Mount(names.HOME, names.volume_of(name), volume=True))
    version = loaded.settings.tensorflow_version
    return Project(folder, name, settings, version, tuple(sorted(mounts)), environment, tuple(outside), env_file)


def read_environment(path: Path) -> dict[str, str]:
    """NAME=value lines as Docker reads them: no quotes, no interpolation. Raises ProjectError, without any value.

    A name without a value would take it from this machine's environment: refused, since the workspace must not ask.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ProjectError(f"{path}, which env-file names, cannot be read: {why}. Correct the setting.") from None
    environment = {}
    for number, line in enumerate(lines, 1):
        line = line.lstrip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not _VARIABLE.fullmatch(name) or "\0" in value:
            raise ProjectError(f"{path}:{number} is no NAME=value line. Write it so, or put # before it.")
        if _RESERVED.match(name):
            raise ProjectError(f"{path}:{number} sets {name}, which decides who or what gets in. Remove the line.")
        environment[name] = value
    return environment


def _refuse_problems(loaded: Loaded) -> None:
    for file, problem in loaded.problems:
        if problem.path[0] != CONTAINER:
            continue
        key = ".".join(problem.path)
        if problem.what == "value":
            raise ProjectError(f"{file}: {key} has a value that cannot be used; it wants {problem.hint}.")
        meant = f" Did you mean {problem.hint}?" if problem.hint else " `tflsp config --schema` lists what there is."
        raise ProjectError(f"{file}: {key} is not a setting.{meant}")


def _mounts(settings: ContainerSettings, base: Path, folder: Path, outside: list[Path]) -> list[Mount]:
    mounts = []
    for key, value in settings.mounts.items():
        setting = f"[container] mounts.{key}"
        read_only = value.endswith(":ro")
        source = _path(value.removesuffix(":ro").removesuffix(":rw"), base)
        target = os.path.normpath(os.path.join(names.WORKSPACE, key))
        if "," in target or not target.startswith("/") or target in ("/", names.WORKSPACE, names.HOME):
            raise ProjectError(f"{setting} cannot be mounted there. Use a name, which is one in {names.WORKSPACE}.")
        if target.startswith(
            ("/opt/tflsp", "/usr", "/bin", "/lib", "/etc", "/proc", "/sys", "/dev", names.HOME + "/.")
        ):
            raise ProjectError(f"{setting} would hide what the container runs on. Mount it somewhere else.")
        if source == Path("/") or str(source).startswith(_NEVER) or not source.is_dir():
            if not source.exists():
                raise mount_missing(setting, str(source))
            raise ProjectError(f"{setting}: {source} is no folder to give to a container. Name another.")
        if not source.is_relative_to(folder):
            outside.append(source)
        mounts.append(Mount(target, str(source), read_only=read_only))
    return mounts


def _path(text: str, base: Path) -> Path:
    """A path in the settings: relative to their file, with links followed, so that none leads out unseen."""
    try:
        return Path(os.path.realpath(base / os.path.expanduser(text)))
    except ValueError:
        raise ProjectError(f"{text!r} is no path. Correct it under [container].") from None


def root_of(path: Path) -> Path:
    """The folder of the project around a path. Raises ProjectError.

    A home folder is none, even where it has a .git: all that is in it would be given away.
    """
    path = path.resolve()
    forbidden = (Path.home().resolve(), Path("/"))
    root = project_root(path).resolve()
    root = path if root in forbidden else root
    if root in forbidden:
        raise ProjectError(f"{root} would be given to the container as a whole. Run tflsp in a project's folder.")
    return root
