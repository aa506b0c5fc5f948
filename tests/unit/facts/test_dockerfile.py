"""Dockerfiles give instructions, stages, images, variables, ports and the commands that they run."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import analysis, at, facts, one
from tflsp.facts.commands import Command
from tflsp.facts.containers import ImageRef, Surface
from tflsp.facts.dockerfile import ExposedPort, Instruction
from tflsp.facts.environment import EnvironmentSetting
from tflsp.facts.installs import AptInstall, PipInstall
from tflsp.facts.jupyter import JupyterLaunch

SEED = """\
FROM tensorflow/tensorflow:2.9.0

RUN apt-get update && \\
    # the server
    apt-get install -y openssh-server && \\
    mkdir -p /var/run/sshd
RUN echo 'root:x' | chpasswd
EXPOSE 22
CMD ["/usr/sbin/sshd", "-D"]
"""


def images(text: str) -> list[tuple[str, bool, bool]]:
    return [(image.text, image.is_stage, image.pulls) for image in facts("dockerfile", text, ImageRef)]


def commands(text: str) -> list[list[str | None]]:
    return [[word.value for word in command.words] for command in facts("dockerfile", text, Command)]


def test_the_seeds_dockerfile() -> None:
    assert commands(SEED) == [
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "openssh-server"],
        ["mkdir", "-p", "/var/run/sshd"],
        ["echo", "root:x"],
        ["chpasswd"],
        ["/usr/sbin/sshd", "-D"],
    ]
    apt = one(AptInstall, "dockerfile", SEED)
    assert [at(apt, package.span) for package in apt.packages] == ["openssh-server"]
    assert isinstance(apt.command.inside, Instruction)
    assert apt.command.inside.stage is not None
    assert apt.command.inside.stage.base is not None
    assert apt.command.inside.stage.base.is_tensorflow
    chpasswd = next(command for command in facts("dockerfile", SEED, Command) if command.name == "chpasswd")
    assert [at(chpasswd, word.inner) for word in chpasswd.stdin] == ["root:x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM x:1", [("x:1", False, True)]),
        ("from --platform=$P x:1 as y\nFROM y", [("x:1", False, True), ("y", True, False)]),
        ("FROM x AS Y\nFROM y", [("x", False, True), ("y", True, False)]),
        ("FROM scratch", [("scratch", True, False)]),
        ("ARG T=1\nFROM x:$T", [("x:1", False, True)]),
        ("ARG T=1\nARG I=x:$T\nFROM ${I}", [("x:1", False, True)]),
        ("ARG T\nFROM x:${T:-2}", [("x:2", False, True)]),
        ("ARG T\nFROM x:$T", [("x:$T", False, True)]),
        ("FROM a\nARG T=1\nFROM x:$T", [("a", False, True), ("x:$T", False, True)]),
        ("FROM a AS b\nCOPY --from=b x y\nCOPY --from=0 x y", [("a", False, True), ("b", True, False)]),
        ("FROM a\nCOPY --from=c:1 x y", [("a", False, True), ("c:1", False, True)]),
        ("FROM a\nRUN --mount=type=bind,from=b:1,target=/x y", [("a", False, True), ("b:1", False, True)]),
        ("FROM <registry>/{{ image }}", [("<registry>/{{ image }}", False, True)]),
        ("FROM", []),
        ("FROM tensorflow/tensorflow:", [("tensorflow/tensorflow:", False, True)]),
    ],
)  # fmt: skip
def test_images(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    assert images(text) == expected


def test_a_tag_from_an_argument_is_mended_where_it_is_given() -> None:
    text = "ARG TAG=latest\nFROM --platform=linux/amd64 tensorflow/tensorflow:${TAG}-jupyter\n"
    image = one(ImageRef, "dockerfile", text)
    assert (image.surface, image.tag, image.verbatim) == (Surface.DOCKERFILE, "latest-jupyter", False)
    alone = one(ImageRef, "dockerfile", text.replace("-jupyter", ""))
    assert alone.tag_span is not None
    assert alone.tag_span.start == text.index("latest")


def test_stages_have_the_image_at_their_bottom() -> None:
    text = "FROM tensorflow/tensorflow:2.9.0 AS a\nFROM a AS b\nRUN x\nFROM scratch\nCOPY y z\n"
    stages = [found.stage for found in facts("dockerfile", text, Instruction) if found.keyword in ("RUN", "COPY")]
    assert [(stage.index, stage.name, stage.base and stage.base.text) for stage in stages if stage] == [
        (1, "b", "tensorflow/tensorflow:2.9.0"),
        (2, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV A=b C='d e'", [("ENV", "A", "b"), ("ENV", "C", "d e")]),
        ("ENV A b c", [("ENV", "A", "b c")]),
        ("ENV A=b \\\n    C=d", [("ENV", "A", "b"), ("ENV", "C", "d")]),
        ("ARG A\nARG B=c", [("ARG", "A", None), ("ARG", "B", "c")]),
        ("FROM x\nENV A=b\nENV C=$A/d E=$F", [("ENV", "A", "b"), ("ENV", "C", "b/d"), ("ENV", "E", None)]),
        ("ARG A=b\nFROM x\nENV C=$A", [("ARG", "A", "b"), ("ENV", "C", None)]),
        ("ARG A=b\nFROM x\nARG A\nENV C=$A", [("ARG", "A", "b"), ("ARG", "A", None), ("ENV", "C", "b")]),
        ("FROM x\nENV A=b\nARG A=c\nENV C=$A", [("ENV", "A", "b"), ("ARG", "A", "c"), ("ENV", "C", "b")]),
        ("ENV A=b;c&d(e) F=`g`", [("ENV", "A", "b;c&d(e)"), ("ENV", "F", "`g`")]),
        ("ENV =", []),
        ("ENV", []),
    ],
)  # fmt: skip
def test_variables(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    found = facts("dockerfile", text, EnvironmentSetting)
    assert [
        (setting.keyword, setting.name, setting.value.value if setting.value else None) for setting in found
    ] == expected
    for setting in found:
        assert at(setting, setting.name_span) == setting.name
        assert at(setting, setting.span).startswith(setting.name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN a && b", [["a"], ["b"]]),
        ('RUN ["a", "b c"]', [["a", "b c"]]),
        ("RUN [ -f x ] && y", [["[", "-f", "x", "]"], ["y"]]),
        ('CMD ["a", \\\n  "b\\n"]', [["a", "b\n"]]),
        ('CMD ["a", "b', [["a"]]),
        ('CMD ["bash", "-c", "a b"]', [["bash", "-c", "a b"], ["a", "b"]]),
        ("HEALTHCHECK --interval=5s CMD a b", [["a", "b"]]),
        ('HEALTHCHECK CMD ["a", "b"]', [["a", "b"]]),
        ("HEALTHCHECK NONE", []),
        ("ONBUILD RUN a", [["a"]]),
        ("RUN <<EOF\na\nb c\nEOF", [["a"], ["b", "c"]]),
        ("RUN bash <<'EOF'\na\nEOF", [["bash"], ["a"]]),
        ("RUN --mount=type=secret,id=x a", [["a"]]),
        ('SHELL ["powershell", "-c"]\nRUN Get-Item x', []),
        ('SHELL ["/bin/bash", "-c"]\nRUN a', [["a"]]),
        ("ARG V=1\nRUN pip install x==$V", [["pip", "install", "x==1"]]),
        ("ENTRYPOINT a b", [["a", "b"]]),
        ("# escape=`\nRUN a `\n  && b", [["a"], ["b"]]),
    ],
)
def test_commands(text: str, expected: list[list[str | None]]) -> None:
    assert sorted(commands("FROM x\n" + text if not text.startswith("#") else text)) == sorted(expected)


def test_values_that_double_are_bounded() -> None:
    text = "FROM x\nENV A=xy\n" + "ENV A=$A$A\n" * 2_000
    last = facts("dockerfile", text, EnvironmentSetting)[-1]
    assert last.value is not None
    assert last.value.value is None


def test_places_behind_continuations_and_comments() -> None:
    text = "FROM x\nRUN pip install \\\n  # why\n  --no-cache-dir \\\n\n  'tensorflow==2.9.0' \\\n  numpy\n"
    pip = one(PipInstall, "dockerfile", text)
    assert [at(pip, requirement.span) for requirement in pip.requirements] == ["tensorflow==2.9.0", "numpy"]
    assert [option.name for option in pip.options] == ["no-cache-dir"]


def test_exec_forms_are_read_as_command_lines_are() -> None:
    text = 'FROM x\nCMD ["jupyter", "lab", "--ip=0.0.0.0", \\\n "--ServerApp.token="]\n'
    launch = one(JupyterLaunch, "dockerfile", text)
    assert launch.listens_everywhere
    assert launch.token is not None
    assert launch.token.value == ""
    assert at(launch, launch.token.span) == '"--ServerApp.token="'


def test_ports() -> None:
    text = "FROM x\nARG P=6006\nEXPOSE 22 8888/udp 7000-7010 $P $Q x\n"
    found = facts("dockerfile", text, ExposedPort)
    assert [(port.port, port.last, port.protocol) for port in found] == [
        (22, 22, "tcp"),
        (8888, 8888, "udp"),
        (7000, 7010, "tcp"),
        (6006, 6006, "tcp"),
    ]
    assert at(found[1], found[1].span) == "8888/udp"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("COPY <<EOF /etc/ssh/sshd_config\nPermitRootLogin yes\nEOF", "sshd-config"),
        ("COPY <<train.py /src/\nimport x\ntrain.py", "python"),
        ("RUN <<EOF\n#!/usr/bin/env python3\nimport x\nEOF", "python"),
        ("RUN python3 <<EOF\nimport x\nEOF", "python"),
    ],
)
def test_texts_inside(text: str, language: str) -> None:
    found = analysis("dockerfile", "FROM x\n" + text)
    assert language in [region.language for region in found.regions]


def test_instructions() -> None:
    text = "FROM x\nuser 1000\nCOPY --chown=1:1 a b\nONBUILD COPY c d\nHEALTHCHECK NONE\n"
    found = facts("dockerfile", text, Instruction)
    assert [(f.keyword, f.arguments, f.on_build) for f in found] == [
        ("FROM", "x", False),
        ("USER", "1000", False),
        ("COPY", "a b", False),
        ("COPY", "c d", True),
        ("HEALTHCHECK", "NONE", False),
    ]
    chown = found[2].flag("chown")
    assert chown is not None
    assert (chown.value, at(found[2], chown.span)) == ("1:1", "--chown=1:1")
    assert at(found[1], found[1].keyword_span) == "user"
    assert at(found[1], found[1].arguments_span) == "1000"
