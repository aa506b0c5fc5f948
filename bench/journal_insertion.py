"""Inserting a step into a journal of 5,000: Markdown, and the JSON of a notebook, right after a key was typed in it.

Planned as the editor has it done, on a document that is open and analysed; beside it a journal a tenth as long, so that
growth shows on any machine.
"""

from __future__ import annotations

import json
import time

from bench.figures import summary
from bench.options import Goal, Options, Results, listing, recorded
from tflsp.documents.document import Document
from tflsp.documents.opening import open_text
from tflsp.facts.journal_entries import Step
from tflsp.journal.inserting import plan_insertion
from tflsp.text import Span, TextEdit

STEPS = 5_000
_ROUNDS = 15
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
    """Milliseconds of the processor's time: what else the machine does is not counted."""
    if options.peers_only:
        return {}
    rounds = 5 if options.quick else _ROUNDS
    plan_insertion(open_text("warm.md", ""), Step(title="warm"))
    results: Results = {"steps": STEPS}
    for name, text in (("markdown", _markdown), ("notebook", _notebook)):
        suffix = "ipynb" if name == "notebook" else "md"
        few, many = (_median(open_text(f"j.{suffix}", text(count)), rounds) for count in (STEPS // 10, STEPS))
        results[name] = {"few": few, "many": many}
    results["goals"] = [
        recorded(Goal(f"a step into {STEPS} ({name})", results[name]["many"], 100.0, "ms"))
        for name in ("markdown", "notebook")
    ]
    return results


def _median(document: Document, rounds: int) -> float:
    values = []
    for _ in range(rounds):
        at = document.text.index(_TYPED, len(document.text) // 2)
        document = document.edited(TextEdit(Span(at, at), "x"))
        _ = document.chunks  # the analysis has done that when somebody asks for a step
        begun = time.thread_time()
        plan_insertion(document, Step(title="new"))
        values.append(1000 * (time.thread_time() - begun))
    return summary(values).p50


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


def report(results: Results) -> str:
    """The results in Markdown."""
    if not results.get("goals"):
        return ""
    lines = ["| journal | 500 steps | 5,000 steps | growth |", "| --- | --- | --- | --- |"]
    for name in ("markdown", "notebook"):
        few, many = results[name]["few"], results[name]["many"]
        lines.append(f"| {name} | {few:.1f} ms | {many:.0f} ms | {many / few:.1f} times |")
    return "\n".join([*lines, "", listing(results["goals"])])
