"""Promotion: twice is once, nothing else changes, what people wrote survives."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.documents.notebooks import cell, notebook
from tests.unit.journal.examples import entries, texts
from tflsp.documents.document import Document
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Change, Entry, ErrorLog, Step
from tflsp.journal.guides import Guide, incidents, language_of
from tflsp.journal.promoting import NotPromoted, Promotion, applied, plan_promotion, promotable
from tflsp.journal.renumbering import plan_renumbering, relinked
from tflsp.journal.templates import render
from tflsp.journal.timeline import timeline_of
from tflsp.journal.timeline_html import html_timeline
from tflsp.text import apply_edits

STEP = Step(
    3, "Lower learning rate", "", "", (Change("learning_rate", "0.01", "0.001"),), "", "val_accuracy 0.974", "", "Why."
)
OOM = ErrorLog(
    "OOM", "Resource exhausted: OOM when allocating tensor with shape[6,7]", "", "", "Too much.", "batch(32)"
)
CODE = "56402d866efc"
PATHS = {
    Guide.SUMMARY: "SUMMARY.md",
    Guide.BEST_PRACTICES: "best_practices.md",
    Guide.TROUBLESHOOTING: "troubleshooting_guide.md",
}


def journal(*entries_: Entry, language: str = "en") -> str:
    return "# Journal\n\n" + "\n".join(render(entry, language) for entry in entries_)


def promote(
    text: str, guide: Guide, guide_text: str, which: int = 0, name: str = "notebooks/journal.md", code: str = ""
) -> tuple[str, str, Promotion]:
    """The journal and the guide after the promotion of the journal's entry number ``which``."""
    document = open_text(name, text)
    made = plan(document, guide, guide_text, which, name, code)
    return apply_edits(text, [edit for _, edit in made.source_edits]), applied(made), made


def plan(document: Document, guide: Guide, guide_text: str, which: int, name: str, code: str) -> Promotion:
    return plan_promotion(
        document,
        promotable(read_journal(document))[which],
        guide,
        source_path=name,
        guide_path=PATHS[guide],
        guide_text=guide_text,
        fingerprint=code,
    )


def test_a_step_becomes_a_practice() -> None:
    source, guide, made = promote(journal(STEP), Guide.BEST_PRACTICES, "")
    assert made.created
    assert made.title == "Lower learning rate"
    head, _, entry = guide.partition("\n\n## Lower learning rate\n\n")
    assert head == "# Best practices\n\nWhat worked, and under which conditions."
    assert entry.split(" <!--")[0] == (
        "Why.\n\n- learning_rate: 0.01 → 0.001\n- Result: val_accuracy 0.974\n"
        "- Source: [journal.md, step #3](notebooks/journal.md#debug-step-3-lower-learning-rate)"
    )
    assert source == journal(STEP).rstrip("\n") + (
        "\n\n- Promoted to: [best_practices.md](../best_practices.md#lower-learning-rate)\n"
    )


def test_links_lead_from_the_guide_where_they_led_from_the_journal() -> None:
    analysis = (
        "See [a](exp.ipynb#x), ![b](<img/a b.png>), [c](#goal), [d](../README.md?plain=1#y), [e](https://a.b/c.md), "
        "[f](/g.md) and `[h](i.md)`."
    )
    step = Step(3, "Slower", analysis=analysis)
    _, guide, _ = promote(journal(step), Guide.BEST_PRACTICES, "")
    assert (
        "See [a](notebooks/exp.ipynb#x), ![b](<notebooks/img/a%20b.png>), [c](notebooks/journal.md#goal), "
        "[d](README.md?plain=1#y), [e](https://a.b/c.md), [f](/g.md) and `[h](i.md)`.\n" in guide
    )


def test_an_error_becomes_an_incident_that_is_recognised() -> None:
    source, guide, _ = promote(journal(OOM), Guide.TROUBLESHOOTING, "", code=CODE)
    (incident,) = incidents(guide)
    assert (incident.fingerprint, incident.title, incident.remedy) == (CODE, "OOM", "batch(32)")
    assert "> Resource exhausted: OOM when allocating tensor with shape[6,7]\n\n**Cause:** Too much.\n" in guide
    assert "- Promoted to: [troubleshooting_guide.md](../troubleshooting_guide.md#oom)\n" in source
    # The same error in another journal is one more place where it was seen, and no second section.
    _, again, made = promote(journal(OOM), Guide.TROUBLESHOOTING, guide, name="other.md", code=CODE)
    assert again.startswith(guide.rstrip("\n"))
    assert again[len(guide.rstrip("\n")) :].startswith("\n- Source: [other.md, OOM](other.md#-oom-error-log) <!--")
    assert promote(journal(OOM), Guide.TROUBLESHOOTING, again, name="other.md", code=CODE)[1] == again
    assert made.created


