"""`tflsp journal step` after a run: changes, results, environment; on disk, with and without git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.documents.notebooks import cell, notebook
from tflsp.capture.snapshots import last_snapshot
from tflsp.cli.group import group

BAR = "18/18 [==============================] - 4s 2ms/step"
OUTPUT = f"""\
Epoch 1/2
{BAR} - loss: 0.2912 - accuracy: 0.9165 - val_loss: 0.1390 - val_accuracy: 0.9583
Epoch 2/2
{BAR} - loss: 0.1423 - accuracy: 0.9571 - val_loss: 0.1062 - val_accuracy: 0.9561
"""


def journal(*arguments: object, stdin: str = "") -> Result:
    return CliRunner().invoke(group, ["journal", *map(str, arguments)], stdin, env={"LC_ALL": "C"})


def git(folder: Path, *arguments: str) -> None:
    name = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", "-C", str(folder), *name, *arguments], check=True, capture_output=True)


def write(path: Path, rate: str, output: str = OUTPUT, units: int = 10) -> None:
    """A notebook after a run; its journal cells stay."""
    code = f"""\
model = tf.keras.Sequential([tf.keras.layers.Dense({units})])
model.compile(tf.keras.optimizers.Adam({rate}), "mse")
model.fit(x, y, epochs=2)"""
    made = json.loads(path.read_text()) if path.exists() else notebook(cell("markdown", "# MNIST"))
    said = [{"output_type": "stream", "name": "stdout", "text": output}]
    made["cells"] = [each for each in made["cells"] if each["cell_type"] == "markdown"]
    made["cells"].append({**cell("code", code), "outputs": said, "execution_count": 3})
    path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def shown(path: Path, number: int) -> dict[str, object]:
    (found,) = json.loads(journal("show", path, number, "--json").stdout)
    assert isinstance(found, dict)
    return found


def test_two_steps_of_an_experiment(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.01")
    assert journal("goal", path, "Why 92 %?", "--criterion", "val_accuracy > 95.7%").exit_code == 0
    assert journal("step", path, "--title", "first").exit_code == 0
    first = shown(path, 1)
    assert (first["changes"], first["optimizer"]) == ([], "Adam")
    assert first["result"] == (
        "val_accuracy 0.9561 after epoch 2 of 2 (best: 0.9583 in epoch 1); "
        "loss 0.1423, accuracy 0.9571, val_loss 0.1062; goal not met"
    )
    write(path, "0.001", OUTPUT.replace("0.9561", "0.9712"), units=20)
    assert journal("step", path, "--title", "slower").exit_code == 0
    second = shown(path, 2)
    assert second["changes"] == [
        {"name": "learning_rate", "old": "0.01", "new": "0.001"},
        {"name": "layer", "old": "Dense(10)", "new": "Dense(20)"},
    ]
    assert str(second["result"]).startswith("val_accuracy 0.9712 after epoch 2 of 2; ")
    assert str(second["result"]).endswith("; goal met")
    assert second["environment"] == "no random seed set"


def test_the_first_step_tells_what_has_changed_since_the_goal(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.01")
    assert journal("goal", path, "Why 92 %?").exit_code == 0
    write(path, "0.001")
    assert journal("step", path).exit_code == 0
    assert shown(path, 1)["changes"] == [{"name": "learning_rate", "old": "0.01", "new": "0.001"}]


@pytest.mark.parametrize("said", ["0.01", "1e-2", "`0.01`。"])
def test_a_step_after_one_that_was_written_by_hand_tells_what_differs_from_its_words(tmp_path: Path, said: str) -> None:
    path = tmp_path / "exp.ipynb"
    step = f"## 调试步骤 #1：慢一点\n\n- lr: 0.1 → {said}\n- BUFFER: 5 → 6\n- 优化器: SGD → Adam\n- 结果：92 %\n"
    path.write_text(json.dumps(notebook(cell("markdown", step))), encoding="utf-8")
    write(path, "0.001")
    assert journal("step", path).exit_code == 0
    old = "1e-2" if said == "1e-2" else "0.01"
    assert shown(path, 2)["changes"] == [{"name": "learning_rate", "old": old, "new": "0.001"}]


def test_a_step_whose_words_agree_with_the_code_says_nothing_of_changes(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    step = "## Debug step #1: slower\n\n- lr: 0.1 → 0.001\n- Result: 92 %\n"
    path.write_text(json.dumps(notebook(cell("markdown", step))), encoding="utf-8")
    write(path, "1e-3")
    assert journal("step", path).exit_code == 0
    assert shown(path, 2)["changes"] == []


def test_a_conclusion_knows_the_best_step(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.01", OUTPUT.replace("0.9561", "0.9712"))
    assert journal("goal", path, "Why 92 %?", "--criterion", "val_accuracy > 97%").exit_code == 0
    assert journal("step", path).exit_code == 0
    write(path, "0.001")
    assert journal("step", path).exit_code == 0
    assert journal("conclusion", path, "The first was right.").exit_code == 0
    (found,) = json.loads(journal("show", path, "conclusion", "--json").stdout)
    assert (found["text"], found["best"], found["goal_met"]) == (
        "The first was right.",
        "val_accuracy 0.9712 in epoch 2 of step #1",
        True,
    )


@pytest.mark.parametrize("given", [("--no-capture",), ("--best", "by hand", "--goal-missed")])
def test_a_conclusion_as_it_was_given(tmp_path: Path, given: tuple[str, ...]) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.01")
    assert journal("goal", path, "Why?", "--criterion", "val_accuracy > 1%").exit_code == 0
    assert journal("conclusion", path, "x", *given).exit_code == 0
    (found,) = json.loads(journal("show", path, "conclusion", "--json").stdout)
    assert (found["best"], found["goal_met"]) == (("by hand", False) if "--best" in given else ("", None))


def test_lost_snapshots_are_made_again_from_git(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    git(tmp_path, "init", "-q")
    for number, rate in enumerate(("0.5", "0.1", "0.2")):
        write(path, rate, OUTPUT.replace("0.95", f"0.9{number}"))
        if number:
            assert journal("step", path, "--title", rate).exit_code == 0
        git(tmp_path, "add", "exp.ipynb")
        git(tmp_path, "commit", "-q", "-m", rate)
    (tmp_path / ".tflsp/journal.db").unlink()
    write(path, "0.3", OUTPUT.replace("0.95", "0.94"))
    assert journal("step", path).exit_code == 0
    kept = [last_snapshot(tmp_path, "exp.ipynb", range(number + 1)) for number in range(4)]
    rates = [None if each is None else each.hyperparameters.values["learning_rate"] for each in kept]
    assert rates == ["0.5", "0.1", "0.2", "0.3"]


def test_what_is_given_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.01")
    given = ("--result", "by hand", "--optimizer", "SGD", "--change", "lr: 1 -> 2")
    assert journal("step", path, *given).exit_code == 0
    step = shown(path, 1)
    assert (step["result"], step["optimizer"]) == ("by hand", "SGD")
    assert step["changes"] == [{"name": "lr", "old": "1", "new": "2"}]


def test_a_step_that_was_taken_out_again_is_not_compared_with(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.1")
    journal("step", path)
    before = path.read_text()
    write(path, "0.2")
    journal("step", path)
    path.write_text(before)
    write(path, "0.3", OUTPUT.replace("0.95", "0.94"))
    journal("step", path)
    assert shown(path, 2)["changes"] == [{"name": "learning_rate", "old": "0.1", "new": "0.3"}]


def test_without_a_snapshot_git_knows_what_the_last_step_was_written_with(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    git(tmp_path, "init", "-q")
    for rate, has_step in (("0.5", False), ("0.1", True), ("0.2", False)):
        write(path, rate)
        if has_step:
            assert journal("step", path).exit_code == 0
        git(tmp_path, "add", "exp.ipynb")
        git(tmp_path, "commit", "-q", "-m", rate)
    assert shown(path, 1)["changes"] == [{"name": "learning_rate", "old": "0.5", "new": "0.1"}]
    (tmp_path / ".tflsp/journal.db").unlink()
    write(path, "0.3", OUTPUT.replace("0.95", "0.94"))
    assert journal("step", path).exit_code == 0
    step = shown(path, 2)
    assert step["changes"] == [{"name": "learning_rate", "old": "0.1", "new": "0.3"}]
    assert " with 1 changed file, " in str(step["environment"])


def test_a_repositorys_own_programs_are_not_run(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.5")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "x")
    (tmp_path / ".gitattributes").write_text("*.ipynb filter=own diff=own\n")
    ran = tmp_path / "ran"
    for setting in ("filter.own.clean", "filter.own.smudge", "diff.own.textconv", "diff.external", "core.fsmonitor"):
        git(tmp_path, "config", setting, f"touch {ran}; cat")
    write(path, "0.25")
    assert not ran.exists()
    assert journal("step", path).exit_code == 0
    assert not ran.exists()
    assert shown(path, 1)["changes"] == [{"name": "learning_rate", "old": "0.5", "new": "0.25"}]


def test_a_script_and_the_log_of_its_run(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("# %%\nimport tensorflow as tf\nmodel.compile('sgd')\n")
    assert journal("step", path, "--log", "-", stdin=OUTPUT).exit_code == 0
    step = shown(path, 1)
    assert step["optimizer"] == "SGD"
    assert str(step["result"]).startswith("val_accuracy 0.9561")


@pytest.mark.parametrize("option", ["--dry-run", "--no-capture"])
def test_what_leaves_no_trace(tmp_path: Path, option: str) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.5")
    result = journal("step", path, option)
    assert result.exit_code == 0
    assert ("val_accuracy" in result.stdout) is (option == "--dry-run")
    assert not (tmp_path / ".tflsp").exists()


def test_a_plain_journal_leaves_no_trace(tmp_path: Path) -> None:
    assert journal("step", tmp_path / "journal.md", "--title", "x").exit_code == 0
    assert [each.name for each in tmp_path.iterdir()] == ["journal.md"]


def test_a_broken_database_costs_nothing_but_the_changes(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.5")
    (tmp_path / ".tflsp").mkdir()
    (tmp_path / ".tflsp/journal.db").write_bytes(b"no database" * 100)
    result = journal("step", path)
    assert result.exit_code == 0
    assert "tflsp: .tflsp/journal.db is no database" in result.stderr
    assert "the next step cannot tell" in result.stderr
    assert str(shown(path, 1)["result"]).startswith("val_accuracy 0.9561")
    assert (tmp_path / ".tflsp/journal.db").read_bytes() == b"no database" * 100


def test_in_the_language_of_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "exp.ipynb"
    write(path, "0.5")
    made = json.loads(path.read_text())
    made["cells"].insert(0, cell("markdown", "## 实验目标\n\n准确率停滞。\n\n✅ 目标指标：验证集准确率 > 97%\n"))
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    assert journal("step", path, "--title", "调整学习率").exit_code == 0
    step = shown(path, 1)
    assert str(step["result"]).startswith("val_accuracy 0.9561（第 2/2 轮；最佳 0.9583，第 1 轮）；")
    assert str(step["result"]).endswith("；未达到目标")
    assert step["environment"] == "未设置随机种子"
