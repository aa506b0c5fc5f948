"""`make docs`: writes what is generated from the code. `--check` says what is not current, and fails.

Generated: the tables of rules and figures in README.md, docs/rules/README.md, docs/settings.md, and the JSON schema of
tflsp.toml.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import Field
from pathlib import Path
from typing import Any

from tflsp.container_settings import CONTAINER_OPTIONS
from tflsp.rules.base import Rule, all_rules
from tflsp.rules.pages import page
from tflsp.settings import OPTIONS, schema

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results.json"
BEGIN, END = "<!-- generated: {} -->", "<!-- end of {} -->"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a file is not current")
    arguments = parser.parse_args()
    stale = [(path, text) for path, text in generated() if not path.exists() or path.read_text("utf-8") != text]
    for path, text in stale:
        print(f"{'not current' if arguments.check else 'wrote'}: {path.relative_to(ROOT)}")
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if stale and arguments.check else 0


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file with the text that it should have."""
    rules = list(all_rules().values())
    readme = ROOT / "README.md"
    text = _filled(readme.read_text("utf-8"), "rules", _table(rules, "docs/rules/"))
    yield readme, _filled(text, "figures", _figures())
    index = "# Rules\n\nWritten by `make docs`. Each page is also its rule's test.\n\n" + _table(rules, "") + "\n"
    yield ROOT / "docs/rules/README.md", index
    yield ROOT / "docs/settings.md", _settings()
    yield ROOT / "tflsp/tflsp.schema.json", json.dumps(schema(), indent=2) + "\n"


def _table(rules: list[Rule], folder: str) -> str:
    rows = ["| code | name | severity | what it finds |", "| --- | --- | --- | --- |"]
    for rule in rules:
        severity = rule.severity.label + ("" if rule.enabled else ", off")
        rows.append(f"| [{rule.code}]({folder}{rule.code}.md) | {rule.name} | {severity} | {_gist(rule)} |")
    return "\n".join(rows)


def _figures() -> str:
    """What bench/ measured last, beside what was to be reached."""
    results: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    rows = ["| figure | measured | to reach | |", "| --- | --- | --- | --- |"]
    for part in results.values():
        for goal in part.get("goals", ()):
            unit, mark = goal["unit"], "" if goal["met"] else "not reached"
            rows.append(f"| {goal['name']} | {goal['value']:.4g} {unit} | {goal['limit']:.4g} {unit} | {mark} |")
    return "\n".join(rows)


def _gist(rule: Rule) -> str:
    """The first sentence of the page, below its title."""
    body = page(rule.code).text.split("\n", 1)[1].lstrip()
    paragraph = " ".join(body.split("\n\n", 1)[0].split())
    sentence = re.match(r".+?[.!?](?=\s|$)", paragraph)
    return (sentence[0] if sentence else paragraph).replace("|", "\\|")


def _rows(options: Mapping[str, Field[Any]]) -> list[str]:
    rows = (f"| `{key}` | {option.metadata['description']} |" for key, option in options.items())
    return ["| key | meaning |", "| --- | --- |", *rows]


def _settings() -> str:
    return "\n".join(
        [
            "# Settings",
            "",
            "Written by `make docs`. In `tflsp.toml`, or under `[tool.tflsp]` in `pyproject.toml`; the nearest file",
            "wins, and nothing is merged unless it says `extend`. An editor's settings stand above the file's.",
            "",
            *_rows(OPTIONS),
            "",
            "## The container that `tflsp up` starts: `[container]`",
            "",
            "[container.md](container.md) tells how they work together.",
            "",
            *_rows(CONTAINER_OPTIONS),
            "",
        ]
    )


def _filled(text: str, name: str, content: str) -> str:
    """The text with what stands between a name's markers replaced."""
    begin, end = BEGIN.format(name), END.format(name)
    before, found, rest = text.partition(begin)
    if not found or end not in rest:
        raise SystemExit(f"README.md has no markers for {name}")
    return f"{before}{begin}\n\n{content}\n\n{end}{rest.partition(end)[2]}"


if __name__ == "__main__":
    raise SystemExit(main())
