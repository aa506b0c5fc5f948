"""`make docs`: writes what is generated from the code. `--check` says what is not current, and fails.

Generated: the tables of rules and figures in README.md, docs/rules/README.md, docs/settings.md, docs/doctor.md,
docs/errors.md, and the JSON schema of tflsp.toml.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tflsp.container_settings import CONTAINER_OPTIONS
from tflsp.dataclass import Field
from tflsp.doctor.base import all_checks
from tflsp.rules.base import Rule, all_rules
from tflsp.rules.pages import page
from tflsp.settings import OPTIONS, schema
from tflsp.tensorflow.errors.pages import error_pages

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
    yield ROOT / "docs/doctor.md", _doctor()
    yield ROOT / "docs/errors.md", _errors()
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
    machines = [part["machine"] for part in results.values()]
    where = sorted({f"{machine['processor']} with {machine['cores']} cores" for machine in machines})
    return "\n".join([*rows, "", f"Measured on: {'; '.join(where)}."])


def _gist(rule: Rule) -> str:
    """The first sentence of the page, below its title."""
    body = page(rule.code).text.split("\n", 1)[1].lstrip()
    paragraph = " ".join(body.split("\n\n", 1)[0].split())
    sentence = re.match(r".+?[.!?](?=\s|$)", paragraph)
    return (sentence[0] if sentence else paragraph).replace("|", "\\|")


def _rows(options: Mapping[str, Field]) -> list[str]:
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


def _errors() -> str:
    rows = ["| kind | what it is | 中文 |", "| --- | --- | --- |"]
    for key, known in error_pages().items():
        titles = " | ".join(known.knowledge[language].title for language in ("en", "zh"))
        rows.append(f"| [{key}](errors/{key}.md) | {titles} |")
    return _ERRORS.format(table="\n".join(rows))


_ERRORS = """\
# Errors

Written by `make docs`. What `tflsp explain` knows: errors and warnings of TensorFlow 2.9, Keras and NumPy, in logs, in
the saved outputs of notebooks and in pasted text.

```bash
python train.py 2>&1 | tflsp explain -
tflsp explain exp_lr_tuning.ipynb
tflsp explain --language zh train.log
```

Each page says what the error means, likely causes in order, and what to do, in English and in Chinese. The examples are
raised and the remedies run in TensorFlow 2.9.0 by tflsp's own tests; what needs a GPU is recognised by the texts in
TensorFlow's binaries, and its example is a log.

{table}
"""


def _doctor() -> str:
    rows = ["| | complaint | looked for | how it is detected | what to do |", "| --- | --- | --- | --- | --- |"]
    for check in all_checks():
        sources = f" ({', '.join(check.sources)})" if check.sources else ""
        name = f"**{check.slug}**: {check.title.en}{sources}"
        cells = (str(check.number), name, check.where.value, check.detection.en, check.advice.en)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return _DOCTOR.format(table="\n".join(rows))


_DOCTOR = """\
# tflsp doctor

Written by `make docs`; the table comes from the checks in `tflsp/doctor/checks`.

`tflsp doctor` looks for what people complain about most when they work in TensorFlow containers, and says what to do.
On the host it looks at this machine, and through OpenSSH and the pinned keys into the container of this folder, or of
the one that is named; in a container it looks at that. It exits with 1 when something is wrong, with 2 when it could
not do its work.

- `--fix` mends what can be mended without risk: modes of private files, and old lines in `known_hosts` (the file as it
  was stays beside it as `known_hosts.old`). It asks before each change; with `--yes` it does not. The rest is advice.
- `--json` prints the report for programs. Editors get the same by the request `tflsp/doctor` (no parameters).
- The block at the end is meant to be pasted into a report of a fault. Neither it nor the rest of the report has tokens,
  keys, addresses of proxies, or values of variables that may be secret.

Each complaint ends in one of four ways: **ok**, **problem**, **not applicable** (it cannot arise here), or **could not
look**, with the reason. Numbers and names never change their meaning. The numbers 1 to 25 are complaints that were
found in issue trackers and forums, and those behind them concern tflsp's own set-up.

{table}

## Adding a check

One file in `tflsp/doctor/checks/`: a function from a `Machine` to a result, under a decorator that has its words in
English and Chinese. A check reads files, runs commands and asks the engine through the machine that it is given, and
changes nothing. Its cases, machines with the complaint and without, go into `tests/unit/doctor/cases/`; a test fails
until both directions are there.
"""


def _filled(text: str, name: str, content: str) -> str:
    """The text with what stands between a name's markers replaced."""
    begin, end = BEGIN.format(name), END.format(name)
    before, found, rest = text.partition(begin)
    if not found or end not in rest:
        raise SystemExit(f"README.md has no markers for {name}")
    return f"{before}{begin}\n\n{content}\n\n{end}{rest.partition(end)[2]}"


if __name__ == "__main__":
    raise SystemExit(main())
