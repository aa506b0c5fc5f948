"""Imports at the top level of Python code: what a fix may use, and where another import goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.text import Span
from tflsp.text.patterns import pattern

_IMPORT = pattern(
    r"^(?:import[ \t]+(?P<modules>[\w., \t]+)"
    r"|from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#;]+))",
    re.MULTILINE,
)
_NAMED = pattern(r"(?P<name>[\w.*]+)(?:[ \t]+as[ \t]+(?P<alias>\w+))?")


@dataclass(frozen=True, slots=True, eq=False)
class PythonImport(Fact):
    """An import statement that begins a line without indentation. ``names`` are the names that it binds.

    ``module`` is what is imported from; empty for a plain ``import``, whose names are modules.
    """

    module: str
    names: tuple[str, ...]

    def binds(self, name: str) -> bool:
        return name in self.names


@reads("python")
def python_imports(region: Region) -> Iterator[PythonImport]:
    """The imports of a region."""
    if "import" not in region.text:
        return
    for found in _IMPORT.finditer(region.text):
        listed = found["modules"] or found["names"]
        names = tuple(name["alias"] or _bound(found["module"], name["name"]) for name in _NAMED.finditer(listed))
        yield PythonImport(region, Span(*found.span()), found["module"] or "", names)


def _bound(module: str | None, name: str) -> str:
    return name if module else name.split(".")[0]
