"""What the pages of 1xx and 2xx cannot show: trailing blanks, line ends, raw notebooks, places that are shared."""

from __future__ import annotations

import json

import pytest

from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.findings import Finding
from tflsp.project import Project
from tflsp.rules.base import Safety
from tflsp.settings import settings_from_mapping
from tflsp.text import apply_edits


def findings(text: str, name: str = "example.sh", code: str = "TFL", **settings: object) -> list[Finding]:
    report = check(open_text(name, text), settings_from_mapping(settings), Project())
    assert not report.notes
    return [finding for finding in report.findings if finding.code.startswith(code)]


def fixed(text: str, name: str, code: str, fix: int = 0) -> str:
    edits = [edit for finding in findings(text, name, code) for edit in finding.fixes[fix].edits]
    return apply_edits(text, dict.fromkeys(edits))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_blanks_behind_a_backslash_are_taken_out(line_end: str) -> None:
    text = line_end.join(["docker run \\ ", "  --rm \\\t ", "  tensorflow/tensorflow:2.9.3", ""])
    (finding,) = findings(text, code="TFL207")
    assert finding.key == "message.trailing"
    expected = line_end.join(["docker run \\", "  --rm \\", "  tensorflow/tensorflow:2.9.3", ""])
    assert fixed(text, "example.sh", "TFL207") == expected
    assert not findings(expected, code="TFL207")


def test_a_dockerfile_allows_blanks_behind_its_backslashes() -> None:
    assert not findings("FROM ubuntu:20.04\nRUN apt-get update \\ \n    && true\n", "Dockerfile", "TFL207")


def test_new_lines_end_as_the_others_do() -> None:
    text = "docker run -it \\\r\n  tensorflow/tensorflow:2.9.3-gpu-jupyter\r\n"
    expected = "docker run -it \\\r\n  --gpus all \\\r\n  tensorflow/tensorflow:2.9.3-gpu-jupyter\r\n"
    assert fixed(text, "a.sh", "TFL107") == expected
    compose = "services:\r\n  a:\r\n    image: tensorflow/tensorflow:2.9.3-jupyter # x\r\n    tty: true\r\n"
    assert "# x\r\n    volumes:\r\n      - ./notebooks:/tf/notebooks\r\n    tty" in fixed(
        compose, "compose.yaml", "TFL201"
    )


def notebook(*lines: str) -> str:
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": list(lines),
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("TFL107", "docker run -it \\\n  --gpus all \\\n  tensorflow/tensorflow:latest-gpu-jupyter \\\n  bash\n"),
        ("TFL101", "docker run -it \\\n  tensorflow/tensorflow:2.9.0-gpu-jupyter \\\n  bash\n"),
    ],
)
def test_fixes_are_written_into_raw_notebooks(code: str, expected: str) -> None:
    lines = (
        "%%bash\n",
        "# 启动 🎉\n",
        "docker run -it \\\n",
        "  tensorflow/tensorflow:latest-gpu-jupyter \\\n",
        "  bash\n",
    )
    text = fixed(notebook(*lines), "a.ipynb", code)
    (cell,) = json.loads(text)["cells"]
    assert "".join(cell["source"]) == "%%bash\n# 启动 🎉\n" + expected


def test_what_two_services_share_is_found_once() -> None:
    text = "x-p: &p ['8888:8888']\nservices:\n  a: {image: 'a:1', ports: *p}\n  b: {image: 'b:1', ports: *p}\n"
    assert len(findings(text, "compose.yaml", "TFL204")) == 1


def test_the_version_comes_from_the_settings() -> None:
    text = "docker pull tensorflow/tensorflow:latest-jupyter\n"
    (finding,) = findings(text, code="TFL101", **{"tensorflow-version": "2.9.3"})
    assert [(fix.safety, fix.edits[0].new_text) for fix in finding.fixes] == [(Safety.SAFE, "2.9.3-jupyter")]
    (finding,) = findings(text, code="TFL101", **{"tensorflow-version": "2.11.0"})
    assert [fix.edits[0].new_text for fix in finding.fixes] == ["2.11.0-jupyter"]


def test_all_fixes_of_a_launch_together_leave_nothing_to_say() -> None:
    text = "docker run -it -p 8888:8888 -v ./x:/x tensorflow/tensorflow:latest-gpu-jupyter bash\n"
    for _ in range(10):
        fixable = [finding for finding in findings(text) if finding.fixes]
        if not fixable:
            break
        text = apply_edits(text, fixable[0].fixes[-1].edits)
    assert text == (
        'docker run -it -p 127.0.0.1:8888:8888 -v "$PWD/x:/tf/notebooks" --memory=8g --cpus=4 --gpus all '
        "tensorflow/tensorflow:2.9.3-gpu-jupyter\n"
    )


def test_a_command_flattened_by_a_web_page_is_found_in_plain_text() -> None:
    text = "命令docker run -it -p 8888:8888 \\ -v $(pwd):/tf/notebooks \\ --name a tensorflow/tensorflow:2.9.0几\n"
    (finding,) = findings(text, "article.txt", "TFL207")
    assert finding.span.of(text).endswith("tensorflow/tensorflow:2.9.0")
    assert "8888:8888 \\\n  -v $(pwd):/tf/notebooks \\\n  --name" in fixed(text, "article.txt", "TFL207")
    assert not findings("Use C:\\ -x, or docker run with -p 8888:8888.\n", "article.txt", "TFL207")


@pytest.mark.parametrize(
    "text",
    [
        'services:\n  a:\n    image: tensorflow/tensorflow:\n    ports:\n      - "8888\n',
        'services:\n  a:\n    image: "${X:-\n',
        '{"image": "tensorflow/tensorflow:latest", "runArgs": ["--gpus',
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: tensorflow/tensorflow\n    -",
    ],
)
@pytest.mark.parametrize("name", ["compose.yaml", "devcontainer.json", "pod.yaml", "a.md", "a.sh", "a.txt"])
def test_half_typed_text_is_judged_without_a_failure(text: str, name: str) -> None:
    for end in range(len(text)):
        findings(text[:end], name)
