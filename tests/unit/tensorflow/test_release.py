"""Tags of tensorflow/tensorflow and what is in the images."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.tensorflow.release import (
    DEFAULT_VERSION,
    PATCHED_VERSION,
    RELEASES,
    VARIANTS,
    Tag,
    parse_tag,
    pinned_tag,
    presence,
)

TAGS = ["-".join(filter(None, (release.version, variant))) for release in RELEASES for variant in VARIANTS]


@pytest.mark.parametrize(
    ("tag", "version", "variant", "moves"),
    [
        ("2.9.0", "2.9.0", "", False),
        ("2.9.0-gpu-jupyter", "2.9.0", "gpu-jupyter", False),
        ("1.15.0-gpu-py3", "1.15.0", "gpu-py3", False),
        ("2.10.0rc1-gpu", "2.10.0rc1", "gpu", False),
        ("2.9.0-rc2-jupyter", "2.9.0-rc2", "jupyter", False),
        ("2.9", "2.9", "", True),
        ("2-gpu", "2", "gpu", True),
        ("latest", "latest", "", True),
        ("", "latest", "", True),
        ("latest-gpu-jupyter", "latest", "gpu-jupyter", True),
        ("latest-devel-gpu-py3", "latest", "devel-gpu-py3", True),
        ("nightly-jupyter", "nightly", "jupyter", True),
        ("devel-gpu", "devel", "gpu", True),
        ("1.12.0-devel", "1.12.0", "devel", True),
    ],
)
def test_parse(tag: str, version: str, variant: str, moves: bool) -> None:
    found = parse_tag(tag)
    assert found == Tag(version, variant)
    assert found.moves is moves
    assert found.gpu is ("gpu" in tag)
    assert found.jupyter is ("jupyter" in tag)


@pytest.mark.parametrize(
    "tag", ["custom-op-gpu-ubuntu16", "2.9.0_gpu", "v2.9.0", "mine", "2.9.0-", "-gpu", "2.9.0-GPU"]
)
def test_parse_nothing(tag: str) -> None:
    assert parse_tag(tag) is None
    assert pinned_tag(tag) is None


@pytest.mark.parametrize(
    ("tag", "pinned"),
    [
        ("", "2.9.0"),
        ("latest", "2.9.0"),
        ("latest-jupyter", "2.9.0-jupyter"),
        ("latest-gpu", "2.9.0-gpu"),
        ("latest-gpu-jupyter", "2.9.0-gpu-jupyter"),
        ("latest-gpu-py3-jupyter", "2.9.0-gpu-jupyter"),
        ("nightly-gpu", "2.9.0-gpu"),
        ("2.9-jupyter", "2.9.0-jupyter"),
        ("2.12.0", "2.9.0"),
        ("devel-gpu", None),
        ("latest-devel", None),
    ],
)
def test_pinning_keeps_the_variant(tag: str, pinned: str | None) -> None:
    assert pinned_tag(tag) == pinned
    if pinned is not None:
        assert pinned_tag(tag, PATCHED_VERSION) == pinned.replace(DEFAULT_VERSION, PATCHED_VERSION)


def test_tags_of_2_9() -> None:
    assert len(TAGS) == len(set(TAGS)) == 16
    for tag in TAGS:
        parsed = parse_tag(tag)
        assert parsed is not None
        assert parsed.is_2_9
        assert not parsed.moves
        assert pinned_tag(tag, parsed.version) == tag


@pytest.mark.parametrize(
    ("tag", "expected"), [("2.9", True), ("2.9.3-gpu", True), ("2.90.0", False), ("latest", False)]
)
def test_where_the_facts_hold(tag: str, expected: bool) -> None:
    parsed = parse_tag(tag)
    assert parsed is not None
    assert parsed.is_2_9 is expected


def test_the_patched_version_is_the_last() -> None:
    assert [release.version for release in RELEASES if release.last] == [PATCHED_VERSION] == [RELEASES[-1].version]
    assert [release.month for release in RELEASES] == sorted(release.month for release in RELEASES)


@pytest.mark.parametrize(
    ("name", "tag", "expected"),
    [
        ("numpy", "2.9.0", True),
        ("keras", "2.9.0", True),
        ("TensorBoard", "2.9.0-gpu", True),
        ("matplotlib", "2.9.0", False),
        ("matplotlib", "2.9.0-jupyter", True),
        ("jupyter_http_over_ws", "2.9.0-gpu-jupyter", True),
        ("pandas", "2.9.0-jupyter", False),
        ("scikit_learn", "2.9.0-jupyter", False),
        ("tfx", "2.9.0-jupyter", False),
        ("sshd", "2.9.0-gpu-jupyter", False),
        ("cuda", "2.9.0-jupyter", False),
        ("cuda", "2.9.0-gpu", True),
        ("tensorflow-cpu", "2.9.0-jupyter", True),
        ("tensorflow", "2.9.0-jupyter", False),
        ("tensorflow", "2.9.0-gpu", True),
        ("opencv-python", "2.9.0", None),
    ],
)
def test_presence(name: str, tag: str, expected: bool | None) -> None:
    parsed = parse_tag(tag)
    assert parsed is not None
    assert presence(name, parsed) is expected


@given(st.text(alphabet="abdeghijlnprtuvy0123456789.-", max_size=24))
def test_pinned_tags_are_tags_of_2_9(tag: str) -> None:
    pinned = pinned_tag(tag)
    assert pinned is None or pinned in TAGS
