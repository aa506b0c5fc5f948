"""7: apt-get update fails since NVIDIA's repository has changed its key (April 2022), which old images do not have."""

from __future__ import annotations

import base64
import binascii
import re

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine

_REPOSITORY = re.compile(r"^(?!\s*#).*developer\.download\.nvidia\.(?:com|cn)/compute/\S*", re.MULTILINE)
# A key's own signature carries the id of its issuer (RFC 4880, 5.2.3.5): the bytes stand in the keyring as they are.
KEY = "A4B469963BF863CC"
_KEYRINGS = ("/etc/apt/trusted.gpg", "/etc/apt/trusted.gpg.d/*", "/etc/apt/keyrings/*", "/usr/share/keyrings/*")
_LISTS = ("/etc/apt/sources.list", "/etc/apt/sources.list.d/*.list", "/etc/apt/sources.list.d/*.sources")


@check(
    7,
    "apt-key-missing",
    Where.CONTAINER,
    title=Words(f"apt-get update fails: NO_PUBKEY {KEY}", f"apt-get update 失败：NO_PUBKEY {KEY}"),
    detection=Words(
        "apt's lists that name NVIDIA's repository, and its keyrings without the key of April 2022.",
        "apt 源中的 NVIDIA 仓库，以及密钥环中是否有 2022 年 4 月的新密钥。",
    ),
    advice=Words(
        "Where nothing is needed from NVIDIA's repository, remove its lists (`rm /etc/apt/sources.list.d/cuda.list"
        " /etc/apt/sources.list.d/nvidia-ml.list`) in the Dockerfile before `apt-get update`; else install its"
        " `cuda-keyring` package.",
        "若不需要 NVIDIA 仓库，在 Dockerfile 中于 `apt-get update` 之前删除其源"
        "（`rm /etc/apt/sources.list.d/cuda.list /etc/apt/sources.list.d/nvidia-ml.list`）；否则安装 `cuda-keyring`"
        " 包。",
    ),
    sources=("tensorflow#56085", "nvidia-docker#1631", "cuda-repo-management#1"),
)
def look(machine: Machine) -> Result:
    lists = [
        path for pattern in _LISTS for path in machine.glob(pattern) if _REPOSITORY.search(machine.text(path) or "")
    ]
    if not lists:
        return not_here("apt asks no repository of NVIDIA's", "apt 没有使用 NVIDIA 仓库")
    for path in (path for pattern in _KEYRINGS for path in machine.glob(pattern)):
        if bytes.fromhex(KEY) in _binary(machine.bytes(path) or b""):
            return ok(f"the key is in {path}", f"密钥位于 {path}")
    return problem("NVIDIA's repository is asked, its key is missing", "使用了 NVIDIA 仓库，但缺少其密钥", *lists)


def _binary(data: bytes) -> bytes:
    """A keyring without its armour."""
    if not data.lstrip().startswith(b"-----BEGIN PGP"):
        return data
    body = data.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    lines = [line for line in body.split(b"\n") if line and not line.startswith((b"=", b"-"))]
    try:
        return base64.b64decode(b"".join(lines))
    except binascii.Error:
        return b""
