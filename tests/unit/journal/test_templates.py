from __future__ import annotations

import pytest

from tests.unit.journal.examples import FULL_STEP
from tflsp.bilingual import LANGUAGES
from tflsp.facts.journal_entries import Change, Conclusion, ErrorLog, Goal, Kind, Step
from tflsp.journal.checking import template_faults
from tflsp.journal.entries import CapturedError, CapturedRun, filled
from tflsp.journal.templates import KINDS, LONGEST, TemplateError, built_in, render, structure_faults


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_our_own_templates_have_no_faults(kind: Kind, language: str) -> None:
    assert list(template_faults(kind, language, built_in(f"{language}/{kind}"))) == []


def test_a_step_as_people_see_it() -> None:
    assert render(FULL_STEP, "zh") == (
        "### 调试步骤 #3：调整学习率\n\n- 时间：2026-11-22 07:00\n- learning_rate：0.01 → 0.001\n"
        "- dropout：（无） → 0.3\n"
        "- layers：Dense(64) → （无）\n- 优化器：Adam(learning_rate=0.001)\n- 环境：tensorflow/tensorflow:2.9.0-gpu\n"
        "- 结果：loss 下降更平稳，accuracy 提升至 95.6%\n\n💡 分析：初始学习率过大。\n\n```python\n# Goal\nx = 1\n```\n"
    )


def test_a_message_that_markdown_would_take_apart_stands_in_a_fence() -> None:
    assert "\n> OOM when allocating tensor with shape[60000,784]\n" in render(
        ErrorLog("OOM", "OOM when allocating tensor with shape[60000,784]"), "en"
    )
    assert '\n````text\nFile "<stdin>"\n```\n````\n' in render(ErrorLog("OOM", 'File "<stdin>"\n```'), "en")


HOSTILE = [
    ("{{ title.__class__ }}", 1, "no attribute '__class__'"),
    ("x\n{% for a in changes %}{% for b in changes %}{% endfor %}{% endfor %}", 2, "a loop within a loop"),
    ("{{ range(10) }}", 1, "call is not allowed"),
    ("{{ title.upper() }}", 1, "call is not allowed"),
    ("{{ 'a' * 10000000000 }}", 1, "mul is not allowed"),
    ("{{ '%999999999d' % 1 }}", 1, "mod is not allowed"),
    ("{{ title | center(99999999) }}", 1, "there is no filter 'center'"),
    ("a\nb\n{% include 'x' %}", 3, "include is not allowed"),
    ("{% macro a() %}{% endmacro %}", 1, "macro is not allowed"),
    ("{{ title[0] }}", 1, "getitem is not allowed"),
    ("a\n{% if %}", 2, "Expected an expression"),
    ("{% set a = 'x' %}{{ a ~ a }}", 1, "assign is not allowed"),
    ("{{ title ~ title }}", 1, "concat is not allowed"),
    ("{% for each in message %}{{ message }}{% endfor %}", 1, "a loop goes through"),
    ("{{ title" + " | item" * 101 + " }}", 1, "at most 100 filters"),
    ("{{ titel }}", 1, "there is no field 'titel'"),
    ("x" * (LONGEST + 1), 1, "at most"),
    ("{{ " + "(" * 5000 + ")" * 5000 + " }}", 1, ""),
]


@pytest.mark.parametrize(("source", "line", "message"), HOSTILE)
def test_templates_can_do_no_harm(source: str, line: int, message: str) -> None:
    faults = list(template_faults(Kind.STEP, "en", source))
    assert [(fault.line, message in fault.message) for fault in faults][:1] == [(line, True)]
    with pytest.raises(TemplateError):
        render(Step(1), "en", {"en/step": source})


def test_an_entry_of_any_length_is_none() -> None:
    source = "{% for each in changes %}" + "{{ analysis }}" * 100 + "{% endfor %}"
    assert list(structure_faults(Kind.STEP, source)) == []
    with pytest.raises(TemplateError, match="at most 1000000"):
        render(Step(1, changes=(Change("a"),) * 100, analysis="x" * 1000), "en", {"en/step": source})


def test_a_template_whose_entry_would_be_lost_is_told() -> None:
    assert [fault.message for fault in template_faults(Kind.STEP, "en", "Something else\n")] == [
        "what it gives is not read as one step: it must begin with a heading such as ours"
    ]
    source = "### Debug step #{{ number }}: {{ title }}\n\n{{ analysis }}\n"
    told = [fault.message.split()[0] for fault in template_faults(Kind.STEP, "en", source)]
    assert told == ["changes", "result", "analysis"]


def test_what_was_captured_fills_what_is_empty() -> None:
    run = CapturedRun(when="now", result="95 %", environment="image")
    assert filled(Step(title="t", result="mine"), run) == Step(
        title="t", when="now", result="mine", environment="image"
    )
    assert filled(Conclusion("c"), CapturedRun(best="98 %", goal_met=False)) == Conclusion("c", "98 %", False)
    assert filled(Goal("q"), run) == Goal("q")
    assert filled(ErrorLog(), CapturedError(title="OOM", message="m")) == ErrorLog("OOM", "m")
