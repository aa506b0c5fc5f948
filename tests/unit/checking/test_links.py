"""What links lead to, on disk: where they are followed and where not, in documents of every kind."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.components import ROOT
from tflsp.checking.checker import Task, check_file
from tflsp.checking.linked_files import LARGEST, PageFiles, page_of_document
from tflsp.documents.opening import open_text
from tflsp.engine import Memo, check
from tflsp.facts.linked import Linked, LinkedFile, Page
from tflsp.text import Span, TextEdit

STEP = "### 调试步骤 #1：基线\n\n- 结果：92 %\n\n分析：见[那里]({link})。\n"


def judged(path: Path, text: str) -> list[tuple[str, str]]:
    """The link rule's messages for a file, and what is underlined."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    (path.parents[0] / ".git").mkdir(exist_ok=True)
    lines = text.splitlines()
    return [
        (record.message, lines[record.location.row - 1][record.location.column - 1 : record.end_location.column - 1])
        for record in check_file(path, Task(language="en")).records
        if record.code == "TFL412"
    ]


@pytest.mark.parametrize(
    "link",
    [
        "there.md",
        "there.md#慢一点",
        f"there.md#{quote('慢一点')}",
        quote("有 空格.md"),
        "<有 空格.md>",
        "./there.md?plain=1#慢一点",
        "/there.md#慢一点",
        "../outside.md#gone",
        "../../../../../../etc/gone.md",
        "https://example.com/gone.md#gone",
        "mailto:gone.md",
        "//host/gone.md",
        "there.md#L12",
        "there.md#",
        "large.md#anything",
        "script.py#anything",
        "folder.md#anything",
        "there.md#%FF",
        "journal.md#调试步骤-1基线",
        "#调试步骤-1基线",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_link_that_leads_somewhere_or_out_of_here_is_not_told(tmp_path: Path, link: str, end: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "there.md").write_text("# A\n\n## 慢一点\n", "utf-8")
    (project / "有 空格.md").write_text("# A\n", "utf-8")
    (project / "script.py").write_text("x = 1\n", "utf-8")
    (project / "folder.md").mkdir()
    with (project / "large.md").open("wb") as large:
        large.truncate(LARGEST + 1)
    assert judged(project / "journal.md", STEP.format(link=link).replace("\n", end)) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("link", "message", "place"),
    [
        ("没有.md", "There is no file 没有.md.", "没有.md"),
        (quote("没有.md"), "There is no file 没有.md.", quote("没有.md")),
        ("there.md#快", "there.md has no heading #快.", "快"),
        ("#gone", "journal.md has no heading #gone.", "gone"),
        ("broken.md", "There is no file broken.md.", "broken.md"),
        ("there.md/sub.md", "There is no file there.md/sub.md.", "there.md/sub.md"),
    ],
)
def test_a_dead_link_is_told(tmp_path: Path, link: str, message: str, place: str, end: str) -> None:
    (tmp_path / "there.md").write_text("# A\n\n## 慢一点\n", "utf-8")
    (tmp_path / "broken.md").symlink_to(tmp_path / "nowhere.md")
    assert judged(tmp_path / "journal.md", STEP.format(link=link).replace("\n", end)) == [(message, place)]


def test_cells_of_a_raw_notebook_and_of_a_script_are_judged(tmp_path: Path) -> None:
    source = STEP.format(link="没有.md").splitlines(keepends=True)
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source}]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path = tmp_path / "exp_a.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    (record,) = [each for each in check_file(path, Task(language="en")).records if each.code == "TFL412"]
    assert (record.message, record.cell, record.location.row) == ("There is no file 没有.md.", 1, 5)
    script = "# %% [markdown]\n" + "".join(f"# {line}" for line in source)
    assert judged(tmp_path / "exp_a.py", script) == [("There is no file 没有.md.", "没有.md")]


GUIDE = "# {title}\n\n## Slower\n\nIt overshot.\n\n- {source} <!-- tflsp: entry a1b2 -->\n"
BOTH_STEPS = ["### Debug step #1: a\n\n- Result: 90 %", "### Debug step #2: b\n\n- Result: 95 %"]
ZH_STEPS = ["### 调试步骤 #1：a\n\n- 结果：90 %", "### 调试步骤 #2：b\n\n- 结果：95 %"]


