"""The rules on journals where pages are too small: synced cells, percent scripts, what our own templates write."""

from __future__ import annotations

import pytest

from tests.unit.tensorflow.errors import texts
from tflsp.capture.error_wording import captured_error
from tflsp.capture.errors import errors_in_text
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import Memo, check
from tflsp.facts.journal_entries import ErrorLog, Step
from tflsp.findings import Finding
from tflsp.journal.entries import filled
from tflsp.journal.templates import render
from tflsp.text import Span, TextEdit, apply_edits

LOGS = [texts.GPU_OOM, texts.IPYTHON_8, texts.IPYTHON_7]


def findings(name: str, text: str, code: str) -> list[Finding]:
    return [finding for finding in check(open_text(name, text)).findings if finding.code == code]


def mended(name: str, text: str, code: str) -> str:
    edits = {edit for finding in findings(name, text, code) for fix in finding.fixes[:1] for edit in fix.edits}
    return apply_edits(text, edits)


def cell(text: str, kind: str = "markdown") -> CellText:
    return CellText(f"cell-{hash(text)}", kind, "python" if kind == "code" else "markdown", text)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("log", LOGS, ids=range(len(LOGS)))
def test_what_was_only_proposed_is_no_analysis(log: str, language: str) -> None:
    report = errors_in_text(log).errors[-1].report
    entry = filled(ErrorLog(), captured_error(report, language))
    text = render(entry, language)
    (finding,) = findings("journal.md", text, "TFL404")
    assert finding.key == "message.likely"
    assert not finding.fixes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_takes_out_what_it_was_not_has_decided(language: str) -> None:
    report = errors_in_text(texts.GPU_OOM).errors[-1].report
    text = render(filled(ErrorLog(), captured_error(report, language)), language)
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("2. ", "3. ", "4. ", "5. "))]
    first = next(number for number, line in enumerate(kept) if line.startswith("- "))
    assert findings("journal.md", "".join(kept[:first] + kept[first + 1 :]), "TFL404") == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_fresh_step_is_asked_for_what_is_empty(language: str) -> None:
    first = render(Step(1, "a", result="92 %", analysis="b"), language)
    text = first + "\n" + render(Step(2, "c", result="93 %"), language)
    assert [(each.key, bool(each.fixes)) for each in findings("journal.md", text, "TFL402")] == [
        ("message.change", True),
        ("message.analysis", False),
    ]


def test_a_step_goes_on_in_further_cells_of_a_synced_notebook() -> None:
    cells = [
        cell("### Debug step #1: a"),
        cell("model.fit(x, y)", "code"),
        cell("A look at the data."),
        cell("#### Result\n\n92 %"),
        cell("### Debug step #2: b\n\n- epochs: 1 → 2\n- Result: 93 %\n\nAnalysis: c"),
    ]
    found = [each for each in check(open_notebook("a.ipynb", cells)).findings if each.code == "TFL402"]
    assert [(each.key, each.part) for each in found] == [("message.analysis", 0)]


def test_a_percent_script_is_mended_in_its_comments() -> None:
    text = "# %% [markdown]\n# ### Debug step #1: a\n#\n# - Result: 92 %\n\n# %%\nx = 1\n"
    wanted = (
        "# - Result: 92 %\n# \n# 💡 Analysis: <!-- Why was this changed, and what does the result say? -->\n\n# %%\n"
    )
    assert wanted in mended("a.py", text, "TFL402").replace("#\n# 💡", "# \n# 💡")


def test_line_ends_stay_as_they_are() -> None:
    text = "### Debug step #1: a\r\n\r\n- Result: 92 %\r\n\r\n## Next\r\n"
    got = mended("journal.md", text, "TFL402")
    assert got.replace("\r\n", "").find("\n") < 0
    assert "92 %\r\n\r\n💡 Analysis: " in got


def test_the_newest_step_may_come_first() -> None:
    steps = [f"### Debug step #{number}: a\n\n- a: 1 → 2\n- Result: b\n\nAnalysis: c\n" for number in (3, 2, 1)]
    assert findings("journal.md", "\n".join(steps), "TFL402") == []


@pytest.mark.parametrize("code", ["TFL402", "TFL404"])
def test_typing_finds_what_checking_anew_finds(code: str) -> None:
    text = "# J\n\n## Goal\n\nq\n\n### Debug step #1: a\n\n- Result: 92 %\n\n"
    text += "> Incompatible shapes: [1] vs. [2]\n\n## More\n\nx\n"
    document, memo = open_text("journal.md", text), Memo()
    check(document, memo=memo)
    for at, new in (
        (text.index("92"), "\n\nAnalysis: it was\n"),
        (len(text), "### Debug step #1: b\n"),
        (0, "# K\n\n"),
    ):
        document = document.edited(TextEdit(Span(at, at), new))
        typed = [finding for finding in check(document, memo=memo).findings if finding.code == code]
        anew = [finding for finding in check(open_text("journal.md", document.text)).findings if finding.code == code]
        assert [(each.key, each.span, each.fixes) for each in typed] == [
            (each.key, each.span, each.fixes) for each in anew
        ]


