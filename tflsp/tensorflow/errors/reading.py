"""From a program's output to its errors: each once, put together from the log lines and tracebacks that tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from tflsp.dataclass import dataclass, replace
from tflsp.tensorflow.errors import details
from tflsp.tensorflow.errors.classes import Known, is_harmless, known, known_lines
from tflsp.tensorflow.errors.frames import user_frame
from tflsp.tensorflow.errors.pieces import Piece, PieceKind, cut
from tflsp.tensorflow.errors.report import OTHER, ErrorReport, Level, Memory
from tflsp.text.patterns import pattern

LONGEST = 600
"""Code points of a message that are kept."""

# One error, however many libraries are missing.
_TOGETHER = "gpu-libraries"
_STATUS = pattern(r"^OP_REQUIRES failed at \S+ : (?:[A-Z_]+: )?")
_RAISED = pattern(r"(?:^|[\s`(])(?:[\w.]+\.)?(?P<name>[A-Z]\w+(?:Error|Exception|Interrupt)): ?")
_NUMBERS = pattern(r"[-+]?\d+(?:[.,_]\d+)*(?:e[-+]?\d+)?")
_PATHS = pattern(r"(?:[A-Za-z]:)?[~.\w@+-]*(?:[/\\][\w.@+-]+)+/?")
_ADDRESSES = pattern(r"0x[0-9a-fA-F]+")
_COUNTED = pattern(r"_\d+\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """The errors of a text in their order, and how many lines of its log mean nothing."""

    reports: tuple[ErrorReport, ...]
    notices: int = 0


def read_errors(text: str) -> Reading:
    """All that went wrong in what a program printed: its own output, a log, a notebook's outputs, a pasted text.

    The text may be cut off anywhere and hold anything besides. Time is linear in its length.
    """
    drafts: list[_Draft] = []
    notices = 0
    for piece in cut(text):
        if piece.kind is PieceKind.REST:
            told = [_of_line(piece, number, line) for number, line in known_lines(piece.text)]
            for report in told:
                _add(drafts, report, "rest")
            if not told:
                _add_statistics(drafts, piece)
            continue
        if piece.kind is PieceKind.TRACEBACK:
            _add(drafts, _of_traceback(piece), "traceback")
            continue
        found = known(piece.text)
        if found is not None:
            _add(drafts, _report(piece, found, piece.text, found.error_class.level), f"log {found.match.re.pattern}")
        elif piece.letter in "EF" and not is_harmless(piece.text):
            _add(drafts, _unknown(piece, Level.ERROR), "log")
        else:
            notices += 1
            _add_statistics(drafts, piece)
    return Reading(tuple(sorted((draft.finished() for draft in drafts), key=lambda each: each.line)), notices)


class _Draft:
    """An error while more lines that tell of it are found."""

    def __init__(self, report: ErrorReport, source: str) -> None:
        self.report = report
        self.best = source
        self.sources = {source: 1}

    def takes(self, other: ErrorReport, source: str) -> bool:
        """Add what another text tells, unless it speaks of something else."""
        own = self.report
        if own.fingerprint != other.fingerprint and not _may_be_one(own, other):
            return False
        if source in self.sources and _differ(own.shapes, other.shapes):
            return False
        first, second = (other, own) if source == "traceback" != self.best else (own, other)
        self.report = _joined(first, second)
        self.best = source if first is other else self.best
        self.sources[source] = self.sources.get(source, 0) + 1
        return True

    def finished(self) -> ErrorReport:
        """The report, with how often it happened: a log may tell of one failure several times."""
        return replace(self.report, times=self.sources.get("traceback") or max(self.sources.values()))


def _add(drafts: list[_Draft], report: ErrorReport, source: str) -> None:
    for draft in reversed(drafts[-50:]):
        if draft.report.key == report.key and draft.takes(report, source):
            return
    drafts.append(_Draft(report, source))


def _add_statistics(drafts: list[_Draft], piece: Piece) -> None:
    """The allocator's dump follows the line that tells of the failure."""
    if not drafts or drafts[-1].report.key not in ("oom", "oom-retried"):
        return
    if "memory_limit_:" in piece.text or "InUse:" in piece.text:
        draft = drafts[-1]
        told = details.statistics([piece.text])
        draft.report = replace(draft.report, memory=_joined_memory(draft.report.memory, told))


def _of_traceback(piece: Piece) -> ErrorReport:
    frame = user_frame(piece.trace, piece.text)
    found = known(piece.text) or (known(f"{piece.text} at {frame.code}") if frame else None)
    report = _unknown(piece, Level.ERROR) if found is None else _report(piece, found, piece.text, Level.ERROR)
    return replace(report, exception=piece.exception, frame=frame)


