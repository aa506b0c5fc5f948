"""What the engine remembers from keystroke to keystroke is what it would find anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.components import ROOT
from tflsp.documents.document import Document, Part
from tflsp.documents.opening import open_text
from tflsp.engine import Memo, check
from tflsp.findings import Finding
from tflsp.text import Span, TextEdit

EXAMPLE = ROOT / "examples" / "mnist_debugging"
FILES = ("journal.md", "notebooks/exp_lr_tuning.ipynb", "train.py", "Dockerfile", "compose.yaml", "start.sh")
INSERTED = st.sampled_from(
    [
        "x",
        "\n",
        "\n\n# 新 💡\n\n",
        " ",
        "```\n",
        "latest",
        '"',
        "# ❌\n",
        "docker run tensorflow/tensorflow:latest bash\n",
    ]
)


def seen(finding: Finding) -> tuple[object, ...]:
    return (
        *(finding.code, finding.severity, finding.part, finding.span, finding.fact_span, finding.message()),
        tuple((fix.title(), fix.safety, fix.edits) for fix in finding.fixes),
        tuple((related.span, related.part) for related in finding.related),
    )


@pytest.mark.parametrize("name", FILES)
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), INSERTED), min_size=1, max_size=4))
def test_remembered_is_what_would_be_found(name: str, edits: list[tuple[float, int, str]]) -> None:
    document = open_text(name, (EXAMPLE / name).read_text("utf-8"))
    memo = Memo()
    check(document, memo=memo)
    for where, removed, inserted in edits:
        document = typed(document, where, removed, inserted)
        remembered = check(document, memo=memo)
        fresh = check(anew(document))
        assert [seen(finding) for finding in remembered.findings] == [seen(finding) for finding in fresh.findings]


def anew(document: Document) -> Document:
    """The document of the same kind, without anything remembered."""
    (part,) = document.parts
    return Document(document.kind, document.name, (Part(part.identifier, part.text, part.chunker),))


def typed(document: Document, where: float, removed: int, inserted: str) -> Document:
    start = int(where * len(document.text))
    return document.edited(TextEdit(Span(start, min(start + removed, len(document.text))), inserted))
