from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.documents.notebooks import cell, notebook
from tests.unit.journal.examples import FULL_STEP, entries, texts
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Step
from tflsp.journal.entries import kind_of, tidied
from tflsp.journal.inserting import Insertion, plan_insertion
from tflsp.journal.places import above_code
from tflsp.journal.snippets import without_stops
from tflsp.journal.writing import NotInserted
from tflsp.text import Span, apply_edits

GOAL, STEP, END = (
    Goal("Why 92 %?", ("too fast",), "val_accuracy > 97%"),
    Step(title="slower"),
    Conclusion("Slower is better."),
)


def insert(name: str, text: str, entry: Entry, cursor: int | None = None, language: str = "en") -> str:
    """The text after the insertion; every other character must stay."""
    made = plan_insertion(open_text(name, text), entry, cursor=cursor, language=language)
    assert (
        made.edit.span == Span(made.edit.span.start, made.edit.span.start)
        or text[made.edit.span.start : made.edit.span.end].isspace()
    )
    return apply_edits(text, [made.edit])


def read(name: str, text: str) -> list[Entry]:
    return [each.entry for each in read_journal(open_text(name, text)).entries]


def test_a_journal_from_nothing() -> None:
    text = ""
    for entry in (GOAL, STEP, Step(title="more"), ErrorLog("OOM", "Resource exhausted: OOM"), END):
        text = insert("j.md", text, entry)
    assert read("j.md", text) == [
        GOAL,
        Step(1, "slower"),
        Step(2, "more"),
        ErrorLog("OOM", "Resource exhausted: OOM"),
        END,
    ]
    again = insert("j.md", text, Step(title="late", result="95 %"))
    assert read("j.md", again)[-2:] == [Step(3, "late", result="95 %"), END]


@pytest.mark.parametrize(
    ("text", "cursor", "wanted"),
    [
        ("# T\n\n## A\n\ntext\n\n## B\n", 8, "# T\n\n## A\n\ntext\n\n<>\n\n## B\n"),
        ("# T\n\n## A\n\n#### deep\n\n## B", 12, "# T\n\n## A\n\n#### deep\n\n<>\n\n## B"),
        ("## A\n\n```\n## no\n```\n", 2, "## A\n\n```\n## no\n```\n\n<>\n"),
        ("---\ntitle: x\n---\n", 0, "---\ntitle: x\n---\n\n<>\n"),
        ("text", None, "text\n\n<>\n"),
        ("text\r\n\r\nmore\r\n", None, "text\r\n\r\nmore\r\n\r\n<>\r\n"),
        (
            "## ❌ OOM error log\n\n> x\n\n### Analysis\n\ny\n\n## B\n",
            24,
            "## ❌ OOM error log\n\n> x\n\n### Analysis\n\ny\n\n<>\n\n## B\n",
        ),
        ("---\njupyter:\n  jupytext: {}\n---\n\ntext\n", None, "---\njupyter:\n  jupytext: {}\n---\n\ntext\n\n\n<>\n"),
    ],
)
def test_where_a_step_goes_in_markdown(text: str, cursor: int | None, wanted: str) -> None:
    end = "\r\n" if "\r" in text else "\n"
    step = end.join(
        [
            "### Debug step #1: slower",
            "",
            "- Result:",
            "",
            "💡 Analysis: <!-- Why was this changed, and what does the result say? -->",
        ]
    )
    assert insert("j.md", text, STEP, cursor) == wanted.replace("<>", step)


def test_a_goal_goes_below_the_title() -> None:
    assert insert("j.md", "# Title\n\nIntro.\n\n## First\n", GOAL).startswith(
        "# Title\n\nIntro.\n\n## Goal\n\nWhy 92 %?\n"
    )
    assert insert("j.md", "Intro.\n\n## First\n", GOAL).startswith("Intro.\n\n## Goal\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("```python\nx = 1\n```\n", "<>\n\n## Method\n\n```python\nx = 1\n```\n"),
        ("# T\nSay.\n\n~~~\nx\n~~~", "# T\n\n<>\n\n## Method\n\nSay.\n\n~~~\nx\n~~~"),
        ("T\n===\n\n```\nx\n```\n", "T\n===\n\n<>\n\n## Method\n\n```\nx\n```\n"),
        ("\ufeff\r\n```\r\nx\r\n```\r\n", "\ufeff\r\n<>\r\n\r\n## Method\r\n\r\n```\r\nx\r\n```\r\n"),
        (
            "---\na: b\n---\n\n    code\n\n```\nx\n```\n",
            "---\na: b\n---\n\n<>\n\n## Method\n\n    code\n\n```\nx\n```\n",
        ),
        (
            "---\njupyter:\n  jupytext: {}\n---\n\n# 标题\n\n```python\nx\n```\n",
            "---\njupyter:\n  jupytext: {}\n---\n\n# 标题\n\n\n<>\n\n## 方法\n\n\n```python\nx\n```\n",
        ),
        # What has headings, entries or no code stays in its order.
        ("# T\n\n```\nx\n```\n\n## A\n", "# T\n\n```\nx\n```\n\n<>\n\n## A\n"),
        ("```\nx\n```\n\n**Debug step #2**\n", "```\nx\n```\n\n<>\n\n**Debug step #2**\n"),
        ("# Results\n\n```\nx\n```\n", "# Results\n\n```\nx\n```\n\n<>\n"),
        ("Say.\n\n<!-- ```\n``` -->\n", "Say.\n\n<!-- ```\n``` -->\n\n<>\n"),
        ("1. Say:\n   ```\n   x\n   ```\n", "1. Say:\n   ```\n   x\n   ```\n\n<>\n"),
    ],
)
def test_a_goal_goes_above_code_that_has_no_heading(text: str, wanted: str) -> None:
    zh = "标题" in text
    end = "\r\n" if "\r" in text else "\n"
    made = plan_insertion(open_text("j.md", text), GOAL)
    goal = made.text.rstrip("\n").replace("\n", end)
    assert goal.startswith("## 实验目标" if zh else "## Goal")
    after = apply_edits(text, [made.edit])
    assert after == wanted.replace("<>", goal)
    assert GOAL in read("j.md", after)
    assert without_stops(made.marked.new_text) == made.edit.new_text
    # With a cursor it goes where the cursor says, as any other entry.
    assert insert("j.md", text, GOAL, len(text)).startswith(text)


