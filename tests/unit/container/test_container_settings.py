"""The [container] table: what is read, what is refused, and the schema that editors check by."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.container_settings import CONTAINER_OPTIONS, ContainerSettings, container_problems, container_settings
from tflsp.options import GIB
from tflsp.settings import problems_of, schema

GOOD: dict[str, list[Any]] = {
    "variant": ["cpu", "gpu"],
    "base-image": ["registry.example/tf:1"],
    "image": ["me/mine:1"],
    "gpus": ["all", "none", [0], ["0", 1], ["GPU-8f2c0d1e-1111-2222-3333-444455556666"], ["MIG-GPU-8f2c0d1e/1/0"]],
    "memory": ["8GiB", "512m", 1 << 30],
    "cpus": [1, 3.5],
    "shm-size": ["2g"],
    "mounts": [{"data": "/mnt/data:ro"}, {}],
    "ssh-port": [22022],
    "ports": [{"mlflow": 5000}],
    "env-file": ["container.env"],
    "extra-packages": [["pandas==1.4.4"], []],
}
BAD: dict[str, list[Any]] = {
    "variant": ["tpu", 1],
    "gpus": [[], "some", [-1], ["0 --privileged"], [True], 1],
    "memory": ["lots", 0, -1],
    "cpus": [0, -1, "2", True],
    "mounts": [["data"], {"data": 1}],
    "ssh-port": [22, 70000, "22022", True],
    "ports": [{"mlflow": 0}, {"mlflow": "5000"}, {"mlflow": True}, 5000],
    "extra-packages": ["pandas"],
}


def test_every_option_is_tried() -> None:
    assert set(GOOD) == set(CONTAINER_OPTIONS)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in GOOD.items() for value in values])
def test_good_values(key: str, value: Any) -> None:
    assert container_problems({key: value}) == []
    jsonschema.validate({"container": {key: value}}, schema())


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD.items() for value in values])
def test_bad_values_are_reported_and_left_out(key: str, value: Any) -> None:
    (problem,) = problems_of({"container": {key: value}})
    assert problem.path == ("container", key)
    assert problem.what == "value"
    assert problem.hint
    default = getattr(ContainerSettings(), key.replace("-", "_"))
    assert getattr(container_settings({key: value}), key.replace("-", "_")) == default
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(json.dumps({"container": {key: value}})), schema())


def test_typos_are_told_from_what_was_meant() -> None:
    (problem,) = problems_of({"container": {"memroy": "8g"}})
    assert (problem.path, problem.what, problem.hint) == (("container", "memroy"), "unknown", "memory")
    (problem,) = problems_of({"contaner": {}})
    assert (problem.path, problem.hint) == (("contaner",), "container")
    (problem,) = problems_of({"container": "gpu"})
    assert (problem.path, problem.what) == (("container",), "value")


def test_values_are_as_the_program_wants_them() -> None:
    settings = container_settings({"gpus": [0, "0", 1], "memory": "8GiB", "cpus": 2, "shm_size": "2g"})
    assert settings.gpus == ("0", "1")
    assert settings.memory == 8 * GIB
    assert settings.cpus == 2
    assert settings.shm_size == 2 * GIB
    assert container_settings("nonsense").shm_size == GIB


@given(
    st.dictionaries(
        st.sampled_from([*CONTAINER_OPTIONS, "other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=5,
        ),
    )
)
def test_whatever_is_not_reported_is_usable(table: dict[str, Any]) -> None:
    reported = {problem.path[1] for problem in container_problems(table)}
    settings = container_settings(table)
    for key in table.keys() - reported:
        assert getattr(settings, key.replace("-", "_")) is not None
