"""Renumbering: steps become 1 to n, what refers to them follows, and nothing else changes."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.documents.notebooks import cell, notebook
from tests.unit.journal.examples import entries
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Entry, Kind
from tflsp.journal.renumbering import Renumbered, plan_renumbering, relinked
from tflsp.journal.templates import render
from tflsp.text import apply_edits

TEXT = """# Journal

See [step #7](#debug-step-7-slower) and #7, not `#7`, issue #7 or [other #7](other.md#debug-step-7-slower).

### Debug step #2: first

💡 Analysis: as in #7 and [here](journal.md#debug-step-7-slower).

### Debug step #7: slower, after #2

```text
#7
```

## Results of #7

## 调试步骤 ＃9：更多

第 7 步与步骤 7 一样。
"""


def renumbered(text: str, name: str = "journal.md") -> str:
    return apply_edits(text, [edit for _, edit in plan_renumbering(open_text(name, text)).edits])


def test_references_and_links_follow() -> None:
    made = plan_renumbering(open_text("notes/journal.md", TEXT))
    assert made.steps == (Renumbered(2, 1, "first"), Renumbered(7, 2, "slower, after #2"), Renumbered(9, 3, "更多"))
    assert renumbered(TEXT) == (
        TEXT.replace("[step #7](#debug-step-7-slower)", "[step #7](#debug-step-7-slower)")
        .replace("and #7, not", "and #2, not")
        .replace("step #2: first", "step #1: first")
        .replace("as in #7", "as in #2")
        .replace("step #7: slower, after #2", "step #2: slower, after #1")
        .replace("Results of #7", "Results of #2")
        .replace("＃9：", "＃3：")
        .replace("第 7 步与步骤 7", "第 2 步与步骤 2")
    )


def test_anchors_follow_their_headings() -> None:
    text = (
        "[step #7](#debug-step-7-x), [zh](j.md#%E6%AD%A5%E9%AA%A4-9)\n\n"
        "### Debug step #7: x\n\n### 步骤 9\n\n[a]: #debug-step-7-x\n"
    )
    assert renumbered(text, "notes/j.md") == text.replace("7", "1").replace("-9", "-2").replace("步骤 9", "步骤 2")


def test_a_number_that_two_steps_have() -> None:
    text = "### Step 1: a\n\n#1\n\n### Step 1: b\n\n#1\n\n**Debug step #1: c**\n\n#1\n"
    assert renumbered(text) == "### Step 1: a\n\n#1\n\n### Step 2: b\n\n#2\n\n**Debug step #3: c**\n\n#3\n"


def test_other_files_that_link_to_the_journal() -> None:
    journal = open_text("notebooks/journal.md", "### Debug step #7: x\n\ny\n")
    made = plan_renumbering(journal)
    guide = (
        "## x\n\n- Source: [journal.md, step #7](notebooks/journal.md#debug-step-7-x) #7\n"
        "- [step #7](other.md#debug-step-7-x)\n"
    )
    edits = relinked(
        open_text("best_practices.md", guide), made, path="best_practices.md", journal_path="notebooks/journal.md"
    )
    assert apply_edits(guide, [edit for _, edit in edits]) == guide.replace(
        "step #7](notebooks/journal.md#debug-step-7-x)", "step #1](notebooks/journal.md#debug-step-1-x)"
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(entries, max_size=4), st.sampled_from(["en", "zh"]))
def test_all_but_numbers_stays(some: list[Entry], language: str) -> None:
    text = "\n".join(render(entry, language) for entry in some)
    after = renumbered(text)
    assert re.sub(r"\d+", "", after) == re.sub(r"\d+", "", text)
    journal = read_journal(open_text("j.md", after))
    assert [each.kind for each in journal.entries] == [
        each.kind for each in read_journal(open_text("j.md", text)).entries
    ]
    numbers = [each.number for each in journal.of(Kind.STEP) if each.number]
    assert numbers == list(range(1, len(numbers) + 1))
    assert renumbered(after) == after


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=4), st.booleans(), st.sampled_from([1, None]))
def test_in_notebooks_only_digits_change(numbers: list[int], ascii_only: bool, indent: int | None) -> None:
    cells = [cell("markdown", f"### 调试步骤 #{number}：x\n\n见 #{numbers[0]}。") for number in numbers]
    text = json.dumps(notebook(*cells, minor=4), indent=indent, ensure_ascii=ascii_only)
    after = renumbered(text, "exp.ipynb")
    found = read_journal(open_text("exp.ipynb", after)).of(Kind.STEP)
    assert [each.number for each in found] == list(range(1, len(numbers) + 1))
    sources = ["".join(each["source"]) for each in json.loads(after)["cells"]]
    assert [re.sub(r"\d+", "", each) for each in sources] == ["### 调试步骤 #：x\n\n见 #。"] * len(numbers)


def test_in_a_percent_script() -> None:
    text = "# %% [markdown]\n# ### Debug step #3: x\n#\n# after #3\n\n# %%\nx = 3  # 3\n"
    assert renumbered(text, "exp.py") == text.replace("#3", "#1")
