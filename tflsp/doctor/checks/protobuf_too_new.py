"""8: protobuf 4 and TensorFlow 2.9: "Descriptors cannot not be created directly"."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, ok, problem
from tflsp.doctor.machine import Machine
from tflsp.doctor.packages import release, satisfies, with_tensorflow

# TensorFlow up to 2.11 carries code that protoc made before 3.19; 2.9.0 itself does not say so (protobuf>=3.9.2).
_CHANGED_IN, _MENDED_IN = (4,), (2, 12)


@check(
    8,
    "protobuf-too-new",
    Where.CONTAINER,
    title=Words(
        'protobuf 4: "Descriptors cannot not be created directly"',
        "protobuf 4 报错：Descriptors cannot not be created directly",
    ),
    detection=Words(
        "Versions of protobuf and TensorFlow from their metadata; TensorFlow is not imported.",
        "从元数据读取 protobuf 与 TensorFlow 的版本，不导入 TensorFlow。",
    ),
    advice=Words(
        "`pip install 'protobuf<3.20'` in the image's Python; find what brought the newer one with `pip show"
        " protobuf`.",
        "在镜像的 Python 中执行 `pip install 'protobuf<3.20'`；用 `pip show protobuf` 查看是谁装了新版本。",
    ),
    sources=("tensorflow#56266", "tensorflow#59665", "NVIDIA-Merlin/core#289"),
)
def look(machine: Machine) -> Result:
    packages, tensorflow = with_tensorflow(machine)
    protobuf = packages.get("protobuf")
    have = f"protobuf {protobuf.version if protobuf else 'missing'}, {tensorflow.name} {tensorflow.version}"
    if protobuf is None:
        return problem(
            "protobuf is not installed, TensorFlow cannot be imported", "没有安装 protobuf，TensorFlow 无法导入", have
        )
    if release(tensorflow.version) < _MENDED_IN and release(protobuf.version) >= _CHANGED_IN:
        slow = machine.environment.get("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION") == "python"
        return problem(
            "TensorFlow works with it only by PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=python, which is slow"
            if slow
            else "import tensorflow fails with this protobuf",
            "只能靠 PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=python 运行，速度很慢"
            if slow
            else "用此 protobuf 无法 import tensorflow",
            have,
        )
    wanted = next((each for each in tensorflow.requires if each.startswith("protobuf")), "")
    if not satisfies(protobuf.version, wanted.partition(";")[0].removeprefix("protobuf")):
        return problem("TensorFlow asks for another protobuf", "TensorFlow 要求其他版本的 protobuf", have, wanted)
    return ok(have, have)
