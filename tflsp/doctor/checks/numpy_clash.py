"""9: numpy has changed under TensorFlow: np.object, np.bool, _ARRAY_API."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, ok, problem
from tflsp.doctor.machine import Machine
from tflsp.doctor.packages import broken, release, with_tensorflow

# Keras 2.9 and TensorBoard 2.9 use np.bool, np.float and np.object, which 1.24 took away; 2.0 broke binaries.
_ALIASES_GONE, _BINARIES_BROKEN = (1, 24), (2,)
_MENDED_IN = (2, 12)


@check(
    9,
    "numpy-clash",
    Where.CONTAINER,
    title=Words("numpy: no attribute 'object', _ARRAY_API not found", "numpy 没有 object 属性，或 _ARRAY_API 错误"),
    detection=Words(
        "numpy's version, and every requirement in TensorFlow's and Keras' metadata against what is installed.",
        "numpy 版本，以及 TensorFlow 与 Keras 元数据中的依赖是否都满足。",
    ),
    advice=Words(
        "`pip install 'numpy>=1.20,<1.24'` in the image's Python, and put it into a constraints file for later"
        " installs.",
        "在镜像的 Python 中执行 `pip install 'numpy>=1.20,<1.24'`，并写入约束文件供以后安装使用。",
    ),
    sources=("tensorflow#62832", "tensorflow#62479", "tensorflow#90245"),
)
def look(machine: Machine) -> Result:
    packages, tensorflow = with_tensorflow(machine)
    numpy = packages.get("numpy")
    version = release(numpy.version) if numpy else ()
    have = f"numpy {numpy.version if numpy else 'missing'}, {tensorflow.name} {tensorflow.version}"
    if numpy and release(tensorflow.version) < _MENDED_IN:
        if version >= _BINARIES_BROKEN:
            return problem(
                "numpy 2 cannot load what was built for numpy 1", "numpy 2 无法加载为 numpy 1 编译的模块", have
            )
        if version >= _ALIASES_GONE:
            return problem(
                "numpy 1.24 has no np.bool and np.object any more", "numpy 1.24 已移除 np.bool 和 np.object", have
            )
    keras = packages.get("keras")
    # protobuf has a check of its own.
    unfulfilled = [
        each
        for package in (tensorflow, keras)
        if package is not None
        for each in broken(packages, package)
        if "requires protobuf" not in each
    ]
    if unfulfilled:
        return problem(
            "TensorFlow's requirements are not fulfilled",
            "TensorFlow 的依赖没有满足",
            *unfulfilled[:6],
            advice=Words(
                "Install the versions that are named; `pip check` shows the rest.",
                "安装上面列出的版本；`pip check` 会显示其余问题。",
            ),
        )
    return ok(have, have)
