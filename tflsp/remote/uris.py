"""URIs of this machine and of the container: which is which, over the folders that both have.

Pure text, but for one question to the file system: where a path leads that no mounted folder contains (a symbolic
link). Every ``file:`` URI of one side becomes something that cannot be mistaken for a file of the other side:

===============================  ==========================================
here                             in the container
===============================  ==========================================
file: in a mapped folder         file: in the mapped folder
any other file:                  tflsp-local:
scp://NAME//path                 file:///path, outside of mapped folders
anything else                    the same (untitled:, http:)
===============================  ==========================================
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, unquote

from tflsp.remote.targets import Mapping

# Cells have their notebook's path under a scheme of their editor's.
_CELLS = r"vscode-notebook-cell[a-z-]*|vscode-interactive-input"
SCHEMES = rf"file|{_CELLS}|scp|tflsp-local"
_URI = re.compile(rf"({SCHEMES}):(?://([^/?#]*))?([^?#]*)(.*)", re.IGNORECASE | re.DOTALL | re.ASCII)
_DRIVE = re.compile(r"[A-Za-z]:")
_SAFE = "!$&'()*+,;=:@"
# Not every editor ends the path of a file: URI where the query begins.
_CLIMBS = re.compile(r"(?:\A|[/\\?#])\.\.(?:[/\\?#]|\Z)")
# Two sides of a session share no more documents than this; then what is derivable is derived anew.
_MOST = 50_000


class _Parts(NamedTuple):
    """``slashes``: what stands between scheme and path; ``names``: the raw segments of the path, without dots;
    ``plain``: the same, decoded; ``tail``: query and fragment."""

    scheme: str
    slashes: str
    authority: str
    names: tuple[str, ...]
    plain: tuple[str, ...]
    slash: str
    tail: str


@dataclass(slots=True)
class _Folder:
    """A mapped folder on one side: its host (UNC), decoded segments, and how its URI is spelled."""

    authority: str
    plain: tuple[str, ...]
    spelled: str

    @property
    def windows(self) -> bool:
        return bool(self.authority) or bool(self.plain and _DRIVE.fullmatch(self.plain[0]))

    def contains(self, parts: _Parts) -> bool:
        if parts.authority != self.authority or len(parts.plain) < len(self.plain):
            return False
        inside = parts.plain[: len(self.plain)]
        if not self.windows:
            return inside == self.plain
        return [name.casefold() for name in inside] == [name.casefold() for name in self.plain]


class UriMap:
    """Maps URIs of one session between here and the container named ``name``."""

    def __init__(
        self, name: str, mappings: Sequence[Mapping], resolve: Callable[[str], str] | None = os.path.realpath
    ) -> None:
        self._host = name
        self._resolve = resolve if os.name == "posix" else None
        pairs = [(_folder(each.local), _folder(each.remote)) for each in mappings]
        self._by_local = sorted(pairs, key=lambda pair: -len(pair[0].plain))
        self._by_remote = sorted(pairs, key=lambda pair: -len(pair[1].plain))
        self._there: dict[str, str] = {}
        self._here: dict[str, str] = {}
        # What the editor itself has named. Nothing else of this machine may come back from the container.
        self._own: dict[str, str] = {}

    def to_remote(self, uri: str) -> str:
        """What a URI of the editor's is called in the container."""
        known = self._there.get(uri)
        if known is None:
            known = self._translate(uri, self._outwards)
            if known != uri:
                _bounded(self._there)[uri] = known
                _bounded(self._here)[known] = uri
        return known

    def to_local(self, uri: str) -> str:
        """What a URI of the server's is called here; as the editor spells it, where it has named it."""
        known = self._here.get(uri)
        if known is None:
            known = self._translate(uri, self._inwards)
            if known != uri:
                _bounded(self._here)[uri] = known
        return known

    def path_to_remote(self, path: str) -> str | None:
        """The same for a path of the file system; None where the container has no such folder."""
        folder = _folder(path)
        parts = _Parts("file", "//", folder.authority, folder.plain, folder.plain, "", "")
        for local, remote in self._by_local:
            if local.contains(parts):
                return "/" + "/".join((*remote.plain, *folder.plain[len(local.plain) :]))
        return None

    def _translate(self, uri: str, way: Callable[[str, _Parts], str]) -> str:
        parts = _parse(uri)
        return uri if parts is None else way(uri, parts)

    def _outwards(self, uri: str, parts: _Parts) -> str:
        if parts.scheme == "scp":
            return _join("file", "//", "", parts) if parts.authority == self._host else uri
        if parts.scheme == "tflsp-local":
            return uri
        found = self._below(parts, self._by_local, learn=True)
        if found is None and self._resolve is not None and parts.scheme == "file" and not parts.authority:
            real = _folder(self._resolve("/" + "/".join(parts.plain)))
            found = self._below(parts._replace(names=_quoted(real.plain), plain=real.plain), self._by_local)
        if found is not None:
            return found
        if parts.scheme != "file":
            return uri
        foreign = f"tflsp-local:{uri.partition(':')[2]}"
        _bounded(self._own)[foreign] = uri
        return foreign

    def _inwards(self, uri: str, parts: _Parts) -> str:
        if parts.scheme == "tflsp-local":
            return self._own.get(uri, uri)
        if parts.scheme == "scp":
            return uri
        found = None if parts.authority else self._below(parts, self._by_remote)
        if found is not None or parts.scheme != "file":
            return uri if found is None else found
        # Editors hand such an address to programs, so nothing in it may mean anything to a shell.
        names = tuple(quote(name, safe="@+,=", errors="surrogateescape") for name in parts.plain)
        tail = quote(parts.tail, safe="?#%/:@+,=", errors="surrogateescape")
        return _join("scp", f"//{self._host}/", "", parts._replace(names=names, tail=tail))

    def _below(self, parts: _Parts, pairs: list[tuple[_Folder, _Folder]], *, learn: bool = False) -> str | None:
        outwards = pairs is self._by_local
        for local, remote in pairs:
            source, target = (local, remote) if outwards else (remote, local)
            if source.contains(parts):
                depth = len(source.plain)
                if target.windows and any("\\" in name or ":" in name for name in parts.plain[depth:]):
                    return None  # what is a name there would be a way out of the folder here
                if learn and parts.scheme == "file":
                    local.spelled = f"{parts.slashes}/{'/'.join(parts.names[:depth])}"
                rest = _Parts("", "", "", parts.names[depth:], (), parts.slash, parts.tail)
                spelled = target.spelled if parts.slashes else target.spelled.removeprefix("//")
                return _join(parts.scheme, "", spelled, rest)
        return None


