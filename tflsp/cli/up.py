"""`tflsp up`: this project's container, healthy and reachable; running it again changes nothing."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from tflsp.cli.container.common import engine, known_target, telling
from tflsp.cli.container.next_steps import next_steps
from tflsp.cli.container.watcher import TerminalWatcher
from tflsp.cli.ssh_config import offer
from tflsp.container import up as bringing
from tflsp.container.docker_arguments import command_line, shown
from tflsp.container.engines import Engine
from tflsp.container.faults import EngineError, Fault
from tflsp.container.planning import plan
from tflsp.container.project import Project, read_project
from tflsp.container.specification import size
from tflsp.container.target import jupyter_token, local_target, target_of_container
from tflsp.dataclass import replace as with_settings
from tflsp.remote import keys, known_hosts, ssh_config, ssh_include, targets
from tflsp.remote.targets import Target

EPILOG = """\b
Examples:
  tflsp up              start this folder's container, building its image where it is missing
  tflsp up --dry-run    show the `docker run` that would do the same
  tflsp up --recreate   after changed settings; volumes, host key and VS Code's server stay
  tflsp up --local      no container: the same server on this machine
"""
_INTERRUPTED = "Interrupted; no new container was left behind."


@click.command("up", epilog=EPILOG)
@click.argument("project", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--recreate", is_flag=True, help="Replace the container by one with the settings as they are now.")
@click.option("--dry-run", is_flag=True, help="Change nothing; show the equivalent `docker run`.")
@click.option("--pull", is_flag=True, help="Fetch the images and build anew, even where they are there.")
@click.option("--cpu", is_flag=True, help="Give no GPUs, whatever the settings say.")
@click.option("--local", is_flag=True, help="No container: a session on this machine.")
@click.option("--identity", type=click.Path(path_type=Path, dir_okay=False), help="Log in with this private key.")
@click.option("--agent", is_flag=True, help="Log in with the keys of your SSH agent.")
@click.option("--yes", is_flag=True, help="Answer yes to every question.")
@click.pass_context
def command(
    ctx: click.Context,
    project: Path,
    recreate: bool,
    dry_run: bool,
    pull: bool,
    cpu: bool,
    local: bool,
    identity: Path | None,
    agent: bool,
    yes: bool,
) -> None:
    """Build or pull the image and start the container of PROJECT (default: this folder's), and wait for its health.

    Exit code 1 where it runs with other settings than those in force now.
    """
    watcher = TerminalWatcher(yes=yes)
    with telling(ctx, _INTERRUPTED):
        wanted = read_project(project)
        if cpu:
            wanted = _on_cpu(wanted)
        if local:
            _local_session(wanted)
            return
        try:
            with engine() as found:
                login = _identity(wanted.name, identity, agent)
                if dry_run:
                    _show_plan(found, wanted, login)
                    return
                code = _up(found, wanted, login, watcher, recreate=recreate, pull=pull, yes=yes)
        except EngineError as error:
            if error.fault not in _WITHOUT_ENGINE or dry_run or not sys.stdin.isatty():
                raise
            click.echo(f"tflsp: {error}", err=True)
            if not click.confirm("Work without a container, with a session on this machine?", err=True):
                ctx.exit(2)
            _local_session(wanted)
            return
    ctx.exit(code)


_WITHOUT_ENGINE = (Fault.NO_ENGINE, Fault.NO_RIGHTS, Fault.OLD_ENGINE, Fault.REMOTE_ENGINE)


def _up(
    found: Engine,
    project: Project,
    login: keys.Identity,
    watcher: TerminalWatcher,
    *,
    recreate: bool,
    pull: bool,
    yes: bool,
) -> int:
    try:
        outcome = bringing.up(found, project, login.public_line, watcher, recreate=recreate, pull=pull)
    except EngineError as error:
        if error.fault is not Fault.NO_GPU or project.settings.gpus == ("none",):
            raise
        watcher.note(f"tflsp: {error}")
        if not watcher.agrees("Start it without GPUs for now?"):
            raise click.exceptions.Exit(2) from None
        project = _on_cpu(project)
        outcome = bringing.up(found, project, login.public_line, watcher, recreate=recreate, pull=pull)
    path = None if login.path is None else str(login.path)
    target = target_of_container(found, project, path)
    known_hosts.pin(target, replace=outcome.fresh)
    targets.save(target)
    click.echo(f"{target.name} is up ({_DID[outcome.did]}), SSH on 127.0.0.1:{target.ssh.port if target.ssh else 0}")
    _tell_differences(outcome, recreate_hint=True)
    included = not ssh_include.planned().needed
    if included:
        ssh_config.write_own()
    elif yes or sys.stdin.isatty():
        included = offer(yes=yes)
    else:
        ssh_config.write_own()
    click.echo()
    for line in next_steps(target, jupyter_token(found, target.name), included=included):
        click.echo(line)
    return 1 if outcome.differences else 0


_DID = {"created": "new", "recreated": "made anew", "started": "started again", "unchanged": "as it was"}


def _tell_differences(outcome: bringing.Outcome, *, recreate_hint: bool) -> None:
    if not outcome.differences:
        return
    click.echo("It was made with other settings than those in force now:", err=True)
    for difference in outcome.differences:
        click.echo(f"  {difference.what}: {difference.now} -> {difference.wanted}", err=True)
    if recreate_hint:
        click.echo("`tflsp up --recreate` replaces it; volumes, host key and VS Code's server stay.", err=True)


def _show_plan(found: Engine, project: Project, login: keys.Identity) -> None:
    planned = plan(found, project, login.public_line)
    env_file = None if project.env_file is None else str(project.env_file)
    image = "is there" if found.image(planned.wanted.image) is not None else "would be built or pulled first"
    click.echo(f"# The image {planned.wanted.image} {image}.")
    if planned.actual is not None:
        if not planned.differences:
            click.echo(f"# {planned.wanted.name} is {planned.actual.state} and as the settings want it: nothing to do.")
        for difference in planned.differences:
            click.echo(f"# {difference.what}: {difference.now} -> {difference.wanted}")
    if project.settings.memory is None:
        total = found.about().memory
        click.echo(f"# No memory limit is set; the machine has {size(total)}.")
    click.echo(shown(command_line(planned.wanted, env_file)))


def _identity(name: str, identity: Path | None, agent: bool) -> keys.Identity:
    """Who logs in: as chosen now, else as before, else tflsp's own key. Raises KeyProblem."""
    before = known_target(name)
    if agent or (identity is None and before is not None and before.ssh is not None and before.ssh.identity is None):
        import asyncio

        return asyncio.run(keys.agent_identity())
    if identity is None and before is not None and before.ssh is not None and before.ssh.identity is not None:
        path = Path(before.ssh.identity)
        # Our own key is made anew where it was deleted; one of the user's is not ours to make.
        identity = path if path != keys.own_path() else None
    return keys.ensure_identity(identity)


def _on_cpu(project: Project) -> Project:
    return replace(project, settings=with_settings(project.settings, gpus=("none",)))


def _local_session(project: Project) -> None:
    target: Target = local_target(project.name, str(project.folder))
    before = known_target(project.name)
    if before is not None and before.ssh is not None:
        raise targets.TargetError(f"{project.name} has a container. Remove it with `tflsp down` first.")
    targets.save(target)
    click.echo(f"{target.name} is a session on this machine: no container, nothing to stop.")
    click.echo()
    for line in next_steps(target, None, included=False):
        click.echo(line)
