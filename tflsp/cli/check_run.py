"""What `tflsp check` does: findings of files and folders, printed for people and for machines, and mended."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from tflsp.checking.checker import Checked, Task, check_text, loaded_for
from tflsp.checking.discovery import discover
from tflsp.checking.records import Record
from tflsp.checking.run import run
from tflsp.cli.check_options import Options
from tflsp.cli.output import FORMATS, Format
from tflsp.settings_files import SettingsError

CLEAN, FINDINGS, ERROR = 0, 1, 2
# Up to this many files a run needs no garbage collection; for more it is this rare (see gc.set_threshold).
FEW = 11
COLLECTED = (20_000, 20, 20)
# What does not make a run fail unless --strict is given.
MILD = frozenset({"hint", "information"})


def check(options: Options) -> int:
    """Check, mend and print as asked. Gives the exit code."""
    overrides = {
        key: [code for value in values for code in value.split(",") if code]
        for key, values in (("select", options.select), ("ignore", options.ignore))
        if values
    }
    task = Task(
        overrides,
        options.settings_file,
        options.language,
        options.fix or options.diff,
        options.unsafe_fixes,
        write=options.fix and not options.diff,
    )
    show = FORMATS[options.output_format](sys.stdout)
    try:
        _known_selectors(overrides)
        if options.watch:
            from tflsp.cli.watching import watch_paths

            watch_paths(options.paths or (Path(),), lambda: _check_once(options, task, show))
            return CLEAN
        if str(options.stdin_filename or "") or options.paths == (Path("-"),):
            name = options.stdin_filename or Path("stdin.md")
            results: Sequence[Checked] = [_check_stdin(name, task, fix=options.fix)]
            shown = not options.fix or options.diff
            code = _report(results, show if shown else None, options)
        else:
            code = _check_once(options, task, show)
    except (SettingsError, FileNotFoundError) as error:
        missing = isinstance(error, FileNotFoundError)
        _say(f"tflsp: {f'{error} does not exist' if missing else error}")
        return ERROR
    return CLEAN if options.exit_zero and code == FINDINGS else code


def _check_once(options: Options, task: Task, show: Format) -> int:
    exclude = loaded_for(Path.cwd(), task).settings.exclude
    files = list(discover(options.paths or (Path(),), exclude))
    if len(files) > FEW:
        # What is loaded stays; of what a file leaves behind hardly anything is circular.
        gc.freeze()
        gc.set_threshold(*COLLECTED)
        gc.enable()
    with _progress(len(files)) as progress:
        results = list(run(files, task, options.jobs, progress))
    if task.write:
        _write_lines(results)
    return _report(results, show, options)


def _report(results: Sequence[Checked], show: Format | None, options: Options) -> int:
    errors = [result.error for result in results if result.error]
    for message in (*errors, *(note for result in results for note in result.notes)):
        _say(f"tflsp: {message}")
    records = [record for result in results for record in result.records]
    if options.diff:
        _print_diffs(results)
    elif options.statistics:
        _print_statistics(records)
    elif show is not None:
        show(records, sum(sum(result.applied.values()) for result in results), len(results))
    if errors:
        return ERROR
    changed = options.diff and any(result.after is not None for result in results)
    return FINDINGS if changed or any(options.strict or record.severity not in MILD for record in records) else CLEAN


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
        _say(f"tflsp: wrote {path}")


def _print_diffs(results: Iterable[Checked]) -> None:
    from difflib import unified_diff

    for result in results:
        if result.before is not None and result.after is not None:
            before, after = result.before.splitlines(keepends=True), result.after.splitlines(keepends=True)
            for line in unified_diff(before, after, result.path, result.path):
                sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


def _print_statistics(records: Sequence[Record]) -> None:
    counts: dict[tuple[str, str], int] = {}
    for record in records:
        counts[record.code, record.name] = counts.get((record.code, record.name), 0) + 1
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        sys.stdout.write(f"{count:>6}  {code}  {name}\n")


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


def _say(message: str) -> None:
    """A line for people, beside what is printed."""
    sys.stdout.flush()
    sys.stderr.write(f"{message}\n")
