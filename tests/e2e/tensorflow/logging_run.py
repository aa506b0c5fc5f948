"""Trains with Keras' TensorBoard callback, silently, and says what History measured. Run by TensorFlow's interpreter.

Arguments: the log folder and the number of epochs. Nothing newer than Python 3.8 here, and nothing of tflsp.
"""

from __future__ import annotations

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

folder, epochs = sys.argv[1], int(sys.argv[2])
tf.keras.utils.set_random_seed(epochs)
x = np.random.random((200, 4)).astype("float32")
y = (x.sum(axis=1) > 2).astype("int32")
model = tf.keras.Sequential([tf.keras.layers.Dense(8, activation="relu"), tf.keras.layers.Dense(2)])
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(tf.keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
board = tf.keras.callbacks.TensorBoard(folder, histogram_freq=1)
history = model.fit(x, y, epochs=epochs, validation_split=0.25, verbose=0, callbacks=[board]).history
own = tf.summary.create_file_writer(folder + "/own")
with own.as_default():
    for step in range(1, 4):
        tf.summary.text("note", "not a number", step=step)
own.close()
json.dump(history, sys.stdout)
