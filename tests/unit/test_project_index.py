"""The project index: what each document adds, what is left when one goes, and that nothing changes without a reason."""

from __future__ import annotations

from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.facts.document_facts import DocumentFacts
from tflsp.project import NO_PROJECT, Project
from tflsp.project_index import ProjectIndex

COMPOSE = """\
services:
  tf:
    build: .
    image: registry.example.com:5000/team/tf-ssh
    mem_limit: 4g
  db:
    image: postgres:16
    mem_limit: 1g
"""


def facts(name: str, text: str) -> DocumentFacts:
    return check(open_text(name, text)).facts


def test_images_that_documents_build() -> None:
    index = ProjectIndex()
    assert index.update("build.sh", facts("build.sh", "docker build -t docker.io/me/app:1.0 -t app .\n"))
    assert index.update("compose.yaml", facts("compose.yaml", COMPOSE))
    project = index.project(NO_PROJECT)
    assert project.built_images == {"me/app", "app", "registry.example.com:5000/team/tf-ssh"}
    assert index.remove("build.sh")
    assert index.project(NO_PROJECT).built_images == {"registry.example.com:5000/team/tf-ssh"}


def test_versions_by_document_without_moving_tags_and_bad_examples() -> None:
    index = ProjectIndex()
    index.update(
        "a.sh", facts("a.sh", "docker run tensorflow/tensorflow:2.9.0-gpu\ndocker run tensorflow/tensorflow\n")
    )
    index.update("Dockerfile", facts("Dockerfile", "FROM tensorflow/tensorflow:2.9.3\n"))
    shown = "# ❌\n\n```bash\n# ❌ never\ndocker run tensorflow/tensorflow:2.4.0\n```\n"
    index.update("b.md", facts("b.md", shown))
    versions = index.project(NO_PROJECT).tensorflow_versions
    assert versions == {"2.9.0": frozenset({"a.sh"}), "2.9.3": frozenset({"Dockerfile"})}


def test_versions_behind_a_mirror() -> None:
    index = ProjectIndex(mirrors={"registry.example.com/ai/tf": "tensorflow/tensorflow"})
    index.update("a.sh", facts("a.sh", "docker run registry.example.com/ai/tf:2.8.0\n"))
    assert index.project(NO_PROJECT).tensorflow_versions == {"2.8.0": frozenset({"a.sh"})}


def test_the_memory_limit_counts_where_all_agree() -> None:
    index = ProjectIndex()
    index.update("compose.yaml", facts("compose.yaml", COMPOSE))
    assert index.project(NO_PROJECT).memory_limit == 4 << 30
    index.update("a.sh", facts("a.sh", "docker run --memory=4g tensorflow/tensorflow:2.9.0\n"))
    assert index.project(NO_PROJECT).memory_limit == 4 << 30
    index.update("b.sh", facts("b.sh", "docker run -m 8g tensorflow/tensorflow:2.9.0\n"))
    assert index.project(NO_PROJECT).memory_limit is None


def test_nothing_changes_without_a_reason() -> None:
    index = ProjectIndex()
    base = Project(has_dotenv=True)
    assert index.update("a.sh", facts("a.sh", "docker build -t app .\n"))
    project = index.project(base)
    assert project.has_dotenv
    assert not index.update("a.sh", facts("a.sh", "echo unrelated\ndocker build -t app .\n"))
    assert index.project(base) is project
    assert index.project(Project(has_dotenv=True)) == project
    assert not index.update("b.py", facts("b.py", "print()\n"))
    assert not index.remove("unknown")
    assert index.update("b.py", facts("b.py", "from dotenv import load_dotenv\n\nload_dotenv()\n"))
    assert index.project(base).uses_dotenv
    assert index.project(base) != project
