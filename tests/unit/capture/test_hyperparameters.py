"""What a program trains with, by its syntax alone, and what has changed between two states of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.capture.changes import changes
from tflsp.capture.hyperparameters import Hyperparameters, hyperparameters_of
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.facts.base import analyse
from tflsp.facts.document_facts import DocumentFacts

HEAD = """\
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
"""
PROGRAM = """\
EPOCHS = 5
BATCH = 16 * 2
MARGIN = 0.25
config = {"lr": 1e-3, "dropout": 0.3, "patience_min": 2}
tf.random.set_seed(42)
train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(1000)
train = train.map(prepare).batch(BATCH).prefetch(tf.data.AUTOTUNE)
test = tf.data.Dataset.from_tensor_slices((a, b)).batch(500)
model = keras.Sequential([
    layers.Flatten(input_shape=(28, 28), name="in"),
    layers.Dense(128, activation="relu"),
    layers.Dropout(config["dropout"]),
    layers.Bidirectional(layers.LSTM(64)),
    layers.Dense(10),
])
optimizer = keras.optimizers.Adam(config["lr"])
model.compile(optimizer=optimizer, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
stopping = keras.callbacks.EarlyStopping(monitor="val_loss", patience=3)
model.fit(train, validation_data=test, epochs=EPOCHS, callbacks=[stopping])
"""


def of(source: str, name: str = "train.py") -> Hyperparameters:
    return of_document(open_text(name, HEAD + source if name.endswith(".py") else source))


def of_document(document: object) -> Hyperparameters:
    chunks = document.chunks  # type: ignore[attr-defined]
    return hyperparameters_of(DocumentFacts(document, [(chunk, analyse(chunk.key)) for chunk in chunks]))  # type: ignore[arg-type]


def told(old: str, new: str) -> list[str]:
    return [str(change) for change in changes(of(old), of(new))]


def test_a_whole_program() -> None:
    found = of(PROGRAM)
    assert dict(found.values) == {
        "optimizer": "Adam",
        "learning_rate": "0.001",
        "loss": "SparseCategoricalCrossentropy(from_logits=True)",
        "batch_size": "32",
        "epochs": "5",
        "MARGIN": "0.25",
        "config.patience_min": "2",
    }
    assert found.layers == (
        "Flatten(input_shape=(28, 28))",
        "Dense(128, activation=relu)",
        "Dropout(0.3)",
        "Bidirectional(LSTM(64))",
        "Dense(10)",
    )
    assert found.callbacks == ("EarlyStopping(monitor=val_loss, patience=3)",)
    assert found.pipeline == ("shuffle(1000)", "batch(32)", "prefetch(AUTOTUNE)")
    assert found.seeds == {"tensorflow.random.set_seed": "42"}
    assert Hyperparameters.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_what_a_function_is_given() -> None:
    found = of("""\
def build(units=64, lr=0.01):
    i = keras.Input((8,))
    x = layers.Dense(units, activation="relu")(i)
    o = layers.Dense(1)(layers.Dropout(0.5)(x))
    m = keras.Model(i, o)
    m.compile(keras.optimizers.SGD(lr, momentum=0.9), "mse")
    return m
def unrelated(units=3):
    return units
m = build(128)
m.fit(x, y, batch_size=8, epochs=3)
""")
    assert found.layers == ("Input((8,))", "Dense(units, activation=relu)", "Dropout(0.5)", "Dense(1)")
    assert dict(found.values) == {
        "optimizer": "SGD",
        "learning_rate": "0.01",
        "momentum": "0.9",
        "loss": "mse",
        "batch_size": "8",
        "epochs": "3",
        "build.units": "128",
    }


BUILD = "def build(rate=0.01):\n    m.compile(keras.optimizers.Adam(learning_rate=rate))\n"


@pytest.mark.parametrize(
    ("source", "rate"),
    [
        (BUILD + "build(0.001)", "0.001"),
        (BUILD + "build(rate=0.001)", "0.001"),
        (BUILD + "build()", "0.01"),
        (BUILD + "build(0.1)\nbuild(0.001)", "0.001"),
        (BUILD + "build(0.001)\nbuild()", "0.01"),
        (BUILD + "RATE = 0.1\nbuild(RATE / 10)", "0.01"),
        (BUILD + "schedules = keras.optimizers.schedules\nbuild(schedules.CosineDecay(0.1, 9))", "CosineDecay(0.1, 9)"),
        (BUILD + "def main(lr=0.5):\n    build(lr)\nmain(0.25)", "0.25"),
        (BUILD + "def main(rate=0.5):\n    build(rate)\nmain()", "0.5"),
        ("FIRST = 0.3\n" + BUILD.replace("0.01", "FIRST") + "build()", "0.3"),
        # no call tells, or not for certain
        (BUILD, "rate"),
        (BUILD + "build(*settings)", "rate"),
        (BUILD + "build(**settings)", "rate"),
        (BUILD + "build(chosen)", "rate"),
        (BUILD + "def main(lr):\n    build(lr)\nmain(chosen)", "rate"),
        (BUILD + "for each in (0.1, 0.01):\n    build(each)", "each"),
        ("def build(*units, rate=0.1):\n    m.compile(keras.optimizers.Adam(rate))\nbuild(64, 32)", "rate"),
        ("class A:\n    def build(self, rate=0.1):\n        m.compile(keras.optimizers.Adam(rate))\nbuild(3)", "rate"),
        ("def build(rate):\n    m.compile(keras.optimizers.Adam(self.rate))\nbuild(0.1)", "rate"),
        (BUILD.replace("    m.", "    rate = rate * scale\n    m.") + "build(0.1)", "rate * scale"),
        ("def build(rate):\n    build(rate)\n    m.compile(keras.optimizers.Adam(rate))\nbuild(rate)", "rate"),
        # what comes later counts
        (BUILD + "build(0.3)\nm.compile('sgd')", "0.01"),
        (BUILD + "build(0.3)\nm.optimizer.lr = 0.4", "0.4"),
    ],
)
def test_a_learning_rate_that_a_function_is_given(source: str, rate: str) -> None:
    assert of(source).values["learning_rate"] == rate


def test_a_functions_parameter_is_told_as_what_it_is_for() -> None:
    source = (
        "def train(x, rate, passes=5, units=64):\n"
        "    m = keras.Sequential([layers.Dense(units)])\n"
        "    m.compile(keras.optimizers.Adam(rate))\n"
        "    m.fit(x, y, epochs=passes)\n"
        "train(data, 0.01)\n"
    )
    assert told(source, source.replace("0.01", "0.001")) == ["learning_rate: 0.01 -> 0.001"]
    assert told(source, source.replace("0.01)", "0.01, 9)")) == ["epochs: 5 -> 9"]
    # what stands in a layer goes by the parameter's name
    assert told(source, source.replace("0.01)", "0.01, units=9)")) == ["train.units: 64 -> 9"]
    named = "RATE = 0.01\n" + source.replace("data, 0.01", "data, RATE")
    assert told(source, named) == []


@pytest.mark.parametrize(
    ("source", "rate"),
    [
        ("model.compile('adam', 'mse')", "0.001"),
        ("model.compile(optimizer='sgd')", "0.01"),
        ("model.compile(tf.optimizers.RMSprop())", "0.001"),
        ("model.compile(keras.optimizers.Adam(lr=1e-5))", "1e-05"),
        ("model.compile(keras.optimizers.Adam())\nmodel.optimizer.learning_rate = 0.5", "0.5"),
        ("model.compile('adam')\nkeras.backend.set_value(model.optimizer.lr, 0.25)", "0.25"),
        ("from tensorflow.keras.optimizers import Adam\nmodel.compile(Adam(10 ** -2))", "0.01"),
        (
            "rate = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=1000, decay_rate=0.9)\n"
            "model.compile(keras.optimizers.SGD(rate))",
            "ExponentialDecay(0.1, decay_steps=1000, decay_rate=0.9)",
        ),
    ],
)
def test_learning_rates(source: str, rate: str) -> None:
    assert of(source).values["learning_rate"] == rate


def test_a_second_training_is_not_given_what_the_first_one_was() -> None:
    model = "m = keras.Sequential([layers.Dense(%d)])\nm.compile('adam', 'mse')\n"
    first = model % 5 + "m.fit(x, y, batch_size=64, epochs=2, validation_split=0.1)\n"
    found = of(first + model % 7 + "m.fit(x, y, epochs=4)\n")
    assert found.layers == ("Dense(7)",)
    assert dict(found.values) == {"optimizer": "Adam", "learning_rate": "0.001", "loss": "mse", "epochs": "4"}


def test_secrets_and_paths_are_not_written_down() -> None:
    word = "".join(("hun", "ter", "2"))
    found = of(f"""\
API_TOKEN = "{word}"
DB_PASSWORD = 1234
config = {{"password": "{word}", "lr": 0.1}}
remote = Remote("https://{word}@example.org", api_key="{word}")
model.fit(x, y, callbacks=[remote, keras.callbacks.TensorBoard("/tmp/x")])
""")
    assert word not in str(found.as_json())
    assert "1234" not in str(found.as_json())
    assert found.callbacks == ("Remote()", "TensorBoard()")


def test_changes_are_told_as_people_tell_them() -> None:
    new = (
        PROGRAM.replace("1e-3", "1e-4")
        .replace("BATCH = 16", "BATCH = 32")
        .replace("Dense(128", "Dense(256")
        .replace("    layers.Bidirectional(layers.LSTM(64)),\n", "    layers.BatchNormalization(),\n")
        .replace("patience=3", "patience=5")
        .replace("set_seed(42)", "set_seed(7)")
        .replace("MARGIN = 0.25\n", "")
    )
    assert told(PROGRAM, new) == [
        "learning_rate: 0.001 -> 0.0001",
        "batch_size: 32 -> 64",
        "MARGIN: - 0.25",
        "layer: Dense(128, activation=relu) -> Dense(256, activation=relu)",
        "layer: - Bidirectional(LSTM(64))",
        "layer: + BatchNormalization()",
        "callback: EarlyStopping(monitor=val_loss, patience=3) -> EarlyStopping(monitor=val_loss, patience=5)",
        "seed: tensorflow.random.set_seed(42) -> tensorflow.random.set_seed(7)",
    ]


def test_what_is_only_written_in_another_way_is_no_change() -> None:
    new = PROGRAM.replace("1e-3", "0.001").replace("16 * 2", "32").replace("EPOCHS", "N_EPOCHS").replace("model", "net")
    assert told(PROGRAM, new) == []


def notebook(*cells: tuple[str, int | None, tuple[str, ...]]) -> Hyperparameters:
    texts = [CellText(f"c{at}", "code", "python", text, count, tags) for at, (text, count, tags) in enumerate(cells)]
    return of_document(open_notebook("a.ipynb", texts))


def test_cells_count_in_the_order_in_which_they_ran() -> None:
    compiled = "model.compile('%s')"
    found = notebook((compiled % "sgd", 9, ()), (compiled % "adam", 8, ()), (compiled % "rmsprop", None, ()))
    assert found.values["optimizer"] == "SGD"
    assert notebook((compiled % "sgd", None, ()), (compiled % "adam", None, ())).values["optimizer"] == "Adam"


def test_parameters_of_papermill() -> None:
    found = notebook(
        ("alpha = 0.5\nname = 'baseline'\nrate = 0.1", None, ("parameters",)),
        ("alpha = 0.75", None, ("injected-parameters",)),
        ("model.compile(tf.keras.optimizers.SGD(rate))\nbeta = 3", None, ()),
    )
    assert dict(found.values) == {"optimizer": "SGD", "learning_rate": "0.1", "alpha": "0.75", "name": "baseline"}


@pytest.mark.parametrize(
    ("source", "values"),
    [
        (
            "learning_rate = 1e-3\nbatch_size, epochs = 16 * 2, 10\ndropout_rate: float = 0.5",
            {"learning_rate": "0.001", "batch_size": "32", "epochs": "10", "dropout_rate": "0.5"},
        ),
        ("class Config:\n    num_epochs = 3\n    units = 64", {"Config.num_epochs": "3"}),
        ("BATCH = 8\nbatch_size = BATCH", {"batch_size": "8"}),
        ("x, y = 1, 2\nx, y = y, x\nweight_decay, momentum = x, y", {"weight_decay": "2", "momentum": "1"}),
        ("epochs = 5\ntotal = epochs * len(data)\nprint(total)", {"epochs": "5"}),
        ("epochs = 5\nn = epochs\nmodel.fit(x, y, epochs=n)", {"epochs": "5"}),
        ("N, B = 5, 8\nn, b = N, B\nmodel.fit(x, y, b, epochs=n)", {"batch_size": "8", "epochs": "5"}),
        ("SMALL = 4\nBATCH = SMALL * 2\nbatch_size = BATCH", {"batch_size": "8"}),
        # what is made of it later was not chosen
        ("lr = 0.1\nfor epoch in range(9):\n    lr *= 0.5\nif late:\n    lr = 0.01", {"lr": "0.1"}),
        # no number, several, not at the top level, not known any more
        ("lr = None\nepochs = range(5)\nbatch_size = 'auto'\ndropout = True", {}),
        ("for learning_rate in (0.1, 0.01):\n    train(learning_rate)", {}),
        ("epochs = 5\nfor epochs in (1, 2):\n    pass", {}),
        ("def train():\n    epochs = 5\n    batch_size = 32", {}),
        ("lr = 0.1\nlr *= scale\nepochs = 3\ndel epochs", {}),
        # said once, by the call or by what stands for its argument
        ("epochs = 5\nmodel.fit(x, y, epochs=epochs)", {"epochs": "5"}),
        ("epochs = 5\ndef train(epochs):\n    model.fit(x, y, epochs=epochs)\ntrain(epochs)", {"epochs": "5"}),
        ("epochs = 5\ndef train(n):\n    model.fit(x, y, epochs=n)\ntrain(epochs)", {"epochs": "5"}),
        # the function has a loop of its own, in which nothing is read
        (
            "epochs = 5\nRATE = 0.1\ndef train(n, r):\n    loop(n, r)\ntrain(epochs, r=RATE)",
            {"RATE": "0.1", "epochs": "5"},
        ),
    ],
)
def test_numbers_that_are_called_what_they_are(source: str, values: dict[str, str]) -> None:
    assert dict(of(source).values) == values


def test_a_change_of_what_no_call_is_given() -> None:
    assert told("learning_rate = 0.01\nsteps = 3", "learning_rate = 0.001\nsteps = 4") == [
        "learning_rate: 0.01 -> 0.001"
    ]


def test_fences_of_a_markdown_document() -> None:
    assert of("# Step\n```python\nmodel.compile('sgd')\n```\n", "a.md").values["optimizer"] == "SGD"


def test_lists_of_lists_have_an_end() -> None:
    """Written out, these would be ten million million million numbers."""
    lines = [f"X{each + 1} = [{', '.join([f'X{each}'] * 500)}]" for each in range(8)]
    found = of("\n".join(["X0 = 1", *lines, "model.fit(x, y, class_weight=X8, epochs=3)", "layers.Dense(X8)"]))
    assert "class_weight" not in found.values
    assert found.values["epochs"] == "3"
    assert found.layers == ("Dense()",)


@given(st.text(alphabet="modelfit.(x,y)=[]{}:*\n 'Dense1batch_size", max_size=150))
def test_any_program_is_read(source: str) -> None:
    found = of(source)
    assert changes(found, found) == ()
