"""What can go wrong on the way to a server, said for people: one sentence what is wrong, one what to do.

Knows asyncssh's exceptions and the system's; nothing of a server's own texts gets into a message unshortened.
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
from enum import StrEnum

import asyncssh
from asyncssh.packet import PacketDecodeError


class Kind(StrEnum):
    """What a remedy has to be about; the daemon retries NETWORK and SERVER by itself, never the others."""

    AUTH = "auth"
    HOST_KEY = "host key"
    NETWORK = "network"
    CONFIG = "config"
    SERVER = "server"


class LinkError(Exception):
    """A connection that could not be made, or was lost. ``str()`` is both sentences."""

    def __init__(self, kind: Kind, sentence: str, remedy: str) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.kind = kind
        self.sentence = sentence
        self.remedy = remedy


def explained(error: BaseException, name: str, address: str = "") -> LinkError:
    """Say what an exception of asyncssh's or the system's means for the server called ``name``.

    ``address`` (``host:port``) is named where it helps. A LinkError comes back as it is.
    """
    where = f"{name} ({address})" if address else name
    match error:
        case LinkError():
            return error
        case asyncssh.HostKeyNotVerifiable():
            return host_key_unknown(where, shortened(error.reason))
        case asyncssh.KeyExchangeFailed() if "host key" in error.reason:
            return LinkError(
                Kind.HOST_KEY,
                f"{where} has no host key of the kind that was pinned, so it is another server or was made anew.",
                f"If you made it anew, run `tflsp up` in its project; if not, do not connect to {name}.",
            )
        case asyncssh.PermissionDenied() | asyncssh.IllegalUserName():
            return LinkError(
                Kind.AUTH,
                f"{where} does not accept the key.",
                "Run `tflsp up` in the project to put your key into the container, or give the right one: --identity.",
            )
        case asyncssh.KeyExchangeFailed():
            return LinkError(
                Kind.CONFIG,
                f"{where} and this program could not agree on an encryption: {shortened(error.reason)}.",
                "Look at Ciphers, MACs and KexAlgorithms in ~/.ssh/config, or make the container anew.",
            )
        case asyncssh.MACError() | asyncssh.CompressionError():
            return LinkError(
                Kind.NETWORK,
                f"What came from {where} was changed on its way: {shortened(error.reason)}.",
                "Try again; if it stays so, look at what stands between the two.",
            )
        case asyncssh.ProtocolNotSupported() | asyncssh.ProtocolError() | PacketDecodeError():
            return LinkError(
                Kind.SERVER,
                f"What answers at {where} does not speak SSH as it should: {shortened(str(error))}.",
                "See with `tflsp status` whether the port belongs to the container.",
            )
        case asyncssh.ServiceNotAvailable():
            return LinkError(
                Kind.SERVER, f"{where} offers no login: {shortened(error.reason)}.", "Try `tflsp restart`."
            )
        case asyncssh.ConnectionLost():
            return lost(where)
        case asyncssh.DisconnectError():
            return LinkError(
                Kind.SERVER,
                f"{where} ended the connection: {shortened(error.reason)}.",
                "See `tflsp logs` for its side of it, then try again.",
            )
        case asyncssh.ChannelOpenError():
            return _channel(error, where)
        case asyncssh.ChannelListenError():
            return LinkError(
                Kind.CONFIG, f"The port on this side cannot be opened: {shortened(str(error))}.", "Choose another one."
            )
        case asyncssh.ConfigParseError():
            return LinkError(
                Kind.CONFIG,
                f"The ssh configuration cannot be read: {shortened(str(error))}.",
                "Mend that line, or take it out.",
            )
        case asyncssh.KeyEncryptionError():
            return locked_key("the key")
        case asyncssh.KeyImportError():
            text = shortened(str(error))
            return LinkError(Kind.AUTH, f"The key cannot be read: {text}.", "Give another one: --identity.")
        case asyncssh.Error():
            return LinkError(Kind.SERVER, f"{where}: {shortened(error.reason)}.", "Try again; see `tflsp logs`.")
        case OSError() | asyncio.TimeoutError():
            return _system(error, where)
        case ValueError():
            return LinkError(
                Kind.CONFIG,
                f"The connection to {where} is not described as it should be: {shortened(str(error))}.",
                "Look at ~/.ssh/config, then run `tflsp up` again.",
            )
        case _:
            return LinkError(
                Kind.SERVER, f"The connection to {where} failed ({type(error).__name__}).", "See `tflsp daemon logs`."
            )


def host_key_unknown(where: str, reason: str) -> LinkError:
    """For a server whose key is not known at all: a jump host, as a container's key is always pinned."""
    return LinkError(
        Kind.HOST_KEY,
        f"The host key of {where} is not known: {reason}.",
        "Connect to it once with ssh and compare the fingerprint that it shows.",
    )