@pytest.mark.parametrize("name", ["exp_a.ipynb", "exp_a.py"])
@pytest.mark.parametrize(
    ("steps", "source", "line"),
    [
        (
            BOTH_STEPS,
            "Source: [{name}, step #2]({name})",
            "- Promoted to: [best_practices.md](best_practices.md#slower)",
        ),
        (ZH_STEPS, "来源：[{name}，步骤 #2]({name})", "- 已提炼到：[best_practices.md](best_practices.md#slower)"),
    ],
    ids=["en", "zh"],
)
def test_a_cells_step_that_a_guide_tells_of_leads_there(
    tmp_path: Path, name: str, steps: list[str], source: str, line: str
) -> None:
    (tmp_path / "best_practices.md").write_text(GUIDE.format(title="x", source=source.format(name=name)), "utf-8")
    (tmp_path / ".git").mkdir()
    path = tmp_path / name

    def found(*texts: str) -> list[tuple[str, int | None]]:
        cells = [{"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)} for text in texts]
        book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
        script = "".join("# %% [markdown]\n" + "".join(f"# {each}\n" for each in text.split("\n")) for text in texts)
        path.write_text(book if name.endswith(".ipynb") else script, "utf-8")
        records = check_file(path, Task(language="en")).records
        return [(each.message, each.cell) for each in records if each.code == "TFL412"]

    number = 2 if name.endswith(".ipynb") else None
    assert found(*steps) == [("best_practices.md tells of this entry, which has no link to it.", number)]
    assert found(steps[0], f"{steps[1]}\n{line}") == []
    # The other step has the link; what it leads to names a file, which answers any of its steps.
    assert [message for message, _ in found(f"{steps[0]}\n{line}", steps[1])] == [
        "best_practices.md tells of this entry, which has no link to it."
    ]
    # Which of two is meant nobody can tell, nor where no step is named.
    assert found(steps[1], steps[1]) == []
    (tmp_path / "best_practices.md").write_text(GUIDE.format(title="x", source=f"Source: [here]({name})"), "utf-8")
    assert found(*steps) == []


def test_a_page_is_read_again_when_its_file_is_another(tmp_path: Path) -> None:
    files, path = PageFiles(), tmp_path / "a.md"
    assert files.look(path) is not None
    assert not getattr(files.look(path), "is_there", True)
    path.write_text("# One\n", "utf-8")
    first = files.look(path)
    assert first is not None
    assert first.page is not None
    assert first.page.offers("one")
    assert files.look(path) is first
    path.write_text("# Another\n", "utf-8")
    second = files.look(path)
    assert second is not None
    assert second.page is not None
    assert not second.page.offers("one")
    assert files.look(tmp_path / ("x" * 300 + ".md")) is None
    assert files.look(Path("/a\0b.md")) is None


def test_nothing_is_said_of_what_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "exp_a.ipynb").write_text('{"cells": [{"cell_type": "markdown", "source": ["# A"', "utf-8")
    assert judged(tmp_path / "journal.md", STEP.format(link="exp_a.ipynb#gone")) == []


def page(text: str) -> Page:
    made = page_of_document(open_text("a.md", text))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Title\n=====\n", "title"),
        ("> ## Quoted\n", "quoted"),
        ("- # Listed\n", "listed"),
        ("   ## Indented\n", "indented"),
        ("<h2>In HTML</h2>\n", "in-html"),
        ('<a name="Old"></a>\n', "Old"),
        ("# A {#b}\n", "b"),
        ("# A {#b}\n", "a"),
        ("(label)=\n# A\n", "label"),
        ("# A\n\n# A\n", "a-1"),
        ("# `code` and *more*!\n", "code-and-more"),
        ("# `f(a[, b][, c])`\n", "fa-b-c"),
        ("# a_b c\n", "a-b-c"),
        ('## <a name="short"></a> A long one\n', "short"),
        ("# Ünïcode ÄÖ\n", "ünïcode-äö"),
        ("# A\n", "user-content-a"),
    ],
)
def test_anchors_of_every_way_to_write_a_heading_are_offered(text: str, fragment: str) -> None:
    assert page(text).offers(fragment)
    assert not page("# Nothing of it\n").offers(fragment)


@pytest.mark.parametrize(
    ("titles", "fragment", "meant"),
    [
        (["Debug step #2: Slower", "Debug step #3: Slow"], "debug-step-2-slow", "debug-step-2-slower"),
        (["Debug step #2: A", "Debug step #2: B"], "debug-step-2-c", None),
        (["Debug step #12: A"], "debug-step-1-a", None),
        (["调试步骤 #2：慢"], "第2步", "调试步骤-2慢"),
        (["Learning rates"], "learning-rate", "learning-rates"),
        (["Learning rates", "Learning rated"], "learning-rate", None),
        (["Version 1.2"], "version-13", None),
        (["Something else"], "learning-rate", None),
    ],
)
def test_the_one_heading_that_may_be_meant(titles: list[str], fragment: str, meant: str | None) -> None:
    found = page("".join(f"## {title}\n\n" for title in titles)).close_to(fragment)
    assert (found.name if found is not None else None) == meant


def test_what_is_remembered_follows_what_is_around() -> None:
    document, memo = open_text("journal.md", STEP.format(link="a.md#b")), Memo()
    without = Linked({"a.md": LinkedFile("a", "a.md", page=page("# C\n"))})
    having = Linked({"a.md": LinkedFile("a", "a.md", page=page("# B\n"))})

    def told(linked: Linked | None) -> list[str]:
        return [each.message() for each in check(document, memo=memo, linked=linked).findings if each.code == "TFL412"]

    for _ in range(2):
        assert told(None) == []
        assert told(without) == ["a.md has no heading #b."]
        assert told(having) == []
        # A key that says nothing to links leaves all of it as it is.
        document = document.edited(TextEdit(Span(len(document.text), len(document.text)), "x"), 0)


def test_the_example_has_no_dead_links() -> None:
    example = ROOT / "examples" / "mnist_debugging"
    for path in sorted(example.rglob("*")):
        if path.suffix in (".md", ".ipynb"):
            assert [each.message for each in check_file(path, Task()).records if each.code == "TFL412"] == []
