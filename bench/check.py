"""`tflsp check` on a tree of notebooks: time beside ruff, betterleaks and hadolint, memory, growth, and a cold start.

The peers run one after the other on the same tree, each with its defaults, but ruff without its cache.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench import journal, programs, tree
from bench.figures import growth, mebibytes, median_difference, milliseconds, ratio, summary, table
from bench.options import Goal, Options, Results, listing, recorded
from bench.processes import duration, peak

NOTEBOOKS = 200
SCALES = (12, 48, 192)
PEAK = 250 * 2**20
COLD = 150.0
LINEAR = 1.25
"""How much steeper the stretch from 4x to 16x may be than the one from 1x to 4x while growth is still called linear."""

Command = Callable[[Path], list[str]]


def subject(options: Options) -> list[str]:
    """The command that stands for tflsp."""
    return list(options.subject) if options.subject else programs.tflsp()


def tflsp(options: Options) -> Command:
    """`tflsp check` on a path."""
    command = subject(options)
    return lambda path: [*command, "check", "--exit-zero", "--output-format", "json", str(path)]


def peers() -> dict[str, Command]:
    """The three tools that together look at about the same things."""
    ruff, betterleaks, hadolint = programs.find("ruff"), programs.betterleaks(), programs.find("hadolint")
    quiet = ["--no-cache", "--exit-zero", "--quiet", "--output-format", "concise"]
    return {
        "ruff check": lambda path: [ruff, "check", *quiet, str(path)],
        "betterleaks": lambda path: [betterleaks, "--no-banner", "--exit-code", "0", "--silent", str(path)],
        "hadolint": lambda path: [hadolint, "--no-fail", *map(str, sorted(path.rglob("Dockerfile")))],
    }


def run(options: Options) -> Results:
    """Measures everything that this module is about."""
    commands = peers() if options.peers_only else {"tflsp check": tflsp(options), **peers()}
    results: Results = {"notebooks": NOTEBOOKS}
    with tempfile.TemporaryDirectory(prefix="tflsp-bench-") as name:
        folder = Path(name)
        results["bytes"] = tree.write(folder / "tree", NOTEBOOKS)
        times: dict[str, list[float]] = {program: [] for program in commands}
        for _ in range(2 if options.quick else 7):
            for program, command in commands.items():
                times[program].append(duration(command(folder / "tree"), cwd=folder))
        results["seconds"] = {program: asdict(summary(values)) for program, values in times.items()}
        results["one_after_the_other"] = asdict(
            summary([sum(turn) for turn in zip(*(times[program] for program in peers()), strict=True)])
        )
        results["peaks"] = {
            program: asdict(peak(command(folder / "tree"), cwd=folder)) for program, command in commands.items()
        }
        if not options.peers_only:
            results["growth"] = _growth(tflsp(options), folder, 1 if options.quick else 3)
            results["cold"] = _cold(tflsp(options), folder, 5 if options.quick else 25)
            results["goals"] = [recorded(goal) for goal in _goals(results)]
    return results


def _growth(command: Command, folder: Path, runs: int) -> Results:
    points = []
    for scale in SCALES:
        part = folder / f"tree-{scale}"
        size = tree.write(part, scale)
        seconds = summary([duration(command(part), cwd=folder) for _ in range(runs)]).p50
        held = peak(command(part), cwd=folder)
        points.append({"notebooks": scale, "bytes": size, "seconds": seconds, "rss": held.rss, "pss": held.pss})
    steepness = growth([(point["bytes"], point["seconds"]) for point in points])
    return {"points": points, "steepness": steepness}


def _cold(command: Command, folder: Path, runs: int) -> Results:
    path = folder / "one.md"
    path.write_text(journal.text(15 * 1024), encoding="utf-8")
    python = [sys.executable, "-c", "pass"]
    for argv in (command(path), python):  # byte code and page cache are warm from here on
        duration(argv, cwd=folder)
    pairs = [(duration(command(path), cwd=folder), duration(python, cwd=folder)) for _ in range(runs)]
    return {
        "tflsp_ms": asdict(summary([1000 * first for first, _ in pairs])),
        "python_ms": asdict(summary([1000 * second for _, second in pairs])),
        "more_ms": 1000 * median_difference(pairs),
    }


def _goals(results: Results) -> list[Goal]:
    mib = 2**20
    ours, theirs = results["seconds"]["tflsp check"]["p50"], results["one_after_the_other"]["p50"]
    return [
        Goal("`tflsp check` on 200 notebooks, beside the three peers one after the other", ours, theirs, "s"),
        Goal("peak memory (RSS, with children)", results["peaks"]["tflsp check"]["rss"] / mib, PEAK / mib, "MiB"),
        Goal("growth, 4x to 16x beside 1x to 4x", results["growth"]["steepness"], LINEAR, "times as steep"),
        Goal("cold `tflsp check one.md` beyond `python -c pass`", results["cold"]["more_ms"], COLD, "ms"),
    ]


def report(results: Results) -> str:
    """The results in Markdown."""
    rows = []
    total = results["one_after_the_other"]["p50"]
    for program, seconds in results["seconds"].items():
        held = results["peaks"][program]
        rows.append([program, *_cells(seconds["p50"], total), mebibytes(held["rss"]), mebibytes(held["pss"])])
    rows.append(["peers one after the other", *_cells(total, total), "–", "–"])
    tree_size = f"{results['notebooks']} notebooks, {results['bytes'] / 1e6:.1f} MB"
    header = [tree_size, "median", "of the peers' sum", "peak RSS", "peak PSS"]
    parts = [table(header, rows)]
    if "growth" in results:
        points = [
            [f"{p['notebooks']} ({p['bytes'] / 1e6:.1f} MB)", milliseconds(1000 * p["seconds"]), mebibytes(p["rss"])]
            for p in results["growth"]["points"]
        ]
        parts.append(table(["`tflsp check`, notebooks", "median", "peak RSS"], points))
        parts.append(listing(results["goals"]))
    return "\n\n".join(parts)


def _cells(seconds: float, total: float) -> list[str]:
    return [milliseconds(1000 * seconds), ratio(seconds, total)]
