"""Journals as people write them."""

from __future__ import annotations

import json

import pytest

from tests.unit.documents.notebooks import cell, notebook
from tflsp.documents.opening import open_text
from tflsp.facts.journal import is_journal, read_journal
from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Passage, Step
from tflsp.facts.journal_words import heading

ARTICLE = """\
# 笔记

## 实验目标

本次调试旨在解决 MNIST 分类模型准确率停滞在 92% 的问题。

### 初始假设
1. 学习率过高导致震荡;
2. 模型过浅无法捕捉特征;
3. 数据未归一化影响收敛。

✅ 目标指标:验证集准确率 > 97%

### 调试步骤 #1:调整学习率

原学习率:0.01 → 新学习率:0.001
优化器:Adam
结果:loss 下降更平稳,accuracy 提升至 95.6%

💡 分析:初始学习率过大,导致梯度更新越过最优解区域。

## ❌ OOM 错误日志

> Resource exhausted: OOM when allocating tensor with shape[60000,784]

### 分析
批量大小(batch_size)设为 60000,超出 GPU 显存容量。

### 解决方案
将 batch_size 改为 32,使用 `tf.data.Dataset.batch(32)` 分批加载。

🔧 衍生建议:今后加载大数据集时,默认启用 `.take(1000).cache()` 做小规模预演。
"""
ARTICLE_ENTRIES: list[Entry] = [
    Goal(
        "本次调试旨在解决 MNIST 分类模型准确率停滞在 92% 的问题。",
        ("学习率过高导致震荡", "模型过浅无法捕捉特征", "数据未归一化影响收敛。"),
        "验证集准确率 > 97%",
    ),
    Step(
        1,
        "调整学习率",
        changes=(Change("学习率", "0.01", "0.001"),),
        optimizer="Adam",
        result="loss 下降更平稳,accuracy 提升至 95.6%",
        analysis="初始学习率过大,导致梯度更新越过最优解区域。",
    ),
    ErrorLog(
        "OOM",
        "Resource exhausted: OOM when allocating tensor with shape[60000,784]",
        analysis="批量大小(batch_size)设为 60000,超出 GPU 显存容量。",
        solution="将 batch_size 改为 32,使用 `tf.data.Dataset.batch(32)` 分批加载。",
        advice="今后加载大数据集时,默认启用 `.take(1000).cache()` 做小规模预演。",
    ),
]


def read(text: str, name: str = "a.md") -> list[Entry]:
    return [each.entry for each in read_journal(open_text(name, text)).entries]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_article(end: str) -> None:
    assert read(ARTICLE.replace("\n", end)) == ARTICLE_ENTRIES


