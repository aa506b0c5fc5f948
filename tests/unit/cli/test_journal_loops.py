"""Journals and guides whose links lead in a circle: each command ends, and finds its own work again."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tflsp.checking.checker import Task, check_file
from tflsp.cli.group import group

STEP = """\
# Journal

### Debug step #{number}: {title}

- lr: 0.1 → 0.01
- Result: val_accuracy 0.95

💡 Analysis: see [there]({other}), [here]({own}), [me](#debug-step-{number}-{title}) and #{number}.
"""


def journal(*arguments: str | Path) -> Result:
    return CliRunner().invoke(group, ["journal", *map(str, arguments)], env={"LC_ALL": "C"})


def written(folder: Path, name: str, other: str, number: int = 2) -> Path:
    """A journal with a step that links to another file's step, and to itself in both ways."""
    path, anchor = folder / name, f"#debug-step-{number}"
    title, others = Path(name).stem, Path(other).stem
    text = STEP.format(number=number, title=title, other=f"{other}{anchor}-{others}", own=f"{name}{anchor}-{title}")
    path.write_text(text, "utf-8")
    return path


def link_findings(path: Path) -> list[str]:
    return [each.message for each in check_file(path, Task(language="en")).records if each.code == "TFL412"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_two_journals_that_point_at_each_other(project: Path) -> None:
    one, two = written(project, "journal_a.md", "journal_b.md"), written(project, "journal_b.md", "journal_a.md")
    for path in (one, two):
        assert link_findings(path) == []
        assert journal("promote", path, "--to", "best-practices").exit_code == 0
        assert journal("timeline", path).exit_code == 0
    assert journal("summary", project).exit_code == 0
    guide = project / "best_practices.md"
    assert [link_findings(each) for each in (one, two, guide)] == [[], [], []]
    before = [each.read_bytes() for each in (one, two, guide)]
    for path in (one, two):
        assert "(unchanged)" in journal("promote", path, "--to", "best-practices").stdout
    assert [each.read_bytes() for each in (one, two, guide)] == before
    assert journal("renumber", one, "--yes").exit_code == 0
    assert "[there](journal_a.md#debug-step-1-journal_a), [here](journal_b.md#debug-step-2-" in two.read_text("utf-8")
    own = "[here](journal_a.md#debug-step-1-journal_a), [me](#debug-step-1-journal_a) and #1."
    assert own in one.read_text("utf-8")
    assert [link_findings(each) for each in (one, two, guide)] == [[], [], []]


def test_guides_that_are_promoted_into_each_other(project: Path) -> None:
    """A guide may hold steps of its own."""
    good = written(project, "best_practices.md", "troubleshooting_guide.md")
    bad = written(project, "troubleshooting_guide.md", "best_practices.md")
    there = ((good, "troubleshooting", "created"), (bad, "best-practices", "created"))
    for path, to, done in (*there, *((path, to, "unchanged") for path, to, _ in there)):
        result = journal("promote", path, "2", "--to", to)
        assert (result.exit_code, f"({done})" in result.stdout) == (0, True), result.output
    assert [link_findings(each) for each in (good, bad)] == [[], []]
    for path, to in ((good, "best-practices"), (bad, "troubleshooting")):
        result = journal("promote", path, "2", "--to", to)
        assert (result.exit_code, "this is the guide itself" in result.stderr) == (1, True)
    for path in (good, bad):
        assert journal("renumber", path, "--yes").exit_code == 0
    assert [link_findings(each) for each in (good, bad)] == [[], []]


@pytest.mark.parametrize("links", [{"SUMMARY.md": "SUMMARY.md"}, {"SUMMARY.md": "b.md", "b.md": "SUMMARY.md"}])
def test_a_guide_that_is_a_link_to_itself(project: Path, links: dict[str, str]) -> None:
    for name, target in links.items():
        (project / name).symlink_to(target)
    (project / "up").symlink_to(project)
    source = written(project, "journal_a.md", "journal_a.md")
    before = source.read_bytes()
    wanted = f"tflsp: {project / 'SUMMARY.md'}: this link leads in a circle\n"
    assert journal("promote", source).stderr.endswith(wanted.removeprefix("tflsp: "))
    assert journal("summary", project).stderr == wanted
    page = journal("timeline", source, "--output", project / "SUMMARY.md")
    assert (page.exit_code, "Too many levels of symbolic links" in page.stderr) == (2, True)
    assert all((project / name).is_symlink() for name in links)
    assert source.read_bytes() == before
    assert len(journal("list", project).stdout.splitlines()) == 1
    assert link_findings(source) == []


def test_a_guide_that_is_a_link_to_another_file(project: Path) -> None:
    (project / "docs").mkdir()
    (project / "best_practices.md").symlink_to("docs/lessons.md")
    source = written(project, "journal_a.md", "journal_a.md")
    for done in ("created", "unchanged"):
        assert f"({done})" in journal("promote", source, "--to", "best-practices").stdout
    assert "](docs/lessons.md#journal_a)" in source.read_text("utf-8")
    assert "](../journal_a.md#debug-step-2-journal_a)" in (project / "docs/lessons.md").read_text("utf-8")
    assert link_findings(source) == []
