"""What `tflsp check` says about text that nobody wrote for it: what was looked at, what fired, and how it was judged.

A verdict stands in precision_verdicts.tsv under the finding's fingerprint, so that no text is copied there.
Nothing printed or written holds a secret: the text under a finding is masked, and a message that quotes it is counted.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import collection
from bench.check import subject
from bench.figures import table
from bench.options import Goal, Options, Results, listing, recorded

CACHE = Path(__file__).parents[1] / ".cache" / "precision"
VERDICTS = Path(__file__).with_name("precision_verdicts.tsv")
SELECTED = "TFL101,TFL102,TFL3"
LEAST = 3000
"""Files that the corpus is to have at least."""


@dataclass(frozen=True, slots=True)
class Fired:
    """One finding with its place, its line (masked) and its fingerprint."""

    package: str
    place: str
    code: str
    severity: str
    message: str
    line: str
    quotes: bool
    fingerprint: str


def run(options: Options) -> Results:
    """Collects the corpus, checks it package by package, and counts."""
    with tempfile.TemporaryDirectory(prefix="tflsp-precision-") as name:
        corpus = Path(name)
        counts, failures = collection.collect(CACHE, corpus)
        size = sum(path.stat().st_size for path in corpus.rglob("*") if path.is_file())
        results: Results = {"files": counts, "not_fetched": failures, "bytes": size}
        if options.peers_only:
            return results
        fired: list[Fired] = []
        start = time.perf_counter()
        for package in counts:
            fired += check(subject(options), corpus, package)
        results["seconds"] = time.perf_counter() - start
    verdicts = read_verdicts(VERDICTS.read_text(encoding="utf-8"))
    judged = [(finding, verdicts.get(finding.fingerprint, "unjudged")) for finding in fired]
    results["fired"] = [recorded_finding(finding, verdict) for finding, verdict in judged]
    results["goals"] = [recorded(goal) for goal in goals(results)]
    return results


def check(command: list[str], corpus: Path, package: str) -> list[Fired]:
    """The findings in one package's folder. Raises RuntimeError where the command fails."""
    folder = corpus / collection.folder_name(package)
    if not folder.exists():
        return []
    argv = [*command, "check", "--exit-zero", "--output-format", "json", "--select", SELECTED, "."]
    done = subprocess.run(argv, cwd=folder, capture_output=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"tflsp check on {package}: exit code {done.returncode}")
    return [fired(package, folder, finding) for finding in json.loads(done.stdout)]


def fired(package: str, folder: Path, finding: dict[str, Any]) -> Fired:
    """A finding of the JSON output, with its line looked up and masked."""
    path = folder / finding["filename"]
    name = path.relative_to(folder).as_posix()
    start, end = finding["location"], finding["end_location"]
    lines = re.split("\r\n|\r|\n", text_of(path, finding["cell"]))
    line = lines[start["row"] - 1]
    last = end["column"] - 1 if end["row"] == start["row"] else len(line)
    under = line[start["column"] - 1 : last]
    masked = f"{line[: start['column'] - 1]}•••{line[last:]}" if finding["code"].startswith("TFL3") else line
    unversioned = re.split("[=@]", package)[0]
    cell = "" if finding["cell"] is None else f"cell {finding['cell']}:"
    key = "\0".join([finding["code"], unversioned, name, line.strip()])
    return Fired(
        package=package,
        place=f"{name}:{cell}{start['row']}:{start['column']}",
        code=finding["code"],
        severity=finding["severity"],
        message=finding["message"],
        line=masked.strip()[:160],
        quotes=finding["code"].startswith("TFL3") and len(under) > 4 and under in finding["message"],
        fingerprint=hashlib.sha256(key.encode()).hexdigest()[:16],
    )


def text_of(path: Path, cell: int | None) -> str:
    """The text that locations count in: the file's, or the source of one cell (1-based) of a notebook."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if cell is None:
        return text.removeprefix("\ufeff")
    notebook = json.loads(text)
    sheets = notebook.get("worksheets", [notebook])
    cells = [cell for sheet in sheets for cell in sheet["cells"]]
    source = cells[cell - 1].get("source", cells[cell - 1].get("input", ""))
    return source if isinstance(source, str) else "".join(source)


def read_verdicts(text: str) -> dict[str, str]:
    """Fingerprint to "true" or "false". Raises ValueError for a line that is neither a comment nor a verdict."""
    verdicts = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            fingerprint, verdict, *_ = line.split("\t")
            if verdict not in ("true", "false"):
                raise ValueError(f"precision_verdicts.tsv: {fingerprint} is neither true nor false")
            verdicts[fingerprint] = verdict
    return verdicts


def recorded_finding(finding: Fired, verdict: str) -> Results:
    """The finding as it stands in the results; the line only while somebody has to look at it."""
    return {**asdict(finding), "line": "" if verdict == "true" else finding.line, "verdict": verdict}


def goals(results: Results) -> list[Goal]:
    """What the corpus must and must not show."""

    def count(prefixes: tuple[str, ...], verdict: str) -> int:
        return sum(one["verdict"] == verdict and one["code"].startswith(prefixes) for one in results["fired"])

    files = sum(sum(kinds.values()) for kinds in results["files"].values())
    return [
        Goal("false secrets (TFL3)", count(("TFL3",), "false"), 0, "findings"),
        Goal('false "unpinned image" (TFL101, TFL102)', count(("TFL1",), "false"), 0, "findings"),
        Goal("findings that nobody has judged", count(("TFL",), "unjudged"), 0, "findings"),
        Goal("messages that quote the secret", sum(one["quotes"] for one in results["fired"]), 0, "findings"),
        Goal("files missing for a corpus of 3000", max(0, LEAST - files), 0, "files"),
    ]


def report(results: Results) -> str:
    """What was looked at, what fired, and every finding that is false or that nobody has judged."""
    kinds = ("markdown", "notebook", "shell", "container")
    codes = sorted({one["code"] for one in results.get("fired", ())})
    by_package = Counter((one["package"], one["code"]) for one in results.get("fired", ()))
    rows = [
        [package, *(str(counts.get(kind, 0)) for kind in kinds), *(str(by_package[package, code]) for code in codes)]
        for package, counts in results["files"].items()
    ]
    totals = [str(sum(int(row[column]) for row in rows)) for column in range(1, 1 + len(kinds) + len(codes))]
    parts = [table(["package", *kinds, *codes], [*rows, [f"all ({results['bytes'] / 1e6:.0f} MB)", *totals]])]
    parts += [f"Not fetched: {failure}" for failure in results["not_fetched"]]
    open_questions = [one for one in results.get("fired", ()) if one["verdict"] != "true"]
    parts += [
        f"- {one['verdict']} {one['fingerprint']} {one['code']} {one['package']} {one['place']}: {one['message']}\n"
        f"  `{one['line']}`"
        for one in open_questions
    ]
    if "goals" in results:
        parts.append(listing(results["goals"]))
    return "\n\n".join(parts)
