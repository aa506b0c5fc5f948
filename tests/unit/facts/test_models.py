"""What is known of training in Python code, and what is not claimed to be known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import Report, check
from tflsp.facts.model_reading import Reading
from tflsp.facts.model_slice import Piece, Program, Step, program_of
from tflsp.facts.models import training_of
from tflsp.facts.python_calls import PythonCode, imports_of
from tflsp.facts.training import Data, FitCall, ModelGraph, Training
from tflsp.options import GIB
from tflsp.project import Project
from tflsp.settings import settings_from_mapping
from tflsp.text import apply_edits

HEAD = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
"""
MLP = """\
model = keras.Sequential([layers.Dense(128, activation="relu", input_shape=(784,)), layers.Dense(10)])
model.compile("adam", "mse")
"""


def training(text: str) -> Training:
    return check(open_text("example.py", text)).facts.derive(training_of)


def fits(text: str) -> list[FitCall]:
    return [found.fact for found in training(HEAD + text).fits]


def fit(text: str) -> FitCall:
    (found,) = fits(text)
    return found


def data(text: str) -> Data:
    found = fit(text).data
    assert found is not None
    return found


def model(text: str) -> ModelGraph:
    found = fit(text + "\nmodel.fit(x_train, y_train)\n").model
    assert found is not None
    return found


def kinds(text: str) -> list[str | None]:
    return [placed.layer.kind if placed.layer is not None else None for placed in model(text).layers]


@pytest.mark.parametrize(
    ("expression", "length", "sample"),
    [
        ("x_train", 60000, (28, 28)),
        ("x_test", 10000, (28, 28)),
        ("x_train[:50000]", 50000, (28, 28)),
        ("x_train[-5000:]", 5000, (28, 28)),
        ("x_train[::2]", 30000, (28, 28)),
        ("x_train[1000:3000, :14, ..., None]", 2000, (14, 28, 1)),
        ("x_train[..., np.newaxis]", 60000, (28, 28, 1)),
        ("x_train[0]", 28, (28,)),
        ("x_train.reshape(60000, 784)", 60000, (784,)),
        ("x_train.reshape((-1, 28, 28, 1)).astype('float32') / 255.0", 60000, (28, 28, 1)),
        ("x_train.reshape(len(x_train), -1)", 60000, (784,)),
        ("x_train.reshape(x_train.shape[0], 784)", 60000, (784,)),
        ("255 - np.array(x_train, dtype=np.float32)", 60000, (28, 28)),
        ("np.expand_dims(x_train, -1)", 60000, (28, 28, 1)),
        ("tf.cast(x_train, tf.float32)", 60000, (28, 28)),
        ("np.zeros((60_000, 784))", 60000, (784,)),
        ("np.random.rand(60 * 1000, 28 * 28)", 60000, (784,)),
        ("np.random.normal(0, 1, (500, 8))", 500, (8,)),
        ("np.random.normal(size=(500, 8))", 500, (8,)),
        ("tf.random.normal([500, 8])", 500, (8,)),
        ("keras.datasets.cifar10.load_data()[0][0]", 50000, (32, 32, 3)),
        ("keras.utils.pad_sequences(keras.datasets.imdb.load_data()[0][0], maxlen=200)", 25000, (200,)),
        ("x_train[mask]", None, None),
        ("x_train[:count]", None, (28, 28)),
        ("np.zeros((count, 784))", None, (784,)),
        ("np.load('x.npy')", None, None),
        ("augment(x_train)", None, None),
    ],
)
def test_lengths_and_shapes_of_arrays(expression: str, length: int | None, sample: tuple[int, ...] | None) -> None:
    found = fit(f"{MLP}data = {expression}\nmodel.fit(data, y_train)\n").data
    assert (found.length, found.sample) == (length, sample) if found is not None else (length, sample) == (None, None)


