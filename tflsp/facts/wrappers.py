"""Programs that run the program that they are given: ``sudo``, ``env``, ``time``, ``nohup`` and their like.

What is taken off are the wrapper, its options and their values, and assignments that it takes.
"""

from __future__ import annotations

from collections.abc import Sequence

from tflsp.documents.words import Word
from tflsp.facts.commands import program_name
from tflsp.text.patterns import pattern

# name -> letters and long names of the options that take a value as their next word
_WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset(
        ("-u", "-g", "-h", "-p", "-C", "-T", "-U", "-R", "-D", "-r", "-t", "--user", "--group", "--chdir")
    ),
    "doas": frozenset(("-u", "-C")),
    "env": frozenset(("-u", "--unset", "-C", "--chdir", "-S")),
    "time": frozenset(("-f", "--format", "-o", "--output")),
    "nohup": frozenset(),
    "exec": frozenset(("-a",)),
    "command": frozenset(),
    "builtin": frozenset(),
    "nice": frozenset(("-n", "--adjustment")),
    "ionice": frozenset(("-c", "-n", "--class", "--classdata")),
    "timeout": frozenset(("-s", "--signal", "-k", "--kill-after")),
    "stdbuf": frozenset(("-i", "-o", "-e")),
    "setsid": frozenset(),
    "unbuffer": frozenset(),
    "gosu": frozenset(),
    "su-exec": frozenset(),
    "tini": frozenset(("-p", "-e")),
    "dumb-init": frozenset(),
    "winpty": frozenset(),
    "xvfb-run": frozenset(("-e", "-f", "-n", "-p", "-s", "-w", "--server-num", "--server-args")),
}
# How many words that are no options stand before the command: a duration, a user.
_OPERANDS = {"timeout": 1, "gosu": 1, "su-exec": 1}
_ASSIGNS = ("sudo", "env", "doas")
_ASSIGNMENT = pattern(r"[A-Za-z_][A-Za-z0-9_]*=")
_MOST = 8


def unwrap(words: Sequence[Word]) -> tuple[int, tuple[Word, ...], tuple[Word, ...]]:
    """The index of the first word of the command that is run, the wrappers' names, and assignments between them."""
    at = 0
    wrappers: list[Word] = []
    assignments: list[Word] = []
    while at < len(words) and len(wrappers) < _MOST:
        name = program_name(words[at])
        if name not in _WRAPPERS:
            break
        after = _behind(words, at + 1, name, assignments)
        if after >= len(words):
            break
        wrappers.append(words[at])
        at = after
    return at, tuple(wrappers), tuple(assignments)


def _behind(words: Sequence[Word], at: int, name: str, assignments: list[Word]) -> int:
    operands = _OPERANDS.get(name, 0)
    while at < len(words):
        text = words[at].pattern
        if text == "--":
            at += 1
        elif text.startswith("-") and len(text) > 1:
            if name == "command" and text in ("-v", "-V"):
                return len(words)  # asks where a command is, and runs none
            at += 2 if text in _WRAPPERS[name] else 1
        elif name in _ASSIGNS and _ASSIGNMENT.match(text):
            assignments.append(words[at])
            at += 1
        elif operands:
            operands -= 1
            at += 1
        else:
            break
    return at
