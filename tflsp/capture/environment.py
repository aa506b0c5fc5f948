"""In which environment a run was: the image, Python, TensorFlow, CUDA, GPUs, packages, the commit, random seeds.

Callers say what they have learned; what nobody said is not known, and is not made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document

_SHORT_DIGEST: Final = 12
_SHORT_COMMIT: Final = 7
_GIB: Final = 1 << 30
_TENSORFLOW: Final = "tensorflow"


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that is checked out, and how many files are not as in it; None where that could not be learned."""

    identifier: str
    changed: int | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """What the interpreter with TensorFlow has. ``cuda`` and ``cudnn`` are versions of the libraries that are there, or
    else those that TensorFlow was built for; ``packages`` is the SHA-256 of what ``pip freeze`` prints, in hexadecimal.
    """

    python: str
    tensorflow: str
    cuda: str | None = None
    cudnn: str | None = None
    packages: str | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU; memory in bytes, None where the driver does not tell."""

    name: str
    free: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Devices:
    """The GPUs of this machine (none: an empty tuple) and the driver's version."""

    driver: str | None = None
    gpus: tuple[Device, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """The image of a container; ``name`` is None where nobody told which it is. Digests are ``sha256:…``.

    ``digest`` is a registry's, ``identifier`` what the engine that runs it knows it by; ``base`` is what it was built
    upon.
    """

    name: str | None = None
    digest: str | None = None
    identifier: str | None = None
    base: str | None = None
    base_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """``seeds`` is empty where the code sets none; ``image`` is None where no container is known of."""

    python: str | None = None
    commit: Commit | None = None
    image: Image | None = None
    seeds: Mapping[str, str] | None = None
    installed: Installed | None = None
    devices: Devices | None = None


def environment_of(
    document: Document,
    hyperparameters: Hyperparameters,
    *,
    commit: Commit | None = None,
    digests: Mapping[str, str] | None = None,
    running: Image | None = None,
    installed: Installed | None = None,
    devices: Devices | None = None,
) -> Environment:
    """What the document itself says, and what the caller knows. ``running`` is the image of the container that this
    is, ``digests`` those of tflsp.lock, by image: what `tflsp up` starts, where this is no container.

    An interpreter of another version than the notebook's is not the one that ran it: neither what is installed there
    nor this machine's GPUs nor the container's image say anything of the run. Nor do GPUs where TensorFlow is not.
    """
    metadata = document.outline.metadata if document.outline is not None else {}
    info = metadata.get("language_info")
    said = info.get("version") if isinstance(info, dict) else None
    python = said if isinstance(said, str) else None
    if installed is not None and python is not None and installed.python != python:
        installed, running = None, None
    seeds = hyperparameters.seeds if hyperparameters.values or hyperparameters.seeds else None
    return Environment(
        python or (installed.python if installed is not None else None),
        commit,
        running if running is not None else _locked(digests or {}),
        seeds,
        installed,
        devices if installed is not None else None,
    )


def _locked(digests: Mapping[str, str]) -> Image | None:
    """The image and its digest: the one that is locked, or the one of TensorFlow among others that help to build it.

    Of several it is not known which one ran.
    """
    of_tensorflow = {name: digest for name, digest in digests.items() if _TENSORFLOW in name.rpartition("/")[2]}
    known = of_tensorflow or digests
    return next((Image(*each) for each in known.items()), None) if len(known) == 1 else None


def commit_of(head: str, status: str | None) -> Commit | None:
    """What git said: the commit, and the names of the files that have changed; None for what is no commit."""
    identifier = head.strip()
    if not identifier or any(letter not in "0123456789abcdef" for letter in identifier):
        return None
    return Commit(identifier, None if status is None else sum(bool(line.strip()) for line in status.split("\n")))


def environment_text(environment: Environment, language: str) -> str:
    """One line of it, ``en`` or ``zh``; empty where nothing is known."""
    chinese = language == "zh"
    parts = []
    if environment.image is not None:
        parts.append(_image_text(environment.image, chinese))
    if environment.python is not None:
        parts.append(f"Python {environment.python}")
    if environment.installed is not None:
        parts += _installed_text(environment.installed, environment.devices, chinese)
    if environment.commit is not None:
        parts.append(_commit_text(environment.commit, chinese))
    if environment.seeds is not None:
        seeds = ", ".join(f"{name}({value})" for name, value in environment.seeds.items())
        parts.append(seeds or ("未设置随机种子" if chinese else "no random seed set"))
    return "，".join(parts) if chinese else ", ".join(parts)


def _image_text(image: Image, chinese: bool) -> str:
    parts = []
    if image.identifier is not None and image.digest is None:
        parts.append(f"ID {_short(image.identifier)}")
    if image.base is not None and image.base != image.name:
        base = _pinned(image.base, image.base_digest)
        parts.append(f"基于 {base}" if chinese else f"built on {base}")
    name = _pinned(image.name, image.digest) if image.name is not None else "镜像未知" if chinese else "image not known"
    if not parts:
        return name
    return f"{name}（{'；'.join(parts)}）" if chinese else f"{name} ({'; '.join(parts)})"


def _pinned(name: str, digest: str | None) -> str:
    return name if digest is None else f"{name}@{_short(digest)}"


def _short(digest: str) -> str:
    return f"sha256:{digest.removeprefix('sha256:')[:_SHORT_DIGEST]}…"


def _installed_text(installed: Installed, devices: Devices | None, chinese: bool) -> Iterator[str]:
    yield f"TensorFlow {installed.tensorflow}"
    if devices is not None and devices.gpus:
        # Without a GPU, what TensorFlow was built for is not what it runs with.
        versions = (
            ("CUDA", installed.cuda),
            ("cuDNN", installed.cudnn),
            ("驱动" if chinese else "driver", devices.driver),
        )
        yield from (f"{name} {version}" for name, version in versions if version is not None)
        yield from (_device_text(each, chinese) for each in devices.gpus)
    elif devices is not None:
        yield "无 GPU" if chinese else "no GPU"
    if installed.packages is not None:
        yield f"pip freeze sha256:{installed.packages[:_SHORT_DIGEST]}…"


def _device_text(device: Device, chinese: bool) -> str:
    if device.free is None or device.total is None:
        return device.name
    free, total = f"{device.free / _GIB:.1f}", f"{device.total / _GIB:.1f}"
    return f"{device.name}（空闲 {free}/{total} GiB）" if chinese else f"{device.name} ({free} of {total} GiB free)"


def _commit_text(commit: Commit, chinese: bool) -> str:
    text = f"{'提交' if chinese else 'commit'} {commit.identifier[:_SHORT_COMMIT]}"
    match commit.changed:
        case None | 0:
            return text
        case 1 if not chinese:
            return f"{text} with 1 changed file"
        case count:
            return f"{text}（有 {count} 个文件改动）" if chinese else f"{text} with {count} changed files"
