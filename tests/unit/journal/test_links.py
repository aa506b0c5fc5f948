"""Anchors as renderers make them, and links and mentions as people write them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tflsp.facts.journal_anchors import anchors, find_anchor, loosely, slug
from tflsp.facts.journal_links import Link, Mention, fragment_like, links_and_mentions, path_to


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("调试步骤 #2：慢一点", "调试步骤-2慢一点"),
        ("💡 日志", "-日志"),
        ("❌ OOM error log", "-oom-error-log"),
        ("Debug step #3: Lower `lr`, twice!", "debug-step-3-lower-lr-twice"),
        ("snake_case _emphasised_ **strong** [shown](x.md)", "snake_case-emphasised-strong-shown"),
        ("Étape 1.2 — <b>fin</b>", "étape-12--fin"),
    ],
)
def test_anchors_are_as_github_makes_them(title: str, name: str) -> None:
    assert slug(title) == name


def test_repeated_titles_are_numbered_over_all_texts_of_a_document() -> None:
    found = list(anchors(["# A\n```\n# A\n```\n## A\n", "# A-1\n\n# A\n"]))
    assert [(each.name, each.part, each.start) for each in found] == [
        ("a", 0, 0), ("a-1", 0, 16), ("a-1-1", 1, 0), ("a-2", 1, 7)
    ]  # fmt: skip


@pytest.mark.parametrize("fragment", ["-oom-error-log", "❌-oom-error-log", "oom-error-log", "❌-OOM-error-log"])
def test_an_anchor_is_found_by_what_other_renderers_call_it(fragment: str) -> None:
    found = find_anchor(anchors(["# ❌ OOM error log\n"]), fragment)
    assert found is not None
    assert found.title == "❌ OOM error log"


def test_no_fragment_means_no_heading() -> None:
    known = list(anchors(["# ❌\n# x\n"]))
    assert find_anchor(known, "") is known[0]  # the anchor that GitHub gives it
    assert find_anchor(known, "!") is None
    assert find_anchor(known, "y") is None


TEXT = """\
# Debug step #1
see [step #2](exp%20a.ipynb#step-2 "why"), [up](<../other journal.md#调试步骤-2>) and [here](#goal)；参见步骤 #3之后，
第 4 步, (#5), `#6`, \\#7, &#8; x#9, v#10.1, https://host/#11, [out](https://host/a.md#b) [mail](mailto:x)
```
#12 [x](y.md)
```
<!-- #13 -->
[ref]: ./x.md#q
Debug step 14 step 1.5 steps 3
"""


def test_links_and_mentions() -> None:
    found = list(links_and_mentions(TEXT))
    links = [each for each in found if isinstance(each, Link)]
    assert [(each.path, each.fragment, each.text) for each in links] == [
        ("exp a.ipynb", "step-2", "step #2"),
        ("../other journal.md", "调试步骤-2", "up"),
        ("", "goal", "here"),
        ("./x.md", "q", ""),
    ]
    assert [each.fragment_span.of(TEXT) for each in links if each.fragment_span] == [
        "step-2", "调试步骤-2", "goal", "q"
    ]  # fmt: skip
    assert next(each.target.of(TEXT) for each in links) == "exp%20a.ipynb#step-2"
    assert [each.text_span.of(TEXT) for each in links][:2] == ["step #2", "up"]
    mentions = [(each.number, each.span.of(TEXT)) for each in found if isinstance(each, Mention)]
    assert mentions == [(3, "步骤 #3"), (4, "第 4 步"), (5, "#5"), (14, "Debug step 14")]


def test_a_new_fragment_is_written_as_the_old_one_was() -> None:
    assert fragment_like("步骤-2", "步骤-3") == "步骤-3"
    assert fragment_like("%E6%AD%A5", "步") == "%E6%AD%A5"


@given(st.text(min_size=1))
@example("\xa0 \x1c\u2028")
@example("a?b#c%20(d)[e]<f>\\")
def test_a_path_can_be_written_into_a_link(name: str) -> None:
    path = f"{name}.md"
    (found,) = links_and_mentions(f"[x](./{path_to(path)}#a)")
    assert isinstance(found, Link)
    assert found.path == f"./{path}"


@given(st.text(), st.text())
def test_nothing_that_is_written_breaks_the_reading(text: str, title: str) -> None:
    for each in links_and_mentions(text):
        assert 0 <= each.span.start < each.span.end <= len(text)
    assert loosely(loosely(title)) == loosely(title)
