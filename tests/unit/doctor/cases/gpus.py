"""3 to 6: GPUs, which no test machine has."""

from __future__ import annotations

from typing import Any

from tests.unit.doctor.made import Made, case
from tflsp.doctor.base import State

OK, PROBLEM, NOT_HERE, UNSEEN = State.OK, State.PROBLEM, State.NOT_APPLICABLE, State.UNSEEN
DRIVER = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun  6 22:20:39 UTC 2023\n"
SMI = ("nvidia-smi", "--query-gpu=name,driver_version")


def driver(made: Made) -> None:
    made.file("/proc/driver/nvidia/version", DRIVER, owner=0)


def gpu(made: Made) -> None:
    driver(made)
    made.file("/dev/nvidia0", owner=0)
    made.file("/dev/nvidiactl", owner=0)
    made.program("/usr/bin/nvidia-smi")


def host_with_gpu(made: Made, **info: Any) -> None:
    made.inside = False
    gpu(made)
    made.engine(**info)


@case("gpu-device-driver", NOT_HERE, "no NVIDIA GPU")
def host_without_gpu(made: Made) -> None:
    made.inside = False
    made.file("/sys/bus/pci/devices/0000:00:02.0/vendor", "0x8086\n")
    made.file("/sys/bus/pci/devices/0000:00:02.0/class", "0x030000\n")


@case("gpu-device-driver", PROBLEM, "driver is not loaded")
def host_without_driver(made: Made) -> None:
    made.inside = False
    made.file("/sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n")
    made.file("/sys/bus/pci/devices/0000:01:00.0/class", "0x030200\n")


@case("gpu-device-driver", PROBLEM, "no way to a GPU", "runtimes: runc", "toolkit: not installed")
def host_without_toolkit(made: Made) -> None:
    host_with_gpu(made)


@case("gpu-device-driver", PROBLEM, "toolkit: nvidia-ctk")
def toolkit_not_configured(made: Made) -> None:
    host_with_gpu(made)
    made.program("/usr/bin/nvidia-ctk")


@case("gpu-device-driver", PROBLEM, "snap")
def docker_of_snap(made: Made) -> None:
    host_with_gpu(made, DockerRootDir="/var/snap/docker/common/var-lib-docker")


@case("gpu-device-driver", OK, "nvidia runtime")
def runtime_configured(made: Made) -> None:
    host_with_gpu(made, Runtimes={"nvidia": {}, "runc": {}})


@case("gpu-device-driver", OK, "CDI")
def found_by_cdi(made: Made) -> None:
    host_with_gpu(made)
    made.file("/etc/cdi/nvidia.yaml", owner=0)


@case("gpu-device-driver", UNSEEN, "does not answer")
def engine_is_down(made: Made) -> None:
    made.inside = False
    gpu(made)
    made.engine_fails(ConnectionRefusedError(111, "Connection refused"))


@case("gpu-device-driver", OK, "1 GPU")
def container_with_gpu(made: Made) -> None:
    gpu(made)


@case("gpu-device-driver", PROBLEM, "given no GPU", "driver 535.54.03")
def container_without_its_gpu(made: Made) -> None:
    made.environment["NVIDIA_VISIBLE_DEVICES"] = "all"
    driver(made)


@case("gpu-device-driver", NOT_HERE)
def container_without_gpu_on_purpose(made: Made) -> None:
    made.environment["NVIDIA_VISIBLE_DEVICES"] = "void"
    driver(made)


@case("gpu-lost", NOT_HERE)
def nothing_to_lose(made: Made) -> None:
    del made


@case("gpu-lost", OK, "Tesla T4")
def driver_answers(made: Made) -> None:
    gpu(made)
    made.answers(*SMI, out="Tesla T4, 535.54.03\n")


@case("gpu-lost", PROBLEM, "daemon-reload")
def nvml_unknown_error(made: Made) -> None:
    gpu(made)
    made.answers(*SMI, code=255, out="Failed to initialize NVML: Unknown Error\n")


