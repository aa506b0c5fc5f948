"""Which Python packages the image's TensorFlow lives with: read from their metadata, never imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions

from tflsp.doctor.base import Stop, not_here
from tflsp.doctor.machine import Machine

_PATIENCE = 10.0
TENSORFLOW = ("tensorflow", "tensorflow-gpu", "tensorflow-cpu", "tf-nightly")
_QUESTION = "import sys; print('\\n'.join(sys.path))"
_USUAL = (
    "/usr/local/lib/python3*/dist-packages",
    "/usr/local/lib/python3*/site-packages",
    "/usr/lib/python3/dist-packages",
)
_REQUIREMENT = re.compile(
    r"\s*(?P<name>[A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*\(?(?P<specifier>[^;()]*)\)?\s*(?P<marker>;.*)?"
)
_CLAUSE = re.compile(r"\s*(===|==|~=|!=|<=|>=|<|>)\s*([\w.*+!-]+)\s*")


@dataclass(frozen=True, slots=True)
class Package:
    """An installed distribution, as its metadata describes it."""

    name: str
    version: str
    requires: tuple[str, ...]


class Packages:
    """What one interpreter would import: the first of each name on its path."""

    def __init__(self, machine: Machine, folders: list[str]) -> None:
        self._folders = [str(machine.path(folder)) for folder in folders]
        self.shown = folders

    def get(self, name: str) -> Package | None:
        """An installed distribution by its name, however that is spelt."""
        for distribution in distributions(name=name, path=self._folders):
            if (package := _package(distribution)) is not None:
                return package
        return None

    def tensorflow(self) -> Package | None:
        return next((found for name in TENSORFLOW if (found := self.get(name)) is not None), None)


def with_tensorflow(machine: Machine) -> tuple[Packages, Package]:
    """The packages of the interpreter that has TensorFlow, and TensorFlow. Ends a check where there is none."""
    for folders in _paths(machine):
        packages = Packages(machine, folders)
        if (tensorflow := packages.tensorflow()) is not None:
            return packages, tensorflow
    raise Stop(not_here("TensorFlow is not installed here", "此处没有安装 TensorFlow"))


def _paths(machine: Machine) -> Iterator[list[str]]:
    """What interpreters on PATH search, then the usual places of images."""
    asked = set()
    for program in ("python3", "python"):
        where = machine.which(program)
        # The workspace is not trusted: nothing in it is run.
        if where is None or where in asked or where.startswith(machine.folder.rstrip("/") + "/"):
            continue
        asked.add(where)
        ran = machine.run((where, "-c", _QUESTION), _PATIENCE)
        if ran.code == 0:
            yield [line for line in ran.out.splitlines() if line.startswith("/") and machine.is_folder(line)]
    yield from ([folder] for pattern in _USUAL for folder in machine.glob(pattern))


def broken(packages: Packages, package: Package) -> Iterator[str]:
    """The requirements of a package that what is installed does not fulfil, as pip check would say them."""
    for requirement in package.requires:
        found = _REQUIREMENT.fullmatch(requirement)
        if found is None or found["marker"]:
            continue
        installed = packages.get(found["name"])
        if installed is None:
            yield f"{package.name} {package.version} requires {found['name']}, which is not installed"
        elif not satisfies(installed.version, found["specifier"]):
            wanted = found["name"] + found["specifier"].strip()
            yield f"{package.name} {package.version} requires {wanted}, but {installed.version} is installed"


def satisfies(version: str, specifier: str) -> bool:
    """Whether a release fulfils a version specifier (PEP 440); clauses that are not understood count as fulfilled."""
    return all(_holds(release(version), operator, wanted) for operator, wanted in _CLAUSE.findall(specifier))


def release(version: str) -> tuple[int, ...]:
    """The numbers of a version, without trailing zeros: 4.0 and 4 are the same release."""
    found = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", version)
    numbers = tuple(int(part) for part in found[1].split(".")) if found else ()
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers


def _holds(have: tuple[int, ...], operator: str, wanted: str) -> bool:
    than = release(wanted)
    match operator:
        case "<":
            return have < than
        case "<=":
            return have <= than
        case ">":
            return have > than
        case ">=":
            return have >= than
        case "==" | "===":
            return have[: len(than)] == than if wanted.endswith(".*") else have == than
        case "!=":
            return not _holds(have, "==", wanted)
        case _:  # ~=
            prefix = tuple(int(part) for part in re.findall(r"\d+", wanted)[:-1])
            return have >= than and (*have, *(0,) * len(prefix))[: len(prefix)] == prefix


def _package(distribution: Distribution) -> Package | None:
    """A folder that was half removed has a name and no metadata."""
    try:
        name, version = distribution.metadata["Name"], distribution.version
    except (KeyError, OSError):
        return None
    return Package(name, version, tuple(distribution.requires or ())) if name and version else None
