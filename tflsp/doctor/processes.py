"""Processes and listening sockets, from /proc (proc(5)); what other users' processes hold may not be seen."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from tflsp.doctor.base import Stop, unseen
from tflsp.doctor.machine import Machine

_LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class Process:
    """A running program. ``argv`` is empty for a kernel thread."""

    pid: int
    argv: tuple[str, ...]

    @property
    def name(self) -> str:
        """The program's name; for an interpreter, the script's or module's."""
        words = [os.path.basename(word) for word in self.argv]
        if words and words[0].startswith("python"):
            rest = [word for word in self.argv[1:] if word == "-m" or not word.startswith("-")]
            if rest[:1] == ["-m"]:
                rest = rest[1:]
            return os.path.basename(rest[0]) if rest else words[0]
        return words[0].split(" ")[0].rstrip(":") if words else ""


@dataclass(frozen=True, slots=True)
class Listener:
    """A TCP socket that waits for connections."""

    address: str
    port: int
    inode: str

    @property
    def loopback(self) -> bool:
        """Whether only this machine (this container) reaches it."""
        address = ip_address(self.address)
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return (mapped or address).is_loopback

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def processes(machine: Machine) -> Iterator[Process]:
    """Every process whose command line can be seen."""
    for path in machine.glob("/proc/[0-9]*/cmdline"):
        pid = path.split("/")[2]
        if pid.isdigit() and (argv := argv_of(machine, int(pid))) is not None:
            yield Process(int(pid), argv)


def argv_of(machine: Machine, pid: int) -> tuple[str, ...] | None:
    """A process's words; None where it is gone."""
    text = machine.text(f"/proc/{pid}/cmdline")
    return None if text is None else tuple(text.rstrip("\0").split("\0")) if text else ()


def listeners(machine: Machine, *ports: int) -> list[Listener]:
    """The sockets that listen, on these ports or on any. Ends the check where the system does not list them."""
    tables = [text for name in ("tcp", "tcp6") if (text := machine.text(f"/proc/net/{name}")) is not None]
    if not tables:
        raise Stop(unseen("there is no /proc/net/tcp here", "此处没有 /proc/net/tcp"))
    found = [listener for table in tables for listener in _sockets(table)]
    return [listener for listener in found if not ports or listener.port in ports]


def owner(machine: Machine, listener: Listener, among: Iterable[Process] | None = None) -> Process | None:
    """The process that holds a socket; None where it is not ours to see."""
    link = f"socket:[{listener.inode}]"
    for process in among if among is not None else processes(machine):
        try:
            entries = list(os.scandir(machine.path(f"/proc/{process.pid}/fd")))
        except OSError:
            continue
        for entry in entries:
            try:
                if os.readlink(entry.path) == link:
                    return process
            except OSError:
                continue
    return None


def _sockets(table: str) -> Iterator[Listener]:
    for line in table.splitlines()[1:]:
        words = line.split()
        if len(words) < 10 or words[3] != _LISTEN:
            continue
        address, _, port = words[1].partition(":")
        try:
            yield Listener(_address(address), int(port, 16), words[9])
        except (ValueError, struct.error, OSError):
            continue


def _address(hexadecimal: str) -> str:
    """The kernel prints the address as numbers of 32 bits, each in the machine's own byte order."""
    numbers = struct.unpack(f">{len(hexadecimal) // 8}I", bytes.fromhex(hexadecimal))
    packed = struct.pack(f"={len(numbers)}I", *numbers)
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)
