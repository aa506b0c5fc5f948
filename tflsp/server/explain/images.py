"""What an image reference means, and what is known of TensorFlow's own images."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ImageRef
from tflsp.facts.image_names import full_name, official_name
from tflsp.project import Project
from tflsp.server.explain.words import say
from tflsp.settings import Settings
from tflsp.tensorflow.release import CONTENTS, IMAGE, PATCHED_VERSION, RELEASES, REPOSITORY, Tag, parse_tag, presence

# What people look for in these images first.
_ASKED_FOR = ("numpy", "matplotlib", "pandas", "scikit-learn", "git", "openssh-server")


def explain_image(image: ImageRef, settings: Settings, project: Project) -> str:
    """What a reference resolves to, as Markdown."""
    return "\n\n".join(_explain(image, settings, project))


def resolved(image: ImageRef) -> str | None:
    """The whole reference as an engine reads it; None where a part of it is not known."""
    if not image.known or not image.valid or image.is_stage:
        return None
    tag = f":{image.tag}" if image.tag else "" if image.digest else ":latest"
    digest = f"@{image.digest}" if image.digest else ""
    repository = image.repository if "/" in image.repository or image.registry else f"library/{image.repository}"
    return f"{image.registry or 'docker.io'}/{repository}{tag}{digest}"


def _explain(image: ImageRef, settings: Settings, project: Project) -> Iterator[str]:
    language = settings.language
    if image.is_stage:
        yield say("stage", language)
        return
    whole = resolved(image)
    yield f"**{image.text}**" + (f" — {say('means', language)} `{whole}`" if whole else "")
    if image.variables:
        yield "\n".join(
            "- " + say("means-default", language, name=name, value=value) for name, value in image.variables.items()
        )
    if image.builds or full_name(image) in project.built_images:
        yield say("built", language)
        return
    if image.known and image.tag is None and image.digest is None:
        yield say("no-tag", language)
    if image.known and (digest := project.digests.get(f"{image.repository}:{image.tag or 'latest'}")):
        yield say("locked", language, digest=digest)
    if image.known and (image.is_tensorflow or official_name(image, settings.image_mirrors) == REPOSITORY):
        tag = parse_tag(image.tag or "")
        if tag is not None and (image.tag or not image.digest):
            yield from _tensorflow(tag, language)


def _tensorflow(tag: Tag, language: str) -> Iterator[str]:
    if tag.moves:
        yield say("moves", language)
    if not tag.is_2_9:
        return
    release = next((each for each in RELEASES if each.version == tag.version), None)
    if release is not None:
        said = say("release", language, version=release.version, month=release.month, why=release.why)
        yield said if release.last else f"{said} {say('patched', language, version=PATCHED_VERSION)}"
    rows = [
        say("system", language, system=IMAGE.system, python=IMAGE.python, user=IMAGE.user),
        say("gpu-stack", language, cuda=IMAGE.cuda, cudnn=IMAGE.cudnn, tensorrt=IMAGE.tensorrt)
        if tag.gpu
        else say("cpu-only", language),
        say(
            "jupyter",
            language,
            port=IMAGE.jupyter_port,
            directory=IMAGE.jupyter_directory,
            mount=IMAGE.notebook_mount,
        )
        if tag.jupyter
        else say("no-jupyter", language),
    ]
    has = [name for name in _ASKED_FOR if name in CONTENTS and presence(name, tag)]
    lacks = [name for name in _ASKED_FOR if name in CONTENTS and presence(name, tag) is False]
    rows += [say("has", language, names=", ".join(has))] if has else []
    rows += [say("lacks", language, names=", ".join(lacks))] if lacks else []
    yield f"{say('inside', language)}:\n" + "\n".join(f"- {row}" for row in rows)
