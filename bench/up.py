"""How long `tflsp up` takes to a healthy container whose image is built: made anew, made again, and nothing to do.

Runs over the tests' own engine and image (tests/e2e/container), in a project and a home of its own.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import Summary, milliseconds, summary, table
from bench.options import Goal, Options, Results, listing, recorded
from bench.programs import Missing

LIMIT = 3.0
"""Seconds that a new container may take until it is healthy."""
_ROWS = {
    "new": "`tflsp up`, a container that is not there",
    "recreated": "`tflsp up --recreate`, a container that runs",
    "unchanged": "`tflsp up`, nothing to do",
}


def run(options: Options) -> Results:
    """Measures each way several times in turn. Raises Missing where no engine can run."""
    if options.peers_only:
        return {}
    # The engine of the tests; without it this part of the benchmark alone cannot run.
    from tests.e2e.container import images
    from tests.e2e.container.engine import NoEngine, running
    from tests.e2e.container.projects import UserProject, user_project

    def seconds(project: UserProject, *words: str) -> float:
        start = time.perf_counter()
        project.tflsp(*words)
        return time.perf_counter() - start

    try:
        with running() as engine, tempfile.TemporaryDirectory(prefix="tflsp-up-") as folder:
            image = images.build(engine)
            client = engine.client()
            try:
                with user_project(client, engine.host, Path(folder), f'image = "{image}"') as project:
                    return _measure(lambda *words: seconds(project, *words), 2 if options.quick else 7)
            finally:
                client.close()
    except (NoEngine, images.CannotMake) as reason:
        raise Missing(f"up: {reason}") from None


def _measure(seconds: Callable[..., float], rounds: int) -> Results:
    # The first one makes the volume and reads the image into memory: it is what a user sees once a day at most.
    first = seconds("up")
    taken: dict[str, list[float]] = {name: [] for name in _ROWS}
    for _ in range(rounds):
        taken["unchanged"].append(seconds("up"))
        taken["recreated"].append(seconds("up", "--recreate"))
        seconds("down")
        taken["new"].append(seconds("up"))
    sums = {name: summary(values) for name, values in taken.items()}
    return {
        "first": first,
        "seconds": {name: _recorded(each) for name, each in sums.items()},
        "goals": [recorded(Goal("`tflsp up` on a built image to a healthy container", sums["new"].p50, LIMIT, "s"))],
    }


def _recorded(each: Summary) -> Results:
    return {"p50": each.p50, "p95": each.p95, "least": each.least, "greatest": each.greatest, "count": each.count}


def report(results: Results) -> str:
    """The results in Markdown."""
    if "seconds" not in results:
        return "nothing to compare with"
    rows = [
        [_ROWS[name], milliseconds(1000 * each["p50"]), milliseconds(1000 * each["p95"]), str(each["count"])]
        for name, each in results["seconds"].items()
    ]
    rows.append(["the first of all", milliseconds(1000 * results["first"]), "–", "1"])
    return "\n\n".join([table(["", "p50", "p95", "runs"], rows), listing(results["goals"])])
