"""`tflsp check`: findings of files and folders, printed for people and for machines, and mended."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from tflsp.checking.checker import Checked, Task, check_text
from tflsp.checking.discovery import discover
from tflsp.checking.records import Record
from tflsp.checking.run import run
from tflsp.cli.output import FORMATS, Format
from tflsp.settings_files import SettingsError

CLEAN, FINDINGS, ERROR = 0, 1, 2
# What does not make a run fail unless --strict is given.
MILD = frozenset({"hint", "information"})
EPILOG = """\b
Examples:
  tflsp check                            everything below this folder
  tflsp check --fix notebooks/           mend what can be mended safely
  tflsp check --diff journal.md          show what --fix would change
  tflsp check --select TFL3 --strict .   only secrets; hints count too
  tflsp check --output-format github .   annotations on GitHub
  cat start.sh | tflsp check --stdin-filename start.sh -
\b
Exit code: 0 clean, 1 findings (hints and information only with --strict), 2 error.
"""


@click.command("check", epilog=EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--output-format", type=click.Choice(list(FORMATS)), default="full", show_default=True)
@click.option("--select", multiple=True, metavar="CODES", help="Use only these rules (prefixes or names, with commas).")
@click.option("--ignore", multiple=True, metavar="CODES", help="Leave these rules out.")
@click.option("--fix", is_flag=True, help="Apply safe fixes.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: unsafe fixes too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; change nothing.")
@click.option("--statistics", is_flag=True, help="Count findings by rule.")
@click.option("--stdin-filename", type=click.Path(path_type=Path), help="What standard input (-) is called.")
@click.option("--config", "settings_file", type=click.Path(path_type=Path, exists=True), help="Use this settings file.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Language of messages.")
@click.option("--jobs", "-j", type=click.IntRange(0), default=0, help="Processes; 0: one per core.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("--strict", is_flag=True, help="Hints and information make the run fail too.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even where there are findings.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    output_format: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    statistics: bool,
    stdin_filename: Path | None,
    settings_file: Path | None,
    language: str | None,
    jobs: int,
    watch: bool,
    strict: bool,
    exit_zero: bool,
) -> None:
    """Find problems in PATHS (default: this folder) and mend them.

    Reads Markdown, notebooks, Python, shell, Dockerfiles, compose files, Kubernetes manifests, devcontainer.json and
    .env files, and leaves out what .gitignore names.
    """
    overrides = {
        key: [code for value in values for code in value.split(",") if code]
        for key, values in (("select", select), ("ignore", ignore))
        if values
    }
    task = Task(overrides, settings_file, language, fix or diff, unsafe_fixes, write=fix and not diff)
    show = FORMATS[output_format](sys.stdout)
    try:
        _known_selectors(overrides)
        if watch:
            from tflsp.cli.watching import watch_paths

            watch_paths(paths or (Path(),), lambda: _check_once(paths, task, jobs, show, diff, statistics))
            return
        if str(stdin_filename or "") or paths == (Path("-"),):
            results: Sequence[Checked] = [_check_stdin(stdin_filename or Path("stdin.md"), task, fix=fix)]
            shown = not fix or diff
            code = _report(results, show if shown else None, diff, statistics, strict)
        else:
            code = _check_once(paths, task, jobs, show, diff, statistics, strict)
    except (SettingsError, FileNotFoundError) as error:
        missing = isinstance(error, FileNotFoundError)
        click.echo(f"tflsp: {f'{error} does not exist' if missing else error}", err=True)
        ctx.exit(ERROR)
    ctx.exit(CLEAN if exit_zero and code == FINDINGS else code)


def _check_once(
    paths: Sequence[Path],
    task: Task,
    jobs: int,
    show: Format,
    diff: bool,
    statistics: bool,
    strict: bool = False,
) -> int:
    from tflsp.checking.checker import loaded_for

    exclude = loaded_for(Path.cwd(), task).settings.exclude
    files = list(discover(paths or (Path(),), exclude))
    with _progress(len(files)) as progress:
        results = list(run(files, task, jobs, progress))
    if task.write:
        _write_lines(results)
    return _report(results, show, diff, statistics, strict)


def _report(results: Sequence[Checked], show: Format | None, diff: bool, statistics: bool, strict: bool) -> int:
    errors = [result.error for result in results if result.error]
    for message in (*errors, *(note for result in results for note in result.notes)):
        click.echo(f"tflsp: {message}", err=True)
    records = [record for result in results for record in result.records]
    if diff:
        _print_diffs(results)
    elif statistics:
        _print_statistics(records)
    elif show is not None:
        show(records, sum(sum(result.applied.values()) for result in results), len(results))
    if errors:
        return ERROR
    changed = diff and any(result.after is not None for result in results)
    return FINDINGS if changed or any(strict or record.severity not in MILD for record in records) else CLEAN


def _check_stdin(name: Path, task: Task, *, fix: bool) -> Checked:
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    result = check_text(name, text, task)
    if fix:
        # With --fix standard output is the mended text, so that editors and filters can use it.
        sys.stdout.buffer.write((result.after or text).encode("utf-8", "surrogateescape"))
        sys.stdout.buffer.flush()
    return result


def _write_lines(results: Iterable[Checked]) -> None:
    from tflsp.checking.other_files import write_lines

    for path in write_lines(results):
        click.echo(f"tflsp: wrote {path}", err=True)


def _print_diffs(results: Iterable[Checked]) -> None:
    from difflib import unified_diff

    for result in results:
        if result.before is not None and result.after is not None:
            before, after = result.before.splitlines(keepends=True), result.after.splitlines(keepends=True)
            for line in unified_diff(before, after, result.path, result.path):
                click.echo(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n", nl=False)


def _print_statistics(records: Sequence[Record]) -> None:
    counts: dict[tuple[str, str], int] = {}
    for record in records:
        counts[record.code, record.name] = counts.get((record.code, record.name), 0) + 1
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"{count:>6}  {code}  {name}")


def _known_selectors(overrides: dict[str, list[str]]) -> None:
    from tflsp.rules.base import all_rules
    from tflsp.selection import matches_prefix

    for option, selectors in overrides.items():
        for selector in selectors:
            if not any(matches_prefix(rule, (selector,)) for rule in all_rules().values()):
                raise SettingsError(f"--{option}: no rule is called {selector!r}; `tflsp rule --all` lists them")


def _progress(total: int) -> AbstractContextManager[Callable[[int], None]]:
    if total < 50 or not sys.stderr.isatty():
        return nullcontext(lambda done: None)
    from tflsp.cli.progress import counting

    return counting(total, "Checking")