def test_a_summary_gets_a_line_where_its_findings_are() -> None:
    guide = "# 总结\n\n说明。\n\n## 🔑 关键结论\n\n- 手写的一条\n\n## 其他\n\n文字\n"
    _, after, _ = promote(journal(STEP, language="zh"), Guide.SUMMARY, guide)
    before, _, rest = after.partition(
        "\n- **Lower learning rate**（learning_rate：0.01 → 0.001）：val_accuracy 0.974 — Why.（"
    )
    assert before == "# 总结\n\n说明。\n\n## 🔑 关键结论\n\n- 手写的一条"
    assert rest.endswith(" -->\n\n## 其他\n\n文字\n")
    assert "\n- " in promote(journal(STEP), Guide.SUMMARY, "# Summary\n\nOne line.\n")[1]


def test_a_section_that_a_person_began_is_used() -> None:
    guide = "# Guide\n\n## ❌ OOM 错误日志\n\nMine.\n\n## Other\n\nx\n"
    _, after, _ = promote(journal(OOM), Guide.TROUBLESHOOTING, guide, code=CODE)
    assert after.startswith("# Guide\n\n## ❌ OOM 错误日志\n\nMine.\n\n> Resource exhausted")
    assert after.endswith(" -->\n\n## Other\n\nx\n")
    assert after.count("OOM") == 3


def test_what_people_wrote_into_an_entry_survives() -> None:
    text, guide, _ = promote(journal(STEP), Guide.BEST_PRACTICES, "# Best practices\r\n")
    assert guide.count("\n") == guide.count("\r\n")
    guide = (
        guide.replace("0.001\r\n", "0.001\r\n- By hand\r\n").replace("- Result", "- Outcome") + "\r\nA last word.\r\n"
    )
    text = text.replace("Why.", "Because.").replace("#3: Lower", "#3: Much lower")
    text, after, made = promote(text, Guide.BEST_PRACTICES, guide)
    assert not made.created
    assert after.split(" <!--")[0] == (
        "# Best practices\r\n\r\n## Much lower learning rate\r\n\r\nBecause.\r\n\r\n- learning_rate: 0.01 → 0.001\r\n"
        "- By hand\r\n- Outcome: val_accuracy 0.974\r\n"
        "- Source: [journal.md, step #3](notebooks/journal.md#debug-step-3-much-lower-learning-rate)"
    )
    assert after.endswith(" -->\r\n\r\nA last word.\r\n")
    assert text.count("Promoted to") == 1
    assert "best_practices.md#much-lower-learning-rate)" in text
    assert promote(text, Guide.BEST_PRACTICES, after)[2].is_empty


def test_a_guide_stays_in_the_language_that_it_was_begun_in() -> None:
    step = Step(1, "调整学习率", result="准确率 95.6%")
    _, guide, _ = promote(journal(step, language="zh"), Guide.BEST_PRACTICES, "# Best practices\n")
    assert "- Result: 准确率 95.6%\n- Source: [journal.md, step #1](" in guide
    assert language_of(guide, "zh") == "en"
    assert promote(journal(step, language="zh"), Guide.BEST_PRACTICES, "")[1].startswith("# 最佳实践\n")


def test_what_cannot_be_promoted() -> None:
    with pytest.raises(NotPromoted, match="open fence"):
        promote(journal(STEP), Guide.BEST_PRACTICES, "# Best practices\n\n```\nopen\n")
    document = open_text("SUMMARY.md", journal(STEP))
    with pytest.raises(NotPromoted, match="the guide itself"):
        plan(document, Guide.SUMMARY, "", 0, "SUMMARY.md", "")


