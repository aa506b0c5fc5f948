"""TFL503: code for a newer Python than the image's 3.8."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping

from tflsp.documents.region import FILE, JUPYTEXT
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.newer_python import Instead, Newer, NewerPython
from tflsp.facts.python_calls import imports_of, resolve
from tflsp.rules.base import Context, Edit, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.python.head import import_at_head
from tflsp.rules.python.in_image import runs_in_image

_FUTURE = "from __future__ import annotations"


@rule("TFL503", "py38-incompatible", severity=Severity.ERROR, given=("NewerPython",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge what needs a newer Python, in documents whose code runs in the image."""
    uses = [found for found in facts.all(NewerPython) if _is_program(found, context)]
    if not uses or not runs_in_image(facts, context):
        return
    imports = facts.derive(imports_of)
    for found in uses:
        use = found.fact
        is_file = use.region.trait(FILE) is not None  # a module of its own, whose imports are not the notebook's
        if use.newer is Newer.ANNOTATION and _is_postponed(found, imports, alone=is_file):
            continue
        if use.candidates and not any(_means(written, dotted, imports) for written, dotted in use.candidates):
            continue
        yield match(
            found,
            message=f"message.{use.newer.value}",
            fixes=_fixes(found, facts, context, imports),
            what=use.what,
            version=".".join(map(str, use.version)),
        )


def _is_program(found: Located[NewerPython], context: Context) -> bool:
    """Whether the text is run: a script or a cell, as against a fence that shows something."""
    return context.kind in ("python", "percent", "notebook") or found.fact.region.trait(JUPYTEXT) is not None


def _is_postponed(found: Located[NewerPython], imports: Mapping[str, str], *, alone: bool) -> bool:
    return _FUTURE in found.fact.region.text or (not alone and imports.get("annotations") == "__future__.annotations")


def _means(written: str, dotted: str, imports: Mapping[str, str]) -> bool:
    """Whether a name stands for what it has to, by the document's imports."""
    first = written.partition(".")[0]
    known = first in imports or ("." not in dotted and hasattr(builtins, dotted))
    return known and resolve(written, imports) == dotted


def _fixes(
    found: Located[NewerPython], facts: DocumentFacts, context: Context, imports: Mapping[str, str]
) -> Iterator[Fix]:
    if found.fact.newer is Newer.ANNOTATION:
        edit = import_at_head(found, facts, _FUTURE, kind=context.kind)
        if edit is not None:
            yield Fix((edit,), Safety.SAFE, "fix.future")
    for instead in found.fact.instead:
        edits = [Edit(span, text) for span, text in instead.edits]
        missing = sorted(name for name in instead.typing if imports.get(name) != f"typing.{name}")
        if missing:
            line = f"from typing import {', '.join(missing)}"
            added = import_at_head(found, facts, line, kind=context.kind)
            if added is None:
                continue
            edits.append(added)
        yield Fix(tuple(edits), _safety(instead), "fix.drop" if instead.drops else "fix", {"text": instead.text})


def _safety(instead: Instead) -> Safety:
    return Safety.SAFE if instead.safe else Safety.UNSAFE
