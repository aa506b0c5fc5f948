"""Notebooks to read, in all the ways in which they are written down."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.unit.text.strategies import texts

Json = dict[str, Any]


def as_lines(source: str) -> list[str]:
    """A source as nbformat writes it: each line with its end, but the last."""
    lines = [f"{line}\n" for line in source.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last or not lines else lines


def cell(kind: str, source: str, *, lines: bool = True, **fields: Any) -> Json:
    """A cell of nbformat 4."""
    own: Json = {"cell_type": kind, "metadata": {}}
    if kind == "code":
        own |= {"execution_count": None, "outputs": []}
    return own | fields | {"source": as_lines(source) if lines else source}


def notebook(*cells: Json, language: str = "python", minor: int = 5) -> Json:
    """A notebook of nbformat 4."""
    spec = {"display_name": "x", "language": language, "name": "x"}
    return {"cells": list(cells), "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": minor}


def old_notebook(*cells: Json) -> Json:
    """A notebook of nbformat 3: worksheets, ``input``, ``prompt_number``."""
    return {"metadata": {"name": "old"}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": list(cells)}]}


def output(text: str) -> Json:
    """An output as a display of text and a picture."""
    data = {"image/png": "iVBORw0KGgo" * 50, "text/plain": as_lines(text), "application/json": {"cell_type": "code"}}
    return {"output_type": "display_data", "data": data, "metadata": {"source": ["not this"]}}


@st.composite
def written(draw: st.DrawFn) -> tuple[Json, str]:
    """A notebook and one of the texts that it may have as a file."""
    cells = [
        cell(
            kind := draw(st.sampled_from(("code", "markdown", "raw"))),
            draw(texts),
            lines=draw(st.booleans()),
            **(
                {"outputs": [output(draw(texts))], "execution_count": draw(st.integers(1, 99))}
                if kind == "code"
                else {}
            ),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    made = notebook(*cells)
    text = json.dumps(
        made,
        indent=draw(st.sampled_from((1, 2, 4, None, "\t"))),
        ensure_ascii=draw(st.booleans()),
        sort_keys=draw(st.booleans()),
    )
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return made, text + draw(st.sampled_from(("", "\n")))


def source_of(raw: Json) -> str:
    source: str | list[str] = raw["source"] if "source" in raw else raw["input"]
    return source if isinstance(source, str) else "".join(source)
