"""The user's ssh configuration, read tolerantly: asyncssh gives up at lines that OpenSSH takes, and passes over others.

Works on a private copy that is mended line by line; line numbers stay the user's, so every note names the right place.
"""

from __future__ import annotations

import locale
import os
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

SYSTEM = Path("/etc/ssh/ssh_config")

# Times that asyncssh wants as whole seconds, and OpenSSH as `90`, `15s` or `1m30s`.
_TIMES = {"serveraliveinterval", "connecttimeout"}
_TIME = re.compile(r"(\d+)([smhdw]?)", re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

# What asyncssh passes over although people count on it, and what is so here instead.
_PASSED_OVER = {
    "stricthostkeychecking": "host keys are always checked here",
    "knownhostscommand": "host keys are looked up in known_hosts files alone",
    "localforward": "use `tflsp forward`",
    "remoteforward": "use `tflsp forward`",
    "dynamicforward": "use `tflsp forward`",
}
_ALGORITHMS = {"ciphers", "macs", "kexalgorithms", "hostkeyalgorithms", "casignaturealgorithms"}
_KEY_FILES = {"identityfile", "certificatefile"}
_NOT_OURS = {"remotecommand", "localcommand"}
_LINE = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+|$)(.*?)\s*", re.DOTALL)
# Passed-over lines are marked by an option that asyncssh collects from all blocks that match, and we never send.
_MARK = "TFLSP_PASSED_OVER_"
_NEVER = "Host tflsp/never"  # no host's name has a slash
_DEEPEST = 16  # as OpenSSH
_MOST = 200
_LARGEST = 1 << 20


