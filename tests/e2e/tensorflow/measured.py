"""Models whose memory was measured on TensorFlow 2.9.0, written as Keras calls that both sides read.

Bytes per sample are what each further sample of a batch added to the peak resident memory of a process that trains
the model (Adam, CPU): the difference between two batch sizes in processes of their own.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tflsp.tensorflow.layers import Layer, Shape, bind


@dataclass(frozen=True, slots=True)
class Measured:
    """A Sequential model and what a sample cost."""

    shape: Shape
    source: str
    bytes_per_sample: int

    def layers(self) -> list[Layer]:
        """The model's layers as tflsp reads them."""
        body = ast.parse(f"[{self.source}]", mode="eval").body
        assert isinstance(body, ast.List)
        return [_layer(call) for call in body.elts]


MEASURED = {
    "dense": Measured((784,), "Dense(512, 'relu'), Dropout(0.2), Dense(512, 'relu'), Dense(10)", 16_491),
    "convolution": Measured(
        (28, 28, 1),
        "Conv2D(32, 3, activation='relu'), MaxPooling2D(), Conv2D(64, 3, activation='relu'), MaxPooling2D(), "
        "Flatten(), Dense(64, 'relu'), Dense(10)",
        369_600,
    ),
    "normalised": Measured(
        (32, 32, 3),
        "Conv2D(32, 3, padding='same'), BatchNormalization(), ReLU(), Conv2D(64, 3, padding='same'), "
        "BatchNormalization(), Activation('relu'), GlobalAveragePooling2D(), Dense(10)",
        1_119_187,
    ),
    "lstm": Measured((60, 16), "LSTM(64), Dense(1)", 131_800),
    "lstm with relu": Measured((60, 16), "LSTM(64, activation='relu'), Dense(1)", 127_754),
    "two lstms": Measured((60, 16), "LSTM(64, return_sequences=True), LSTM(64), Dense(1)", 289_257),
    "gru": Measured((60, 16), "GRU(64), Dense(1)", 111_614),
    "simple": Measured((60, 16), "SimpleRNN(64), Dense(1)", 27_133),
    "simple, wide input": Measured((60, 64), "SimpleRNN(64), Dense(1)", 51_119),
    "two simple": Measured((60, 16), "SimpleRNN(64, return_sequences=True), SimpleRNN(64), Dense(1)", 91_444),
    "bidirectional lstm": Measured((60, 16), "Bidirectional(LSTM(64)), Dense(1)", 311_625),
    "bidirectional gru": Measured(
        (60, 16), "Bidirectional(GRU(64, return_sequences=True)), Flatten(), Dense(1)", 270_327
    ),
    "time distributed": Measured((60, 32), "TimeDistributed(Dense(128, 'relu')), Flatten(), Dense(1)", 80_251),
    "layer norm": Measured(
        (60, 32),
        "Dense(128), LayerNormalization(), Dense(128), LayerNormalization(), Flatten(), Dense(1)",
        305_160,
    ),
    "separable": Measured(
        (32, 32, 8),
        "SeparableConv2D(32, 3, activation='relu'), SeparableConv2D(64, 3, activation='relu'), "
        "GlobalAveragePooling2D(), Dense(10)",
        738_014,
    ),
    "autoencoder": Measured(
        (28, 28, 1),
        "Conv2D(16, 3, padding='same', activation='relu'), MaxPooling2D(), "
        "Conv2D(8, 3, padding='same', activation='relu'), UpSampling2D(), "
        "Conv2DTranspose(16, 3, padding='same', activation='relu'), Conv2D(1, 3, padding='same')",
        238_590,
    ),
    "leaky": Measured(
        (32, 32, 3),
        "Conv2D(32, 3, padding='same'), LeakyReLU(), Conv2D(64, 3, padding='same'), PReLU(), "
        "GlobalAveragePooling2D(), Dense(10)",
        1_673_186,
    ),
}


def _layer(call: ast.expr) -> Layer:
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Name)
    keywords = {str(keyword.arg): _value(keyword.value) for keyword in call.keywords}
    found = bind(call.func.id, [_value(item) for item in call.args], keywords)
    assert found is not None
    return found


def _value(node: ast.expr) -> object:
    return _layer(node) if isinstance(node, ast.Call) else ast.literal_eval(node)
