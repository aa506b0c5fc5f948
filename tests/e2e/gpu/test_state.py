"""`tflsp gpu --json` over NVML (a driver library of our own under the real nvidia-ml-py) and over nvidia-smi: the same
machine must be told alike by both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.gpu_stub import smi
from tests.gpu_stub.machine import GIB, T4, Machine, gpu, state, uuid, with_smi, without_gpu

Told = Callable[[list[dict[str, Any]]], dict[str, Any]]


@pytest.fixture(params=["nvml", "nvidia-smi"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Told:
    """What is told of a machine with these GPUs, by each source in turn."""

    def ask(gpus: list[dict[str, Any]]) -> dict[str, Any]:
        if request.param == "nvml":
            found = state(Machine(tmp_path, gpus).environment)
        else:
            found = state(with_smi(tmp_path, smi.script(gpus)))
        assert found["source"] == request.param
        assert found["problem"] is None
        return found

    return ask


def test_one_gpu(told: Told) -> None:
    found = told([dict(T4)])
    assert found["driver"] == "535.104.05"
    (card,) = found["gpus"]
    assert card | {"processes": None, "missing": None} == {
        "index": 0,
        "uuid": uuid(0),
        "name": "Tesla T4",
        "bus": "00000000:00:1E.0",
        "computeCapability": "7.5",
        "memory": {"total": 16 * GIB, "used": 3 * GIB, "free": 13 * GIB - (256 << 20), "reserved": 256 << 20},
        "utilization": {"gpu": 87, "memory": 41},
        "mig": None,
        "temperature": 61,
        "power": 67.25,
        "powerLimit": 70.0,
        "clocks": {"sm": 1350, "memory": 5000},
        "fan": None,
        "throttling": ["sw_power_cap"],
        "ecc": {"enabled": True, "corrected": 2, "uncorrected": 0},
        "persistence": True,
        "processes": None,
        "problem": None,
        "missing": None,
    }
    assert card["missing"]["fan"] == "not-supported"
    (process,) = card["processes"]
    assert (process["pid"], process["kind"], process["memory"]) == (4242, "compute", 2 * GIB)


def test_several_gpus_and_a_processes_memory_that_nobody_knows(told: Told) -> None:
    cards = told([dict(T4), {**T4, "name": "NVIDIA GeForce GTX 1080", "fan": 33, "compute": "7:none,8:1048576"}])[
        "gpus"
    ]
    assert [(card["index"], card["uuid"], card["fan"]) for card in cards] == [(0, uuid(0), None), (1, uuid(1), 33)]
    held = {process["pid"]: process["memory"] for process in cards[1]["processes"]}
    assert held == {7: None, 8: 1 << 20}


@pytest.mark.parametrize(
    ("error", "why"), [(3, "not-supported"), (4, "no-permission"), (10, "timeout"), (999, "unknown")]
)
@pytest.mark.parametrize("field", ["power", "temperature", "fan"])
def test_a_field_is_missing_for_itself(told: Told, field: str, error: int, why: str) -> None:
    (card,) = told([{**T4, "fan": 30, f"{field}.error": error}])["gpus"]
    assert card[field] is None
    assert card["missing"][field] == why
    others = {"power", "temperature", "fan", "memory", "utilization"} - {field}
    assert all(card[each] is not None for each in others)
    assert card["problem"] is None


def test_a_split_gpu(told: Told) -> None:
    split = {
        **T4,
        "mig": 1,
        "utilization.gpu.error": 3,
        "mig.0.uuid": "MIG-a",
        "mig.0.name": "Tesla T4 MIG 1g.5gb",
        "mig.0.memory.total": 5 * GIB,
        "mig.0.memory.used": GIB,
        "mig.2.uuid": "MIG-b",
        "mig.2.name": "Tesla T4 MIG 2g.10gb",
    }
    (card,) = told([split])["gpus"]
    assert card["missing"]["utilization"] == "mig"
    assert [part["uuid"] for part in card["mig"]] == ["MIG-a", "MIG-b"]
    assert [part["name"].split()[-1] for part in card["mig"]] == ["1g.5gb", "2g.10gb"]


# A GPU that is gone


@pytest.mark.parametrize("error", [15, 16])
def test_a_gpu_that_is_gone_keeps_the_others(tmp_path: Path, error: int) -> None:
    found = state(Machine(tmp_path, [dict(T4), {**T4, "error": error}, dict(T4)]).environment)
    cards = found["gpus"]
    assert found["problem"] is None
    assert [card["problem"] and card["problem"]["code"] for card in cards] == [
        None,
        {15: "gpu-is-lost", 16: "reset-required"}[error],
        None,
    ]
    assert cards[1]["problem"]["remedy"]
    assert (cards[1]["memory"], cards[1]["missing"]["memory"]) == (None, cards[1]["problem"]["code"])
    assert [card["memory"] is not None for card in cards] == [True, False, True]


def test_a_gpu_whose_handle_cannot_be_had(tmp_path: Path) -> None:
    cards = state(Machine(tmp_path, [{**T4, "handle.error": 4}, dict(T4)]).environment)["gpus"]
    assert [card["problem"] and card["problem"]["code"] for card in cards] == ["no-permission", None]


def test_nvidia_smi_stops_at_a_lost_gpu_and_we_do_not(tmp_path: Path) -> None:
    found = state(with_smi(tmp_path, smi.script([dict(T4)] * 3, lost=[1])))
    assert [(card["index"], card["problem"] and card["problem"]["code"]) for card in found["gpus"]] == [
        (0, None),
        (1, "gpu-is-lost"),
        (2, None),
    ]


# Older drivers


def test_memory_of_version_1(tmp_path: Path) -> None:
    """What the driver keeps for itself is part of what is used."""
    machine = Machine(tmp_path, without=("nvmlDeviceGetMemoryInfo_v2",))
    memory = state(machine.environment)["gpus"][0]["memory"]
    assert memory == {
        "total": 16 * GIB,
        "used": 3 * GIB + (256 << 20),
        "free": 13 * GIB - (256 << 20),
        "reserved": None,
    }
    machine = Machine(tmp_path, extra={"memory.version": 1})
    assert state(machine.environment)["gpus"][0]["memory"] == memory


LISTS = ("nvmlDeviceGetComputeRunningProcesses", "nvmlDeviceGetGraphicsRunningProcesses")


@pytest.mark.parametrize(
    ("without", "entry"),
    [
        pytest.param((), 24, id="3"),
        pytest.param(tuple(f"{name}_v3" for name in LISTS), 24, id="2"),
        pytest.param(tuple(f"{name}{version}" for name in LISTS for version in ("_v3", "_v2")), 24, id="1"),
        pytest.param(("nvmlDeviceGetRunningProcessDetailList",), 32, id="530"),
    ],
)
def test_lists_of_processes_of_every_version(tmp_path: Path, without: tuple[str, ...], entry: int) -> None:
    card = {**T4, "compute": f"11:{5 * GIB},12:none,13:{GIB}", "graphics": "14:4096"}
    machine = Machine(tmp_path, [card], {"process.bytes": entry}, without)
    listed = state(machine.environment)["gpus"][0]["processes"]
    assert [(each["pid"], each["kind"], each["memory"]) for each in listed] == [
        (11, "compute", 5 * GIB),
        (13, "compute", GIB),
        (14, "graphics", 4096),
        (12, "compute", None),
    ]


def test_a_driver_that_has_next_to_nothing(tmp_path: Path) -> None:
    lacking = (
        "nvmlDeviceGetUtilizationRates",
        "nvmlDeviceGetTemperature",
        "nvmlDeviceGetPciInfo_v3",
        "nvmlDeviceGetMigMode",
        "nvmlDeviceGetCurrentClocksEventReasons",
        "nvmlDeviceGetFanSpeed",
        "nvmlDeviceGetEccMode",
        "nvmlSystemGetCudaDriverVersion_v2",
    )
    found = state(Machine(tmp_path, without=lacking).environment)
    (card,) = found["gpus"]
    assert found["cuda"] is None
    assert (
        card["missing"] | dict.fromkeys(("utilization", "temperature", "bus", "fan", "ecc"), "function-not-found")
        == (card["missing"])
    )
    assert card["mig"] is None
    assert card["throttling"] == ["sw_power_cap"], "by its older name"
    assert card["memory"]["used"] == 3 * GIB


def test_a_programs_arguments_are_not_told(tmp_path: Path) -> None:
    found = state(with_smi(tmp_path, smi.script([dict(T4)])))
    assert found["gpus"][0]["processes"][0]["name"] == (None if found["hostPids"] else "python3")


def test_an_older_nvidia_smi(tmp_path: Path) -> None:
    unknown = ["compute_cap", "clocks_event_reasons.active", "memory.reserved"]
    (card,) = state(with_smi(tmp_path, smi.script([dict(T4)], unknown=unknown)))["gpus"]
    assert card["throttling"] == ["sw_power_cap"]
    assert card["missing"]["computeCapability"] == card["missing"]["memory.reserved"] == "function-not-found"


# Nothing to be had


def test_no_gpu_is_a_normal_state() -> None:
    found = state(without_gpu())
    assert (found["problem"]["code"], found["problem"]["normal"], found["gpus"]) == ("library-not-found", True, [])
    done = gpu(without_gpu())
    assert done.returncode == 0
    assert done.stdout.startswith("No NVIDIA GPU to be seen here")
    assert "Traceback" not in done.stderr


def test_a_driver_without_gpus(tmp_path: Path) -> None:
    environment = Machine(tmp_path, []).environment
    assert state(environment)["problem"]["code"] == "no-gpu"
    assert gpu(environment).returncode == 0


@pytest.mark.parametrize(
    ("error", "codes", "remedy"),
    [
        (4, {"no-permission"}, "/dev/nvidia"),
        (9, {"driver-not-loaded"}, "modprobe"),
        (12, {"library-not-found", "no-utility"}, "--gpus all"),
        (18, {"version-mismatch"}, "recreate"),
        (999, {"access-lost", "unknown"}, "Re"),  # recreate in a container, reboot elsewhere
    ],
)
def test_nvml_does_not_start(tmp_path: Path, error: int, codes: set[str], remedy: str) -> None:
    environment = Machine(tmp_path, extra={"init": error}).environment
    problem = state(environment)["problem"]
    assert problem["code"] in codes
    assert remedy in problem["remedy"]
    done = gpu(environment)
    assert done.returncode == (0 if problem["normal"] else 1)
    assert problem["message"].split()[0] in done.stdout
    assert any(ord(letter) > 0x4E00 for letter in gpu(environment, "--language", "zh").stdout)


@pytest.mark.parametrize(
    ("text", "exit_code", "codes"),
    [
        (smi.MISMATCH, 18, {"version-mismatch"}),
        (smi.UNKNOWN, 255, {"access-lost", "unknown"}),
        (smi.NO_DRIVER, 9, {"driver-not-loaded"}),
        (smi.NO_LIBRARY, 12, {"no-utility"}),
        (smi.LOST.format(bus="0000:01:00.0"), 15, {"gpu-is-lost"}),
        (smi.LOST.replace(" {bus}", "0: {bus}").format(bus="0000:01:00.0"), 15, {"gpu-is-lost"}),
        ("No devices were found", 6, {"no-gpu"}),
        ("Bus error", 135, {"access-lost", "unknown"}),
        ("", 0, {"unreadable"}),
        ("\x00\xff, , ,\n0, , ", 0, {"unreadable"}),
    ],
)
def test_nvidia_smi_says_why_not(tmp_path: Path, text: str, exit_code: int, codes: set[str]) -> None:
    found = state(with_smi(tmp_path, smi.says(text.replace("\x00", ""), exit_code)))
    assert found["problem"]["code"] in codes


def test_nvidia_smi_helps_where_the_loaded_library_is_too_old(tmp_path: Path) -> None:
    broken = Machine(tmp_path, extra={"init": 18}).environment
    working = with_smi(tmp_path, smi.script([dict(T4)]))
    found = state({**working, **{name: broken[name] for name in ("LD_LIBRARY_PATH", "TFLSP_NVML_STUB")}})
    assert (found["source"], found["problem"]) == ("nvidia-smi", None)
