"""Functions that register themselves by decorator, in modules that are imported when they are first asked for.

Which module registers what is read from the sources (a line ``@reads("shell")``), so that checking one Markdown file
does not import the readers of Kubernetes. Where there are no sources, everything is imported.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from typing import Generic, NamedTuple, TypeVar

F = TypeVar("F", bound=Callable[..., object])

EVERY = "*"
# How many characters behind a decorator are kept: enough for the line that it decorates.
FOLLOWING = 200
# How many bytes a decorator with its arguments and what follows has at most.
LONGEST = 4000
_DECORATOR = re.compile(r"@(?P<name>[a-z]+)\b(?P<arguments>\((?:[^()]+|\((?:[^()]+|\([^()]*\))*\))*\))?")
_LITERALS = re.compile(r"""\(\s*(?:"[\w-]+"\s*,?\s*)+\)""")
_LITERAL = re.compile(r'"([\w-]+)"')


class Declared(NamedTuple):
    """A decorator as written: its module, its arguments with their parentheses, and the beginning of what follows."""

    module: str
    arguments: str
    following: str


class Registry(Generic[F]):
    """Functions by key. A key's modules are imported when it is first asked for."""

    def __init__(self, package: str, decorator: str) -> None:
        self._package = package
        self._decorator = decorator
        self._by_key: dict[str, list[F]] = {}
        self._complete: dict[str, tuple[F, ...]] = {}
        self._imported: set[str] = set()

    def register(self, function: F, *keys: str) -> F:
        """Called by the decorator. A key ``EVERY`` stands for all."""
        for key in keys:
            self._by_key.setdefault(key, []).append(function)
        self._complete.clear()
        return function

    def of(self, key: str) -> tuple[F, ...]:
        """The functions for a key, and those for every key."""
        found = self._complete.get(key)
        if found is None:
            for module in _modules(self._package, self._decorator, key):
                if module not in self._imported:
                    import_module(module)
                    self._imported.add(module)
            own = () if key == EVERY else self._by_key.get(key, ())
            found = (*own, *self._by_key.get(EVERY, ()))
            if own:
                # Keys may come from a document: those that nobody knows are not kept.
                self._complete[key] = found
        return found


@lru_cache(maxsize=512)
def _modules(package: str, decorator: str, key: str) -> tuple[str, ...]:
    """The modules that may register something for a key: those that say so, and those that do not say it literally."""
    return tuple(
        dict.fromkeys(
            declared.module
            for declared in declarations(package).get(decorator, ())
            if not _LITERALS.fullmatch(declared.arguments) or key in _LITERAL.findall(declared.arguments)
        )
    )


@cache
def declarations(package: str) -> dict[str, tuple[Declared, ...]]:
    """The decorators at the left margin of a package's modules, by name."""
    found: dict[str, list[Declared]] = {}
    folder = next(iter(import_module(package).__path__))
    sources = sorted(_sources(folder, package))
    if not sources:
        from pkgutil import walk_packages

        for found_module in walk_packages([folder], f"{package}."):
            import_module(found_module.name)
    for module, path in sources:
        data = _content(path)
        at = data.find(b"\n@")
        while at >= 0:
            # Only what may belong to the decorator is decoded: most of a module is something else.
            text = data[at + 1 : at + LONGEST].decode("utf-8", "ignore")
            if decorator := _DECORATOR.match(text):
                following = text[decorator.end() : decorator.end() + FOLLOWING]
                found.setdefault(decorator["name"], []).append(
                    Declared(module, decorator["arguments"] or "", following)
                )
            at = data.find(b"\n@", at + 1)
    return {name: tuple(declared) for name, declared in found.items()}


def _content(path: str) -> bytes:
    """A file's bytes, without the layers of `open`, which take longer than the reading."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _sources(folder: str, package: str) -> Iterator[tuple[str, str]]:
    """The modules of a package with the files that they are in."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                module = entry.name.removesuffix(".py")
                yield package if module == "__init__" else f"{package}.{module}", entry.path
            elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                yield from _sources(entry.path, f"{package}.{entry.name}")
