"""`tflsp shell`: a shell or a command in the container, by OpenSSH's own ssh where there is one, else by asyncssh."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path, PurePosixPath

import click

from tflsp.remote import ssh_config, ssh_include
from tflsp.remote.quoting import command_line
from tflsp.remote.targets import Target, TargetError, load, target_of

EPILOG = """\b
Examples:
  tflsp shell                            in the container of this folder's project
  tflsp shell tflsp-mnist-3f09a1         in that container
  tflsp shell -- python train.py --lr 1  run a command there; its exit code is ours
"""
_WORDS = "tflsp.shell.words"


class _Shell(click.Command):
    """Takes what follows `--` as the command, word by word, before anything is read as an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            ctx.meta[_WORDS] = tuple(args[at + 1 :])
            args = args[:at]
        return super().parse_args(ctx, args)


@click.command("shell", cls=_Shell, epilog=EPILOG)
@click.argument("name", required=False, metavar="[NAME] [-- COMMAND...]")
@click.pass_context
def command(ctx: click.Context, name: str | None) -> None:
    """Open a shell in the container of this folder's project, or of NAME; or run a command there.

    It starts in the container's folder for the one you are in, where both have it.
    """
    words: tuple[str, ...] = ctx.meta.get(_WORDS, ())
    try:
        target = load(name) if name is not None else _target_here()
        if target.ssh is None:
            raise TargetError(f"{target.name} runs on this machine: your shell is in it already")
        line = remote_line(words, location(target, Path.cwd()))
        terminal = sys.stdin.isatty() and (not words or sys.stdout.isatty())
        ssh = shutil.which("ssh")
        # Given our file alone, ssh would know nothing of the user's jump hosts.
        if ssh is None or (target.ssh.jump is not None and not _is_installed()):
            from tflsp.remote.shell import run_shell

            ctx.exit(run_shell(target, line, terminal=terminal))
        ssh_config.write_own()
        arguments = openssh(ssh, target, line, terminal=terminal)
    except (TargetError, ssh_config.ConfigProblem, ValueError, OSError) as error:
        click.echo(f"tflsp: {error}", err=True)
        ctx.exit(2)
    sys.stdout.flush()
    # The shell has our terminal, signals and exit code, with nothing of ours in between.
    os.execv(ssh, arguments)


def openssh(ssh: str, target: Target, line: str, *, terminal: bool) -> list[str]:
    """The arguments of OpenSSH's ssh, which carries one string to the shell on the other side."""
    configuration = [] if _is_installed() else ["-F", str(ssh_config.own_path())]
    return [ssh, *configuration, "-t" if terminal else "-T", "--", target.name, line]


def remote_line(words: tuple[str, ...], folder: str | None) -> str:
    """What the login shell there gets to read: the command, or a shell of its own, in a folder."""
    run = command_line(words) if words else 'exec "${SHELL:-/bin/sh}" -l'
    if folder is None:
        return run
    # A shell is of use elsewhere too, a command is not: it might write there.
    return f"cd {command_line([folder])} {'&&' if words else ';'} {run}"


def location(target: Target, here: Path) -> str | None:
    """The folder in the container for a folder here, else for the project's; None where nothing is mounted."""
    for folder in (here.resolve(), Path(target.folder)):
        for mapping in sorted(target.mappings, key=lambda each: -len(each.local)):
            if folder.is_relative_to(mapping.local):
                return str(PurePosixPath(mapping.remote, *folder.relative_to(mapping.local).parts))
    return None


def _is_installed() -> bool:
    """Whether ssh itself finds our file. It takes the home from the password file, not from the environment."""
    try:
        import pwd

        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
        return home.samefile(Path.home()) and ssh_include.is_included(ssh_include.user_path().read_bytes())
    except (ImportError, KeyError, OSError):
        return False


def _target_here() -> Target:
    found = target_of(Path.cwd())
    if found is None:
        raise TargetError("no container belongs to this folder; name one, or start one with `tflsp up`")
    return found
