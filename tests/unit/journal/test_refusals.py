"""Why a journal is not changed: both languages say the same, and whoever raises names what the texts ask for."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tflsp.cli.journal import command
from tflsp.documents.opening import open_text
from tflsp.facts.journal_entries import Conclusion, Entry, Goal, Kind, Step
from tflsp.journal import refusals
from tflsp.journal.inserting import plan_insertion
from tflsp.journal.refusals import _KINDS, _WORDS, Refusal, say
from tflsp.journal.templates import TemplateError
from tflsp.journal.writing import NotInserted

PACKAGE = Path(refusals.__file__).parents[1]
SAYING = {"Refusal", "NoCellHere", "NotInserted", "NotPromoted", "NotSummarised", "NotWritten", "SnapshotsError"}
SAYING |= {"NotRead", "UnknownMetricError"}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def uses() -> Iterator[tuple[str, str, set[str]]]:
    """Where a key is named in the package, with the arguments that are given for it."""
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text("utf-8")
        if not any(name in source for name in SAYING):
            continue
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(key)), *_], keywords=keywords):
                    if name in SAYING:
                        yield f"{path.name}:{node.lineno}", key, {str(each.arg) for each in keywords}
                case ast.Raise(exc=ast.Call(func=ast.Name(id=name), args=[ast.JoinedStr() | ast.BinOp(), *_])):
                    assert name not in SAYING, f"{path.name}:{node.lineno} has a text of its own"


@pytest.mark.parametrize("key", sorted(_WORDS))
def test_both_languages_say_the_same(key: str) -> None:
    english, chinese = _WORDS[key]
    assert english.isascii()
    assert any("\u4e00" <= letter <= "\u9fff" or letter == "：" for letter in chinese)
    assert fields(english) == fields(chinese)


def test_who_refuses_names_a_text_with_all_that_it_asks_for() -> None:
    found = list(uses())
    assert len(found) > 20
    wrong = [each for each in found if each[1] not in _WORDS or each[2] != fields(_WORDS[each[1]][0])]
    assert wrong == []


def test_every_text_is_said_somewhere() -> None:
    """By who raises, or in a table of those who do."""
    named = {*_KINDS.values()}
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text("utf-8")
        if path.name != "refusals.py" and ("Refusal" in source or any(name in source for name in SAYING)):
            nodes = ast.walk(ast.parse(source))
            named |= {
                str(node.value) for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    assert named >= _WORDS.keys()


@pytest.mark.parametrize(
    ("text", "entry", "english", "chinese"),
    [
        ("## Goal\n\nx\n", Goal("y"), "there is a goal already: ## Goal", "已有实验目标：## Goal"),
        ("## 结论\n\nx\n", Conclusion("y"), "there is a conclusion already: ## 结论", "已有结论：## 结论"),
        (
            "### Debug step #2: {x}\n",
            Step(2, "y"),
            "there is a step #2 already: ### Debug step #2: {x}",
            "步骤 #2 已存在：### Debug step #2: {x}",
        ),
    ],
)
def test_a_reason_in_the_users_language(text: str, entry: Entry, english: str, chinese: str) -> None:
    with pytest.raises(NotInserted) as raised:
        plan_insertion(open_text("a.md", text), entry)
    assert raised.value.said("en") == str(raised.value) == english
    assert raised.value.said("zh") == chinese


def test_braces_in_what_is_told_are_no_fields() -> None:
    assert Refusal("error-there").said("zh") == "此错误已有条目"
    assert say("snapshots", "en", file="{file}", why="{0}") == "{file}: {0}"


def test_every_kind_that_stands_once_has_a_text() -> None:
    assert {*_KINDS} == {Kind.GOAL, Kind.CONCLUSION}


def test_the_command_line_speaks_the_settings_language(tmp_path: Path) -> None:
    (tmp_path / "tflsp.toml").write_text('language = "zh"\n', "utf-8")
    journal = tmp_path / "journal.md"
    journal.write_text("# a\n\n## 实验目标\n\nx\n", "utf-8")
    result = CliRunner().invoke(command, ["goal", str(journal), "y"])
    assert result.exit_code == 1
    assert "已有实验目标：## 实验目标" in result.stderr


def test_a_templates_fault_in_the_users_language() -> None:
    own = {"en/step": "### Debug step\n\n{{ nothing }}\n"}
    with pytest.raises(TemplateError) as raised:
        plan_insertion(open_text("a.md", ""), Step(1, "x"), overrides=own)
    assert str(raised.value).startswith("en/step: line 3: there is no field 'nothing'; there are analysis, ")
    assert raised.value.said("zh").startswith("en/step：第 3 行：没有字段 'nothing'；可用的有 analysis, ")
