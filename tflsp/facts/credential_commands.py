"""Passwords that commands are given: chpasswd, passwd, useradd, database and registry clients.

Whoever runs such a command leaves the password in the script, in the image's history and in the list of processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from tflsp.facts.commands import Command, Word, interprets
from tflsp.facts.credentials import CredentialClue, CredentialKind
from tflsp.text.patterns import pattern

_LINE = pattern(r"(?P<user>[A-Za-z_][\w.-]*):(?P<password>[^\n\r]+)")
_ENDS = pattern(r"\\n|\n|\r")


@interprets("chpasswd")
def chpasswd(command: Command) -> Iterator[CredentialClue]:
    """``user:password`` lines on standard input; with ``-e`` they hold hashes."""
    if any(_is_flag(word, "e", "encrypted") for word in command.words[1:]):
        return
    for word in command.stdin:
        for found in _LINE.finditer(word.pattern):
            end = found.end("password")
            if escape := _ENDS.search(found["password"]):
                end = found.start("password") + escape.start()
            yield from _clue(command, word, found.start("password"), end, user=found["user"])


@interprets("passwd")
def passwd(command: Command) -> Iterator[CredentialClue]:
    """The new password on standard input, with ``--stdin`` or typed twice."""
    for word in command.stdin[:1]:
        end = _ENDS.search(word.pattern)
        user = next((other.value for other in command.words[1:] if other.value and not other.value.startswith("-")), "")
        yield from _clue(command, word, 0, end.start() if end else len(word.pattern), user=user)


class _Option(NamedTuple):
    """Where a program's command line takes a password: an option, and what it is for."""

    short: str
    long: tuple[str, ...]
    kind: CredentialKind = CredentialKind.PASSWORD
    name: str = "PASSWORD"
    attached: bool = False  # -pSECRET; with a space the option asks instead
    pair: bool = False  # user:password


_DATABASE = _Option("p", ("password",), name="DB_PASSWORD", attached=True)
_LOGIN = _Option("p", ("password",), CredentialKind.LOGIN)
_OPTIONS = {
    "useradd": _LOGIN,
    "usermod": _LOGIN,
    "sshpass": _Option("p", (), name="SSH_PASSWORD"),
    "mysql": _DATABASE,
    "mysqladmin": _DATABASE,
    "mysqldump": _DATABASE,
    "mariadb": _DATABASE,
    "mongo": _Option("p", ("password",), name="MONGO_PASSWORD"),
    "mongosh": _Option("p", ("password",), name="MONGO_PASSWORD"),
    "redis-cli": _Option("a", ("pass",), name="REDIS_PASSWORD"),
    "curl": _Option("u", ("user",), name="CURL_PASSWORD", pair=True),
    "wget": _Option("", ("password", "http-password", "ftp-password")),
    "jupyter": _Option(
        "",
        ("NotebookApp.token", "ServerApp.token", "IdentityProvider.token", "LabApp.token", "NotebookApp.password"),
        name="JUPYTER_TOKEN",
    ),
}


@interprets(
    "useradd", "usermod", "sshpass", "mysql", "mysqladmin", "mysqldump", "mariadb", "mongo", "mongosh", "redis-cli",
    "curl", "wget", "jupyter",
)  # fmt: skip
def option_password(command: Command) -> Iterator[CredentialClue]:
    """Passwords as options of clients and of commands that make accounts."""
    option = _OPTIONS[command.name]
    user = command.words[-1].value or "" if option.kind is CredentialKind.LOGIN else ""
    yield from _of_option(command, command.words[1:], option, user)


@interprets("docker", "podman", "nerdctl")
def registry_password(command: Command) -> Iterator[CredentialClue]:
    """``docker login -u NAME -p PASSWORD``."""
    if any(word.value == "login" for word in command.words[1:3]):
        option = _Option("p", ("password",), name="DOCKER_PASSWORD")
        yield from _of_option(command, command.words[1:], option, "")


def _of_option(command: Command, words: Sequence[Word], option: _Option, user: str) -> Iterator[CredentialClue]:
    for word, after in zip_longest(words, words[1:]):
        text = word.pattern
        long = next((name for name in option.long if text == f"--{name}" or text.startswith(f"--{name}=")), None)
        if long is not None and "=" in text:
            yield from _option_clue(command, word, text.index("=") + 1, option, user)
        elif option.short and text.startswith(f"-{option.short}") and len(text) > 2 and not text.startswith("--"):
            yield from _option_clue(command, word, 2, option, user)
        elif after is not None and (
            long is not None or (option.short and text == f"-{option.short}" and not option.attached)
        ):
            yield from _option_clue(command, after, 0, option, user)


def _option_clue(command: Command, word: Word, start: int, option: _Option, user: str) -> Iterator[CredentialClue]:
    text = word.pattern
    if option is _LOGIN and (word.value or "")[start:].startswith(("!", "*")):
        return  # what no password's hash begins with: the account has none
    if option.pair:
        name, colon, _ = text[start:].partition(":")
        if not colon:
            return
        start, user = start + len(name) + 1, name
    yield from _clue(command, word, start, len(text), option.kind, option.name, user)


def _clue(
    command: Command,
    word: Word,
    start: int,
    end: int,
    kind: CredentialKind = CredentialKind.LOGIN,
    name: str = "",
    user: str = "",
) -> Iterator[CredentialClue]:
    """A clue for a part of a word, where that part is written just so."""
    if end > start and word.is_verbatim(start, end):
        yield CredentialClue(command.region, word.place(start, end), kind, command.name, name, user)


def _is_flag(word: Word, short: str, long: str) -> bool:
    text = word.pattern
    return text == f"--{long}" or (text.startswith("-") and not text.startswith("--") and short in text)
