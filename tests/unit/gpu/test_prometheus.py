"""Prometheus' text format, read back by its own grammar."""

from __future__ import annotations

import re

from tflsp.gpu.prometheus import exposition
from tflsp.gpu.state import Gpu, Memory, MigDevice, Missing, Snapshot, Utilization

LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(rf"(?P<name>[a-z_]+)(?:\{{(?P<labels>{LABEL}(?:,{LABEL})*)\}})? (?P<value>-?[0-9.e+-]+)")

GPU = Gpu(
    0,
    uuid="GPU-1",
    name='He said "T4\\T5"\n',
    memory=Memory(16 << 30, 3 << 30, 13 << 30, 0),
    utilization=Utilization(87),
    mig=(MigDevice(0, "MIG-1", "1g.5gb", Memory(5, 1, 4)),),
    throttling=("sw_power_cap",),
    power=67.25,
    fan=Missing("not-supported"),
)


def read(text: str) -> dict[tuple[str, str], float]:
    """Samples by name and labels; fails where a line is not of the format, or a family is announced twice."""
    assert text.endswith("\n")
    samples: dict[tuple[str, str], float] = {}
    announced: list[str] = []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            announced.append(line.split()[2])
        elif not line.startswith("# HELP "):
            found = SAMPLE.fullmatch(line)
            assert found, line
            assert found["name"] == announced[-1], "a sample outside of its family"
            key = (found["name"], found["labels"] or "")
            assert key not in samples
            samples[key] = float(found["value"])
    assert len(announced) == len(set(announced))
    return samples


def test_values_are_in_base_units_and_missing_ones_are_left_out() -> None:
    samples = read(exposition([({}, Snapshot(1.0, gpus=(GPU,)))]))
    labels = 'gpu="0",uuid="GPU-1"'
    assert samples["tflsp_gpu_memory_used_bytes", labels] == 3 << 30
    assert samples["tflsp_gpu_utilization_ratio", labels] == 0.87
    assert samples["tflsp_gpu_power_watts", labels] == 67.25
    assert samples["tflsp_gpu_mig_memory_used_bytes", f'{labels},part="MIG-1"'] == 1
    assert samples["tflsp_gpu_throttled", f'{labels},reason="sw_power_cap"'] == 1
    assert not any(name == "tflsp_gpu_fan_ratio" for name, _ in samples)


def test_families_stay_together_over_several_places() -> None:
    text = exposition([({"target": "a"}, Snapshot(1.0, gpus=(GPU,))), ({"target": "b"}, Snapshot(1.0, gpus=(GPU,)))])
    assert {labels for name, labels in read(text) if name == "tflsp_gpu_up"} == {'target="a"', 'target="b"'}


def test_problems() -> None:
    lost = Gpu(1, problem="gpu-is-lost")
    samples = read(exposition([({}, Snapshot(1.0, gpus=(lost,))), ({"target": "b"}, Snapshot(1.0, problem="hangs"))]))
    assert samples["tflsp_gpu_problem", 'gpu="1",uuid="",code="gpu-is-lost"'] == 1
    assert samples["tflsp_gpu_problem", 'target="b",code="hangs"'] == 1
    assert samples["tflsp_gpu_up", 'target="b"'] == 0
