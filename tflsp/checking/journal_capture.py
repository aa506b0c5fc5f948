"""What happened since a file's last step: its text and snapshots, git, TensorBoard's logs, the interpreter that has
TensorFlow, tflsp.lock; read for ``captured``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from tflsp.capture.captured import Captured, captured
from tflsp.capture.environment import Commit, Devices, commit_of
from tflsp.capture.hyperparameters import Hyperparameters, facts_of, hyperparameters_in, hyperparameters_of
from tflsp.capture.results import Result
from tflsp.capture.snapshots import Snapshot, SnapshotsError, has_snapshots, last_snapshot, take_snapshot
from tflsp.checking.files import decode
from tflsp.checking.git import head_and_changes, versions_of
from tflsp.checking.project_files import project_root, read_project
from tflsp.checking.running_image import running_image
from tflsp.checking.tensorboard_runs import newest_logged_run
from tflsp.checking.tensorflow_python import tensorflow_python
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.documents.opening import open_text
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.journal import Journal, read_journal
from tflsp.facts.journal_entries import Entry, Goal, Kind, Step
from tflsp.facts.journal_resumed import in_common
from tflsp.facts.journal_written import Written
from tflsp.facts.python_settings import bare, setting_name
from tflsp.journal.reading import journal_of
from tflsp.journal.refusals import Refusal
from tflsp.text.patterns import pattern

# Commits of the file that are looked at for the one that brought the last step.
_MOST_VERSIONS: Final = 20
# Commits that lost snapshots are made again from.
_MOST_HISTORY: Final = 100
# A step, where others follow it with their texts, and what it tells: names and values.
_Said = Written | tuple[Written | str, ...]
_Values = tuple[tuple[str, str], ...]
_LOGS: Final = pattern(r"TensorBoard\(|create_file_writer|SummaryWriter|tf\.summary\b")
_LONGEST_LOGS: Final = 32  # code points that one of these can have, and what it looks at
_SILENT: Final = f"{__name__}.silent"


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """What was captured, the journal and its language, and what could not be read.

    ``tflsp.capture.wording.captured_run`` makes of it what a step is filled with,
    ``tflsp.capture.concluding.concluded_run`` what a conclusion is.
    """

    captured: Captured
    journal: Journal
    language: str
    problem: Refusal | None = None


def capture_file(
    path: Path,
    *,
    language: str,
    log: str | None = None,
    text: str | None = None,
    devices: Callable[[], Devices | None] | None = None,
) -> CapturedFile:
    """Capture for the next step or the conclusion of a file, which need not exist.

    ``log`` is a run's output, for what keeps none; ``text`` what an editor has for the file; ``devices`` asks for this
    machine's GPUs (``tflsp.gpu.for_journal.devices_here``) where TensorFlow is here. Changes are those since the last
    step's snapshot; without one, since the commit that brought that step; without that, from what the
    steps say. Raises OSError where the file cannot be read.
    """
    path = path.resolve()
    if text is None:
        text = decode(path.read_bytes()) if path.exists() else ""
    return capture_document(open_text(path.as_posix(), text), path, language=language, log=log, devices=devices)


def capture_document(
    document: Document,
    path: Path,
    *,
    language: str,
    log: str | None = None,
    results: Sequence[Result] | None = None,
    order: Mapping[int, int] | None = None,
    known: DocumentFacts | None = None,
    devices: Callable[[], Devices | None] | None = None,
) -> CapturedFile:
    """As ``capture_file``, for a document as an editor has it, whose file is ``path`` (absolute).

    ``results`` are those of outputs that the editor has and the text has not, ``order`` says which cells ran when (from
    1), ``known`` is what was analysed already, as for ``facts_of``. Reads files and asks child processes: not for an
    event loop.
    """
    root = project_root(path)
    journal = journal_of(document)
    problem: Refusal | None = None
    snapshot: Snapshot | None = None
    try:
        snapshot = last_snapshot(root, name_in_project(path, root), journal.numbers)
    except SnapshotsError as error:
        problem = error
    facts = facts_of(document, known)
    before = None if snapshot is None else snapshot.hyperparameters
    if before is None:
        before = _committed(path, max(journal.numbers, default=0), facts)
    logged = None
    if log is None and _may_log(document):
        logged = newest_logged_run(path, root, since=_last_written(journal, snapshot))
    python = tensorflow_python(root)
    hyperparameters = hyperparameters_of(facts, order)
    found = captured(
        document,
        hyperparameters=hyperparameters,
        before=before,
        told=_told(document, journal, hyperparameters) if before is None else None,
        goal=_criterion(journal),
        log=log,
        results=results,
        order=order,
        logged=() if logged is None else logged.results,
        commit=_commit(root),
        digests=read_project(root).digests,
        running=running_image(),
        installed=None if python is None else python.installed,
        devices=None if python is None or devices is None else devices(),
    )
    return CapturedFile(found, journal, journal.language(language), problem)


def _told(document: Document, journal: Journal, now: Hyperparameters) -> dict[str, str]:
    """What the steps say that values are which the code has now, the last one's word for each."""
    wanted = {setting_name(name) for name in now.values} - {""}
    found: dict[str, str] = {}
    known: Mapping[_Said, _Values] = document.memory.get(__name__, {})
    looked_at: dict[_Said, _Values] = {}
    for step in reversed(journal.of(Kind.STEP)):
        if not wanted:
            break
        said: _Said = (step.written, *(each.text for each in step.following)) if step.following else step.written
        values = known.get(said)
        looked_at[said] = values = _values(step.entry) if values is None else values
        for name, value in values:
            found.setdefault(name, value)
            wanted.discard(name)
    # The next entry finds most steps as they are: to read thousands takes longer than to look them up.
    document.memory[__name__] = looked_at
    return found