class UserConfig:
    """A mended copy of configuration files in a folder of its own. ``notes`` say what was mended and dropped."""

    def __init__(self, folder: Path, files: tuple[Path, ...] | None = None) -> None:
        self.notes: list[str] = []
        self._folder = folder
        self._lines: dict[Path, list[str]] = {}
        self._origin: dict[Path, Path] = {}
        self._passed_over: list[str] = []
        sources = (Path.home() / ".ssh" / "config", SYSTEM) if files is None else files
        self.paths = [copy for source in sources if (copy := self._copy(source, 0)) is not None]

    def drop(self, error: ValueError) -> bool:
        """Take the lines out that an error of asyncssh's is about; false where none can be found."""
        text = str(error)
        if (place := re.match(r"(?s)(.*) line (\d+): (.*)", text)) and Path(place[1]) in self._lines:
            # The reason without what it quotes: this goes into a log, and lines may hold anything.
            return self._take_out(Path(place[1]), int(place[2]) - 1, place[3].partition(": ")[0])
        if token := re.search(r"Invalid (token|environment) expansion: (.*)", text):
            wanted = f"%{token[2]}" if token[1] == "token" else "${" + token[2] + "}"
            return self._take_out_all(lambda line: wanted in line, f"there is no {wanted}")
        return " algorithm" in text and self._take_out_all(lambda line: _keyword(line) in _ALGORITHMS, text)

    def give_up(self, error: Exception) -> None:
        """Do without the user's files: an error of asyncssh's that none of their lines can be held to."""
        self._note(f"the ssh configuration is not used, as asyncssh cannot read it: {str(error) or repr(error)}")
        self.paths = []

    def note_passed_over(self, send_env: object) -> None:
        """Note the lines that asyncssh passed over, given the SendEnv that it collected for one host."""
        for name in send_env if isinstance(send_env, list) else ():
            if str(name).startswith(_MARK):
                self._note(self._passed_over[int(str(name).removeprefix(_MARK))])

    def _copy(self, source: Path, depth: int) -> Path | None:
        try:
            if not source.is_file():
                return None
            data = source.read_bytes()[:_LARGEST]
        except OSError as error:
            self._note(f"{source} cannot be read: {error.strerror}")
            return None
        copy = self._folder / str(len(self._lines))
        # A bare carriage return would be a line's end to Python and none to OpenSSH.
        text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff").replace("\0", " ")
        self._origin[copy] = source
        self._lines[copy] = []
        self._lines[copy] = [self._mended(line, source, n, depth) for n, line in enumerate(_split(text), 1)]
        self._write(copy)
        return copy

    def _mended(self, line: str, source: Path, number: int, depth: int) -> str:
        found = _LINE.fullmatch(line)
        if found is None:
            if line.strip() and not line.lstrip().startswith("#"):
                self._note(f"{source} line {number} is left out: it names no option")
            return ""
        keyword, value = found[1].lower(), found[2]
        if keyword in _PASSED_OVER and value.lower() not in ("yes", "ask", "none"):
            self._passed_over.append(f"{source} line {number}: {found[1]} is passed over; {_PASSED_OVER[keyword]}")
            return f"SendEnv {_MARK}{len(self._passed_over) - 1}"
        if keyword == "proxycommand":
            # OpenSSH hands it to a shell, asyncssh splits it into words.
            return line if value.lower() == "none" else f"ProxyCommand /bin/sh -c {shlex.quote('exec ' + value)}"
        if keyword in _NOT_OURS:
            return ""
        if keyword in _TIMES:
            seconds = _seconds(value)
            return f"{found[1]} {seconds}" if seconds is not None else ""
        try:
            words = shlex.split(value)
        except ValueError:
            return line  # asyncssh says what is wrong where the line counts; `drop` takes it out then
        if keyword == "include":
            copies = [copy for each in self._included(words, source, depth) if (copy := self._copy(each, depth + 1))]
            return "Include " + " ".join(shlex.quote(str(copy)) for copy in copies) if copies else ""
        if keyword in _KEY_FILES and words and _is_gone(words[0]):
            # OpenSSH goes on without it, asyncssh would not.
            self._note(f"{source} line {number} is left out: there is no {words[0]}")
            return ""
        comment = next((n for n, word in enumerate(words) if word.startswith("#") and n > 0), None)
        return f"{found[1]} {' '.join(map(shlex.quote, words[:comment]))}" if comment is not None else line

    def _included(self, patterns: list[str], source: Path, depth: int) -> Iterator[Path]:
        if depth >= _DEEPEST or len(self._lines) >= _MOST:
            self._note(f"{source} includes too {'deep' if depth >= _DEEPEST else 'many'}")
            return
        base = SYSTEM.parent if source.is_relative_to(SYSTEM.parent) else Path.home() / ".ssh"
        for pattern in patterns:
            path = Path(os.path.expanduser(pattern))
            path = path if path.is_absolute() else base / path
            try:
                yield from sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
            except (ValueError, OSError, IndexError, NotImplementedError):
                self._note(f"{source}: Include {pattern} cannot be followed")

    def _take_out(self, copy: Path, index: int, reason: str) -> bool:
        before = self._lines[copy][index]
        # Without its Host or Match line a block's options would count for the block above it.
        after = _NEVER if _keyword(before) in ("host", "match") else ""
        if before == after:
            return False
        self._lines[copy][index] = after
        self._note(f"{self._origin[copy]} line {index + 1} is left out: {reason}")
        self._write(copy)
        return True

    def _take_out_all(self, wanted: Callable[[str], bool], reason: str) -> bool:
        places = [(copy, n) for copy, lines in self._lines.items() for n, line in enumerate(lines) if wanted(line)]
        taken = [self._take_out(copy, index, reason) for copy, index in places]
        return any(taken)

    def _write(self, copy: Path) -> None:
        text = "\n".join(self._lines[copy]) + "\n"
        copy.write_bytes(text.encode(locale.getencoding(), "backslashreplace"))

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def private_copy() -> tempfile.TemporaryDirectory[str]:
    """A folder for this user alone (0700) that a copy can live in while a connection is made."""
    return tempfile.TemporaryDirectory(prefix="tflsp-ssh-")


def _split(text: str) -> list[str]:
    return [line.removesuffix("\r").replace("\r", " ") for line in text.split("\n")]


def _keyword(line: str) -> str:
    found = _LINE.fullmatch(line)
    return found[1].lower() if found else ""


def _is_gone(path: str) -> bool:
    """Whether a key's file is not there; false where only asyncssh can tell, by expanding tokens."""
    return path.lower() != "none" and not re.search("[%$]", path) and not os.path.isfile(os.path.expanduser(path))


def _seconds(value: str) -> int | None:
    """A time as OpenSSH writes it, in seconds; None for `none` and for what is no time."""
    value = value.partition("#")[0].strip().strip('"')
    if not value or not re.fullmatch(rf"(?:{_TIME.pattern})+", value, re.IGNORECASE):
        return None
    return sum(int(number) * _SECONDS[unit.lower()] for number, unit in _TIME.findall(value))