def test_split_and_validation_leave_less_to_train_on() -> None:
    split = "from sklearn.model_selection import train_test_split\n"
    assert data(f"{split}a, b, c, d = train_test_split(x_train, y_train, test_size=0.2)\nm.fit(a, c)").length == 48000
    assert data(f"{split}a, b, c, d = train_test_split(x_train, y_train)\nm.fit(b, d)").length == 15000
    assert data("m.fit(x_train, y_train, validation_split=0.1)").length == 54000
    assert data("m.fit(x_train, y_train, validation_split=share)").length is None
    assert data("m.evaluate(x_test, y_test)").length == 10000


@pytest.mark.parametrize(
    ("pipeline", "batched", "batch", "length"),
    [
        ("", False, None, 60000),
        (".shuffle(1000).prefetch(tf.data.AUTOTUNE)", False, None, 60000),
        (".batch(32)", True, 32, 60000),
        (".cache().shuffle(9).batch(32, drop_remainder=True).prefetch(1)", True, 32, 60000),
        (".take(1000).batch(100)", True, 100, 1000),
        (".skip(1000).batch(100)", True, 100, 59000),
        (".repeat().batch(100)", True, 100, None),
        (".batch(size)", True, None, 60000),
        (".batch(32).unbatch()", False, None, 60000),
        (".padded_batch(32)", True, None, 60000),
        (".map(lambda x, y: (x / 255, y))", False, None, 60000),
        (".map(lambda x, y: (tf.expand_dims(x, 0), y))", None, None, 60000),
        (".map(elsewhere)", None, None, 60000),
        (".map(elsewhere).batch(32)", None, None, None),
        (".apply(elsewhere)", None, None, None),
    ],
)
def test_pipelines(pipeline: str, batched: bool | None, batch: int | None, length: int | None) -> None:
    found = fit(f"ds = tf.data.Dataset.from_tensor_slices((x_train, y_train)){pipeline}\nmodel.fit(ds)\n")
    assert found.data is not None
    assert (found.data.kind, found.data.batched, found.data.length) == ("dataset", batched, length)
    assert (found.batch.fact.value if found.batch is not None else None) == batch


def test_generators_give_batches_of_their_own() -> None:
    text = "g = keras.preprocessing.image.ImageDataGenerator()\nm.fit(g.flow(x_train, y_train, batch_size=64))\n"
    found = fit(text)
    assert found.data is not None
    assert (found.data.kind, found.data.length) == ("generator", 60000)
    assert found.batch is not None
    assert found.batch.fact.value == 64


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (MLP, ["Dense", "Dense"]),
        ("model = keras.Sequential()\nmodel.add(layers.Flatten())\nmodel.add(layers.Dense(1))", ["Flatten", "Dense"]),
        ("model = keras.models.Sequential(layers=[layers.Dense(1)])\nmodel.add(layers.ReLU())\nmodel.pop()", ["Dense"]),
        ("model = keras.Sequential([keras.Sequential([layers.Dense(2)]), layers.Dense(1)])", ["Dense", "Dense"]),
        ("model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])", ["Input", "Dense"]),
        ("model = keras.Sequential([layers.Bidirectional(layers.LSTM(8))])", ["Bidirectional"]),
        ("model = keras.Sequential([Own(), layers.Dense(1)])", [None, "Dense"]),
        ("model = keras.Sequential([layers.Dense(1, 2, 3, kernel=4)])", [None]),
        ("stack = [layers.Dense(4), layers.Dense(1)]\nmodel = keras.Sequential(stack)", ["Dense", "Dense"]),
        ("first = layers.Dense(4)\nmodel = keras.Sequential([first])", ["Dense"]),
    ],
)
def test_layers_of_sequential_models(code: str, expected: list[str | None]) -> None:
    assert model(code).certain
    assert kinds(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "model = keras.Sequential(make())",
        "model = keras.Sequential([*more, layers.Dense(1)])",
        f"{MLP}for i in range(3):\n    model.add(layers.Dense(1))",
        f"{MLP}if deep:\n    model.add(layers.Dense(1))",
        f"{MLP}model.trainable = False",
        f"{MLP}extend(model)",
        f"{MLP}def grow(m): m.add(layers.Dense(9))\ngrow(model)",
    ],
)
def test_models_that_may_have_changed_are_not_certain(code: str) -> None:
    assert not model(code).certain


