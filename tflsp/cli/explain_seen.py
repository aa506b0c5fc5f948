"""Where errors were seen before: in the journals and guides of the project that a file lies in, for a moment's look."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from time import monotonic

from tflsp.checking.discovery import discover
from tflsp.checking.project_files import project_root
from tflsp.dataclass import dataclass
from tflsp.documents.opening import open_bytes
from tflsp.facts.journal_recording import record_of, without_secrets
from tflsp.facts.journal_records import IncidentRecord

# Seconds that a person waits for more than the explanation.
PATIENCE = 2.0
# So many files are read however busy the machine is.
FEWEST = 20
LARGEST = 8 << 20  # bytes
_NAMES = (".md", ".markdown", ".qmd", ".ipynb", ".py")


@dataclass(frozen=True, slots=True)
class Seen:
    """An incident in a file; ``line`` (from 1) is its heading's."""

    path: Path
    line: int
    heading: str
    step: int
    solution: str


def seen_before(fingerprints: Collection[str], folder: Path, own: Path | None) -> Mapping[str, Seen]:
    """The errors that something in the project tells of, the solved ones rather than others; not those of ``own``."""
    found: dict[str, Seen] = {}
    wanted = set(fingerprints)
    end = monotonic() + PATIENCE
    for number, path in enumerate(_files(folder, own) if wanted else ()):
        if not wanted or (number >= FEWEST and monotonic() > end):
            break
        for incident in _incidents(path):
            known = found.get(incident.fingerprint)
            if incident.fingerprint in wanted and (known is None or (incident.solution and not known.solution)):
                line = incident.heading_where[1] + 1
                seen = Seen(path, line, incident.heading, incident.step, incident.solution)
                found[incident.fingerprint] = seen
                if seen.solution:
                    wanted.discard(incident.fingerprint)
    return found


def _files(folder: Path, own: Path | None) -> Iterator[Path]:
    """Those beside the file first, then the project's others."""
    root = project_root(folder.resolve())
    is_project = any((root / name).exists() for name in (".git", "tflsp.toml", "pyproject.toml"))
    seen = {own.resolve()} if own is not None else set()
    near = (path for path in sorted(folder.resolve().iterdir()) if path.is_file())
    for found in (near, discover([root]) if is_project else ()):
        for path in found:
            if path.suffix.lower() in _NAMES and path not in seen:
                seen.add(path)
                yield path


def _incidents(path: Path) -> tuple[IncidentRecord, ...]:
    try:
        if path.stat().st_size > LARGEST:
            return ()
        data = path.read_bytes()
    except OSError:
        return ()
    document, _ = open_bytes(path.name, data)
    record = record_of(document)
    return without_secrets(record).incidents if record.incidents else ()
