"""The block that goes into a report of a fault: what this machine is, without names of people, values or secrets."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from tflsp.doctor.base import Stop
from tflsp.doctor.cgroups import memory
from tflsp.doctor.engine import EngineError, endpoint, info, wanted
from tflsp.doctor.gpus import devices, driver
from tflsp.doctor.machine import Machine
from tflsp.doctor.mounts import mount_of, mounts
from tflsp.doctor.packages import with_tensorflow

_NAME = re.compile(r'^PRETTY_NAME="?([^"\n]*)', re.MULTILINE)
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def environment(machine: Machine) -> dict[str, str]:
    """Lines by name, in the order in which they are shown."""
    found = {}
    for name, ask in _LINES:
        try:
            said = ask(machine)
        except Stop as stop:
            said = stop.result.seen.en
        if said:
            found[name] = said
    return found


def _tflsp(machine: Machine) -> str:
    return f"{machine.version}, Python {platform.python_version()}"


def _place(machine: Machine) -> str:
    return "in a container" if machine.inside else "host"


def _system(machine: Machine) -> str:
    name = _NAME.search(machine.text("/etc/os-release") or "")
    return f"{name[1] if name else platform.system()}, {platform.machine()}"


def _kernel(machine: Machine) -> str:
    return (machine.text("/proc/sys/kernel/osrelease") or platform.release()).strip()


def _container(machine: Machine) -> str:
    if machine.target is None:
        return ""
    return machine.target.name + ("" if machine.target.ssh else " (local session)")


def _engine(machine: Machine) -> str:
    if machine.inside or not wanted(machine):
        return ""
    where = endpoint(machine)
    parts = urlsplit(where.address)
    # Without the user's name and whatever stands beside it.
    address = machine.short(parts.path) if parts.scheme == "unix" else f"{parts.scheme}://{parts.hostname}"
    try:
        said = info(machine)
    except EngineError as error:
        return f"{address} (from: {where.origin}): does not answer ({error.kind})"
    details = [str(said.get(key)) for key in ("Driver", "CgroupDriver") if said.get(key)]
    if any("rootless" in str(option) for option in said.get("SecurityOptions") or ()):
        details.append("rootless")
    return f"{said.get('ServerVersion', '?')} at {address} (from: {where.origin}): {', '.join(details)}"


def _folder(machine: Machine) -> str:
    mount = mount_of(machine.folder, mounts(machine))
    writable = "writable" if machine.writable(machine.path(machine.folder)) else "not writable"
    return (
        f"on {mount.kind if mount else '?'} mounted at {mount.point if mount else '?'}, {writable}, uid {machine.uid}"
    )


def _memory(machine: Machine) -> str:
    group = memory(machine)
    if group is None:
        return ""
    return "no limit" if group.limit is None else f"limit {group.limit / (1 << 30):.1f} GiB"


def _tensorflow(machine: Machine) -> str:
    if not machine.inside:
        return ""
    packages, tensorflow = with_tensorflow(machine)
    beside = [found for name in ("keras", "numpy", "protobuf") if (found := packages.get(name)) is not None]
    return ", ".join(f"{package.name} {package.version}" for package in (tensorflow, *beside))


def _gpus(machine: Machine) -> str:
    found, version = devices(machine), driver(machine)
    return f"{len(found)} device(s), driver {version or 'not loaded'}" if found or version else "none"


def _proxies(machine: Machine) -> str:
    """Which are set, not to what."""
    found = [name for name in _PROXIES if machine.environment.get(name) or machine.environment.get(name.lower())]
    return ", ".join(found) or "none"


def _language(machine: Machine) -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((machine.environment[name] for name in names if machine.environment.get(name)), "not set")


_LINES: tuple[tuple[str, Callable[[Machine], str]], ...] = (
    ("tflsp", _tflsp),
    ("place", _place),
    ("system", _system),
    ("kernel", _kernel),
    ("container", _container),
    ("engine", _engine),
    ("folder", _folder),
    ("memory", _memory),
    ("tensorflow", _tensorflow),
    ("gpu", _gpus),
    ("proxies", _proxies),
    ("language", _language),
)