def _of_line(piece: Piece, number: int, line: str) -> ErrorReport:
    found = known(line)
    if found is None:  # what the sum of all expressions found, one of them finds
        return _unknown(piece, Level.INFORMATION)
    raised = _RAISED.search(line, 0, found.match.start() + 1)
    report = _report(piece, found, "\n".join(piece.text.split("\n")[number : number + 4]), found.error_class.level)
    report = replace(report, line=piece.line + number)
    if raised is None:
        return report
    return replace(report, exception=raised["name"], level=Level.ERROR, message=line[raised.end() :].strip()[:LONGEST])


def _report(piece: Piece, found: Known, text: str, level: Level) -> ErrorReport:
    groups = {name: value for name, value in found.match.groupdict().items() if value}
    message = _message(text, found)
    op = details.plain_op(groups.get("op", "")) or details.operation(text)
    # The allocator names an operation, or in a graph the node.
    node = groups.get("op", "") if "/" in groups.get("op", "") else ""
    name = groups.get("name", "")
    kind = details.dtype(groups.get("dtype", ""))
    dtypes = tuple(details.dtype(groups[each]) for each in ("dtype", "dtype2") if each in groups)
    shape = groups.get("shape", "")
    wanted = int(groups["bytes"]) if "bytes" in groups else details.bytes_of(groups.get("size", ""))
    key = found.error_class.key
    identity = [key, op if found.error_class.by_op else "", "" if key == _TOGETHER else _COUNTED.sub("", name)]
    return ErrorReport(
        key=key,
        level=level,
        message=message,
        fingerprint=_hashed(identity),
        line=piece.line,
        op=op,
        node=details.node(text) or node,
        name=name,
        shapes=details.shapes(message),
        dtypes=dtypes or details.dtypes(message),
        device=details.device(groups.get("device", "")) or details.device(message),
        allocator=groups.get("allocator", ""),
        memory=Memory(wanted=wanted if wanted is not None else details.bytes_of_shape(shape, kind)),
    )


def _unknown(piece: Piece, level: Level) -> ErrorReport:
    lines = [line.strip() for line in piece.text.split("\n") if line.strip()]
    # TensorFlow and Keras write around the message: the graph's frames stand before it, a layer's arguments behind.
    inner = [line for line in lines if _RAISED.match(line)]
    first = (inner or lines or [""])[-1 if inner else 0]
    return ErrorReport(
        key=OTHER,
        level=level,
        message=first[:LONGEST],
        fingerprint=_hashed([OTHER, piece.exception, normalized(first)]),
        line=piece.line,
        exception=piece.exception,
        op=details.operation(piece.text),
        node=details.node(piece.text),
    )


def _message(text: str, found: Known) -> str:
    """The lines of a text that say it: the one with the match, and what a colon announces."""
    whole = found.match.string
    start = whole.rfind("\n", 0, found.match.start()) + 1
    lines = whole[start:].split("\n") if whole == text else text.split("\n")
    shown = _RAISED.sub("", _STATUS.sub("", lines[0].strip()), count=1)
    if shown.endswith(":"):
        following = [line.strip() for line in lines[1:5] if line.startswith((" ", "\t"))]
        shown = f"{shown} {', '.join(following)}"
    return shown[:LONGEST]


def normalized(message: str) -> str:
    """A message without what changes from one run to the next: paths, numbers, addresses."""
    return _NUMBERS.sub("#", _PATHS.sub("/", _ADDRESSES.sub("#", message))).strip().lower()


def _hashed(identity: Iterable[str]) -> str:
    return sha256("|".join(identity).encode("utf-8", "replace")).hexdigest()[:12]


def _may_be_one(one: ErrorReport, other: ErrorReport) -> bool:
    """Whether two reports of one class can speak of one error: where both say something, they say the same."""
    if one.key == OTHER:
        return False
    if one.key == _TOGETHER:
        return True
    if _differ(one.name, other.name):
        return False
    return not _differ(one.op, other.op)


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other


def _joined(one: ErrorReport, other: ErrorReport) -> ErrorReport:
    """The first report, with what only the second one knows."""
    names = dict.fromkeys(name for each in (one, other) for name in each.name.split(", ") if name)
    return replace(
        one,
        line=min(one.line, other.line),
        message=one.message if one.shapes or not other.shapes else other.message,
        level=Level.ERROR if Level.ERROR in (one.level, other.level) else one.level,
        exception=one.exception or other.exception,
        op=one.op or other.op,
        node=one.node or other.node,
        name=", ".join(names),
        shapes=one.shapes or other.shapes,
        dtypes=one.dtypes or other.dtypes,
        device=one.device or other.device,
        allocator=one.allocator or other.allocator,
        memory=_joined_memory(one.memory, other.memory),
        frame=one.frame or other.frame,
    )


def _joined_memory(one: Memory, other: Memory) -> Memory:
    def either(first: int | None, second: int | None) -> int | None:
        return second if first is None else first

    return Memory(
        either(one.wanted, other.wanted),
        either(one.limit, other.limit),
        either(one.in_use, other.in_use),
        either(one.largest_free, other.largest_free),
    )