def test_language_level_and_number_follow_the_document() -> None:
    text = "## 实验目标\n\n为什么？\n\n## 调试步骤 #4:调整\n\n学习率:0.1 → 0.2\n"
    after = insert("j.md", text, STEP)
    assert "\n## 调试步骤 #5：slower\n" in after
    assert read("j.md", after)[1] == Step(4, "调整", changes=(Change("学习率", "0.1", "0.2"),))


@pytest.mark.parametrize(
    ("text", "entry", "why"),
    [
        ("## Goal\n\nx\n", GOAL, "there is a goal already"),
        ("## 结论\n\nx\n", END, "there is a conclusion already"),
        ("## ❌ OOM error log\n\n> OOM\n", ErrorLog("again", "OOM"), "has an entry already"),
        ("### Debug step #2: x\n\n- Result:\n", Step(title="x"), "says the same"),
        ("### Debug step #2: x\n", Step(2, "y"), "there is a step #2 already"),
        ("```\nopen\n", STEP, "open fence"),
    ],
)
def test_what_is_there_is_not_inserted_again(text: str, entry: Entry, why: str) -> None:
    with pytest.raises(NotInserted, match=why):
        insert("j.md", text, entry)


def test_other_kinds_of_documents_are_refused() -> None:
    with pytest.raises(NotInserted, match="a line `# %%` begins the first"):
        insert("a.py", "x = 1\n", STEP)
    with pytest.raises(NotInserted, match="this is dockerfile"):
        insert("Dockerfile", "FROM scratch\n", STEP)


@settings(max_examples=60)
@given(texts, entries, st.sampled_from(["en", "zh"]), st.none() | st.integers(0, 40))
def test_any_entry_in_any_markdown(text: str, entry: Entry, language: str, cursor: int | None) -> None:
    document = open_text("j.md", text)
    if document.kind != "markdown":
        return
    journal = read_journal(document)
    before = [each.entry for each in journal.entries]
    try:
        made = plan_insertion(document, entry, language=language, cursor=cursor)
    except NotInserted:
        return
    after = read("j.md", apply_edits(text, [made.edit]))
    assert made.entry in after
    has_border = isinstance(entry, Goal) and cursor is None and above_code(text, journal) is not None
    assert len(after) == len(before) + 1 + has_border


SHAPES: list[dict[str, Any]] = [
    {"indent": 1},
    {"indent": 2},
    {"indent": 4},
    {"indent": None},
    {"indent": None, "separators": (",", ":")},
    {"indent": "\t"},
]


@settings(max_examples=80)
@given(
    entries,
    st.lists(
        st.tuples(
            st.sampled_from(["code", "markdown"]), st.sampled_from(["x = 1", "# Title", "多\n行", "## 结论\n\nx", ""])
        ),
        max_size=3,
    ),
    st.sampled_from(SHAPES),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from(["", "\n"]),
    st.one_of(st.none(), st.integers(0, 400)),
)
def test_any_entry_in_any_notebook(
    entry: Entry,
    cells: list[tuple[str, str]],
    shape: dict[str, Any],
    minor: int,
    ascii_only: bool,
    end: str,
    cursor: int | None,
) -> None:
    ids: list[dict[str, Any]] = [{"id": f"c{n}"} if minor == 5 else {} for n in range(len(cells))]
    book = notebook(
        *(cell(kind, source, **named) for (kind, source), named in zip(cells, ids, strict=True)),
        minor=minor,
    )
    text = json.dumps(book, ensure_ascii=ascii_only, **shape) + end
    document = open_text("exp.ipynb", text)
    refused = ""
    try:
        made = plan_insertion(document, entry, cursor=cursor)
    except NotInserted as error:
        refused = str(error)
    if refused:
        assert "already" in refused or "cannot stand" in refused
        return
    after_text = apply_edits(text, [made.edit])
    after = json.loads(after_text)
    nbformat.validate(after)
    added = [each for each in after["cells"] if each not in book["cells"]]
    assert len(added) == 1
    assert [each for each in after["cells"] if each is not added[0]] == book["cells"]
    assert made.entry in read("exp.ipynb", after_text)
    # Written as the rest is: the whole notebook is what its own writer would have written.
    assert after_text == json.dumps(after, ensure_ascii="\\u" in text, **shape) + end


