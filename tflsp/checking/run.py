"""Checks many files: first each by itself, then again those for which what the others say matters.

Workers are forked before betterleaks is loaded in this process: its runtime does not survive a fork.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tflsp.checking.checker import Checked, Known, Task, check_file, read_file
from tflsp.checking.project_files import project_root, read_project
from tflsp.project import Project
from tflsp.project_index import ProjectIndex, changed_fields

# Below this many files a second process costs more than it saves.
WORTH_A_WORKER = 12
# Files that a worker is given at once: few, so that all are done at about the same time.
BATCH = 2


def run(
    files: Sequence[Path], task: Task, jobs: int = 0, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Checked]:
    """Check files and give what came of each, in their order. ``jobs`` 0: one per core."""
    roots = {folder: project_root(folder) for folder in {file.parent for file in files}}
    projects = {root: read_project(root) for root in set(roots.values())}
    if len(files) < WORTH_A_WORKER:
        return _few(files, task, roots, projects, progress)
    indexes = {root: ProjectIndex() for root in projects}
    workers = min(jobs or os.cpu_count() or 1, len(files) // WORTH_A_WORKER + 1)
    first = Task(task.overrides, task.settings_file, task.language)
    with _mapper(workers) as mapped:
        results: list[Checked] = []
        work = [(file, projects[roots[file.parent]]) for file in files]
        for file, checked in zip(files, mapped(partial(_check, task=first), work), strict=True):
            indexes[roots[file.parent]].add(checked.path, checked.contribution)
            results.append(checked)
            progress(len(results))
        known = {root: index.project(projects[root]) for root, index in indexes.items()}
        changed = {root: changed_fields(projects[root], known[root]) for root in known}
        again = [
            index
            for index, (file, checked) in enumerate(zip(files, results, strict=True))
            if task.fix or not checked.shared.isdisjoint(changed[roots[file.parent]])
        ]
        work = [(files[index], known[roots[files[index].parent]]) for index in again]
        for index, checked in zip(again, mapped(partial(_check, task=task), work), strict=True):
            results[index] = checked
    return iter(results)


def _few(
    files: Sequence[Path],
    task: Task,
    roots: Mapping[Path, Path],
    projects: Mapping[Path, Project],
    progress: Callable[[int], None],
) -> Iterator[Checked]:
    """Few files are all read before the first is judged: each is read and judged once."""
    indexes = {root: ProjectIndex() for root in projects}
    seen: Known = {}
    for file in files:
        indexes[roots[file.parent]].add(str(file), read_file(file, task, seen))
    known = {root: index.project(projects[root]) for root, index in indexes.items()}
    for number, file in enumerate(files, start=1):
        yield check_file(file, task, known[roots[file.parent]], seen)
        progress(number)


def _check(work: tuple[Path, Project], task: Task) -> Checked:
    return check_file(work[0], task, work[1])


Mapper = Callable[[Callable[[tuple[Path, Project]], Checked], Sequence[tuple[Path, Project]]], Iterable[Checked]]


@contextmanager
def _mapper(workers: int) -> Iterator[Mapper]:
    if workers <= 1:
        yield map
        return
    # Imported where it is used: one file must not pay for it.
    import multiprocessing

    # Fork shares the loaded modules; where it is not offered, a fresh process does as well.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    with multiprocessing.get_context(method).Pool(workers, initializer=_leave_interrupts) as pool:
        yield partial(pool.imap, chunksize=BATCH)


def _leave_interrupts() -> None:
    """Ctrl-C is for the parent, which ends its workers."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
