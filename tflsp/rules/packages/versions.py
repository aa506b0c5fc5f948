"""Version specifiers, as far as rules ask of them: does one admit a release, does it hold below one.

PEP 440 in small: numbers and dots; what else a version has (``rc1``, ``.post1``, ``+local``) is left aside.
"""

from __future__ import annotations

from itertools import zip_longest

from tflsp.text.patterns import pattern

_CLAUSE = pattern(r"(===|==|~=|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(\.\*)?")
Numbers = tuple[int, ...]


def numbers(version: str) -> Numbers:
    """``(2, 9, 0)`` for ``2.9.0rc1``; empty for what begins with no number."""
    found = pattern(r"v?(\d+(?:\.\d+)*)").match(version)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def clauses(specifier: str) -> list[tuple[str, Numbers, bool]]:
    """Operator, numbers, and whether ``.*`` follows, of every clause that has a number."""
    return [(found[1], numbers(found[2]), bool(found[3])) for found in _CLAUSE.finditer(specifier)]


def admits(specifier: str, version: str) -> bool:
    """Whether a release satisfies every clause."""
    release = numbers(version)
    return all(_holds(operator, release, wanted, prefix=prefix) for operator, wanted, prefix in clauses(specifier))


def is_bounded(specifier: str) -> bool:
    """Whether newer releases are kept out."""
    return any(operator in ("===", "==", "~=", "<", "<=") for operator, _, _ in clauses(specifier))


def _holds(operator: str, release: Numbers, wanted: Numbers, *, prefix: bool) -> bool:
    order = _compared(release, wanted)
    match operator:
        case "==" | "===":
            return _starts_with(release, wanted) if prefix else order == 0
        case "!=":
            return not (_starts_with(release, wanted) if prefix else order == 0)
        case "~=":
            return order >= 0 and _starts_with(release, wanted[:-1])
        case "<=":
            return order <= 0
        case ">=":
            return order >= 0
        case "<":
            return order < 0
        case _:
            return order > 0


def _compared(a: Numbers, b: Numbers) -> int:
    pairs = zip_longest(a, b, fillvalue=0)
    return next(((x > y) - (x < y) for x, y in pairs if x != y), 0)


def _starts_with(release: Numbers, wanted: Numbers) -> bool:
    padded = release + (0,) * (len(wanted) - len(release))
    return padded[: len(wanted)] == wanted
