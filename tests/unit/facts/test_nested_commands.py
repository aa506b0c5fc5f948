"""Commands inside of commands are found, and lie where they are written."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import analysis, at, facts
from tflsp.documents.region import Region
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch
from tflsp.text import apply_edits
from tflsp.text.spans import TextEdit


def nested(text: str) -> list[Region]:
    found = analysis("shell", text)
    return [region for region in found.regions if region is not found.root]


@pytest.mark.parametrize(
    "text",
    [
        'bash -c "docker run x"',
        "bash -lc 'docker run x'",
        "/bin/sh -e -c 'docker run x' name",
        "bash -euo pipefail -c 'docker run x'",
        "sudo -u me bash -c 'docker run x'",
        "su - me -c 'docker run x'",
        "su -c 'docker run x' me",
        'ssh -p 2222 -i key me@host "docker run x"',
        "ssh me@host -p 2222 'docker run x'",
        "ssh me@host docker run x",
        "ssh me@host 'sudo bash -c \"docker run x\"'",
        "docker exec -it tf sh -c 'docker run x'",
        "docker run y bash -c 'docker run x'",
        "kubectl exec -it pod -- bash -c 'docker run x'",
        "eval 'docker run x'",
        "bash <<EOF\ndocker run x\nEOF",
        "ssh me@host <<'EOF'\ndocker run x\nEOF",
        "docker exec -i tf bash <<EOF\ndocker run x\nEOF",
        "echo 'docker run x' | bash",
        "bash -c $'docker \\x72un x'",
        'bash -c "docker \\\nrun x"',
    ],
)
def test_launches_inside(text: str) -> None:
    found = [launch for launch in facts("shell", text, ContainerLaunch) if launch.image and launch.image.text == "x"]
    assert len(found) == 1
    assert at(found[0], found[0].span) in ("docker run x", "docker \\x72un x", "docker \\\nrun x")


@pytest.mark.parametrize(
    "text", ["bash script.sh -c x", "bash", "ssh host", "ssh -c aes host", "su me", "python -c", "bash -c"]
)
def test_nothing_inside(text: str) -> None:
    assert nested(text) == []


def test_escapes_are_mapped() -> None:
    text = 'bash -c "docker run -e A=\\"b c\\" tensorflow/tensorflow:latest"'
    (launch,) = facts("shell", text, ContainerLaunch)
    assert launch.environment == {"A": "b c"}
    assert launch.image is not None
    assert at(launch, launch.image.tag_span) == "latest"


def test_a_fix_inside_is_quoted_for_the_outside() -> None:
    for text, expected in (
        ('bash -c "ls a"', 'bash -c "ls \\"\\$PWD\\""'),
        ("bash -c 'ls a'", "bash -c 'ls \"$PWD\"'"),
    ):
        inner = next(command for command in facts("shell", text, Command) if command.name == "ls")
        place = inner.region.to_root(inner.words[1].span)
        new = inner.region.root_codec.encode('"$PWD"')
        assert apply_edits(text, [TextEdit(place, new)]) == expected


def test_unknown_parts_stay_as_they_are_written() -> None:
    (region,) = nested('bash -c "docker run -v $(pwd):/tf x$Y"')
    assert region.text == "docker run -v $(pwd):/tf x$Y"


def test_who_runs_it_is_known_inside_of_strings_too() -> None:
    for text in ("docker run tf bash -c 'pip install x'", "docker exec tf bash -c 'pip install x'"):
        inner = next(command for command in facts("shell", text, Command) if command.name == "pip")
        assert isinstance(inner.inside, ContainerLaunch | Command)


def test_python_inside() -> None:
    for text in ("python3 -c 'import x'", "python <<EOF\nimport x\nEOF", "docker run y python -c 'import x'"):
        assert [(region.language, region.text.strip()) for region in nested(text)] == [("python", "import x")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("cat > Dockerfile <<EOF\nFROM x\nEOF", "dockerfile"),
        ("cat <<'EOF' > src/train.py\nx = 1\nEOF", "python"),
        ("tee /etc/ssh/sshd_config.d/x.conf <<EOF\nPermitRootLogin yes\nEOF", "sshd-config"),
        ("cat <<EOF | sudo tee -a docker-compose.yml\nservices:\nEOF", "compose"),
        ("cat >> .env <<EOF\nA=b\nEOF", "dotenv"),
    ],
)
def test_files_that_are_written(text: str, language: str) -> None:
    assert [region.language for region in nested(text)] == [language]
