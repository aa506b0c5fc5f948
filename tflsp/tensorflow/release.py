"""Facts about the images tensorflow/tensorflow:2.9.*: tags, releases, what is inside and what is not.

Sources: the Dockerfiles and spec.yml of tensorflow/tools/dockerfiles at 2.9, the metadata of the wheel, TensorFlow's
release notes and advisories. Digests are not among them: they come from a Docker Engine or a lock file.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from tflsp.dataclass import dataclass

REPOSITORY: Final = "tensorflow/tensorflow"
DEFAULT_VERSION: Final = "2.9.0"
PATCHED_VERSION: Final = "2.9.3"
VARIANTS: Final = ("", "gpu", "jupyter", "gpu-jupyter")


@dataclass(frozen=True, slots=True)
class Release:
    """A patch release: month (ISO), whether it is the last one of 2.9, and why it was made."""

    version: str
    month: str
    last: bool
    why: str


RELEASES: Final = (
    Release("2.9.0", "2022-05", False, "First release; any protobuf from 3.9.2 on is accepted, though 4.x breaks it"),
    Release("2.9.1", "2022-05", False, "protobuf is held below 3.20"),
    Release("2.9.2", "2022-09", False, "Vulnerability fixes"),
    Release("2.9.3", "2022-11", True, "Vulnerability fixes, CVE-2022-41880 and CVE-2022-41900 among them"),
)


@dataclass(frozen=True, slots=True)
class Image:
    """What the 2.9 images are made of. CUDA, cuDNN and TensorRT are in the `gpu` variants only."""

    system: str = "Ubuntu 20.04"
    python: str = "3.8.10"
    cuda: str = "11.2"
    cudnn: str = "8.1"
    tensorrt: str = "7.2.2"
    user: str = "root"
    jupyter_port: int = 8888
    jupyter_directory: str = "/tf"
    notebook_mount: str = "/tf/notebooks"


IMAGE: Final = Image()


class Presence(enum.StrEnum):
    """Whether something is in the image."""

    EVERYWHERE = "everywhere"
    JUPYTER = "jupyter"
    GPU = "gpu"
    CPU = "cpu"
    NOWHERE = "nowhere"


CONTENTS: Final[Mapping[str, Presence]] = {
    name: where
    for where, names in {
        Presence.EVERYWHERE: (
            "absl-py astunparse bash flatbuffers gast google-pasta grpcio h5py keras keras-preprocessing libclang "
            "numpy opt-einsum packaging pip protobuf python3 setuptools six tensorboard tensorflow-estimator "
            "tensorflow-io-gcs-filesystem termcolor typing-extensions wrapt"
        ),
        Presence.JUPYTER: "git ipykernel jupyter jupyter-http-over-ws matplotlib nbformat notebook",
        Presence.GPU: "cuda cudnn tensorflow tensorrt",
        Presence.CPU: "tensorflow-cpu",
        Presence.NOWHERE: "openssh-server pandas scikit-learn seaborn sshd tfx",
    }.items()
    for name in names.split()
}
"""Packages and programs whose presence is known, by normalised name."""

SAFE_PROTOBUF: Final = "protobuf<3.20"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of tensorflow/tensorflow taken apart: "2.9.0-gpu-jupyter" is version "2.9.0", variant "gpu-jupyter"."""

    version: str
    variant: str = ""

    @property
    def words(self) -> frozenset[str]:
        """The parts of the variant."""
        return frozenset(self.variant.split("-")) - {""}

    @property
    def gpu(self) -> bool:
        """Whether TensorFlow in it uses GPUs."""
        return "gpu" in self.words

    @property
    def jupyter(self) -> bool:
        """Whether its command is Jupyter."""
        return "jupyter" in self.words

    @property
    def moves(self) -> bool:
        """Whether the tag may mean another image tomorrow: latest, nightly, devel, versions without a patch level."""
        return "devel" in self.words or re.match(r"\d+\.\d+\.\d+", self.version) is None

    @property
    def is_2_9(self) -> bool:
        """Whether the facts of this module hold for the image."""
        return re.fullmatch(r"2\.9(\.\d+)?", self.version) is not None


_WORDS: Final = frozenset({"devel", "gpu", "jupyter", "py2", "py3"})
_TAG: Final = re.compile(r"(latest|nightly|devel|\d+(?:\.\d+)*(?:-?(?:a|b|rc)\d+)?)((?:-[a-z0-9]+)*)")


@lru_cache(maxsize=512)
def parse_tag(tag: str) -> Tag | None:
    """Take a tag of tensorflow/tensorflow apart; None for one that is not made as its tags are.

    An empty tag is "latest", as in Docker.
    """
    found = _TAG.fullmatch(tag or "latest")
    if found is None:
        return None
    words = [word for word in found[2].split("-") if word]
    if not _WORDS.issuperset(words):
        return None
    return Tag(found[1], "-".join(words))


@lru_cache(maxsize=512)
def pinned_tag(tag: str, version: str = DEFAULT_VERSION) -> str | None:
    """The tag of `version` with the variant of `tag`: "latest-gpu-jupyter" gives "2.9.0-gpu-jupyter".

    None for a tag that cannot be read, and for devel images (sources and build tools), which 2.9 has no tag for.
    Python's suffixes (`-py3`) are dropped: 2.9 has one Python.
    """
    parsed = parse_tag(tag)
    if parsed is None or parsed.version == "devel" or "devel" in parsed.words:
        return None
    variant = [word for word in ("gpu", "jupyter") if word in parsed.words]
    return "-".join([version, *variant])


def presence(name: str, tag: Tag) -> bool | None:
    """Whether a package or program is in the 2.9 image of this tag; None where that is not known."""
    where = CONTENTS.get(re.sub(r"[-_.]+", "-", name).lower())
    match where:
        case None:
            return None
        case Presence.EVERYWHERE:
            return True
        case Presence.JUPYTER:
            return tag.jupyter
        case Presence.GPU:
            return tag.gpu
        case Presence.CPU:
            return not tag.gpu
        case Presence.NOWHERE:
            return False