def host_key_changed(where: str, name: str, pinned: str, seen: str) -> LinkError:
    """For a server that shows another key than the pinned one. Fingerprints as OpenSSH writes them."""
    return LinkError(
        Kind.HOST_KEY,
        f"{where} shows another host key ({seen}) than the one that was pinned ({pinned}): it was made anew, or "
        "something else answers in its place. Nothing was sent to it.",
        f"If you made it anew, run `tflsp up` in its project; if not, do not connect to {name}.",
    )


def locked_key(which: str) -> LinkError:
    """For a private key with a passphrase, which nobody can be asked for here."""
    return LinkError(
        Kind.AUTH,
        f"There is a passphrase on {which}, and no agent that holds the key.",
        "Add it to your agent with ssh-add, or use the key that tflsp makes.",
    )


def lost(where: str) -> LinkError:
    """For a connection that was there and is gone."""
    return LinkError(
        Kind.NETWORK,
        f"The connection to {where} was lost.",
        "Try again; `tflsp status` tells whether the container runs.",
    )


def no_way_on(where: str, reason: str) -> LinkError:
    """For a jump host from which the server behind it cannot be reached."""
    return LinkError(
        Kind.NETWORK,
        f"The jump host cannot reach {where}: {shortened(reason)}.",
        "Start it with `tflsp up`; try `ssh` from the jump host.",
    )


def shortened(text: str, limit: int = 200) -> str:
    """A text from outside on one line, without control characters: it may come from a hostile server."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return (line if len(line) <= limit else line[: limit - 1] + "…").rstrip(".")


def _channel(error: asyncssh.ChannelOpenError, where: str) -> LinkError:
    match error.code:
        case asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED:
            return LinkError(
                Kind.CONFIG,
                f"{where} forbids this forward or session.",
                "Its sshd needs `AllowTcpForwarding local`; containers of `tflsp up` have it.",
            )
        case asyncssh.OPEN_CONNECT_FAILED:
            return LinkError(
                Kind.SERVER,
                f"Nothing listens at that place in {where}: {shortened(error.reason)}.",
                "See with `tflsp status` whether the service runs.",
            )
        case _:
            return LinkError(
                Kind.SERVER,
                f"{where} opens no further session: {shortened(error.reason)}.",
                "Close some, or raise MaxSessions in its sshd_config.",
            )


def _system(error: OSError | TimeoutError, where: str) -> LinkError:
    number = getattr(error, "errno", None)
    if number is None:
        # asyncio puts the errors of several addresses into one text.
        numbers = {int(each) for each in re.findall(r"\[Errno (\d+)\]", str(error))}
        number = numbers.pop() if len(numbers) == 1 else None
    if isinstance(error, ConnectionRefusedError) or number == errno.ECONNREFUSED:
        return LinkError(
            Kind.NETWORK, f"Nothing listens at {where}.", "Start it with `tflsp up`; `tflsp status` tells its state."
        )
    if isinstance(error, socket.gaierror):
        return LinkError(Kind.NETWORK, f"The name of {where} cannot be resolved.", "Check the name and the network.")
    if isinstance(error, TimeoutError) or number == errno.ETIMEDOUT:
        return LinkError(
            Kind.NETWORK, f"{where} does not answer in time.", "Check the network or VPN; `tflsp status` tells more."
        )
    if isinstance(error, (ConnectionError, BrokenPipeError)) or number in (errno.ECONNABORTED, errno.ENOTCONN):
        return lost(where)
    if number in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN):
        return LinkError(Kind.NETWORK, f"There is no way to {where}.", "Check the network or VPN.")
    if isinstance(error, (FileNotFoundError, PermissionError)) and error.filename is not None:
        return LinkError(
            Kind.CONFIG,
            f"{shortened(str(error.filename))} cannot be read: {error.strerror}.",
            "Give it back, or run `tflsp up` again.",
        )
    if number in (errno.EMFILE, errno.ENFILE):
        return LinkError(Kind.CONFIG, "Too many files are open.", "Raise the limit (ulimit -n), or close something.")
    return LinkError(
        Kind.NETWORK, f"{where} cannot be reached: {shortened(str(error)) or type(error).__name__}.", "Try again."
    )
