"""From a keystroke to its diagnostics, from the spawn to the answer to `initialize`, and the memory of a server.

tflsp and `ruff server` run side by side and take turns, keystroke by keystroke, so that whatever else the machine does
meets both. Every document stays open in both servers throughout, as in an editor.
"""

from __future__ import annotations

from dataclasses import asdict

from bench import programs
from bench.corpus import keystroke_documents
from bench.figures import mebibytes, milliseconds, ratio, summary, table
from bench.options import Goal, Options, Results, listing, recorded
from bench.sessions import Profile, Server, echo, start_up, typing

PROFILES = (
    Profile("files pulled, UTF-16", pull=True, encoding="utf-16"),
    Profile("all pushed, UTF-8", pull=False, encoding="utf-8"),
)
"""As VS Code talks, and as clients without pull do. Cells get their diagnostics pushed in both."""
OURS, PEER = "tflsp", "ruff server"
MIB = 2**20


def servers(options: Options) -> list[Server]:
    """tflsp (or what takes its place), the peer, and the server that analyses nothing."""
    peer = Server(PEER, (programs.find("ruff"), "server"), frozenset({"python", "notebook"}))
    if options.peers_only:
        return [peer, echo()]
    command = options.subject or tuple(programs.tflsp())
    return [Server(OURS, (*command, "serve"), frozenset({"python", "markdown", "notebook"})), peer, echo()]


def run(options: Options) -> Results:
    """Measures everything that this module is about."""
    candidates, documents = servers(options), keystroke_documents()
    count = 20 if options.quick else 100
    times = start_up(candidates, 5 if options.quick else 20)
    results: Results = {
        "documents": {document.name: document.size for document in documents},
        "initialize": {name: asdict(summary(values)) for name, values in times.items()},
        "profiles": {
            profile.name: {record["server"]: record for record in typing(candidates, documents, profile, count)}
            for profile in PROFILES[: 1 if options.quick else None]
        },
    }
    if not options.peers_only:
        results["goals"] = [recorded(goal) for goal in _goals(results)]
    return results


def _goals(results: Results) -> list[Goal]:
    goals = []
    for profile, records in results["profiles"].items():
        ours, peer = records[OURS], records[PEER]
        for name, times in ours["keystrokes"].items():
            theirs = peer["keystrokes"].get(name)
            if theirs is None:
                limit, beside = 2.0, "p50"
            else:
                factor = 3 if name == "Python 15 KB" else 1
                limit, beside = factor * theirs["p50"], f"p50 beside {factor} x {PEER}"
            goals.append(Goal(f"{name}, {profile}: {beside}", times["p50"], limit, "ms"))
            goals.append(Goal(f"{name}, {profile}: p95 beside 3 x p50", times["p95"], 3 * times["p50"], "ms"))
        goals.append(Goal(f"diagnostics that were not of the text, {profile}", len(ours["unproven"]), 0, "documents"))
        goals.append(Goal(f"memory with all documents open (RSS), {profile}", ours["opened"]["rss"] / MIB, 90, "MiB"))
    goals.append(Goal("spawn to `initialize`", results["initialize"][OURS]["p50"], 400, "ms"))
    return goals


def report(results: Results) -> str:
    """The results in Markdown."""
    parts = []
    for profile, records in results["profiles"].items():
        names = list(records)
        header = [f"keystroke to diagnostics ({profile})", *(f"{name} p50 / p95" for name in names), "p50 ratio"]
        rows = []
        for document, size in results["documents"].items():
            found = {name: records[name]["keystrokes"].get(document) for name in names}
            ours, peer = found.get(OURS), found[PEER]
            rows.append(
                [
                    f"{document} ({size / 1e3:.0f} kB)",
                    *map(_times, found.values()),
                    ratio(ours["p50"], peer["p50"]) if ours and peer else "–",
                ]
            )
        rows.append(["memory, all open: RSS / PSS", *(_memory(records[name]["opened"]) for name in names), "–"])
        rows.append(["memory, after the typing: RSS / PSS", *(_memory(records[name]["typed"]) for name in names), "–"])
        parts.append(table(header, rows))
    initialize = results["initialize"]
    header = ["spawn to the answer to", *(f"{name} p50 / p95" for name in initialize)]
    parts.append(table(header, [["`initialize`", *map(_times, initialize.values())]]))
    if "goals" in results:
        parts.append(listing(results["goals"]))
    return "\n\n".join(parts)


def _times(one: dict[str, float] | None) -> str:
    return "–" if one is None else f"{milliseconds(one['p50'])} / {milliseconds(one['p95'])}"


def _memory(held: dict[str, int]) -> str:
    return f"{mebibytes(held['rss'])} / {mebibytes(held['pss'])}"