def test_text_and_code_of_a_synced_notebook_are_mended_each_in_its_place() -> None:
    cells = [
        cell("### Debug step #1: a\n\n- epochs: 1 → 5\n- Optimizer: Adam"),
        cell('model.compile(optimizer="adam")\nmodel.fit(x, y, epochs=3)', "code"),
    ]
    document = open_notebook("a.ipynb", cells)
    found = [each for each in check(document).findings if each.code == "TFL405"]
    assert [(each.key, each.part) for each in found] == [("message", 0), ("message.code", 1)]
    mended = [apply_edits(cells[each.part].text, each.fixes[0].edits) for each in found]
    assert "epochs: 1 → 3" in mended[0]
    assert "epochs=5" in mended[1]


@pytest.mark.parametrize(
    ("claim", "code", "wanted"),
    [
        ("learning_rate: 0.1 → 0.01", "Adam(learning_rate=0.1)", 1),
        ("learning_rate: 0.1 → 0.01", "Adam(learning_rate=1e-2)", 0),
        ("lr: 0.1 → 0.01", "Adam(lr=0.1)", 1),
        ("lr: 0.1 → 0.01", "RATE = 0.1\nAdam(RATE)", 1),
        ("lr: 0.1 → 0.01", "Adam(rate())", 0),
        ("lr: 0.1 → 0.01", "Adam(0.1)\nAdam(0.2)", 0),
        ("lr: 0.1 → smaller", "Adam(0.1)", 0),
        ("batch size: 32 → 64", "d = d.batch(32)", 1),
        ("batch size: 32 → 64", "def run(batch_size=32): pass", 0),
        ("BUFFER: 10 → 1,000", "BUFFER = 1000", 0),
        ("BUFFER: 10 → 1,000", "BUFFER = 10", 1),
        ("optimizer: SGD → Adam", "SGD(0.1)", 1),
        ("optimizer: SGD → Adam", "model.compile('adam')", 0),
        ("units: 1 → 2", "Dense(3)", 0),
        ("dropout_rate: 0.2 → 0.5", "dropout = 0.2", 1),
        ("dropout: 0.2 → 0.5", "Dropout(0.2)", 0),
        ("权重衰减: 1e-4 → 1e-5", "weight_decay = 1e-5", 0),
        ("learning_rate: 0.1 → 0.01", "!python train.py --lr 0.1", 0),
    ],
)
def test_what_the_code_says(claim: str, code: str, wanted: int) -> None:
    cells = [cell(f"### Debug step #1: a\n\n- {claim}"), cell(code, "code")]
    found = [each for each in check(open_notebook("a.ipynb", cells)).findings if each.key == "message"]
    assert len([each for each in found if each.code == "TFL405"]) == wanted


def test_only_the_latest_step_is_compared() -> None:
    cells = [
        cell("Adam(0.001)", "code"),
        cell("### Debug step #1: a\n\n- lr: 0.1 → 0.01"),
        cell("### Debug step #2: b\n\n- lr: 0.01 → 0.001"),
    ]
    assert [each for each in check(open_notebook("a.ipynb", cells)).findings if each.code == "TFL405"] == []


@pytest.mark.parametrize(
    ("criterion", "result", "wanted"),
    [
        ("val_accuracy > 97%", "97.4 %", 0),
        ("val_accuracy > 97%", "loss 0.1", 1),
        ("val_accuracy > 97%", "loss 0.1 - val_loss 0.2 - val_accuracy 0.97", 0),
        ("val_accuracy > 97%", "loss: 0.1 acc: 0.97", 0),
        ("val_accuracy > 97%", "better accuracy", 1),
        ("val_accuracy > 97%", "5 epochs, better accuracy", 1),
        ("验证集准确率 ≥ 97%", "准确率提升至 95.6%", 0),
        ("val_loss < 0.1", "the loss falls to 0.08", 0),
        ("val_loss < 0.1", "97 %", 1),
        ("my_metric > 5", "my_metric 4.9", 0),
        ("my_metric > 5", "accuracy 4.9", 1),
        ("no more crashes", "accuracy 97 %", 0),
    ],
)
def test_what_answers_a_goal(criterion: str, result: str, wanted: int) -> None:
    text = f"## Goal\n\nWe assume a.\n\nTarget: {criterion}\n\n"
    text += f"### Debug step #1: a\n\n- Result: {result}\n\nAnalysis: b\n"
    assert len(findings("journal.md", text, "TFL403")) == wanted
