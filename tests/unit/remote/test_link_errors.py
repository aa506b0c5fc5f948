"""Every way to fail has a sentence, a remedy and a kind."""

from __future__ import annotations

import errno
import inspect
import socket
from collections.abc import Callable

import asyncssh
import pytest
from asyncssh import misc
from asyncssh.packet import PacketDecodeError
from hypothesis import given
from hypothesis import strategies as st

from tflsp.remote.errors import Kind, LinkError, explained, host_key_changed, shortened

REASON = "the reason"
NAME = "tflsp-mnist"


def every_asyncssh_error() -> list[BaseException]:
    """One of each class that asyncssh defines for connections."""
    made: list[BaseException] = []
    for _, kind in inspect.getmembers(misc, inspect.isclass):
        if issubclass(kind, asyncssh.Error):
            error: Callable[..., asyncssh.Error] = kind
            try:
                made.append(error(REASON))
            except TypeError:
                made.append(error(1, REASON))
    made += [asyncssh.ChannelListenError(REASON), asyncssh.ConfigParseError(f"f line 1: {REASON}")]
    made += [asyncssh.KeyImportError(REASON), asyncssh.KeyEncryptionError(REASON)]
    made += [asyncssh.ChannelOpenError(code, REASON) for code in (1, 2, 3, 4, 101)]
    return made


# What asyncio raises where a name has several addresses, and none answers.
MANY_REFUSED = OSError(
    f"Multiple exceptions: [Errno {errno.ECONNREFUSED}] Connect call failed ('::1', 7, 0, 0), "
    f"[Errno {errno.ECONNREFUSED}] Connect call failed ('127.0.0.1', 7)"
)
SYSTEM_ERRORS = [
    ConnectionRefusedError(errno.ECONNREFUSED, "refused"),
    MANY_REFUSED,
    ConnectionResetError(errno.ECONNRESET, "reset"),
    BrokenPipeError(errno.EPIPE, "pipe"),
    TimeoutError(errno.ETIMEDOUT, "timed out"),
    OSError(errno.EHOSTUNREACH, "no route"),
    OSError(errno.ENETUNREACH, "no network"),
    OSError(errno.EMFILE, "files"),
    OSError(errno.EIO, "io"),
    OSError("text alone"),
    socket.gaierror(socket.EAI_NONAME, "unknown"),
    FileNotFoundError(errno.ENOENT, "No such file", "/a/key"),
    PermissionError(errno.EACCES, "denied", "/a/key"),
    PermissionError(errno.EACCES, "denied"),
    ValueError("odd"),
    RuntimeError("never meant to happen"),
]
ERRORS = [*every_asyncssh_error(), *SYSTEM_ERRORS]


@pytest.mark.parametrize(
    "error", [pytest.param(each, id=f"{n}-{type(each).__name__}") for n, each in enumerate(ERRORS)]
)
def test_two_sentences(error: BaseException) -> None:
    told = explained(error, NAME, "127.0.0.1:22017")
    assert told.sentence.endswith(".")
    assert told.remedy.endswith((".", "--identity."))
    assert not told.sentence.endswith("..")
    assert str(told) == f"{told.sentence} {told.remedy}"
    assert "\n" not in str(told)
    assert told.kind in Kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (asyncssh.PermissionDenied(REASON), Kind.AUTH),
        (asyncssh.KeyEncryptionError(REASON), Kind.AUTH),
        (asyncssh.HostKeyNotVerifiable(REASON), Kind.HOST_KEY),
        (asyncssh.KeyExchangeFailed("No matching host key algorithm found"), Kind.HOST_KEY),
        (asyncssh.KeyExchangeFailed("No matching encryption algorithm found"), Kind.CONFIG),
        (asyncssh.ConfigParseError("f line 1: x"), Kind.CONFIG),
        (FileNotFoundError(errno.ENOENT, "No such file", "/a/key"), Kind.CONFIG),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Kind.NETWORK),
        (asyncssh.ConnectionLost(REASON), Kind.NETWORK),
        (asyncssh.MACError(REASON), Kind.NETWORK),
        (PacketDecodeError(REASON), Kind.SERVER),
        (TimeoutError(), Kind.NETWORK),
        (socket.gaierror(-2, "unknown"), Kind.NETWORK),
        (asyncssh.ProtocolError(REASON), Kind.SERVER),
        (asyncssh.ChannelOpenError(4, REASON), Kind.SERVER),
        (asyncssh.ChannelOpenError(1, REASON), Kind.CONFIG),
    ],
)
def test_kinds(error: BaseException, kind: Kind) -> None:
    assert explained(error, NAME).kind is kind


def test_one_reason_for_several_addresses_is_that_reason() -> None:
    assert explained(MANY_REFUSED, NAME).sentence == explained(ConnectionRefusedError(), NAME).sentence


def test_a_told_error_stays_as_it_is() -> None:
    told = explained(ConnectionRefusedError(), NAME)
    assert explained(told, "other") is told


def test_a_changed_host_key_names_both() -> None:
    told = host_key_changed("a (b:1)", "a", "SHA256:old", "SHA256:new")
    assert isinstance(told, LinkError)
    assert told.kind is Kind.HOST_KEY
    assert "SHA256:old" in told.sentence
    assert "SHA256:new" in told.sentence


@given(st.text(max_size=500))
def test_what_a_server_says_stays_one_short_line(text: str) -> None:
    line = shortened(text)
    assert len(line) <= 200
    assert line.isprintable()
    told = explained(asyncssh.DisconnectError(2, text), NAME)
    assert "\x1b" not in str(told)
    assert "\n" not in str(told)
