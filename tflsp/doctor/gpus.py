"""Whether there is an NVIDIA GPU: from device files, the driver's own entry in /proc, and the PCI bus. No NVML here."""

from __future__ import annotations

import re

from tflsp.doctor.machine import Machine

_VERSION = re.compile(r"\b(\d+\.\d+(?:\.\d+)?)\b")
_NVIDIA, _DISPLAY = "0x10de", "0x03"


def devices(machine: Machine) -> list[str]:
    """Device files of GPUs, WSL's one included."""
    wsl = ["/dev/dxg"] if machine.exists("/dev/dxg") and machine.exists("/usr/lib/wsl/lib/libcuda.so.1") else []
    return machine.glob("/dev/nvidia[0-9]*") + wsl


def driver(machine: Machine) -> str | None:
    """The version of the kernel's driver, which containers see too; None where none is loaded."""
    text = machine.text("/proc/driver/nvidia/version")
    if text is None:
        return None
    found = _VERSION.search(text)
    return found[1] if found else "unknown"


def on_bus(machine: Machine) -> bool:
    """Whether a display controller of NVIDIA's is plugged in."""
    return any(
        (machine.text(path) or "").strip() == _NVIDIA
        and (machine.text(path.replace("/vendor", "/class")) or "").startswith(_DISPLAY)
        for path in machine.glob("/sys/bus/pci/devices/*/vendor")
    )


def libraries(machine: Machine, name: str) -> list[str]:
    """Where a shared library is: in the folders of LD_LIBRARY_PATH and those of the usual layouts."""
    folders = [each for each in machine.environment.get("LD_LIBRARY_PATH", "").split(":") if each.startswith("/")]
    folders += ["/usr/lib/*-linux-gnu", "/lib/*-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/nvidia/lib64"]
    folders += ["/usr/lib/wsl/lib", "/usr/local/cuda/lib64", "/usr/local/cuda*/lib64", "/usr/local/cuda*/compat"]
    return list(dict.fromkeys(path for folder in folders for path in machine.glob(f"{folder.rstrip('/')}/{name}")))
