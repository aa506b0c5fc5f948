"""How much memory a training step may take, and who says so: settings, the document, the project's container."""

from __future__ import annotations

from tflsp.dataclass import dataclass
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.models import training_of
from tflsp.project import Project
from tflsp.settings import DEFAULT_MEMORY_BUDGET, Settings


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes, and their source: ``settings``, ``document`` (memory_limit=), ``project`` (--memory) or ``default``."""

    bytes: int
    source: str


def budget_of(facts: DocumentFacts, settings: Settings, project: Project) -> Budget:
    """The budget in force for a document; the most particular source wins."""
    limit = facts.derive(training_of).memory_limit
    if settings.memory_budget is not None:
        return Budget(settings.memory_budget, "settings")
    if limit is not None:
        return Budget(limit, "document")
    if project.memory_limit is not None:
        return Budget(project.memory_limit, "project")
    return Budget(DEFAULT_MEMORY_BUDGET, "default")