PERCENT = [
    "# %%\nx = 1\n\n# %%\ny = 2\n",
    "#%%\nx = 1\n#%% md\n# text\n",
    "import tensorflow as tf\n\n# %% [markdown]\n# # Title\n\n# %%\nx = 1",
    '# ---\n# jupyter:\n#   jupytext:\n#     cell_markers: \'"""\'\n# ---\n\n# %%\nx = 1\n',
    '# %% [markdown]\n"""\n# Title\n"""\n\n# %%\nx = 1\n',
    "# %% [md]\r\n# text\r\n\r\n# %%\r\nx = 1\r\n",
]


@settings(max_examples=80)
@given(st.sampled_from(PERCENT), entries, st.one_of(st.none(), st.integers(0, 60)))
def test_any_entry_in_any_percent_script(text: str, entry: Entry, cursor: int | None) -> None:
    document = open_text("exp.py", text)
    before = [each.kind for each in document.outline.cells] if document.outline else []
    refused = ""
    try:
        made = plan_insertion(document, entry, cursor=cursor)
    except NotInserted as error:
        refused = str(error)
    if refused:
        assert "cannot stand" in refused
        return
    after = open_text("exp.py", apply_edits(text, [made.edit]))
    assert after.outline is not None
    assert len(after.outline.cells) == len(before) + 1
    assert [each.entry for each in read_journal(after).entries] == [made.entry]
    if "\r" not in text:
        compile(after.text, "exp.py", "exec")


CELLS = [
    "# %% [markdown]\n# ### Debug step #1: a\n#\n# - Result: better\n",
    "# %% [markdown]\n# ### Debug step #2: b\n#\n# ### Debug step #3: c\n# - Result: worse\n",
    "# %%\nrate = 0.1\n",
    '# %% [markdown]\n"""\n## ❌ OOM\n\n- Message: x\n"""\n',
    "# %% [markdown]\n# **Result:** 0.9\n",
    "x = 1\n",
    "# %% [markdown]\n# ```\n# open\n",
]


@settings(max_examples=120)
@given(st.lists(st.sampled_from(CELLS), min_size=1, max_size=7, unique=True), st.integers(0, 500) | st.none())
def test_what_a_percent_script_tells_already_stays(cells: list[str], cursor: int | None) -> None:
    """Only the cells around the place are read again: read as a whole, all entries are as they were."""
    document = open_text("exp.py", "\n".join(["# %%\nfirst = 1\n", *cells]))
    before = [each.text for each in read_journal(document).entries]
    made = plan_insertion(document, Step(9, "new", result="0.5"), cursor=cursor)
    after = [each.text for each in read_journal(open_text("exp.py", apply_edits(document.text, [made.edit]))).entries]
    new = [number for number, text in enumerate(after) if "#9" in text]
    assert len(new) == 1
    assert after[: new[0]] + after[new[0] + 1 :] == before


def test_both_styles_of_markers() -> None:
    step = Step(1, "slower", result="a\\b")
    assert "\n\n# %% [markdown]\n# ### Debug step #1: slower\n#\n# - Result: a\\b\n" in insert("e.py", PERCENT[0], step)
    assert "\n\n#%% md" not in insert("e.py", PERCENT[0], step)
    quoted = insert("e.py", PERCENT[4], step)
    assert '\n\n# %% [markdown]\nr"""\n### Debug step #1: slower\n' in quoted
    assert quoted.endswith('-->\n"""\n')
    assert '\n# %% [markdown]\nr"""\n' in insert("e.py", PERCENT[3], step)


def test_a_cell_stands_behind_the_cell_with_the_cursor() -> None:
    text = PERCENT[0]
    after = insert("e.py", text, STEP, cursor=text.index("x = 1"))
    assert after.startswith("# %%\nx = 1\n\n# %% [markdown]\n# ### Debug step #1: slower\n")
    assert after.endswith("\n\n# %%\ny = 2\n")


def test_the_plan_tells_what_it_does() -> None:
    made = plan_insertion(open_text("j.md", ""), FULL_STEP, language="zh")
    assert made == Insertion(tidied(FULL_STEP), "zh", made.text, made.edit, made.marked)
    assert kind_of(made.entry) == "step"
