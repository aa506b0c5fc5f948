"""`python -m bench [PART]…`: runs the parts, writes bench/results.json, prints Markdown for README."""

from __future__ import annotations

import json
import os
import shlex
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import click

from bench import (
    check,
    connect,
    gpu,
    journal_index,
    journal_insertion,
    jupyterlab,
    keystroke,
    precision,
    programs,
    up,
    vscode,
)
from bench.options import Options, Results
from bench.processes import Failed

PARTS: dict[str, ModuleType] = {
    "keystroke": keystroke,
    "check": check,
    "precision": precision,
    "gpu": gpu,
    "up": up,
    "connect": connect,
    "journal": journal_index,
    "insertion": journal_insertion,
    "vscode": vscode,
    "jupyterlab": jupyterlab,
}
RESULTS = Path(__file__).with_name("results.json")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--quick", is_flag=True, help="Fewer repetitions; results are printed but not kept.")
@click.option("--peers-only", is_flag=True, help="Measure what tflsp has to beat, without it; not kept either.")
@click.option("--subject", metavar="COMMAND", help="The command that stands for tflsp, instead of the installed one.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the results here in any case.")
def main(parts: tuple[str, ...], quick: bool, peers_only: bool, subject: str | None, output: Path | None) -> None:
    """Measures tflsp beside its peers. PARTS: keystroke, check, precision, gpu, up, connect, journal, insertion,
    vscode, jupyterlab; without one all.

    Exit code 1 when a figure was not reached, 2 when something could not be measured.
    """
    options = Options(quick, peers_only, tuple(shlex.split(subject)) if subject else None)
    destination = output or (None if quick or peers_only or subject else RESULTS)
    missed = 0
    try:
        for name in parts or PARTS:
            results = {**_conditions(options), **PARTS[name].run(options)}
            results["load_after"] = os.getloadavg()[0]
            click.echo(f"## {name}\n\n{PARTS[name].report(results)}\n")
            missed += sum(not goal["met"] for goal in results.get("goals", ()))
            if destination is not None:
                _keep(destination, name, results)
    except (programs.Missing, Failed) as error:
        click.echo(f"bench: {error}", err=True)
        raise SystemExit(2) from None
    raise SystemExit(1 if missed else 0)


def _conditions(options: Options) -> Results:
    """What a reader needs to judge the figures by. Names no path."""
    versions = {
        "ruff": programs.version([programs.find("ruff"), "--version"]),
        "betterleaks": programs.version([programs.betterleaks(), "--version"]),
        "hadolint": programs.version([programs.find("hadolint"), "--version"]),
    }
    if not options.peers_only:
        versions["tflsp"] = programs.version([*(options.subject or programs.tflsp()), "version"])
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": programs.machine(),
        "versions": versions,
        "load_before": os.getloadavg()[0],
    }


def _keep(path: Path, part: str, results: Results) -> None:
    """Replaces one part of the results and leaves the others as they are."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[part] = results
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="python -m bench")