GUIDE_TEXTS = st.one_of(
    texts,
    st.sampled_from(
        [
            "# Summary\n\nText.\n\n## Findings\n\n* one\n\n## Other\n\nx",
            "---\ntitle: x\n---\n\n# 最佳实践\r\n\r\n### 一\r\n\r\n文字\r\n",
            "# Guide\n\n## OOM\n\nmine\n\n- Source: [x](y.md)\n",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(entries, GUIDE_TEXTS, st.sampled_from(list(Guide)), st.sampled_from(["en", "zh"]), st.booleans())
def test_twice_is_once_and_the_rest_stays(
    entry: Entry, guide_text: str, guide: Guide, language: str, coded: bool
) -> None:
    if not isinstance(entry, Step | ErrorLog):
        return
    text = journal(entry, language=language)
    read = [each.entry for each in read_journal(open_text("a.md", text)).entries]
    code = CODE if coded and isinstance(entry, ErrorLog) else ""
    try:
        source, after, made = promote(text, guide, guide_text, code=code)
    except NotPromoted:
        return
    assert [each.entry for each in read_journal(open_text("a.md", source)).entries] == read
    (edit,) = made.guide_edits
    if guide_text.strip("\ufeff \t\r\n"):
        assert guide_text[: edit.span.start] + guide_text[edit.span.end :] == guide_text
    again, twice, second = promote(source, guide, after, code=code)
    assert (again, twice) == (source, after)
    assert second.is_empty
    assert not second.created


@settings(max_examples=60, deadline=None)
@given(entries, st.sampled_from([1, 2, None]), st.sampled_from([4, 5]), st.booleans())
def test_the_link_back_in_any_notebook(entry: Entry, indent: int | None, minor: int, ascii_only: bool) -> None:
    if not isinstance(entry, Step | ErrorLog):
        return
    ids: list[dict[str, Any]] = [{"id": name} for name in "abc"] if minor == 5 else [{}] * 3
    book = notebook(
        cell("markdown", "# 标题", **ids[0]),
        cell("markdown", render(entry, "zh").rstrip("\n"), **ids[1]),
        cell("code", "x = 1", **ids[2]),
        minor=minor,
    )
    text = json.dumps(book, indent=indent, ensure_ascii=ascii_only) + "\n"
    try:
        after, guide, _ = promote(text, Guide.BEST_PRACTICES, "", name="notebooks/exp 一.ipynb")
    except NotPromoted:
        return
    made = json.loads(after)
    nbformat.validate(made)
    assert [made["cells"][0], made["cells"][2]] == [book["cells"][0], book["cells"][2]]
    assert after == json.dumps(made, indent=indent, ensure_ascii="\\u" in text) + "\n"
    assert "](notebooks/exp%20一.ipynb)" in guide
    assert promote(after, Guide.BEST_PRACTICES, guide, name="notebooks/exp 一.ipynb")[2].is_empty


@pytest.mark.parametrize(
    "text",
    [
        "# %% [markdown]\n# ### Debug step #1: x\n#\n# - Result: 1\n\n# %%\nx = 1\n",
        '# %% [markdown]\n"""\n### Debug step #1: x\n\n- Result: 1\n"""\n\n# %%\nx = 1\n',
        "# %% [markdown]\r\n# ### Debug step #1: x\r\n#\r\n# Analysis: y\r\n\r\n# %%\r\nx = 1\r\n",
    ],
)
def test_the_link_back_in_a_percent_script(text: str) -> None:
    after, guide, _ = promote(text, Guide.BEST_PRACTICES, "", name="exp.py")
    assert "Promoted to: [best_practices.md](best_practices.md#x)" in after
    assert after.replace("\r\n", "\n").count("\n") - text.replace("\r\n", "\n").count("\n") in (1, 2)
    assert not any(line.endswith((" ", "\t")) for line in after.replace("\r\n", "\n").split("\n"))
    assert promote(after, Guide.BEST_PRACTICES, guide, name="exp.py")[2].is_empty


def test_a_line_of_the_summary_that_a_person_has_changed_stays_one_line() -> None:
    text, guide, _ = promote(journal(STEP), Guide.SUMMARY, "")
    guide = guide.replace("Why.", "Why, in my words.")
    text = text.replace("Why.", "Because.").replace("#3: Lower", "#3: Much lower")
    text, after, _ = promote(text, Guide.SUMMARY, guide)
    assert after == guide.replace("#debug-step-3-lower", "#debug-step-3-much-lower").replace(
        guide[guide.index(" <!--") :], after[after.index(" <!--") :]
    )
    assert promote(text, Guide.SUMMARY, after)[2].is_empty
    assert "in my words" in promote(text.replace("Because.", "So."), Guide.SUMMARY, after)[1]


def test_an_entry_follows_its_step_to_another_number() -> None:
    text, summary, _ = promote(journal(STEP), Guide.SUMMARY, "")
    text, practices, _ = promote(text, Guide.BEST_PRACTICES, "")
    document = open_text("notebooks/journal.md", text)
    numbers = plan_renumbering(document)
    text = apply_edits(text, [edit for _, edit in numbers.edits])
    for guide, old in ((Guide.SUMMARY, summary), (Guide.BEST_PRACTICES, practices)):
        edits = relinked(open_text(PATHS[guide], old), numbers, path=PATHS[guide], journal_path="notebooks/journal.md")
        new = apply_edits(old, [edit for _, edit in edits])
        assert "[journal.md, step #1](notebooks/journal.md#debug-step-1-lower-learning-rate)" in new
        assert promote(text, guide, new)[2].is_empty
        changed = promote(text.replace("Why.", "Because."), guide, new)[1]
        assert changed.count("Because.") == changed.count("journal.md, step") == 1
        assert "Why." not in changed


def test_a_secret_is_not_carried_into_a_guide() -> None:
    secret = "mysql://admin:" + "s3cret-pw9" + "@prod-db:3306/x"
    step = Step(1, "x", changes=(Change("url", "", secret),), analysis=f"It was {secret}.")
    text, guide, _ = promote(journal(step), Guide.BEST_PRACTICES, "")
    assert "s3cret" in text
    assert "s3cret" not in guide
    assert "•••" in guide
    assert promote(text, Guide.BEST_PRACTICES, guide)[2].is_empty
    shown = html_timeline(timeline_of(open_text("notebooks/journal.md", text)))
    assert "s3cret" not in shown
    assert "prod-db" in shown
