"""Trains a model for two steps and prints the peak resident memory of the process, in bytes.

Run by the interpreter that has TensorFlow (Python 3.8 to 3.10) with the layers as source, the input shape in JSON and
the batch size.
"""

from __future__ import annotations

import json
import os
import re
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

source, shape, batch = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
layers = eval(f"[{source}]", dict(vars(tf.keras.layers)))
model = tf.keras.Sequential([tf.keras.Input(shape), *layers])
model.compile("adam", "mse")
inputs = np.zeros([batch, *shape], "float32")
targets = np.zeros((batch, *model.output_shape[1:]), "float32")
for _ in range(2):
    model.train_on_batch(inputs, targets)
# Not getrusage's: that begins with what the process was forked from, and a test run grows large.
with open("/proc/self/status") as status:
    peak = re.search(r"VmHWM:\s*(\d+) kB", status.read())
assert peak is not None
sys.stdout.write(str(int(peak[1]) * 1024))