def test_the_article_in_a_notebook_and_a_script() -> None:
    parts = [part for part in ARTICLE.replace("### 调试", "\f### 调试").replace("## ❌", "\f## ❌").split("\f") if part]
    text = json.dumps(notebook(*(cell("markdown", part) for part in parts)), indent=1, ensure_ascii=False)
    assert read(text, "exp.ipynb") == ARTICLE_ENTRIES
    script = "".join("# %% [markdown]\n" + "".join(f"# {line}\n" for line in part.splitlines()) for part in parts)
    assert read(script, "exp.py") == ARTICLE_ENTRIES
    places = read_journal(open_text("exp.ipynb", text)).entries
    assert [each.stretch.cell for each in places] == [0, 1, 2]
    assert text[places[1].span.start :].startswith("### 调试步骤 #1")


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Goal", ("goal", 0, "", "en")),
        ("🎯 Goal", ("goal", 0, "", "en")),
        ("1. 实验目标", ("goal", 0, "", "zh")),
        ("一、实验目标：", ("goal", 0, "", "zh")),
        ("**Objective**", ("goal", 0, "", "en")),
        ("Goal: reach 97 %", ("goal", 0, "reach 97 %", "en")),
        ("调试步骤＃２", ("step", 2, "", "zh")),
        ("调试步骤＃2：加深网络", ("step", 2, "加深网络", "zh")),
        ("🔧 Debug step 3 - deeper", ("step", 3, "deeper", "en")),
        ("Step 4: wider", ("step", 4, "wider", "en")),
        ("第 5 步：归一化", ("step", 5, "归一化", "zh")),
        ("Experiment #6", ("step", 6, "", "en")),
        ("Experiment 6", None),
        ("Error log: shapes", ("error", 0, "shapes", "en")),
        ("报错：形状不匹配", ("error", 0, "形状不匹配", "zh")),
        ("❌ OOM", ("error", 0, "OOM", "en")),
        ("❌ 错误示范", None),
        ("❌ Don't do this", None),
        ("结论", ("conclusion", 0, "", "zh")),
        ("Method", ("method", 0, "", "en")),
        ("训练结果", ("result", 0, "", "zh")),
        ("Goalkeepers", None),
        ("Step by step", None),
        ("Steps 1 to 3", None),
        ("", None),
    ],
)
def test_headings_in_the_wild(title: str, wanted: tuple[object, ...] | None) -> None:
    found = heading(title)
    assert (found and tuple(found)) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("- learning_rate: 0.01 -> 0.001", Change("learning_rate", "0.01", "0.001")),
        ("old batch size: 32 → new batch size: 64", Change("batch size", "32", "64")),
        ("* **dropout**：（无）→ `0.3`", Change("dropout", "", "0.3")),
        ("优化器: SGD → Adam", Change("优化器", "SGD", "Adam")),
    ],
)
def test_changes_in_the_wild(line: str, wanted: Change) -> None:
    assert read(f"### Step 1\n\n{line}\n") == [Step(1, changes=(wanted,))]


def test_the_four_parts() -> None:
    text = "## Goal\n\na\n\n## Method\n\nb\n\n## Results\n\nc\n\n"
    text += "## Conclusion\n\n- **Best result:** 98 %\n- Goal met: yes\n\nd\n"
    assert read(text) == [Goal("a"), Passage("b"), Passage("c"), Conclusion("d", "98 %", True)]


def test_what_is_shown_is_no_journal() -> None:
    assert read("```markdown\n## Goal\n```\n\n<!--\n## Goal\n-->\n\n> ## Goal\n\n    ## Goal\n") == []


def test_a_step_below_a_goal_and_results_below_a_step() -> None:
    text = "## Goal\n\nq\n\n### Step 1: x\n\n#### Result\n\n95 %\n\n#### Details\n\nmore\n\n### Result\n\nall\n"
    assert read(text) == [Goal("q"), Step(1, "x", result="95 %\n\n#### Details\n\nmore"), Passage("all")]


def test_an_error_in_a_fence_and_its_prose() -> None:
    text = "## ❌ OOM\n\n```\nResourceExhaustedError: x\n## no heading\n```\n\nThe whole set was one batch.\n"
    assert read(text) == [
        ErrorLog("OOM", "ResourceExhaustedError: x\n## no heading", analysis="The whole set was one batch.")
    ]


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("journal.md", "", True),
        ("notebooks/exp_lr.ipynb", '{"cells": [], "nbformat": 4}', True),
        ("README.md", "# Start\n\n## Goal\n", False),
        ("README.md", "### Debug step #1: x\n", True),
        ("notes.md", "---\ntype: journal\n---\n", True),
        ("experiments/a.md", "", True),
        ("journal.py", "x = 1\n", False),
    ],
)
def test_which_document_is_a_journal(name: str, text: str, wanted: bool) -> None:
    document = open_text(name, text)
    assert is_journal(document, read_journal(document)) is wanted


@pytest.mark.parametrize(
    ("text", "default", "wanted"),
    [
        ("", "zh", "zh"),
        ("## Goal\n", "zh", "en"),
        ("# 笔记\n", "en", "zh"),
        ("# Notes\n", "zh", "en"),
        ("## 结论\n", "en", "zh"),
    ],
)
def test_the_language_of_a_document(text: str, default: str, wanted: str) -> None:
    assert read_journal(open_text("a.md", text)).language(default) == wanted