@case("gpu-lost", PROBLEM, "upgraded")
def nvml_mismatch(made: Made) -> None:
    gpu(made)
    made.answers(*SMI, code=18, out="Failed to initialize NVML: Driver/library version mismatch\n")


@case("gpu-lost", PROBLEM, "off the bus")
def one_gpu_gone(made: Made) -> None:
    gpu(made)
    text = "Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.  Reboot the system to recover\n"
    made.answers(*SMI, code=15, out=text)


@case("gpu-lost", PROBLEM, "hangs")
def driver_hangs(made: Made) -> None:
    gpu(made)
    made.answers(*SMI, code=None, trouble="no answer within 15 s")


@case("gpu-lost", PROBLEM, "ended with 9", "something new")
def other_failure(made: Made) -> None:
    gpu(made)
    made.answers(*SMI, code=9, err="something new\n")


@case("gpu-lost", UNSEEN)
def no_nvidia_smi(made: Made) -> None:
    made.file("/dev/nvidia0", owner=0)


@case("no-cuda-device", NOT_HERE)
def no_device(made: Made) -> None:
    driver(made)


def libraries(made: Made) -> None:
    gpu(made)
    made.file("/usr/lib/x86_64-linux-gnu/libcuda.so.1", owner=0)
    made.file("/usr/local/cuda/lib64/libcudart.so.11.0", owner=0)


@case("no-cuda-device", OK, "/usr/lib/x86_64-linux-gnu/libcuda.so.1")
def all_libraries(made: Made) -> None:
    libraries(made)


@case("no-cuda-device", PROBLEM, "hides every GPU")
def hidden(made: Made) -> None:
    libraries(made)
    made.environment["CUDA_VISIBLE_DEVICES"] = "-1"


@case("no-cuda-device", PROBLEM, "only stubs", "NVIDIA_DRIVER_CAPABILITIES=utility")
def only_stubs(made: Made) -> None:
    gpu(made)
    made.environment["LD_LIBRARY_PATH"] = "/usr/local/cuda/lib64/stubs"
    made.environment["NVIDIA_DRIVER_CAPABILITIES"] = "utility"
    made.file("/usr/local/cuda/lib64/stubs/libcuda.so.1", owner=0)


@case("no-cuda-device", PROBLEM, "not mounted into the container")
def no_driver_library(made: Made) -> None:
    gpu(made)


@case("no-cuda-device", PROBLEM, "image is for the CPU")
def cpu_image(made: Made) -> None:
    gpu(made)
    made.file("/usr/lib/x86_64-linux-gnu/libcuda.so.1", owner=0)


LIBDEVICE = "nvvm/libdevice/libdevice.10.bc"


@case("libdevice-missing", NOT_HERE)
def cpu_only(made: Made) -> None:
    del made


@case("libdevice-missing", OK, "/usr/local/cuda")
def libdevice_there(made: Made) -> None:
    libraries(made)
    made.file(f"/usr/local/cuda/{LIBDEVICE}", owner=0)


@case("libdevice-missing", OK, "/opt/cuda")
def libdevice_by_flag(made: Made) -> None:
    libraries(made)
    made.environment["XLA_FLAGS"] = "--xla_dump_to=/tmp/x --xla_gpu_cuda_data_dir=/opt/cuda"
    made.file(f"/opt/cuda/{LIBDEVICE}", owner=0)


@case("libdevice-missing", PROBLEM, "nowhere", f"/usr/local/cuda/{LIBDEVICE}")
def libdevice_nowhere(made: Made) -> None:
    libraries(made)


@case("libdevice-missing", PROBLEM, "where XLA does not look", "/usr/local/cuda-11.2")
def libdevice_elsewhere(made: Made) -> None:
    libraries(made)
    made.file(f"/usr/local/cuda-11.2/{LIBDEVICE}", owner=0)
