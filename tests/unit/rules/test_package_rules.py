"""Installs in images of every kind, and version specifiers against packaging's own reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import check
from tflsp.project import Project
from tflsp.rules.packages.versions import admits, is_bounded

IN_PROJECT = Project(tensorflow_versions={"2.9.0": frozenset({"compose.yaml"})})


def harms(image: str, arguments: str) -> list[str]:
    """The kinds of TFL504's findings for an install in a Dockerfile."""
    report = check(open_text("Dockerfile", f"FROM tensorflow/tensorflow:{image}\nRUN pip install {arguments}\n"))
    return [finding.key.removeprefix("message.") for finding in report.findings if finding.code == "TFL504"]


@pytest.mark.parametrize(
    ("image", "arguments", "expected"),
    [
        ("2.9.0", "tensorflow", ["second"]),
        ("2.9.0", "tensorflow==2.9.0", ["second"]),
        ("2.9.0", "tensorflow-cpu", []),
        ("2.9.0", "-U tensorflow-cpu", ["another"]),
        ("2.9.0", "-U 'tensorflow-cpu<2.10'", []),
        ("2.9.0-gpu", "tensorflow", []),
        ("2.9.0-gpu", "'tensorflow>=2.8'", []),
        ("2.9.0-gpu", "'tensorflow>=2.10'", ["another"]),
        ("2.9.0-gpu", "tensorflow==2.9.3", ["another"]),
        ("2.9.0-gpu", "tensorflow-cpu==2.9.0", ["second"]),
        ("2.9.3-gpu-jupyter", "tensorflow==2.9.3", []),
        ("2.9.0-gpu", "tf-nightly", ["second"]),
        ("latest-gpu", "tensorflow-gpu", ["second"]),
        ("latest", "-U tensorflow protobuf", ["second"]),
        ("nightly-gpu", "-U tensorflow protobuf", []),
        ("${TAG}", "tensorflow", ["needless"]),
        ("${TAG}", "tensorflow==2.9.0", []),
        ("2.15.0", "-U tensorflow protobuf", []),
        ("2.9.0", "protobuf", []),
        ("2.9.0", "--force-reinstall protobuf", ["protobuf"]),
        ("2.9.0", "protobuf==3.20.3", []),
        ("2.9.0", "protobuf==4.21.0", ["protobuf"]),
        ("2.9.0", "protobuf~=4.21", ["protobuf"]),
        ("2.9.0", "-U 'protobuf<4'", []),
        ("2.9.0", "protobuf==$PROTOBUF", []),
        ("2.9.0", "keras==2.9.0", []),
        ("2.9.0", "keras==2.8.0", ["keras"]),
        ("2.9.0", "keras==3.0.0 numpy==1.24.4", ["keras", "numpy"]),
        ("2.9.0", "'keras>=2.4'", []),
        ("2.9.0", "-U 'keras>=2.4'", ["keras"]),
        ("2.9.0", "-c constraints.txt -U protobuf", []),
        ("2.9.0", "-c constraints.txt protobuf==5.29.5", ["protobuf"]),
        ("2.9.0", "--dry-run -U protobuf", []),
    ],
)
def test_what_an_install_does_to_an_image(image: str, arguments: str, expected: list[str]) -> None:
    assert harms(image, arguments) == expected


def codes(text: str, project: Project, kind: str = "notebook") -> list[str]:
    if kind == "notebook":
        document = open_notebook("exp.ipynb", [CellText("a", "code", "python", text)])
    else:
        document = open_text(kind, text)
    found = [f for f in check(document, project=project).findings if f.code in ("TFL410", "TFL504")]
    return [f"{finding.code} {finding.severity.label}" for finding in found]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("notebook", "!pip install -U protobuf", ["TFL504 warning"]),
        ("notebook", "!ssh host pip install -U protobuf", ["TFL410 warning"]),
        ("notebook", "!docker exec tf pip install -U protobuf", ["TFL504 warning"]),
        ("notebook", "!docker run python:3.10 pip install -U protobuf", ["TFL410 warning"]),
        ("run.sh", "pip install -U protobuf", ["TFL504 information"]),
        ("run.sh", "source .venv/bin/activate\npip install -U protobuf", ["TFL410 warning"]),
        ("run.sh", "/opt/x/bin/pip install -U protobuf", ["TFL410 warning"]),
        ("run.py", "import os\nos.system('pip install -U protobuf')", ["TFL504 warning"]),
        ("README.md", "```bash\npip install -U protobuf\n```\n", ["TFL504 information"]),
        ("README.md", "```bash\npip install seaborn\n```\n", []),
        ("nb.md", "---\njupytext: {}\n---\n\n```python\n!pip install seaborn\n```\n", ["TFL410 hint"]),
        ("nb.py", "# %%\n!pip install seaborn\n", ["TFL410 hint"]),
    ],
)
def test_where_it_is_written(kind: str, text: str, expected: list[str]) -> None:
    assert codes(text, IN_PROJECT, kind) == expected


def test_without_a_project_only_the_version_is_missing() -> None:
    assert codes("!pip install -U tensorflow", Project()) == ["TFL410 warning"]


def test_a_notebook_of_colab_does_not_run_in_the_image() -> None:
    document = open_notebook("a.ipynb", [CellText("a", "code", "python", "!pip install -U protobuf")], {"colab": {}})
    assert "TFL504" not in [finding.code for finding in check(document, project=IN_PROJECT).findings]


NUMBERS = st.lists(st.integers(0, 21), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
CLAUSES = st.one_of(
    st.tuples(st.sampled_from(["==", "!=", "<=", ">=", "<", ">"]), NUMBERS).map("".join),
    st.tuples(st.sampled_from(["==", "!="]), NUMBERS, st.just(".*")).map("".join),
    NUMBERS.filter(lambda version: "." in version).map("~={}".format),
)


@given(st.lists(CLAUSES, max_size=3), NUMBERS)
def test_specifiers_are_read_as_packaging_does(clauses: list[str], version: str) -> None:
    specifier = ",".join(clauses)
    assert admits(specifier, version) == SpecifierSet(specifier).contains(version)


def test_bounds() -> None:
    bounded = ("==1", "<2", "~=1.0", "==1.*", ">=1,<2")
    assert [is_bounded(text) for text in (*bounded, "", ">=1", "!=1.5", ">1")] == [True] * 5 + [False] * 4
