"""Inserting a step into a journal of 5,000 that is typed in: Markdown, a notebook's JSON, a percent script, and a
notebook that jupytext keeps as Markdown.

The whole command through a real server, from the request to the answer: what happened is captured, the entry planned.
The server has read the journal and shown what it finds in it, as it has when somebody asks for a step. Beside it a
journal a tenth as long, so that growth shows on any machine.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bench import programs
from bench.client import Client
from bench.documents import Spot, Text
from bench.figures import summary
from bench.options import Goal, Options, Results, listing, recorded

STEPS = 5_000
_ROUNDS = 15
# Seconds without a word from the server: it has told all that a key has changed.
_QUIET = 1.0
_TYPED = "It is steadier"
_STEP = """\
### 调试步骤 #{n}：第 {n} 次

- 时间：2026-01-01
- learning_rate：0.01 → 0.001
- 优化器：Adam
- 结果：val_accuracy 0.{n:04d}，目标未达成

💡 分析：{typed} now, 学习率降低以后 loss 下降更平稳。

```python
model.fit(x, y, epochs={n}, batch_size=32)
```

"""


def run(options: Options) -> Results:
    """Milliseconds from the request to the answer."""
    if options.peers_only:
        return {}
    command = [*(options.subject or programs.tflsp()), "serve"]
    results: Results = {"steps": STEPS}
    for name, (file, language, text) in _KINDS.items():
        few, many = (
            _median(command, journal(name, file, language, text(count)), 5 if options.quick else _ROUNDS)
            for count in (STEPS // 10, STEPS)
        )
        results[name] = {"few": few, "many": many}
    results["goals"] = [
        recorded(Goal(f"`tflsp.insertStep` in a journal of {STEPS} steps ({name})", results[name]["many"], 100.0, "ms"))
        for name in _KINDS
    ]
    return results


def journal(name: str, file: str, language: str, text: str) -> Text:
    """A journal that is typed into in its middle, within the prose of a step."""
    at = text.index(_TYPED, len(text) // 2)
    start = text.rfind("\n", 0, at) + 1
    return Text(name, file, language, text, Spot(text.count("\n", 0, at), at - start, "x", ""))


def _median(command: list[str], document: Text, rounds: int) -> float:
    with tempfile.TemporaryDirectory(prefix="tflsp-bench-") as folder:
        workspace = Path(folder).resolve()
        (workspace / document.file_name).write_text(document.text, encoding="utf-8")
        with Client(command, workspace, limit=600.0) as client:
            client.initialize()
            opened = client.open(document)
            asked = {"uri": opened.uri, "position": {"line": opened.line, "character": 0}, "dryRun": True}
            params = {"command": "tflsp.insertStep", "arguments": [asked]}
            values = []
            for _ in range(rounds + 1):
                client.keystroke(opened)
                client.settle(_QUIET)
                begun = time.perf_counter()
                _, answer = client.request("workspace/executeCommand", params)
                values.append(1000 * (time.perf_counter() - begun))
                if not answer.get("text"):
                    raise programs.Missing(f"no step was planned: {answer.get('reason')}")
    return summary(values[1:]).p50  # the first loads what inserts


def _markdown(count: int) -> str:
    return "# 日志\n\n" + "".join(_STEP.format(n=n, typed=_TYPED) for n in range(1, count + 1))


def _notebook(count: int) -> str:
    cells: list[dict[str, object]] = []
    for n in range(1, count + 1):
        source = _STEP.format(n=n, typed=_TYPED).splitlines(keepends=True)
        cells.append({"cell_type": "markdown", "metadata": {}, "source": source})
        log = [f"Epoch 1/1\n10/10 [==============================] - 1s 9ms/step - loss: 0.{n}\n"]
        stream = {"name": "stdout", "output_type": "stream", "text": log}
        code = {"cell_type": "code", "execution_count": n, "metadata": {}, "outputs": [stream]}
        cells.append(code | {"source": [f"model.fit(x, y, epochs={n})"]})
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, ensure_ascii=False, indent=1
    )


def _percent(count: int) -> str:
    cells = []
    for n in range(1, count + 1):
        said = _STEP.format(n=n, typed=_TYPED).rstrip("\n").split("\n")
        cells.append("\n".join(["# %% [markdown]", *(f"# {line}" if line else "#" for line in said)]))
        cells.append(f"# %%\nmodel.fit(x, y, epochs={n})")
    return "\n\n".join(cells) + "\n"


def _jupytext(count: int) -> str:
    header = "---\njupyter:\n  jupytext:\n    text_representation:\n      format_name: markdown\n---\n\n"
    code = "```python\nmodel.fit(x, y, epochs={n})\n```\n\n"
    steps = (_STEP.format(n=n, typed=_TYPED) + code.format(n=n) for n in range(1, count + 1))
    return header + "# 日志\n\n" + "".join(steps)


_KINDS: Final[Mapping[str, tuple[str, str, Callable[[int], str]]]] = {
    "markdown": ("j.md", "markdown", _markdown),
    "notebook": ("j.ipynb", "json", _notebook),
    "percent": ("j.py", "python", _percent),
    "jupytext": ("j.md", "markdown", _jupytext),
}


def report(results: Results) -> str:
    """The results in Markdown."""
    if not results.get("goals"):
        return ""
    lines = ["| journal | 500 steps | 5,000 steps | growth |", "| --- | --- | --- | --- |"]
    for name in (each for each in _KINDS if each in results):
        few, many = results[name]["few"], results[name]["many"]
        lines.append(f"| {name} | {few:.1f} ms | {many:.0f} ms | {many / few:.1f} times |")
    return "\n".join([*lines, "", listing(results["goals"])])