def test_a_model_that_a_branch_made_is_not_known_behind_it() -> None:
    assert fit("if deep:\n    model = keras.Sequential([layers.Dense(1)])\nmodel.fit(x_train, y_train)\n").model is None


@pytest.mark.parametrize(
    ("code", "name", "slots"),
    [
        ("model.compile()", "RMSprop", 1),
        ("model.compile('sgd')", "sgd", 0),
        ("model.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9))", "SGD", 1),
        ("opt = tf.optimizers.Adam(1e-3)\nmodel.compile(opt)", "Adam", 2),
        ("model.compile(keras.optimizers.Adam(learning_rate=rate))", "Adam", 2),
        ("model.compile(keras.optimizers.SGD(momentum=rate))", "SGD", None),
        ("model.compile(Own())", None, None),
        ("if a:\n    model.compile('adam')", None, None),
    ],
)
def test_optimizers(code: str, name: str | None, slots: int | None) -> None:
    found = model("model = keras.Sequential([layers.Dense(1, input_shape=(8,))])\n" + code)
    assert (found.optimizer, found.slots) == (name, slots)


def test_mixed_precision_halves_activations() -> None:
    plain = fit(MLP + "model.fit(x_train, y_train, batch_size=6000)").estimate()
    mixed = fit(
        "keras.mixed_precision.set_global_policy('mixed_float16')\n" + MLP + "model.fit(x_train, y_train)"
    ).estimate()
    assert plain is not None
    assert mixed is not None
    assert mixed.bytes_per_sample * 2 == plain.bytes_per_sample
    unsure = "if fast:\n    keras.mixed_precision.set_global_policy('mixed_float16')\n"
    assert fit(unsure + MLP + "model.fit(x_train, y_train)").estimate() is None


def test_a_distribution_strategy_shares_the_batch_out() -> None:
    text = "s = tf.distribute.MirroredStrategy()\nwith s.scope():\n    " + MLP.replace("\nm", "\n    m")
    assert fit(text + "model.fit(x_train, y_train)").estimate() is None


def test_functions_are_followed() -> None:
    text = """\
BATCH = 4096
def build(units, rate=0.1):
    net = keras.Sequential()
    net.add(layers.Dense(units, input_shape=(784,)))
    net.add(layers.Dropout(rate))
    return net
def main():
    net = build(64)
    net.compile("adam")
    net.fit(x_train.reshape(-1, 784), y_train, batch_size=BATCH)
main()
"""
    found = fit(text)
    assert found.model is not None
    assert [placed.layer.arguments for placed in found.model.layers if placed.layer] == [
        {"units": 64, "input_shape": (784,)},
        {"rate": 0.1},
    ]
    estimate = found.estimate()
    assert estimate is not None
    assert estimate.parameters == 785 * 64
    assert found.samples == 4096


def test_a_function_leaves_its_callers_names_alone() -> None:
    text = """\
def first(x_train):
    y_train = None
    model.fit(x_train, y_train)
def second():
    def make():
        x = None
        return keras.Model(1)
    x = x_train[:500]
    net = make()
    net.fit(x, y_train, batch_size=50)
"""
    *_, found = fits(text)
    assert found.data is not None
    assert found.data.length == 500


def test_what_a_function_is_given_is_not_known_in_it() -> None:
    found = fit(MLP + "def train(x_train, batch_size=60000):\n    model.fit(x_train, y_train, batch_size=batch_size)\n")
    assert (found.data, found.batch) == (None, None)