def _values(entry: Entry) -> _Values:
    """The values that a step tells, the last one for each setting."""
    found: dict[str, str] = {}
    for change in reversed(entry.changes if isinstance(entry, Step) else ()):
        found.setdefault(setting_name(change.name), bare(change.new))
    found.pop("", None)
    return tuple(found.items())


def _may_log(document: Document) -> bool:
    """Whether a run below ``logs`` can be this document's: its code logs, or it has none (a Markdown journal)."""
    if document.kind == "markdown":
        return True
    if len(document.parts) != 1:
        return any(_LOGS.search(part.text) for part in document.parts)
    text = document.text
    silent: str | None = document.memory.get(_SILENT)
    if silent is None:
        found = _LOGS.search(text)
    else:
        # Where there was nothing, there can be something only around what has changed.
        start, end = in_common(silent, text)
        found = _LOGS.search(text, max(start - _LONGEST_LOGS, 0), len(text) - max(end - _LONGEST_LOGS, 0))
        if found is not None:  # at the border it may be a part of a longer name
            found = _LOGS.search(text)
    document.memory[_SILENT] = text if found is None else None
    return found is not None


def _last_written(journal: Journal, snapshot: Snapshot | None) -> float:
    """When the last step was written, in seconds since 1970: what was logged before it, it has told."""
    times = [] if snapshot is None or not snapshot.step else [snapshot.taken_at]
    times += [each.entry.when for each in journal.of(Kind.STEP)[-1:] if isinstance(each.entry, Step)]
    return max((found for each in times if (found := _seconds(each)) is not None), default=0.0)


def _seconds(when: str) -> float | None:
    try:
        return datetime.fromisoformat(when.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def keep(path: Path, step: int, hyperparameters: Hyperparameters, taken_at: str) -> None:
    """Keep what a step was inserted with (0: the goal), for the next one; nothing where a text has no hyperparameters.

    Where the database is missing, the snapshots of earlier steps are made again from git. Raises SnapshotsError.
    """
    if not hyperparameters.values and not hyperparameters.layers:
        return
    path = path.resolve()
    root = project_root(path)
    if not has_snapshots(root):
        for earlier in snapshots_in_history(path, root):
            take_snapshot(root, earlier)
    take_snapshot(root, Snapshot(name_in_project(path, root), step, taken_at, hyperparameters))


def keep_goal(path: Path, taken_at: str, text: str | None = None) -> None:
    """Keep what the code is like when its goal is set: the first step tells what has changed since then. ``text`` is
    what an editor has for the file. Raises OSError and SnapshotsError.
    """
    text = decode(path.read_bytes()) if text is None else text
    keep(path, 0, hyperparameters_in(open_text(path.as_posix(), text)), taken_at)


def snapshots_in_history(path: Path, root: Path) -> list[Snapshot]:
    """A snapshot for each step of a file's history, from the first commit that had it; step 0 from the last before."""
    found: dict[int, Snapshot] = {}
    facts: DocumentFacts | None = None
    for version in versions_of(path, _MOST_HISTORY):
        document = open_text(path.as_posix(), decode(version.data))
        facts = facts_of(document, facts)  # from one commit to the next little changes
        hyperparameters = hyperparameters_of(facts)
        if not hyperparameters.values and not hyperparameters.layers:
            continue
        step = max(read_journal(document).numbers, default=0)
        if step or step not in found:
            found[step] = Snapshot(name_in_project(path, root), step, version.when, hyperparameters)
    return [found[step] for step in sorted(found)]


def _criterion(journal: Journal) -> str:
    goals = [each.entry for each in journal.of(Kind.GOAL) if isinstance(each.entry, Goal)]
    return next((goal.criterion for goal in reversed(goals) if goal.criterion), "")


def _committed(path: Path, step: int, known: DocumentFacts) -> Hyperparameters | None:
    """The hyperparameters in the commit that brought a step; of step 0, those of the last commit."""
    found: Document | None = None
    for version in versions_of(path, _MOST_VERSIONS if step else 1):
        document = open_text(path.as_posix(), decode(version.data))
        if max(read_journal(document).numbers, default=0) != step:
            break
        found = document
    return None if found is None else hyperparameters_of(facts_of(found, known))


def _commit(root: Path) -> Commit | None:
    said = head_and_changes(root)
    return None if said is None else commit_of(*said)


def name_in_project(path: Path, root: Path) -> str:
    """The name that a file's snapshots are kept by."""
    # A name in bytes that are no UTF-8 is one nevertheless.
    return path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()
