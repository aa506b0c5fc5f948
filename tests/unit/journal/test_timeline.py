"""Timelines: what results tell, and the three forms that they are shown in."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.journal.examples import entries
from tflsp.capture.results import Epoch, Score, Training
from tflsp.documents.opening import open_text
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Step
from tflsp.journal.templates import render
from tflsp.journal.timeline import Timeline, UnknownMetricError, timeline_of
from tflsp.journal.timeline_chart import ticks
from tflsp.journal.timeline_html import html_timeline
from tflsp.journal.timeline_markdown import markdown_timeline
from tflsp.journal.timeline_metrics import metrics_in, value_shown
from tflsp.journal.timeline_terminal import padded, shortened, terminal_timeline, width

TEXT = """# MNIST 准确率停滞

## 实验目标

准确率为什么停滞？

✅ 目标指标：验证集准确率 > 97%

### 调试步骤 #1：调整学习率

- learning_rate：0.1 → 0.01
- 结果：val_accuracy 0.9201（第 3/3 轮）；loss 0.3000

## ❌ OOM 错误日志

> Resource exhausted: OOM <b>

### 调试步骤 #3：减小批量

- 结果：没有测

### 调试步骤 #4：归一化

- 结果：验证集准确率达到 97.8%

## 结论

都有关系。
"""


def timeline(text: str = TEXT, metric: str | None = None) -> Timeline:
    return timeline_of(open_text("exp.md", text), metric=metric)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("val_accuracy 0.974", {"val_accuracy": 0.974}),
        ("val_accuracy: 0.974, loss = 0.1", {"val_accuracy": 0.974, "loss": 0.1}),
        ("97.4 %", {"": 0.974}),
        ("92 % → 95.6 %", {"": 0.956}),
        ("stuck at 92 %", {"": 0.92}),
        ("准确率达到 97.4%", {"accuracy": 0.974}),
        ("准确率达到了97.4％", {"accuracy": 0.974}),
        ("准确率从 92% 提升到 95.6%", {"accuracy": 0.956}),
        ("loss 下降更平稳,accuracy 提升至 95.6%", {"accuracy": 0.956}),
        ("验证集准确率 97.1%，训练准确率 99%", {"val_accuracy": 0.971, "accuracy": 0.99}),
        ("validation accuracy of 97%", {"val_accuracy": 0.97}),
        ("val_acc rose from 92 % to 95.6 %", {"val_accuracy": 0.956}),
        ("validation loss fell by 3% to 0.12", {"val_loss": 0.12}),
        ("val_loss 1.2000e-04", {"val_loss": 0.00012}),
        ("accuracy 95.6", {"accuracy": 0.956}),
        ("F1 值为 0.91，召回率 88%", {"f1": 0.91, "recall": 0.88}),
        ("val_accuracy 0.95 (goal 97 %)", {"val_accuracy": 0.95}),
        ("准确率提升了 3%", {}),
        ("OOM after 3 epochs", {}),
        ("loss nan", {}),
        ("because of 12 layers", {}),
        ("", {}),
    ],
)
def test_what_people_write(text: str, wanted: dict[str, float]) -> None:
    assert metrics_in(text) == pytest.approx(wanted)


def test_what_we_write_ourselves() -> None:
    from tflsp.capture import wording

    epochs = tuple(Epoch(n, {"loss": 0.5 / n, "val_accuracy": value}) for n, value in enumerate((0.9, 0.98, 0.97), 1))
    training = Training(epochs, planned=5, interrupted=4)
    for chinese in (False, True):
        said = ("；" if chinese else "; ").join(wording._training(training, "val_accuracy", chinese))
        assert metrics_in(said) == pytest.approx({"val_accuracy": 0.97, "loss": 0.1667})
        said += "; " + wording._score(Score("evaluate", {"loss": 0.2, "accuracy": 0.96}), None, chinese)
        assert metrics_in(said) == pytest.approx(
            {"val_accuracy": 0.97, "loss": 0.1667, "test_loss": 0.2, "test_accuracy": 0.96}
        )


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    assert all(isinstance(value, float) for value in metrics_in(text).values())


def test_a_timeline() -> None:
    made = timeline()
    assert (made.title, made.language, made.metric) == ("MNIST 准确率停滞", "zh", "val_accuracy")
    assert made.values == [pytest.approx(0.9201), None, pytest.approx(0.978)]
    assert (made.best_step, made.goal_line, made.goal_met) == (2, 0.97, True)
    assert [(each.title, each.behind, each.after_step) for each in made.errors] == [("OOM", 1, 1)]
    assert timeline(metric="loss").values == [0.3, None, None]
    with pytest.raises(UnknownMetricError, match="there is val_accuracy, loss"):
        timeline(metric="recall")


def test_the_metric_that_is_plotted() -> None:
    steps = [Step(1, result="accuracy 92 %, loss 0.5"), Step(2, result="95 %"), Step(3, result="loss 0.1")]
    entries: list[Entry] = [Goal(criterion="val_accuracy > 97%"), *steps]
    text = "\n".join(render(each, "en") for each in entries)
    made = timeline(text)
    # Nobody measured val_accuracy: the line is drawn, but nothing is claimed.
    assert (made.metric, made.goal_line, made.goal_met) == ("accuracy", 0.97, None)
    assert made.values == [0.92, 0.95, None]
    losses = [Step(n, result=f"loss {value}") for n, value in ((1, 0.5), (2, 0.2), (3, 0.3))]
    assert timeline("\n".join(render(each, "en") for each in losses)).best_step == 1
    said = (
        render(Goal(criterion="loss < 0.1"), "en")
        + render(losses[0], "en")
        + render(Conclusion("x", goal_met=True), "en")
    )
    assert timeline(said).goal_met is True


def test_widths_are_those_of_a_terminal() -> None:
    assert (width("ab"), width("准确"), width("e\u0301"), width("💡")) == (2, 4, 1, 2)
    assert padded("准确率", 4) == "准… "
    assert shortened("abc", 3) == "abc"


def test_the_terminal_has_points_at_their_places() -> None:
    text = terminal_timeline(timeline(), 100)
    assert max(map(width, text.split("\n"))) <= 100
    lines = text.split("\n")
    first, third = (next(line for line in lines if line.startswith(f"#{number}")) for number in (1, 4))
    assert "  ●──" in first
    assert first.endswith(" 92.01 %")
    assert "┊" in first
    assert "─● 97.8 %  ★ 最佳" in third
    assert width(first[: first.index("┊")]) == width(third[: third.index("┊")])
    assert "✗   OOM：Resource exhausted: OOM <b>" in text
    assert lines.index(first) < next(at for at, line in enumerate(lines) if "OOM" in line)


def test_markdown_has_a_table_and_a_chart() -> None:
    text = markdown_timeline(timeline())
    assert "xychart-beta\n" in text
    assert "    line [0.9201, 0.978]\n    line [0.97, 0.97]\n" in text
    rows = [line for line in text.split("\n") if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}
    assert "| ❌ |  | **OOM** |  |  | Resource exhausted: OOM &lt;b> |  |" in text


class Page(HTMLParser):
    """The tags of a page, with what a browser would complain of."""

    VOID = frozenset({"meta"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_lets_nothing_in() -> None:
    text = html_timeline(timeline())
    page = Page(text)
    tags = {tag for tag, _ in page.seen}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "form", "b"})
    names = {name for _, attributes in page.seen for name in attributes}
    assert not any(name.startswith("on") or name in ("style", "src", "href") for name in names)
    (policy,) = (given["content"] for tag, given in page.seen if given.get("http-equiv") == "Content-Security-Policy")
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "@import" not in style
    assert "prefers-color-scheme: dark" in style
    assert "OOM &lt;b&gt;" in text


def test_the_chart_is_told_in_words_as_well() -> None:
    text = html_timeline(timeline())
    svg = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    space = "{http://www.w3.org/2000/svg}"
    assert svg.get("role") == "img"
    ids = [svg.find(f"{space}title"), svg.find(f"{space}desc")]
    assert (svg.get("aria-labelledby") or "").split() == [each.get("id") for each in ids if each is not None]
    assert [each.findtext(f"{space}title") for each in svg.iter(f"{space}circle")] == [
        "#1 调整学习率：92.01 %",
        "#4 归一化：97.8 %",
    ]
    assert text.count('<th scope="row">') == 4
    assert '<html lang="zh-CN">' in text


@settings(max_examples=60, deadline=None)
@given(st.lists(entries, max_size=4), st.sampled_from(["en", "zh"]), st.integers(20, 160))
def test_any_journal_can_be_shown(some: list[Entry], language: str, columns: int) -> None:
    made = timeline("\n".join(render(entry, language) for entry in some))
    assert len(made.steps) == sum(isinstance(each, Step) for each in some)
    assert len(made.errors) == sum(isinstance(each, ErrorLog) for each in some)
    assert all(width(line) <= max(columns, 40) for line in terminal_timeline(made, columns).split("\n"))
    assert markdown_timeline(made)
    text = html_timeline(made)
    Page(text)
    if "<svg" in text:
        ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_ticks_are_around_the_values(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    found = ticks(low, high)
    slack = (abs(low) + abs(high)) * 1e-6 + 1e-9
    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    assert 2 <= len(found) <= 12


def test_values_are_shown_as_people_read_them() -> None:
    assert value_shown("val_accuracy", 0.974) == "97.4 %"
    assert value_shown("accuracy", 1.0) == "100 %"
    assert value_shown("loss", 0.123456) == "0.1235"
