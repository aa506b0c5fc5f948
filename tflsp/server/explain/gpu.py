"""What the GPUs have free, beside what a document says that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from tflsp.documents.syntax import Syntax, descend
from tflsp.facts.document_facts import DocumentFacts, place
from tflsp.server.explain.words import say
from tflsp.tensorflow.sizes import format_bytes
from tflsp.text import Span

if TYPE_CHECKING:
    from tflsp.gpu.state import Gpu, Snapshot

_NAME = "memory_limit"
_MIB = 1 << 20
# A part of the memory in use from which somebody, most likely TensorFlow itself, has taken all that there was.
_TAKEN = 0.85


def memory_limit_at(facts: DocumentFacts, part: int, offset: int) -> tuple[Span, int | None] | None:
    """The place of a ``memory_limit=`` under a cursor and its bytes, where its number (MiB) is literal."""
    for chunk, analysis in facts.analysed:
        if chunk.part != part or chunk.map.inwards(offset) is None:
            continue
        for region in analysis.regions:
            if region.language != "python" or _NAME not in region.text:
                continue
            try:
                for span, limit in _limits(region.syntax):
                    if (where := place(chunk, region, span)).touches(offset):
                        return where, limit
            finally:
                region.forget()
    return None


def _limits(syntax: Syntax) -> Iterator[tuple[Span, int | None]]:
    for keyword in descend(syntax.root, "keyword_argument"):
        name, value = keyword.child_by_field_name("name"), keyword.child_by_field_name("value")
        if name is not None and value is not None and syntax.text_of(name) == _NAME:
            number = _number(syntax, value)
            yield syntax.span(keyword), None if number is None else int(number * _MIB)


def _number(syntax: Syntax, node: Node) -> float | None:
    """A literal number, or a product of such."""
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return _number(syntax, node.named_children[0])
    if node.type == "binary_operator":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None or operator.type != "*":
            return None
        first, second = _number(syntax, left), _number(syntax, right)
        return None if first is None or second is None else first * second
    if node.type not in ("integer", "float"):
        return None
    try:
        number = float(syntax.text_of(node).replace("_", ""))
    except ValueError:
        return None
    return number if 0 <= number < 1e9 else None


def explain_limit(limit: int | None, language: str) -> str:
    """What a ``memory_limit`` is."""
    if limit is None:
        return say("memory-limit-unknown", language)
    return say("memory-limit", language, size=format_bytes(limit))


def explain_gpus(snapshot: Snapshot, needed: int | None, language: str) -> str:
    """What is free on each GPU, and whether ``needed`` bytes would fit now; empty where there is no GPU."""
    from tflsp.gpu.problems import problem_of

    if snapshot.problem is not None:
        found = problem_of(snapshot.problem)
        return "" if found.normal else f"GPU: {found.say(language)}"
    return "\n".join(f"- {line}" for gpu in snapshot.gpus for line in _gpu(gpu, needed, language))


def _gpu(gpu: Gpu, needed: int | None, language: str) -> Iterator[str]:
    from tflsp.gpu.problems import problem_of
    from tflsp.gpu.records import clean
    from tflsp.gpu.state import known

    name = f"GPU {gpu.index} ({clean(known(gpu.name) or '?')})"
    if gpu.problem is not None:
        yield f"{name}: {problem_of(gpu.problem).say(language)}"
        return
    for part in known(gpu.mig) or ():
        if (memory := known(part.memory)) is not None:
            own = f"GPU {gpu.index}, {clean(known(part.name) or '?')}"
            yield say("gpu-free", language, gpu=own, free=format_bytes(memory.free), total=format_bytes(memory.total))
    memory = known(gpu.memory)
    if known(gpu.mig) or memory is None:
        return
    free, total = format_bytes(memory.free), format_bytes(memory.total)
    text = say("gpu-free", language, gpu=name, free=free, total=total)
    if memory.used > memory.total * _TAKEN:
        text += ("" if language == "zh" else " ") + say("gpu-taken", language)
    elif needed is not None and needed > memory.free:
        text += ("" if language == "zh" else " ") + say("gpu-too-little", language)
    yield text
