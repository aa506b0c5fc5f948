"""A folder of notebooks as people leave them: prose, code, logs, tables and pictures in base64, 150 KB each on average.

Deterministic. Each twelve notebooks have the same sizes, so that 12, 48 and 192 of them are the same mixture.
"""

from __future__ import annotations

import base64
import itertools
import json
import random
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import journal, material

KIB = 1024
SIZES = (40, 60, 80, 90, 100, 120, 130, 150, 180, 220, 280, 350)
"""KiB of the twelve notebooks of a mixture."""
CELLS = 24
CODE = 1200
"""Bytes of library code in a cell, at most; a training script stands in every eighth cell."""

DOCKERFILE = """\
FROM tensorflow/tensorflow:2.9.0-gpu-jupyter
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y openssh-server git vim && rm -rf /var/lib/apt/lists/*
RUN pip install pandas scikit-learn==1.{n}.0 matplotlib
WORKDIR /tf/notebooks
COPY . /tf/notebooks
EXPOSE 22 {port}
CMD jupyter notebook --ip=0.0.0.0 --port={port} --allow-root
"""


def write(folder: Path, count: int) -> int:
    """Writes `count` notebooks, twenty to a sub-folder with a Dockerfile. Returns their bytes."""
    code = itertools.cycle(material.pieces(CODE))
    total = 0
    for number in range(count):
        project = folder / f"project{number // 20:02d}"
        if not project.exists():
            (project / "notebooks").mkdir(parents=True)
            (project / "Dockerfile").write_text(DOCKERFILE.format(n=number // 20 % 4, port=8888 + number // 20))
        content = json.dumps(notebook(number, code), ensure_ascii=False, indent=1) + "\n"
        path = project / "notebooks" / f"exp_{number:03d}.ipynb"
        total += path.write_bytes(content.encode())
    return total


def notebook(number: int, code: Iterator[str]) -> dict[str, Any]:
    """One notebook, nbformat 4, as Jupyter writes it; the pictures fill what is missing to its size."""
    noise = random.Random(number)
    cells = [_cell(number, index, code, noise) for index in range(CELLS)]
    missing = SIZES[number % len(SIZES)] * KIB - len(json.dumps(cells, ensure_ascii=False, indent=1).encode())
    pictured = [cell for cell in cells if cell["cell_type"] == "code"][::5]
    for cell in pictured:
        cell["outputs"].append(picture_output(missing // len(pictured), noise))
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "name": "python", "version": "3.8.10"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(number: int, index: int, code: Iterator[str], noise: random.Random) -> dict[str, Any]:
    identity = f"{number:04d}-{index:03d}"
    if index % 4 == 0:
        text = journal.entry(number * CELLS + index).split("```", 1)[0]
        return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": text.splitlines(keepends=True)}
    if index % 8 == 3:
        text = material.IMPORTS + material.training(number * CELLS + index)
    elif index == 1:
        text = f"!docker run -d -p {8000 + number}:8888 tensorflow/tensorflow:latest\n%pip install pandas\n"
    else:
        text = f"# experiment {number}, cell {index}\n{next(code)}"
    return {
        "cell_type": "code",
        "execution_count": index,
        "id": identity,
        "metadata": {},
        "outputs": [log_output(noise), _frame(noise)] if index % 3 == 2 else [],
        "source": text.rstrip("\n").splitlines(keepends=True),
    }


def log_output(noise: random.Random) -> dict[str, Any]:
    lines = [
        f"1875/1875 [======] - 9s 5ms/step - loss: {noise.random():.4f} - accuracy: {noise.random():.4f}\n"
        for _ in range(20)
    ]
    return {"name": "stdout", "output_type": "stream", "text": lines}


def _frame(noise: random.Random) -> dict[str, Any]:
    numbers = [f"{noise.random():.6f}" for _ in range(20)]
    rows = [f"    <tr><th>{row}</th><td>{number}</td></tr>\n" for row, number in enumerate(numbers)]
    html = ['<table border="1" class="dataframe">\n', "  <tbody>\n", *rows, "  </tbody>\n", "</table>"]
    data = {"text/html": html, "text/plain": ["\n".join(numbers)]}
    return {"data": data, "execution_count": 1, "metadata": {}, "output_type": "execute_result"}


def picture_output(size: int, noise: random.Random) -> dict[str, Any]:
    """A grey PNG of noise that has about `size` characters in base64."""
    width = 256
    height = max(1, size * 3 // 4 // (width + 1))
    rows = b"".join(b"\0" + noise.randbytes(width) for _ in range(height))
    png = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    png += _chunk(b"IDAT", zlib.compress(rows, 0)) + _chunk(b"IEND", b"")
    data = {"image/png": base64.b64encode(png).decode() + "\n", "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
    return {"data": data, "metadata": {}, "output_type": "display_data"}


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
