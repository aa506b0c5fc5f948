"""Image references are taken apart as distribution/reference does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.facts.reading import at, one
from tflsp.documents.words import UNKNOWN
from tflsp.facts.containers import ImageRef
from tflsp.facts.images import looks_like_image, parse_reference

LABELS = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,6}[a-zA-Z0-9])?", fullmatch=True)
COMPONENTS = st.from_regex(r"[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}", fullmatch=True)
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
DIGESTS = st.from_regex(r"sha256:[0-9a-f]{64}|sha512\+b64:[0-9a-f]{40}", fullmatch=True)
REGISTRIES = st.one_of(
    st.tuples(st.lists(LABELS, min_size=2, max_size=3).map(".".join), st.sampled_from(["", ":5000", ":443"])).map(
        "".join
    ),
    st.just("localhost"),
    st.just("registry:5000"),
    st.just("[2001:db8::1]:5000"),
    st.just("192.168.0.1:80"),
)
HUB = ("docker.io", "index.docker.io")


@given(
    st.none() | REGISTRIES,
    st.lists(COMPONENTS, min_size=1, max_size=3),
    st.none() | TAGS,
    st.none() | DIGESTS,
)
def test_what_is_built_is_read_back(registry: str | None, path: list[str], tag: str | None, digest: str | None) -> None:
    name = "/".join([registry, *path] if registry else path)
    text = name + (f":{tag}" if tag is not None else "") + (f"@{digest}" if digest else "")
    reference = parse_reference(text)
    # A first component that has a dot is a registry where a path follows: the grammar cannot tell, nor can we.
    domain = registry or (path[0] if len(path) > 1 and ("." in path[0] or path[0] == "localhost") else None)
    rest = "/".join(path if registry or not domain else path[1:])
    assert reference.valid
    assert reference.known
    assert (reference.name, reference.tag, reference.digest) == (name, tag, digest)
    assert reference.registry == ("docker.io" if domain in HUB else domain)
    assert reference.repository == (rest.removeprefix("library/") if domain in (None, *HUB) else rest)
    for span, part in ((reference.tag_span, tag), (reference.digest_span, digest)):
        assert (span.of(text) if span else None) == part


@pytest.mark.parametrize(
    "text",
    [
        "tensorflow/TensorFlow:2.9.0",
        "tensorflow//tensorflow",
        "tensorflow/tensorflow:",
        "tensorflow/tensorflow:2.9 0",
        "tensorflow/tensorflow@sha256:123",
        ":latest",
        "-it",
        "a" * 256,
        "0123456789abcdef" * 4,
        "foo__-bar",
        "a:b:c",
        "",
    ],
)
def test_what_the_grammar_does_not_allow(text: str) -> None:
    assert not parse_reference(text).valid


@given(st.text(alphabet="aZ9./:@_-[]" + UNKNOWN, max_size=30))
def test_any_text_gives_a_result_with_true_spans(text: str) -> None:
    reference = parse_reference(text)
    assert reference.known == (UNKNOWN not in text)
    if reference.tag is not None and reference.tag_span:
        assert reference.tag_span.of(text) == reference.tag


@pytest.mark.parametrize(
    ("written", "repository", "registry"),
    [
        ("ubuntu", "ubuntu", None),
        ("library/ubuntu", "ubuntu", None),
        ("docker.io/library/ubuntu:22.04", "ubuntu", "docker.io"),
        ("index.docker.io/tensorflow/tensorflow", "tensorflow/tensorflow", "docker.io"),
        ("localhost/x", "x", "localhost"),
        ("gcr.io/library/x", "library/x", "gcr.io"),
        ("nvcr.io/nvidia/tensorflow:22.05-tf2-py3", "nvidia/tensorflow", "nvcr.io"),
        ("Foo/x", "x", "Foo"),
    ],
)
def test_names_are_normalised(written: str, repository: str, registry: str | None) -> None:
    reference = parse_reference(written)
    assert (reference.repository, reference.registry) == (repository, registry)


def test_defaults_of_variables_are_read_where_they_stand() -> None:
    image = one(ImageRef, "shell", "docker pull ${REG:-docker.io}/tensorflow/tensorflow:${TAG:-latest}")
    assert image.text == "docker.io/tensorflow/tensorflow:latest"
    assert image.is_tensorflow
    assert image.tag == "latest"
    assert at(image, image.tag_span) == "latest"
    assert at(image, image.span) == "${REG:-docker.io}/tensorflow/tensorflow:${TAG:-latest}"
    assert image.variables == {"REG": "docker.io", "TAG": "latest"}
    assert not image.verbatim


def test_a_variable_assigned_before_is_mended_where_it_is_assigned() -> None:
    text = "IMAGE=tensorflow/tensorflow:latest\ndocker pull $IMAGE && docker run $IMAGE\n"
    image = one(ImageRef, "shell", text)  # two commands use it, one place names it
    assert (image.tag, image.verbatim) == ("latest", True)
    assert image.tag_span is not None
    assert image.tag_span.start == text.index("latest")


def test_an_unknown_tag_leaves_the_repository_known() -> None:
    image = one(ImageRef, "shell", "docker pull tensorflow/tensorflow:$TAG")
    assert (image.known, image.is_tensorflow, image.tag) == (False, True, None)
    assert image.text == "tensorflow/tensorflow:$TAG"


def test_an_unknown_name_leaves_nothing_known() -> None:
    image = one(ImageRef, "shell", "docker pull $REGISTRY/tensorflow/tensorflow:2.9.0")
    assert (image.known, image.repository, image.tag) == (False, "", "2.9.0")


def test_where_a_tag_can_be_put_in() -> None:
    image = one(ImageRef, "shell", "docker pull 'ubuntu'")
    assert image.name_end == len("docker pull 'ubuntu")
    assert one(ImageRef, "shell", "docker pull x$Y").name_end is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("tensorflow/tensorflow", True), ("python:3.11", True), ("bash", False), ("-it", False), ("a b/c", False)],
)
def test_what_looks_like_an_image(text: str, expected: bool) -> None:
    assert looks_like_image(text) is expected
