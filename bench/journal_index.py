"""The index of a workspace's journals: 2,000 notebooks with steps, errors and pictures, read by a real server.

Measured from `initialized` on: until the first journals are known, until all are, and how long a file that changes on
disk takes to show; the memory of the server before and after, and of the process that reads.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import memory, programs, tree
from bench.client import Client
from bench.figures import mebibytes
from bench.options import Goal, Options, Results, listing, recorded

NOTEBOOKS = 2_000
STEPS = 5
PICTURE = 30 * 1024
"""Characters of a picture in base64, in every second notebook."""
OOM = (
    "ResourceExhaustedError: OOM when allocating tensor with shape[{0},3,3] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:Conv2D]"
)


def run(options: Options) -> Results:
    """Measures one server on a workspace that it makes itself."""
    if options.peers_only:
        return {}
    count = 200 if options.quick else NOTEBOOKS
    with tempfile.TemporaryDirectory(prefix="tflsp-bench-") as folder:
        workspace = Path(folder)
        size = write(workspace, count)
        with tempfile.TemporaryDirectory(prefix="tflsp-bench-") as empty:
            alone = held(options, Path(empty))
        results: Results = {"notebooks": count, "bytes": size, **measured(options, workspace, count)}
        results["grown"] = results.pop("held") - alone
    results["goals"] = [
        recorded(Goal("all journals are known", results["all"], 60.0 if count > 200 else 10.0, "s")),
        recorded(Goal("a file that changes shows", results["change"], 5.0, "s")),
        recorded(Goal("what the server remembers", results["grown"] / (1 << 20), 64.0, "MiB")),
        recorded(Goal("the reading process", results["reader"] / (1 << 20), 400.0, "MiB")),
    ]
    return results


def held(options: Options, workspace: Path) -> int:
    """The memory of a server that has nothing to read, when all that it imports by and by is there."""
    with Client([*(options.subject or programs.tflsp()), "serve"], workspace, pull=False) as client:
        client.initialize()
        asked(client)
        client.request("workspace/symbol", {"query": "x"})
        while memory.tree(client.process.pid)[1:]:
            client.settle(0.2)
        client.settle(1.0)
        return memory.pss([client.process.pid])


def measured(options: Options, workspace: Path, count: int) -> Results:
    """Seconds and bytes of one session."""
    command = [*(options.subject or programs.tflsp()), "serve"]
    results: Results = {}
    with Client(command, workspace, pull=False, limit=600.0) as client:
        client.initialize()
        begun = time.perf_counter()
        reader = 0
        while True:
            started = time.perf_counter()
            known, took = len(asked(client)), time.perf_counter() - started
            if known and "first" not in results:
                results["first"] = time.perf_counter() - begun
            reader = max([reader, *map(memory.high_water, memory.tree(client.process.pid)[1:])])
            if known >= count:
                break
            client.settle(max(0.2, 5 * took))  # to ask costs what is then missing for reading
        results["all"] = time.perf_counter() - begun
        results.setdefault("first", results["all"])
        client.request("workspace/symbol", {"query": "zzz"})
        started = time.perf_counter()
        asked(client)
        results["ask"] = time.perf_counter() - started
        while pids := memory.tree(client.process.pid)[1:]:
            reader = max(reader, *map(memory.high_water, pids))
            client.settle(0.2)
        results["read"] = time.perf_counter() - begun
        results |= {"reader": reader, "held": memory.pss([client.process.pid])}
        path = workspace / "project00" / "exp_0000.ipynb"
        path.write_text(json.dumps(notebook(0, 1), indent=1), encoding="utf-8")
        started = time.perf_counter()
        event = {"uri": path.as_uri(), "type": 2}
        client.notify("workspace/didChangeWatchedFiles", {"changes": [event]})
        while not any(len(each["steps"]) > STEPS for each in asked(client)):
            client.settle(0.05)
        results["change"] = time.perf_counter() - started
    return results


def asked(client: Client) -> list[dict[str, Any]]:
    """The experiments that are known."""
    _, answer = client.request("tflsp/journal", {})
    found: list[dict[str, Any]] = answer["experiments"]
    return found


def write(folder: Path, count: int) -> int:
    """Writes the notebooks, a hundred to a folder. Returns their bytes."""
    total = 0
    for number in range(count):
        project = folder / f"project{number // 100:02d}"
        project.mkdir(exist_ok=True)
        text = json.dumps(notebook(number), ensure_ascii=False, indent=1) + "\n"
        total += (project / f"exp_{number:04d}.ipynb").write_bytes(text.encode())
    return total


def notebook(number: int, more: int = 0) -> dict[str, Any]:
    """A journal as a notebook: a goal, steps with the cells that they are about, an error in every third, an end."""
    noise = random.Random(number)
    cells = [_markdown(f"# exp {number}\n\n## 实验目标\n\n为什么 {number}？\n\n✅ 目标指标：val_accuracy > 97%\n")]
    for step in range(1, STEPS + more + 1):
        rate = noise.random()
        cells.append(
            _markdown(
                f"### 调试步骤 #{step}：第 {step} 次\n\n- learning_rate：{rate:.4f} → {rate / 2:.4f}\n"
                f"- 结果：accuracy {noise.random():.4f}，见步骤 #1 与 [前一个](exp_{max(number - 1, 0):04d}.ipynb"
                f"#调试步骤-{step}第-{step}-次)\n\n💡 分析：更稳定，loss 下降更慢。\n"
            )
        )
        outputs = [tree.log_output(noise)]
        if step == 3 and number % 2:
            outputs.append(tree.picture_output(PICTURE, noise))
        cells.append(_code(f"model.fit(x, y, epochs={step}, batch_size={32 + number})\n", outputs))
    if number % 3 == 0:
        cells.append(_markdown(f"## ❌ OOM 错误日志\n\n> {OOM.format(number)}\n\n### 解决方案\n\nbatch({number})\n"))
    cells.append(_markdown("## 结论\n\n学习率。\n\n- 最佳结果：97.8 %\n- 达成目标：是\n"))
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    source = text.splitlines(keepends=True)
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": source, "outputs": outputs}


def report(results: Results) -> str:
    """The results in Markdown."""
    if not results.get("goals"):
        return ""
    size = mebibytes(results["bytes"])
    lines = [
        f"{results['notebooks']} notebooks ({size}): the first journals are known after {results['first']:.1f} s, all "
        f"after {results['all']:.1f} s, and everything else is read after {results['read']:.1f} s. The tree of all of "
        f"them comes in {results['ask'] * 1000:.0f} ms. A file that changes shows after {results['change']:.1f} s.",
        "",
        f"The server holds {mebibytes(results['grown'])} more than before, the process that reads "
        f"{mebibytes(results['reader'])} while it does.",
        "",
        listing(results["goals"]),
    ]
    return "\n".join(lines)
