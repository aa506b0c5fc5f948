"""Words to one command line for a POSIX shell: SSH carries a command as one string, which the login shell there reads.

The only place where a remote command line is built.
"""

from __future__ import annotations

from collections.abc import Sequence


def command_line(words: Sequence[str]) -> str:
    """Quote words so that a POSIX shell makes exactly these words of the line again, whatever they hold.

    Every word is quoted, the plain ones too: `A=b`, `if` or `time` in front would mean something to the shell.
    Raises ValueError for what no command line can hold: no word at all, a NUL, text that is not Unicode.
    """
    if not words:
        raise ValueError("a command has at least one word")
    for word in words:
        if "\0" in word:
            raise ValueError("a command line cannot hold a NUL")
        word.encode()  # a lone surrogate has no bytes; UnicodeEncodeError is a ValueError
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
