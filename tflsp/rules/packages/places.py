"""Where an install runs, as far as document and project tell: in TensorFlow's image, or who knows where."""

from __future__ import annotations

from tflsp.bad_examples import is_bad_example
from tflsp.dataclass import dataclass
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch, ImageRef
from tflsp.facts.dockerfile import Instruction
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.installs import PipInstall
from tflsp.rules.base import Context
from tflsp.rules.tensorflow_images import is_tensorflow, tensorflow_tag
from tflsp.tensorflow.release import Tag

# Options that install beside the image's packages instead of over them, or nothing at all.
_ELSEWHERE = ("target", "prefix", "root", "dry-run", "python", "report")
# Documents whose code runs where TensorFlow is.
_PROGRAMS = ("notebook", "percent", "python", "devcontainer")


@dataclass(frozen=True, slots=True)
class Place:
    """An image of TensorFlow 2.9, or of ``latest`` and the like: then there is no ``version``.

    ``gpu`` is None where its variant is not known. ``certain`` is False where commands stand in a text that may well
    be meant for the host.
    """

    version: str | None
    gpu: bool | None
    certain: bool


def place_of(found: Located[PipInstall], facts: DocumentFacts, context: Context) -> Place | None:
    """The image that the packages land in; None where that is none of 2.9, or not known."""
    install = found.fact
    if install.in_virtual_environment or install.option(*_ELSEWHERE) is not None or _has_own_path(install):
        return None
    match install.command.inside:
        case Instruction(stage=stage):
            return _image(stage.base if stage is not None else None, context)
        case ContainerLaunch(image=image):
            return _image(image, context)
        case Command(name=name):
            # `docker exec` goes into a container of the project; ssh may lead anywhere.
            return _by_evidence(facts, context, certain=True) if name != "ssh" else None
    if context.kind == "notebook" and _is_colab(facts):
        return None
    return _by_evidence(facts, context, certain=context.kind in _PROGRAMS)


def _has_own_path(install: PipInstall) -> bool:
    """``/opt/tools/bin/pip``: some environment's own, not the system's."""
    folder, slash, _ = install.command.words[0].pattern.rpartition("/")
    return bool(slash) and folder not in ("/bin", "/usr/bin", "/usr/local/bin")


def _image(image: ImageRef | None, context: Context) -> Place | None:
    if image is None or not is_tensorflow(image, context):
        return None
    tag = tensorflow_tag(image, context)
    if tag is None:
        # A tag that only a build argument knows: the settings say which TensorFlow the project is on.
        version = context.settings.tensorflow_version
        return Place(version, None, certain=True) if image.tag is None and Tag(version).is_2_9 else None
    if tag.is_2_9:
        return Place(tag.version, tag.gpu, certain=True)
    return Place(None, tag.gpu, certain=True) if tag.moves and not tag.version[0].isdigit() else None


def _by_evidence(facts: DocumentFacts, context: Context, *, certain: bool) -> Place | None:
    """The image that the document itself starts or builds on, else the project's."""
    own = {
        (tag.version, tag.gpu)
        for image in facts.all(ImageRef)
        if (tag := tensorflow_tag(image.fact, context)) is not None
        and tag.is_2_9
        and not is_bad_example(image.fact.region, image.fact.region.to_root(image.fact.span).start)
    }
    if own:
        # A notebook that starts a container does not run in it.
        variants = {gpu for _, gpu in own} if context.kind != "notebook" else set()
        return Place(min(version for version, _ in own), variants.pop() if len(variants) == 1 else None, certain)
    used = [version for version in context.project.tensorflow_versions if Tag(version).is_2_9]
    return Place(min(used), None, certain) if used else None


def _is_colab(facts: DocumentFacts) -> bool:
    return facts.metadata is not None and "colab" in facts.metadata
