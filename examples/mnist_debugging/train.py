"""Trains the MNIST classifier of the journal."""

import os

import tensorflow as tf
from dotenv import load_dotenv

load_dotenv()
tracking_uri = "postgresql://mlflow:hunter22x@tracking.internal:5432/runs"

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
x_train = x_train.reshape(60000, 784) / 255.0

model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(512, activation="relu", input_shape=(784,)),
        tf.keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])


def describe(history: dict[str, list[float]] | None) -> str:
    match history:
        case None:
            return "no run yet"
        case _:
            return os.linesep.join(history)


history = model.fit(x_train, y_train, epochs=5, batch_size=60000)
print(describe(history.history))
