"""What `tflsp journal` says to a person: the same in both languages, each text with all that it asks for."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tflsp.cli import journal_words
from tflsp.cli.group import group
from tflsp.cli.journal_words import _WORDS

FOLDER = Path(journal_words.__file__).parent
STEP = "### Debug step #1: Slower\n\n- Result: val_accuracy 0.95\n"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def uses() -> list[tuple[str, str, set[str]]]:
    """Where a key is named, with the arguments that are given for it."""
    found = []
    for path in FOLDER.glob("journal*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="word"), args=[_, key], keywords=keywords):
                    named = {str(each.arg) for each in keywords}
                    keys = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
                    found += [(path.name, each.value, named) for each in keys if isinstance(each, ast.Constant)]
    return [(name, str(key), named) for name, key, named in found]


@pytest.mark.parametrize("key", sorted(_WORDS))
def test_both_languages_say_the_same(key: str) -> None:
    english, chinese = _WORDS[key]
    assert english.isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert fields(english) == fields(chinese)


def test_every_text_is_said_with_all_that_it_asks_for() -> None:
    found = uses()
    assert [each for each in found if each[1] not in _WORDS or each[2] != fields(_WORDS[each[1]][0])] == []
    # What became of a promotion is told by its name.
    assert {key for _, key, _ in found} | {"created", "updated"} == _WORDS.keys()


def test_nothing_is_said_in_one_language_alone() -> None:
    """A text of its own has letters besides what is filled in; what the system says, or click, has none here."""
    alone = []
    for path in FOLDER.glob("journal*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="fail"), args=[text, *_]):
                    pass
                case ast.Call(func=ast.Attribute(attr="echo" | "confirm"), args=[text, *_]):
                    pass
                case _:
                    continue
            if isinstance(text, ast.Call) and isinstance(text.func, ast.Name) and text.func.id == "word":
                continue
            parts = text.values if isinstance(text, ast.JoinedStr) else [text]
            said = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
            if any(letter.isalpha() for letter in said.removeprefix("tflsp: ")):
                alone.append((path.name, said))
    assert alone == [("journal_read.py", ": No such file or directory")]


def said(*words: str | Path, zh: bool = True) -> Result:
    environment = {"LC_ALL": "zh_CN.UTF-8" if zh else "C.UTF-8"}
    return CliRunner().invoke(group, ["journal", *map(str, words)], env=environment)


def test_the_terminals_language(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    journal, log, empty = tmp_path / "journal.md", tmp_path / "run.log", tmp_path / "README.md"
    log.write_text("Epoch 1/3\n")
    empty.write_text("# Nothing\n")
    journal.write_text(STEP)
    wanted = {
        ("promote", journal, "7"): "没有此条目",
        ("promote", empty): "没有可提炼的步骤或错误",
        ("show", journal, "7"): "没有条目 '7'",
        ("show", empty): "没有条目",
        ("list", empty): "此处没有日志条目",
        ("timeline", empty): "还没有步骤，也没有错误",
        ("timeline", journal, "--metric", "recall"): "没有步骤记录 'recall'；已有的指标：val_accuracy",
        ("renumber", empty): "没有带编号的步骤",
        ("renumber", journal): "步骤编号已经是 1 到 n。",
        ("error", journal, "--log", log): "日志中没有 tflsp 认识的错误",
        ("check-templates", tmp_path): "`--begin zh`",
    }
    for words, text in wanted.items():
        assert text in said(*words).output, words
    assert "there is no such entry" in said("promote", journal, "7", zh=False).stderr


def test_settings_that_cannot_be_read_do_not_hide_what_there_is_to_say(tmp_path: Path) -> None:
    journal = tmp_path / "journal.md"
    journal.write_text(STEP)
    (tmp_path / "tflsp.toml").write_text("language = [")
    done = said("show", journal, "7")
    assert (done.exit_code, "没有条目 '7'" in done.stderr) == (1, True)


def test_a_link_that_leads_in_a_circle(tmp_path: Path) -> None:
    link = tmp_path / "journal.md"
    link.symlink_to(link.name)
    assert "此链接循环指向自身" in said("show", link).stderr
    assert "这不是普通文件" in said("show", "/dev/null").stderr
