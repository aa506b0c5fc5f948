"""Which container a command means, and what is said when it cannot be done. Exit code 2 for errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tflsp.container.context import ContextError
from tflsp.container.engines import Container, Engine
from tflsp.container.faults import EngineError
from tflsp.container.interrupts import Terminated, interruptible
from tflsp.container.lock import LockError
from tflsp.container.names import name_of
from tflsp.container.project import ProjectError, root_of
from tflsp.places import UnsafeFolder
from tflsp.remote.keys import KeyProblem
from tflsp.remote.known_hosts import ChangedKey
from tflsp.remote.ssh_config import ConfigProblem
from tflsp.remote.targets import Target, TargetError, is_name, load, target_of
from tflsp.settings_files import SettingsError

_EXPECTED = (
    EngineError,
    LockError,
    ProjectError,
    ContextError,
    SettingsError,
    KeyProblem,
    ChangedKey,
    ConfigProblem,
    TargetError,
    UnsafeFolder,
)


@contextmanager
def telling(ctx: click.Context, interrupted: str = "Interrupted.") -> Iterator[None]:
    """What goes wrong is one sentence and one on what to do; a signal ends the command as the shell expects it."""
    try:
        with interruptible():
            yield
    except _EXPECTED as error:
        click.echo(f"tflsp: {error}", err=True)
        ctx.exit(2)
    except BrokenPipeError:
        raise  # click's affair: whoever read our output has seen enough
    except OSError as error:
        click.echo(f"tflsp: {error.filename or 'the system'}: {error.strerror or error}. Try again.", err=True)
        ctx.exit(2)
    except Terminated as end:
        click.echo(f"tflsp: {interrupted}", err=True)
        ctx.exit(128 + end.number)


@contextmanager
def engine() -> Iterator[Engine]:
    """This machine's engine. Raises EngineError."""
    from tflsp.container.docker_connection import connect

    found = connect()
    try:
        yield found
    finally:
        found.close()


def name_meant(which: str | None) -> str:
    """The container that is meant: by name, by a project's folder, or that of the folder one is in."""
    if which is not None and is_name(which) and not Path(which).is_dir():
        return which
    folder = Path(which or ".")
    if not folder.is_dir():
        raise TargetError(f"{which!r} is neither a container's name nor a folder; `tflsp status` lists them")
    target = target_of(folder)
    return target.name if target is not None else name_of(root_of(folder))


def container_meant(found: Engine, name: str) -> Container:
    """A container that tflsp made. Raises EngineError and TargetError."""
    container = found.container(name)
    if container is None or container.specification.name != name:
        others = ", ".join(each.name for each in found.containers())
        hint = f"there are: {others}" if others else "`tflsp up` starts one"
        raise TargetError(f"there is no container {name}; {hint}")
    return container


def known_target(name: str) -> Target | None:
    """The target of a name, if there is one that can be read."""
    try:
        return load(name)
    except TargetError:
        return None
