"""tflsp.lock: the digests of images, the hashes of tflsp's packages in the image, and tflsp's version, as TOML.

Rules read the [images] table through `tflsp.project.Project.digests`; `tflsp up` refuses what differs.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tflsp.container.engines import Image

NAME = "tflsp.lock"
_FORMAT = 1
_HEADER = """\
# Written by `tflsp lock`; commit it. `tflsp up` starts what is written here, and refuses anything else.
"""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*==[^\s;\\]+)")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")


class LockError(Exception):
    """The lock file cannot be used, or what is there is not what it pins; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Lock:
    """``images``: digest by reference (name:tag); ``packages``: hashes by requirement (name==version)."""

    tflsp: str
    images: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read(folder: Path) -> Lock | None:
    """The lock file of a project; None without one. Raises LockError for one that is damaged."""
    path = folder / NAME
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        if data["version"] > _FORMAT:
            raise LockError(f"{path} was written by a newer tflsp. Install tflsp {data.get('tflsp', '')}.")
        images = {str(name): str(digest) for name, digest in data["images"].items()}
        packages = {str(name): tuple(str(each) for each in hashes) for name, hashes in data["packages"].items()}
        if not all(_DIGEST.fullmatch(digest) for digest in images.values()):
            raise ValueError("digest")
        return Lock(str(data["tflsp"]), images, packages)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise LockError(f"{path} cannot be read. Take it from version control again, or run `tflsp lock`.") from None


def text_of(lock: Lock) -> str:
    """The lock file's text."""
    lines = [_HEADER, f"version = {_FORMAT}", f"tflsp = {_quoted(lock.tflsp)}", "", "[images]"]
    lines += [f"{_quoted(name)} = {_quoted(digest)}" for name, digest in sorted(lock.images.items())]
    lines += ["", "[packages]"]
    for name, hashes in sorted(lock.packages.items()):
        lines += [f"{_quoted(name)} = [", *(f"    {_quoted(each)}," for each in sorted(hashes)), "]"]
    return "\n".join(lines) + "\n"


def packages_in(requirements: str) -> dict[str, tuple[str, ...]]:
    """Hashes by requirement, from the text of a requirements file with hashes."""
    packages: dict[str, tuple[str, ...]] = {}
    for line in requirements.replace("\\\n", " ").splitlines():
        found, hashes = _REQUIREMENT.match(line), _HASH.findall(line)
        if found is not None and hashes:
            packages[found[1]] = tuple(hashes)
    return packages


def digest_of(image: Image, reference: str) -> str:
    """An image's digest: the registry's, or for an image that was never in one its own id."""
    return image.digests.get(repository(reference)) or image.id


def has_digest(image: Image, digest: str) -> bool:
    """Whether an image is the one with a digest, whichever name it was pulled by."""
    return digest == image.id or digest in image.digests.values()


def repository(reference: str) -> str:
    """A reference without tag and digest."""
    name = reference.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def with_digest(reference: str, digest: str) -> str:
    """The reference that fetches exactly one image."""
    return f"{repository(reference)}@{digest}"


def tagged(reference: str) -> str:
    """A reference as the lock file's keys have it: with a tag, without digest."""
    name = reference.partition("@")[0]
    return name if repository(name) != name else f"{name}:latest"


def complaints(lock: Lock, version: str, packages: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """How this installation of tflsp is not the one that the lock file pins."""
    if lock.tflsp != version:
        yield f"it pins tflsp {lock.tflsp}, and this is {version}"
    ours, theirs = ({name: frozenset(each) for name, each in some.items()} for some in (packages, lock.packages))
    changed = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    if changed and lock.tflsp == version:
        yield "it pins other packages: " + ", ".join(changed[:5]) + (", …" if len(changed) > 5 else "")


def refusal(path: Path, reference: str, pinned: str, there: str) -> LockError:
    """The engine has another image under the pinned name."""
    return LockError(
        f"{path} pins {reference} to {pinned}, and the engine has {there}. `tflsp up --pull` fetches the pinned one; "
        "`tflsp lock` accepts the engine's, for everyone who takes the file."
    )


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, but for one control character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
