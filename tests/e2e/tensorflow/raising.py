"""Runs snippets and says what a terminal would have shown of each: TensorFlow's log and the traceback, as JSON.

Run by the interpreter that has TensorFlow (Python 3.8 to 3.10). Reads {name: source} on standard input; a snippet is a
file `train.py` of its own, so that tracebacks show its lines. Those that fail leave no mark on those after them.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"


def shown(source: str, folder: str, name: str) -> str:
    """What running a snippet puts on standard error, TensorFlow's C++ included."""
    path = os.path.join(folder, name, "train.py")
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    kept = os.dup(2)
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), 2)
        try:
            exec(compile(source, path, "exec"), {"__name__": "__main__", "__file__": path})
        except Exception:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
        log.seek(0)
        return log.read().decode("utf-8", "replace")


def main() -> None:
    """Run every snippet in order, in a folder that is gone afterwards."""
    snippets = json.load(sys.stdin)
    # Keras shows its progress on standard output, which belongs to the answer.
    answer, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115
    with tempfile.TemporaryDirectory() as folder:
        for name in snippets:
            # The first to import TensorFlow sees its notices.
            snippets[name] = shown(snippets[name], folder, name)
            import tensorflow as tf

            tf.keras.backend.clear_session()
    json.dump(snippets, answer)


main()
