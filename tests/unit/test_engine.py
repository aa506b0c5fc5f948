"""What the engine remembers from keystroke to keystroke is what it would find anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.components import ROOT
from tflsp.documents.document import Document, Part
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import Memo, Report, check
from tflsp.facts.models import training_of
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
        assert trained(remembered) == trained(fresh)


SCRIPT = """\
import tensorflow as tf
from tensorflow.keras import layers

(x_train, y_train), _ = tf.keras.datasets.mnist.load_data()
SIZE = 60000


def build(units=64):
    model = tf.keras.Sequential([layers.Flatten(input_shape=(28, 28)), layers.Dense(units), layers.Dense(10)])
    model.compile("adam", loss="mse")
    return model


class Run:
    def train(self, size=SIZE):
        note = "nothing of it"
        model = build()
        model.fit(x_train, y_train, batch_size=size)


model = build(128)
model.fit(x_train, y_train, batch_size=SIZE)
data = tf.data.Dataset.from_tensor_slices((x_train, y_train)).map(lambda x, y: (x, y))
model.fit(data, batch_size=32)
"""
CELLS = [
    "# A title",
    *SCRIPT.split("\n\n\n"),
    "!docker run tensorflow/tensorflow:latest",
    "!docker build -t me/app .",
    "x: dict[str, int] = {}  # tflsp: ignore[TFL503]",
]
CODE = st.sampled_from(
    [
        *("x", "\n", " ", "(", "1", "#", '"', "model", "SIZE = 7\n", "note = 3\n", "\ndef build(): pass\n", "batch"),
        *("model.fit(x_train, y_train, batch_size=60000)\n", "model.add(layers.Dense(3))\n", "del model\n"),
    ]
)


@settings(max_examples=40)
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), CODE), min_size=1, max_size=5))
def test_training_that_is_remembered_is_what_would_be_found(edits: list[tuple[float, int, str]]) -> None:
    document = open_text("a.py", SCRIPT)
    memo = Memo()
    check(document, memo=memo)
    for where, removed, inserted in edits:
        document = typed(document, where, removed, inserted)
        remembered, fresh = check(document, memo=memo), check(anew(document))
        assert trained(remembered) == trained(fresh)
        assert [seen(finding) for finding in remembered.findings] == [seen(finding) for finding in fresh.findings]


COMMANDS = """\
# A journal

```bash
# container for step 1
docker run -d --name tf --gpus all -p 0.0.0.0:8888:8888 \\
  -v data:/tf --shm-size 2g me/app:latest
docker exec -it tf bash -c "pip install pandas scikit-learn==1.1.1"  # it's in there
docker run --privileged -e PASSWORD=hunter2x tensorflow/tensorflow:latest

docker logs --tail 11 tf 2>&1 | grep token
docker run --privileged -e PASSWORD=hunter2x tensorflow/tensorflow:latest
echo 'root:secret12' | chpasswd
pip install keras
docker pull me/app:latest  # tflsp: ignore[TFL101]
```

Text in between.

```bash
# ✅
docker run me/other
docker run me/app:latest
curl -u admin:$PASSWORD https://example.org
# tflsp: ignore[TFL101]

docker run -it tensorflow/tensorflow:nightly bash
```
""".replace("admin:$PASSWORD", "admin:" + "hunter2x")
SHELL = st.sampled_from(
    [
        *(
            "x",
            "\n",
            " ",
            '"',
            "'",
            "`",
            "```\n",
            "# ❌\n",
            "# don't use\n",
            "\\\n",
            "\\ \n",
            "&& ",
            "| ",
            "$(",
            ")",
            "{",
        ),
        *("docker push me/app\n", "docker build -t me/app .\n", "pack build me/other\n", "IMAGE=me/app:latest\n", "❌"),
        *(
            "docker run $IMAGE\n",
            "cat > .env <<EOF\n",
            "EOF\n",
            "for i in 1 2; do\n",
            "done\n",
            "read IMAGE\n",
            "a" * 300,
        ),
        *("# tflsp: ignore[TFL101]\n", "# tflsp: file-ignore[TFL207]\n", "docker run me/app:latest\n", "-p 80:80 \\\n"),
    ]
)


@settings(max_examples=150)
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), SHELL, st.booleans()), min_size=1, max_size=6))
def test_commands_that_are_remembered_are_what_would_be_found(edits: list[tuple[float, int, str, bool]]) -> None:
    document = open_text("a.md", COMMANDS)
    memo = Memo()
    check(document, memo=memo)
    for where, removed, inserted, at_line in edits:
        if at_line:  # where statements begin and end
            where = document.text.find("\n", int(where * len(document.text))) + 1
            document = document.edited(TextEdit(Span(where, where), inserted))
        else:
            document = typed(document, where, removed, inserted)
        remembered, fresh = check(document, memo=memo), check(anew(document))
        assert [seen(finding) for finding in remembered.findings] == [seen(finding) for finding in fresh.findings]


@settings(max_examples=40)
@given(
    edits=st.lists(
        st.tuples(st.sampled_from(("type", "insert", "remove", "run", "tag")), st.integers(0, 20), CODE),
        min_size=1,
        max_size=6,
    )
)
def test_cells_that_come_and_go(edits: list[tuple[str, int, str]]) -> None:
    cells = [CellText(f"c{n}", "markdown" if not n else "code", "python", text) for n, text in enumerate(CELLS)]
    memo = Memo()
    document = open_notebook("a.ipynb", cells)
    check(document, memo=memo)
    for step, (what, where, text) in enumerate(edits):
        at = where % len(cells)
        match what:
            case "type":
                spot = len(cells[at].text) * where // 21
                cells[at] = cells[at]._replace(text=cells[at].text[:spot] + text + cells[at].text[spot:])
                document = document.edited(TextEdit(Span(spot, spot), text), at)
            case "insert":
                cells.insert(at, CellText(f"new{step}", "code", "python", text))
            case "remove" if len(cells) > 1:
                del cells[at]
            case "run":
                cells[at] = cells[at]._replace(execution_count=where)
            case "tag":
                cells[at] = cells[at]._replace(tags=("tflsp:ignore[TFL101]",))
        if what != "type":
            document = open_notebook("a.ipynb", cells)
        remembered, fresh = check(document, memo=memo), check(open_notebook("a.ipynb", cells))
        assert [seen(finding) for finding in remembered.findings] == [seen(finding) for finding in fresh.findings]
        assert trained(remembered) == trained(fresh)


def trained(report: Report) -> list[object]:
    """What is known of training, with its places."""
    training = report.facts.derive(training_of)
    return [
        training.memory_limit,
        *((model.chunk.part, model.span, len(model.fact.layers)) for model in training.models),
        *(
            (
                (fit.chunk.part, fit.span, fit.place(fit.fact.callee), fit.fact.data, fit.fact.estimate()),
                fit.fact.batch and (fit.fact.batch.chunk.part, fit.fact.batch.span, fit.fact.batch.fact.value),
                fit.fact.batch and (literal := fit.fact.batch.fact.literal) and (literal.part, literal.in_part),
                fit.fact.model and [layer.where.in_part for layer in fit.fact.model.layers],
            )
            for fit in training.fits
        ),
    ]


def anew(document: Document) -> Document:
    """The document of the same kind, without anything remembered."""
    (part,) = document.parts
    return Document(document.kind, document.name, (Part(part.identifier, part.text, part.chunker),))


def typed(document: Document, where: float, removed: int, inserted: str) -> Document:
    start = int(where * len(document.text))
    return document.edited(TextEdit(Span(start, min(start + removed, len(document.text))), inserted))
