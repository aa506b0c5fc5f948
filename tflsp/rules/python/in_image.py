"""Whether a document's Python runs in the image of TensorFlow 2.9, as far as document and project tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tflsp.facts.declared_python import DeclaredPython
from tflsp.facts.document_facts import DocumentFacts, placeless
from tflsp.facts.installs import PipInstall
from tflsp.facts.python_calls import PythonCode, import_statements
from tflsp.rules.base import Context
from tflsp.tensorflow.release import IMAGE, Tag
from tflsp.text.patterns import pattern

TENSORFLOW_PACKAGES = ("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "intel-tensorflow")
_OURS = pattern(r"tensorflow(?:_\w+)?|keras")
# Packages that came with later TensorFlows, and frameworks that Keras 3 runs on as well.
_LATER = frozenset({"tf_keras", "keras_hub", "keras_core"})
_OTHERS = frozenset({"torch", "jax"})
_IMAGE_PYTHON = tuple(int(number) for number in IMAGE.python.split(".")[:2])


def runs_in_image(facts: DocumentFacts, context: Context) -> bool:
    """Whether the code is evidently written for TensorFlow 2.9 and says nothing against the image's Python."""
    if not Tag(context.settings.tensorflow_version).is_2_9 or facts.derive(_needs_another):
        return False
    if (context.project.requires_python or _IMAGE_PYTHON) > _IMAGE_PYTHON:
        return False
    used = context.project.tensorflow_versions
    in_project = any(Tag(version).is_2_9 for version in used)
    if not in_project and (used or _kernel_python(facts) not in (None, _IMAGE_PYTHON)):
        return False
    return facts.derive(_uses_tensorflow) or (context.kind == "notebook" and in_project)


@placeless
def _needs_another(facts: DocumentFacts) -> bool:
    """Whether the text asks for a newer Python, or installs another TensorFlow."""
    if any(declared.fact.version > _IMAGE_PYTHON for declared in facts.all(DeclaredPython)):
        return True
    return any(
        requirement.name in TENSORFLOW_PACKAGES and requirement.version and not Tag(requirement.version).is_2_9
        for install in facts.all(PipInstall)
        for requirement in install.fact.requirements
    )


@placeless
def _uses_tensorflow(facts: DocumentFacts) -> bool:
    modules = frozenset[str]().union(*(code.fact.derive(_imported) for code in facts.all(PythonCode)))
    ours = {module for module in modules if _OURS.fullmatch(module)}
    if not ours or not _LATER.isdisjoint(modules):
        return False
    return ours != {"keras"} or not any(_mentions_other(code.fact.region.text) for code in facts.all(PythonCode))


def _imported(code: PythonCode) -> frozenset[str]:
    """The packages that code imports, where TensorFlow's or Keras's may be among them."""
    text = code.region.text
    if "tensorflow" not in text and "keras" not in text:
        return frozenset()
    return frozenset(statement.module.partition(".")[0] for statement in code.derive(import_statements))


def _mentions_other(text: str) -> bool:
    """Whether Keras may stand on something else than TensorFlow."""
    return "KERAS_BACKEND" in text or any(
        re.search(rf"^[ \t]*(?:import|from)[ \t]+{name}\b", text, re.MULTILINE) for name in _OTHERS
    )


def _kernel_python(facts: DocumentFacts) -> tuple[int, ...] | None:
    """The Python that a notebook was last run with, as its metadata tell."""
    information = facts.metadata.get("language_info") if facts.metadata is not None else None
    version = information.get("version") if isinstance(information, Mapping) else None
    found = re.match(r"(\d+)\.(\d+)", version) if isinstance(version, str) else None
    return (int(found[1]), int(found[2])) if found else None
