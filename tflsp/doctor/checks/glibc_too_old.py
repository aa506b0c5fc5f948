"""17: VS Code's server wants a newer glibc or libstdc++ than the image has."""

from __future__ import annotations

import re

from tflsp.doctor.base import Result, Where, Words, check, ok, problem, unseen
from tflsp.doctor.machine import Machine

GLIBC, GLIBCXX = (2, 28), (3, 4, 25)
_RELEASE = re.compile(rb"GNU C Library[^\n]{0,120}? version (\d+)\.(\d+)")
_SYMBOLS = re.compile(rb"GLIBCXX_(\d+)\.(\d+)\.(\d+)")
_FOLDERS = ("/lib/*-linux-gnu", "/usr/lib/*-linux-gnu", "/lib64", "/usr/lib64")
_PROGRAMS = (("bash",), ("tar",), ("wget", "curl"))


@check(
    17,
    "glibc-too-old",
    Where.CONTAINER,
    title=Words(
        "VS Code: the remote host does not meet the prerequisites",
        "VS Code：远程主机不满足运行条件（glibc、libstdc++）",
    ),
    detection=Words(
        "glibc's release and libstdc++'s newest symbol version, read from the libraries; bash, tar and wget or curl.",
        "从库文件读取 glibc 版本与 libstdc++ 最新符号版本；以及 bash、tar、wget 或 curl。",
    ),
    advice=Words(
        "Use an image of Ubuntu 20.04 or later (tensorflow/tensorflow:2.9.0 is one), and install what is missing.",
        "使用 Ubuntu 20.04 或更新的镜像（tensorflow/tensorflow:2.9.0 即是），并安装缺少的程序。",
    ),
    sources=("vscode#204264", "vscode#210033", "vscode#249526", "vscode-remote-release#10910"),
)
def look(machine: Machine) -> Result:
    if machine.glob("/lib/ld-musl-*"):
        return problem(
            "this image has musl (Alpine), VS Code's server wants glibc",
            "镜像使用 musl（Alpine），而 VS Code Server 需要 glibc",
        )
    libc, cxx = _first(machine, "libc.so.6"), _first(machine, "libstdc++.so.6")
    if libc is None or (release := _RELEASE.search(libc)) is None:
        return unseen("no glibc was found where it usually is", "在常见位置没有找到 glibc")
    glibc = (int(release[1]), int(release[2]))
    symbols = max(((int(a), int(b), int(c)) for a, b, c in _SYMBOLS.findall(cxx or b"")), default=(0,))
    missing = [" or ".join(names) for names in _PROGRAMS if not any(map(machine.which, names))]
    have = [
        _have(f"glibc {_dotted(glibc)}", _dotted(GLIBC)),
        _have(f"libstdc++ GLIBCXX_{_dotted(symbols)}", _dotted(GLIBCXX)) if cxx is not None else _missing("libstdc++"),
        *map(_missing, missing),
    ]
    if glibc < GLIBC or symbols < GLIBCXX or missing:
        return problem("VS Code's server cannot be installed or started", "VS Code Server 无法安装或启动", *have)
    return ok(*have[0], *have)


def _first(machine: Machine, name: str) -> bytes | None:
    paths = [path for folder in _FOLDERS for path in machine.glob(f"{folder}/{name}")]
    return next((data for path in paths if (data := machine.bytes(path)) is not None), None)


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def _have(what: str, least: str) -> Words:
    return Words(f"{what} (needs {least})", f"{what}（需要 {least}）")


def _missing(what: str) -> Words:
    return Words(f"{what} is missing", f"缺少 {what}")
