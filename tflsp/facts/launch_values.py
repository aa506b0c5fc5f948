"""The values that options of a launch hold: ports, mounts, memory sizes, in the short forms of docker and compose.

All functions work on words, so that places are right behind quotes, escapes and variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.documents.words import UNKNOWN, Word
from tflsp.facts.containers import MountPoint, PortMapping
from tflsp.text import Span
from tflsp.text.patterns import pattern

# The host address may be a name's variable or an IPv6 address in brackets; each part may be unknown.
_PORT = pattern(
    r"(?:(?P<ip>\[[^\]]*\]|[^:\[\]]*):)??(?:(?P<host>[^:\[\]]*):)?(?P<container>[^:/\[\]]+)(?:/(?P<protocol>\w+))?"
)
_RANGE = pattern(r"([0-9]+)(?:-([0-9]+))?")
_MEMORY = pattern(r"([0-9]+(?:\.[0-9]+)?)\s*([bkmgtp]?)(?:i?b)?", re.IGNORECASE)
_UNITS = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_DRIVE = pattern(r"[A-Za-z]:[\\/]")
_VOLUME_NAME = pattern(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
_READ_ONLY = ("ro", "readonly")
_TRUE = ("", "1", "t", "T", "true", "True", "TRUE")


def is_true(value: str | None) -> bool:
    """Go's strconv.ParseBool, with an option's bare name for true."""
    return value is None or value in _TRUE


def memory_bytes(text: str) -> int | None:
    """Bytes of ``8g``, ``512MiB``, ``1.5gb``; None for anything else (go-units' RAMInBytes: powers of 1024)."""
    found = _MEMORY.fullmatch(text.strip())
    return int(float(found[1]) * 1024 ** _UNITS[found[2].lower()]) if found else None


def cpu_count(text: str) -> float | None:
    """A number of processors."""
    return float(text) if re.fullmatch(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+", text) else None


def port_mapping(word: Word) -> PortMapping:
    """``[[IP:][HOST]:]CONTAINER[/PROTOCOL]``: a ``-p`` of docker, an item of compose's ``ports``."""
    text = word.pattern
    found = _PORT.fullmatch(text)
    if found is None:
        return PortMapping(None, None, None, "tcp", word.inner)
    ip, host = found["ip"], found["host"]
    container = found["container"]
    return PortMapping(
        host_ip=ip or None,
        host_port=_first(host),
        container_port=_first(container),
        protocol=(found["protocol"] or "tcp").lower(),
        span=word.place(0, len(text)),
        host_span=word.place(*found.span("host")) if host else None,
        container_span=word.place(*found.span("container")),
        container_last=_last(container),
        host_ip_known=ip is None or UNKNOWN not in ip,
    )


def _first(text: str | None) -> int | None:
    found = _RANGE.fullmatch(text) if text else None
    return int(found[1]) if found else None


def _last(text: str | None) -> int | None:
    found = _RANGE.fullmatch(text) if text else None
    return int(found[2] or found[1]) if found else None


def volume(word: Word) -> MountPoint:
    """``[SOURCE:]TARGET[:OPTIONS]``: a ``-v`` of docker, an item of compose's ``volumes``; Windows' drives too."""
    text = word.pattern
    parts = list(_volume_parts(text))
    if len(parts) == 1:
        return MountPoint("volume", None, _text(word, parts[0]), False, word.inner, None, word.place(*parts[0]))
    source, target, *rest = parts
    options = text[rest[0][0] :].split(",") if rest else []
    return MountPoint(
        kind=_kind(text[slice(*source)]),
        source=_text(word, source),
        target=_text(word, target) or None,
        read_only=any(option in _READ_ONLY for option in options),
        span=word.place(0, len(text)),
        source_span=word.place(*source),
        target_span=word.place(*target),
    )


def _volume_parts(text: str) -> Iterator[tuple[int, int]]:
    """The parts between colons; the colon of a drive letter parts nothing."""
    start = 0
    while start <= len(text):
        drive = _DRIVE.match(text, start)
        end = text.find(":", drive.end() if drive else start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _text(word: Word, part: tuple[int, int]) -> str:
    """A part's value; what is not known of it as it is written (``$(pwd)/notebooks``)."""
    return source_text(word, *part)


def source_text(word: Word, start: int, end: int) -> str:
    """``pattern[start:end]`` with unknown pieces as written."""
    text = word.pattern[start:end]
    if UNKNOWN not in text:
        return text
    if not word.pieces:
        return word.raw
    base = word.span.start
    written = []
    for piece in word.slice(start, end).pieces or word.pieces:
        unknown = piece.text == UNKNOWN and word.span.covers(Span(piece.start, piece.start + piece.outer))
        written.append(word.raw[piece.start - base : piece.start - base + piece.outer] if unknown else piece.text)
    return "".join(written)


def _kind(source: str) -> str:
    """A path makes a bind mount, a name a volume; an unknown beginning is a path where a slash follows."""
    if source.startswith(("/", ".", "~", "\\", UNKNOWN)) or _DRIVE.match(source):
        return "bind"
    return "volume" if _VOLUME_NAME.fullmatch(source) else "bind" if "/" in source or "\\" in source else "volume"


def mount(word: Word) -> MountPoint:
    """``type=bind,source=…,target=…,readonly``: docker's ``--mount``, a line of CSV."""
    fields = {name: (value, place) for name, value, place in _fields(word)}
    kind = fields.get("type", ("volume", word.inner))[0]
    source = next((fields[name] for name in ("source", "src") if name in fields), None)
    target = next((fields[name] for name in ("target", "destination", "dst") if name in fields), None)
    read_only = next((fields[name][0] for name in ("readonly", "ro") if name in fields), None)
    return MountPoint(
        kind=kind or "volume",
        source=source[0] if source else None,
        target=target[0] if target else None,
        read_only=read_only is not None and is_true(read_only),
        span=word.inner,
        source_span=source[1] if source else None,
        target_span=target[1] if target else None,
    )


def tmpfs(word: Word) -> MountPoint:
    """``TARGET[:OPTIONS]``: docker's ``--tmpfs``."""
    end = (word.pattern + ":").index(":")
    return MountPoint("tmpfs", None, source_text(word, 0, end), False, word.inner, None, word.place(0, end))


def _fields(word: Word) -> Iterator[tuple[str, str, Span]]:
    """Names, values and the values' places."""
    for found in re.finditer(r'"(?P<quoted>[^"]*)"|(?P<plain>[^,]+)', word.pattern):
        start, end = found.span(found.lastgroup or 0)
        name, equals, _ = word.pattern[start:end].partition("=")
        begin = start + len(name) + len(equals)
        yield name.strip().lower(), source_text(word, begin, end), word.place(begin, end)
