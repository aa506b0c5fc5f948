"""Words of configuration values: what is interpolated, how commands are split, and where each part is written."""

from __future__ import annotations

import pytest

from tflsp.documents.nodes import ScalarNode
from tflsp.documents.words import UNKNOWN
from tflsp.documents.yaml_nodes import read_yaml
from tflsp.facts.configuration_words import ScalarWords, compose_parts, devcontainer_parts, kubernetes_parts


def scalar(text: str) -> ScalarNode:
    (node,) = read_yaml(text)
    assert isinstance(node, ScalarNode)
    return node


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("tensorflow/tensorflow:${TAG:-2.9.0}", "tensorflow/tensorflow:2.9.0"),
        ("${A:-${B-x}y}z", "xyz"),
        ("$REGISTRY/a:1", UNKNOWN + "/a:1"),
        ("${TAG:?say which}", UNKNOWN),
        ("${TAG:+set}", UNKNOWN),
        ("cost: $$5", "cost: $5"),
        ("${open", UNKNOWN),
        ("'it''s ${A-b}'", "it's b"),
    ],
)
def test_compose_interpolates_defaults(text: str, pattern: str) -> None:
    text = f'"{text}"' if ": " in text else text
    word = ScalarWords(text, compose_parts).word(scalar(text))
    assert word.pattern == pattern
    assert word.is_literal is (UNKNOWN not in pattern)


def test_a_default_is_written_where_it_stands() -> None:
    text = "tensorflow/tensorflow:${TAG:-2.9.0-gpu}"
    word = ScalarWords(text, compose_parts).word(scalar(text))
    place = word.place(len("tensorflow/tensorflow:"), len(word.pattern))
    assert place.of(text) == "2.9.0-gpu"
    assert word.variables == (("TAG", "2.9.0-gpu"),)


def test_kubernetes_and_devcontainer_variables() -> None:
    assert ScalarWords("$(HOST)/$$(x)", kubernetes_parts).word(scalar("$(HOST)/$$(x)")).pattern == f"{UNKNOWN}/$(x)"
    value = "source=${localWorkspaceFolder}/a,target=/${localEnv:HOME:root}"
    assert ScalarWords(value, devcontainer_parts).word(scalar(value)).pattern == f"source={UNKNOWN}/a,target=/root"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("jupyter notebook --ip=0.0.0.0", ["jupyter", "notebook", "--ip=0.0.0.0"]),
        (">-\n  bash -c\n  'a  b' \"c d\"e\n", ["bash", "-c", "a  b", "c de"]),
        ("a\\ b ''  c\\\\d", ["a b", "", "c\\d"]),
        ('echo "${X:-y z}" $$HOME ${U}', ["echo", "y z", "$HOME", None]),
        ("it's open", ["its open"]),
    ],
)
def test_command_lines_are_split_without_a_shell(text: str, words: list[str | None]) -> None:
    assert [word.value for word in ScalarWords(text, compose_parts).split(scalar(text))] == words


def test_words_of_a_folded_scalar_have_their_places() -> None:
    text = ">-\n  bash -c\n  'a  b' \"c d\"e\n"
    places = [word.span.of(text) for word in ScalarWords(text, compose_parts).split(scalar(text))]
    assert places == ["bash", "-c", "'a  b'", '"c d"e']
