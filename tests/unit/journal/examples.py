"""Entries with all that a person, a log or an enemy may write into them."""

from __future__ import annotations

from hypothesis import strategies as st

from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Step

# Pieces that mean something in Markdown, in a journal, in a percent script or in JSON.
_PIECES = st.sampled_from(
    [
        *("loss falls", "准确率 95.6%", "\n", "\n\n", "# Goal", "## 结论\n", "### Debug step #7: x\n", "### 分析\n"),
        *("Result: 1\n", "结果：2\n", "分析:", "- Optimizer: Adam\n", "lr: 0.1 -> 0.2\n", "a：1 → 2\n", "```\n", "~~~"),
        *("```python\nx = 1\n```\n", "<!-- ", "-->", "> quoted\n", "1. first\n", "2) ", "- ", "  ", "\t", "\\", "\\:"),
        *(":", "：", "→", "->", "`", "``", "**", "# %%\n", "%% x\n", '"""', "\r\n", "\r", "\0", "\ud83d", "💡", "❌ "),
        *(
            "✅ Target: ",
            "$x$",
            "{{ x }}",
            "{% if %}",
            "#",
            "error log",
            "; ",
            "；",
            "yes",
            "(none)",
            "（无）",
            "In[3]:\n",
        ),
        *("---\n", "===\n", "\u2028", "Goal", "目标"),
        *("**调试步骤 #2：x**\n", "**Goal**\n", "**Analysis**\n", "__结论__\n", "**", "Goal\n---\n", "\n结论\n===\n"),
        *("  - lr: 0.1 -> 0.2\n", "  - Result: 3\n", "a: 1 --> 2\n", "a: 1 ==> 2", "--", "  1. 结果：x\n"),
    ]
)
texts = st.one_of(
    st.just(""),
    st.text(st.characters(codec=None), max_size=12),
    st.lists(_PIECES, max_size=7).map("".join),
)
changes = st.builds(Change, texts, texts, texts)
goals = st.builds(Goal, texts, st.lists(texts, max_size=3).map(tuple), texts)
steps = st.builds(
    Step,
    st.integers(0, 10**6),
    texts,
    texts,
    texts,
    st.lists(changes, max_size=3).map(tuple),
    texts,
    texts,
    texts,
    texts,
)
errors = st.builds(ErrorLog, *[texts] * 7)
conclusions = st.builds(Conclusion, texts, texts, st.sampled_from([None, True, False]), texts)
entries: st.SearchStrategy[Entry] = st.one_of(goals, steps, errors, conclusions)

FULL_STEP = Step(
    3,
    "调整学习率",
    "",
    "2026-11-22 07:00",
    (Change("learning_rate", "0.01", "0.001"), Change("dropout", "", "0.3"), Change("layers", "Dense(64)", "")),
    "Adam(learning_rate=0.001)",
    "loss 下降更平稳，accuracy 提升至 95.6%",
    "tensorflow/tensorflow:2.9.0-gpu",
    "初始学习率过大。\n\n```python\n# Goal\nx = 1\n```",
)