@pytest.mark.parametrize(
    "code",
    [
        "def f(n):\n    return f(n)\nf(1)\nmodel.fit(x_train, y_train)",
        "def f(): return g()\ndef g(): return f()\nm = f()\nmodel.fit(x_train, y_train)",
        "model = keras.Sequential()\nmodel.add(model)\nmodel.fit(x_train, y_train)",
        "x = 2 ** 64 ** 64\nmodel.fit(x_train, y_train, batch_size=1 << 60)",
        "x = 1 / 0\nmodel.fit(np.zeros((1, 2))[5], y_train, batch_size=-1)",
        "model.fit()",
        "keras.Sequential().fit(x_train, y_train).history['loss']",
        "model.fit(tf.data.Dataset.range(9)" + ".cache()" * 40 + ")",
        "model.fit(*a, **k)",
        "model.fit(x_train.reshape(0, -1), y_train)",
        "model.fit(np.zeros((-1, 784)), x_train[::0])",
    ],
)
def test_odd_code_is_survived(code: str) -> None:
    for found in fits(code):
        found.estimate()


@given(st.lists(st.sampled_from([*(HEAD + MLP).splitlines(), "for i in a:", "    if b:", "        model.add(",
    "model.fit(x_train[:", "model.fit(x_train, y_train, batch_size=60000)", "def f():", "    return model", ")", "]"]),
    max_size=12))  # fmt: skip
def test_half_typed_code_is_survived(lines: list[str]) -> None:
    report = check(open_text("example.py", "\n".join(lines)))
    assert not [note for note in report.notes if "not read completely" in note.message]
    for found in report.facts.derive(training_of).fits:
        found.fact.estimate()


def cells(*texts: str) -> Report:
    document = open_notebook("a.ipynb", [CellText(f"c{i}", "code", "python", text) for i, text in enumerate(texts)])
    return check(document, settings_from_mapping({"select": ["TFL7"]}))


def test_a_notebook_is_one_program() -> None:
    report = cells("%matplotlib inline\n" + HEAD, "!nvidia-smi\nSIZE = 60000", "model.fit(x_train, batch_size=SIZE)")
    (finding,) = report.findings
    assert (finding.code, finding.part) == ("TFL702", 2)
    # The number stands in another cell, which a fix of this one cannot reach; it is shown instead.
    assert finding.fixes == ()
    assert [related.part for related in finding.related] == [1]


def test_a_file_that_a_cell_writes_is_a_program_of_its_own() -> None:
    report = cells("SIZE = 60000", "%%writefile train.py\n" + HEAD + "model.fit(x_train, batch_size=SIZE)")
    assert report.findings == ()


def test_markdown_fences_are_one_program() -> None:
    text = f"# A\n\n```python\n{HEAD}```\n\n# B\n\n```python\nmodel.fit(x_train, y_train, batch_size=60000)\n```\n"
    assert [finding.code for finding in check(open_text("a.md", text)).findings] == ["TFL702"]


def test_large_classes_and_functions_are_cut_without_false_knowledge() -> None:
    filler = "".join(f"        print('a line of some length, number {i}')\n" for i in range(120))
    text = HEAD + f"class T:\n    def a(self):\n        size = 60000\n{filler}    def b(self):\n"
    text += "        model.fit(x_train, y_train, batch_size=size)\n    size = 60000\n"
    text += "model.fit(x_train, y_train, batch_size=size)\n"
    assert [found.fact.batch for found in training(text).fits] == [None, None]


def test_the_most_particular_budget_wins() -> None:
    big = "model = keras.Sequential([layers.Dense(4096, input_shape=(4096,)), layers.Dense(1)])\nmodel.compile('sgd')\n"
    text = HEAD + big + "model.fit(rows, targets, batch_size=16384)\n"
    limited = text + "tf.config.LogicalDeviceConfiguration(memory_limit=512)\n"
    document, project = open_text("a.py", limited), Project(memory_limit=GIB)

    def budget(settings: dict[str, str], text: str, project: Project) -> str:
        found = check(open_text("a.py", text), settings_from_mapping({"select": ["TFL701"], **settings}), project)
        return found.findings[0].key if found.findings else ""

    assert document.kind == "python"
    assert budget({"memory-budget": "1GiB"}, limited, project) == "message.settings"
    assert budget({}, limited, project) == "message.document"
    assert budget({}, text, project) == "message.project"
    assert budget({}, text, Project()) == ""


