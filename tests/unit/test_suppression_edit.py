"""The comment that "ignore here" writes: it stands where the finding's own text stands, and it works."""

from __future__ import annotations

import json

import pytest

from tests.unit.documents.notebooks import cell, notebook
from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.suppressions import suppression_edit
from tflsp.text import apply_edits

COMMAND = "docker run --privileged tensorflow/tensorflow:2.9.3"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.sh", f"{COMMAND}\n"),
        ("a.md", f"```bash\n{COMMAND}\n```\n"),
        ("a.md", f"> ```bash\n> {COMMAND}\n> ```\n"),
        ("a.md", f"- one\n\n  > ```bash\n  > {COMMAND}\n  > ```\n"),
        ("a.md", f"~~~console\n$ {COMMAND}\nout\n~~~\n"),
        ("a.ipynb", json.dumps(notebook(cell("code", f"x = 1\n!{COMMAND}")), indent=1)),
        ("a.ipynb", json.dumps(notebook(cell("markdown", f"text\n\n```bash\n{COMMAND}\n```")), indent=1)),
        ("a.py", f"# %% [markdown]\n# ```bash\n# {COMMAND}\n# ```\n"),
    ],
)
def test_the_finding_is_gone_and_nothing_else_changes(name: str, text: str) -> None:
    (finding,) = (found for found in check(open_text(name, text)).findings if found.code == "TFL206")
    edit = suppression_edit(finding)
    assert edit is not None
    after = apply_edits(text, [edit])
    if name.endswith(".ipynb"):
        json.loads(after)
    codes = [found.code for found in check(open_text(name, after)).findings]
    before = [found.code for found in check(open_text(name, text)).findings]
    assert codes == [code for code in before if code != "TFL206"]
