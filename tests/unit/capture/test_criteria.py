"""What a goal asks for, in the words of people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.capture.criteria import criterion_of
from tflsp.capture.results import Criterion


@pytest.mark.parametrize(
    ("text", "criterion"),
    [
        ("验证集准确率 > 97%", Criterion("验证集准确率", ">", 0.97)),
        ("`val_accuracy` ≥ 0.97", Criterion("val_accuracy", ">=", 0.97)),
        ("validation accuracy > 97 %", Criterion("validation accuracy", ">", 0.97)),
        ("验证集准确率＞97％", Criterion("验证集准确率", ">", 0.97)),
        ("val_loss < 0.1 within 20 epochs", Criterion("val_loss", "<", 0.1)),
        ("test accuracy of at least 98.5%", Criterion("test accuracy of", ">=", 0.985)),
        ("测试集准确率达到 97% 以上", Criterion("测试集准确率", ">=", 0.97)),
        ("验证损失低于 0.1", Criterion("验证损失", "<", 0.1)),
        ("accuracy above 95", Criterion("accuracy", ">", 0.95)),
        ("mae below 2.5", Criterion("mae", "<", 2.5)),
        ("bleu > 30", Criterion("bleu", ">", 30.0)),
    ],
)
def test_criteria(text: str, criterion: Criterion) -> None:
    assert criterion_of(text) == criterion


@pytest.mark.parametrize(
    "text", ["", "a, " * 5_000 + "> x", "it works", "> 97%", "make training faster than yesterday", "two lines > 3"]
)
def test_texts_without_one(text: str) -> None:
    assert criterion_of(text) is None


@given(st.text(alphabet="acury>≥ 9.7%以上达到e-", max_size=60))
def test_any_text_is_read(text: str) -> None:
    criterion_of(text)