def _parse(uri: str) -> _Parts | None:
    found = _URI.match(uri)
    if found is None:
        return None
    scheme, authority, path, tail = found.groups()
    if not path.startswith("/") and scheme.lower() not in ("file", "scp"):
        return None  # a cell of a notebook that was never saved; editors read file:etc as file:///etc, though
    names: list[str] = []
    plain: list[str] = []
    for name in path.split("/"):
        decoded = unquote(name, errors="surrogateescape")
        if decoded == "..":
            del names[-1:], plain[-1:]
        elif decoded not in ("", "."):
            names.append(name)
            plain.append(decoded)
    if any("/" in name or "\0" in name for name in plain) or _CLIMBS.search(unquote(tail)):
        return _Parts(scheme.lower(), "//", "\0", tuple(names), tuple(plain), "", tail)  # a path that cannot be
    if scheme.lower() == "file" and plain and re.fullmatch(r"[A-Za-z][:|]", plain[0]):
        plain[0] = plain[0][0] + ":"
    slash = "/" if path.endswith("/") and names else ""
    host = (authority or "").lower()
    slashes = "" if authority is None else f"//{authority}"
    return _Parts(scheme.lower(), slashes, "" if host == "localhost" else host, tuple(names), tuple(plain), slash, tail)


def _join(scheme: str, slashes: str, prefix: str, parts: _Parts) -> str:
    path = "/".join(parts.names)
    return f"{scheme}:{slashes}{prefix.rstrip('/')}{'/' if path or not prefix else ''}{path}{parts.slash}{parts.tail}"


def _folder(path: str) -> _Folder:
    """A folder by its path: POSIX, ``C:\\...``, or ``\\\\host\\share``."""
    authority = ""
    if _DRIVE.match(path) or path.startswith("\\\\"):
        path = path.replace("\\", "/")
        if path.startswith("//"):
            authority, _, path = path[2:].partition("/")
    plain: list[str] = []
    for name in path.split("/"):
        if name == "..":
            del plain[-1:]
        elif name not in ("", "."):
            plain.append(name)
    return _Folder(authority.lower(), tuple(plain), f"//{authority}/{'/'.join(_quoted(plain))}")


def _quoted(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(quote(name, safe=_SAFE, errors="surrogateescape") for name in names)


def _bounded(memory: dict[str, str]) -> dict[str, str]:
    if len(memory) >= _MOST:
        memory.clear()
    return memory
