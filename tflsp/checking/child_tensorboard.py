"""Reads scalars from TensorBoard's event files, with TensorBoard's own reader. Run by the interpreter that has it.

Nothing newer than Python 3.8 here, and nothing of tflsp: its text is given to that interpreter. Arguments are event
files; the answer is a list of [file, wall time of its last event, [[tag, step, value], ...]] as JSON.
"""

from __future__ import annotations

import json
import sys
import types
from typing import Any

# Of all files. A training of a thousand epochs has some ten thousand.
MOST_VALUES = 200_000


def without_tensorflow() -> None:
    """TensorBoard reads with TensorFlow where it is there, whose import takes seconds. Its own reader does as well."""
    import tensorboard.compat  # type: ignore[import-not-found]

    stub = types.ModuleType("tensorboard.compat.notf")
    sys.modules["tensorboard.compat.notf"] = stub
    tensorboard.compat.notf = stub


def read(path: str, most: int) -> list[Any]:
    """The last wall time and at most so many scalars of one file, as far as it is whole."""
    from tensorboard.backend.event_processing import event_file_loader  # type: ignore[import-not-found]
    from tensorboard.util import tensor_util  # type: ignore[import-not-found]

    ended = 0.0
    scalars: list[list[Any]] = []
    try:
        for event in event_file_loader.EventFileLoader(path).Load():
            ended = max(ended, event.wall_time)
            for value in event.summary.value:
                if value.metadata.plugin_data.plugin_name != "scalars" or len(scalars) >= most:
                    continue
                number = tensor_util.make_ndarray(value.tensor)
                if number.size == 1 and number.dtype.kind in "fiu":
                    scalars.append([value.tag, int(event.step), float(number.reshape(()))])
    except Exception:  # a file that is still written to, or broken: what was read of it counts
        pass
    return [path, ended, scalars]


def main() -> None:
    without_tensorflow()
    answer: list[list[Any]] = []
    for path in sys.argv[1:]:
        answer.append(read(path, MOST_VALUES - sum(len(scalars) for _, _, scalars in answer)))
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
