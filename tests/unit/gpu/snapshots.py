"""Snapshots of every shape, and JSON that should have been one, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tflsp.gpu.state import (
    Clocks,
    Ecc,
    Gpu,
    Memory,
    MigDevice,
    Missing,
    Process,
    Snapshot,
    System,
    Utilization,
)

texts = st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"), max_size=20)
missing = st.sampled_from([Missing("not-supported"), Missing("no-permission"), Missing("mig"), Missing("timeout")])
wholes = st.integers(0, 1 << 50)
numbers = st.floats(0, 1e6)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values | missing


memories = st.builds(Memory, wholes, wholes, wholes, maybe(wholes))
gpus = st.builds(
    Gpu,
    index=st.integers(0, 20),
    uuid=maybe(texts),
    name=maybe(texts),
    bus=maybe(texts),
    compute_capability=maybe(texts),
    memory=maybe(memories),
    utilization=maybe(st.builds(Utilization, st.integers(0, 100), maybe(st.integers(0, 100)))),
    mig=maybe(
        st.none()
        | st.lists(st.builds(MigDevice, wholes, maybe(texts), maybe(texts), maybe(memories)), max_size=2).map(tuple)
    ),
    temperature=maybe(st.integers(-20, 120)),
    power=maybe(numbers),
    power_limit=maybe(numbers),
    clocks=maybe(st.builds(Clocks, maybe(wholes), maybe(wholes))),
    fan=maybe(st.integers(0, 100)),
    throttling=maybe(st.lists(st.sampled_from(["sw_power_cap", "hw_slowdown"]), max_size=2).map(tuple)),
    ecc=maybe(st.none() | st.builds(Ecc, st.booleans(), maybe(wholes), maybe(wholes))),
    persistence=maybe(st.booleans()),
    processes=maybe(
        st.lists(
            st.builds(
                Process,
                wholes,
                st.sampled_from(["compute", "graphics"]),
                maybe(wholes),
                maybe(texts),
                st.none() | st.just("0123456789ab"),
            ),
            max_size=2,
        ).map(tuple)
    ),
    problem=st.none() | st.just("gpu-is-lost"),
)
snapshots = st.builds(
    Snapshot,
    time=st.integers(0, 1 << 33).map(float),
    source=st.sampled_from(["nvml", "nvidia-smi"]),
    system=st.builds(System, st.just(Missing("not-reported")) | texts, texts),
    gpus=st.lists(gpus, max_size=3).map(tuple),
    problem=st.none() | st.just("access-lost"),
    host_pids=st.booleans(),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["gpus", "memory", "missing", "problem", "processes", "ecc"]), inner)
    ),
    max_leaves=20,
)