def test_the_fix_leaves_nothing_to_complain_about() -> None:
    text = HEAD + "model = keras.Sequential([layers.Conv2D(64, 3, input_shape=(224, 224, 3)), layers.Flatten()])\n"
    text += "model.compile()\nmodel.fit(images, labels, batch_size=4096)\n"
    (finding,) = check(open_text("a.py", text)).findings
    (fix,) = finding.fixes
    fixed = apply_edits(text, fix.edits)
    assert check(open_text("a.py", fixed)).findings == ()
    doubled = fixed.replace(
        f"batch_size={fix.arguments['batch']}", f"batch_size={2 * int(str(fix.arguments['batch']))}"
    )
    assert [found.code for found in check(open_text("a.py", doubled)).findings] == ["TFL701"]


def test_a_call_in_the_middle_of_a_chain_happens_once() -> None:
    report = training(HEAD + "keras.Sequential([layers.Dense(1)]).fit(x_train, y_train).history.get('loss')\n")
    assert (len(report.models), len(report.fits)) == (1, 1)


def test_a_module_by_another_name() -> None:
    assert kinds("K = tf.keras\nL = K.layers\nmodel = K.Sequential([L.Dense(1)])") == ["Dense"]


def test_every_one_of_several_equal_cells_is_found() -> None:
    cell = "model.fit(x_train, y_train, batch_size=60000)"
    assert [finding.part for finding in cells(HEAD, cell, "x = 1", cell, cell).findings] == [1, 3, 4]


def test_documents_that_train_nothing_are_not_read() -> None:
    report = check(open_text("a.py", HEAD + MLP))
    assert report.facts.derive(training_of) == Training()


LINES = [
    "SIZE = 60000",
    "SIZE = 32",
    "units = 64",
    "model = keras.Sequential([layers.Dense(units, input_shape=(784,)), layers.Dense(10)])",
    "model.add(layers.Dense(units))",
    "other = model",
    "other.add(layers.Dense(3))",
    "model.compile(opt)",
    "opt = 'adam'",
    "opt = keras.optimizers.SGD(momentum=share)",
    "share = 0.5",
    "data = x_train",
    "data = data[:SIZE]",
    "data = tf.data.Dataset.from_tensor_slices((x_train, y_train))",
    "data = data.batch(SIZE)",
    "unrelated = 3",
    "print(unrelated, SIZE)",
    "look(model)",
    "def look(m): m.add(layers.Dense(9))",
    "def build(n=units):\n    m = keras.Sequential([layers.Dense(n)])\n    return m",
    "model = build(units)",
    "model = build()",
    "if flag:\n    SIZE = 7\n    model.add(layers.Dense(1))",
    "for SIZE in sizes:\n    model.fit(data, y_train, batch_size=SIZE)",
    "def run():\n    model.fit(data, y_train, batch_size=SIZE)",
    "def prepare():\n    keras.mixed_precision.set_global_policy('mixed_float16')",
    "prepare()",
    "model.fit(data, y_train, batch_size=SIZE)",
    "history = model.fit(x_train, batch_size=SIZE).history",
    "model.trainable = False",
    "layers = []",
]


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_what_is_left_out_makes_no_difference(lines: list[str]) -> None:
    texts = [CellText(str(index), "code", "python", text) for index, text in enumerate([HEAD, *lines])]
    facts = check(open_notebook("a.ipynb", texts)).facts
    codes, imports = list(facts.all(PythonCode)), facts.derive(imports_of)

    def seen(program: Program) -> list[object]:
        reading = Reading(imports, program)
        reading.run()
        found: list[object] = []
        for fit in reading.found.fits.values():
            estimate, batch = fit.fact.estimate(), fit.fact.batch
            size = None if batch is None else batch.fact.value
            found.append((fit.chunk.part, fit.fact.span, fit.fact.data, size, estimate))
        return found

    pieces = [Piece(code) for code in codes]
    whole = Program(
        [Step(piece.code, statement) for piece in pieces for statement in piece.outline.module],
        [scope for piece in pieces for scope in piece.outline.trained],
        {scope: piece for piece in pieces for scope in piece.outline.scopes},
    )
    assert seen(program_of(codes, imports)) == seen(whole)
