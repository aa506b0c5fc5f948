"""Sentences that claim something of the image, and those that only look as if."""

from __future__ import annotations

import pytest

from tflsp.documents.opening import open_text
from tflsp.engine import check

IMAGE = "tensorflow/tensorflow:2.9.0-jupyter"


def said(text: str) -> list[str]:
    return [
        text[each.span.start : each.span.end]
        for each in check(open_text("a.md", text)).findings
        if each.code == "TFL411"
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{IMAGE} ships with Python 3.10.", ["3.10"]),
        (f"`{IMAGE}` has pandas, Matplotlib and scikit-learn preinstalled.", ["pandas", "scikit-learn"]),
        (f"# {IMAGE}\n\nThe image includes TFX.", ["TFX"]),
        (f"We use {IMAGE}. It contains seaborn.", ["seaborn"]),
        (f"{IMAGE} is built on Ubuntu. You can log in via SSH.", []),
        (f"{IMAGE} is built on Ubuntu. The image supports SSH access.", ["supports SSH access"]),
        (f"{IMAGE} supports GPUs.", ["supports GPUs"]),
        (f"The image {IMAGE} contains:\n\n1. Python 3.9\n2. Pandas\n3. CUDA\n", ["3.9", "Pandas"]),
        ("The official TensorFlow 2.9 image includes pandas.", ["pandas"]),
        ("官方的 TensorFlow-v2.9 镜像集成了 Pandas 和 Jupyter。", ["Pandas"]),
        (
            f"{IMAGE} 镜像已集成 Python 3.9+、Jupyter Notebook 及常用库（如 NumPy、Pandas、Matplotlib）。",
            ["3.9+", "Pandas"],
        ),
        (f"像 {IMAGE} 这类官方镜像是现成的方案。\n\n它是一个预装了 Python 3.8+、NumPy、Pandas 的系统。", ["Pandas"]),
        (f"{IMAGE} 镜像内置 SSH 服务，并默认支持 GPU 加速。", ["内置 SSH 服务", "支持 GPU 加速"]),
        ("`tensorflow/tensorflow:2.9.0-gpu` 镜像内置 Jupyter。", ["Jupyter"]),
        ("> **Note** tensorflow/tensorflow:2.9.2 comes with Matplotlib.\n", ["Matplotlib"]),
    ],
)
def test_claims(text: str, wanted: list[str]) -> None:
    assert said(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        f"{IMAGE} comes with Python 3.8, NumPy, TensorBoard, Jupyter and Matplotlib.",
        f"{IMAGE} has Python 3.7+.",
        f"{IMAGE} has no pandas.",
        f"{IMAGE} doesn't include scikit-learn.",
        f"{IMAGE} comes without SSH access.",
        f"{IMAGE} 没有预装 Pandas。",
        f"{IMAGE} 不支持 GPU 加速。",
        f"{IMAGE} 不含 scikit-learn，需要自行安装。",
        f"Install pandas in {IMAGE}: it includes pip.",
        f"If {IMAGE} includes pandas, good.",
        f"Does {IMAGE} include pandas?",
        f"{IMAGE} 是否预装了 Pandas？",
        f"Build your own image from {IMAGE} that includes pandas.",
        f"Our image builds on {IMAGE} and includes pandas and supports SSH access.",
        f"我们的镜像基于 {IMAGE}，内置 SSH 服务，预装 Pandas。",
        f"以 {IMAGE} 为基础镜像，预装 Pandas。",
        f"{IMAGE} runs the notebook. Our cluster has Python 3.11 and includes pandas.",
        f"We train in {IMAGE}.\n\nThe laptop has Python 3.9 and it includes pandas.",
        "tensorflow/tensorflow:2.9.0-gpu-jupyter supports GPUs and includes CUDA 11.2.",
        f"{IMAGE} is for CPUs; tensorflow/tensorflow:2.9.0-gpu supports GPUs.",
        f"For GPU support use the `-gpu` variant of {IMAGE}.",
        f"```bash\n# {IMAGE} includes pandas\ndocker run {IMAGE}\n```",
        f"<!-- {IMAGE} includes pandas -->",
        "TensorFlow 2.9 supports Python 3.9.",
        "The TensorFlow 2.9 image that we made includes pandas.",
        "tensorflow/tensorflow:2.10.0 includes pandas.",
        f"{IMAGE} includes the file pandas.py and requirements-pandas.txt.",
        f"Dockerfile 以 {IMAGE} 开头，预装 Pandas。",
        f"❌ {IMAGE} 预装 Python 3.9 是错误的说法。",
        f"{IMAGE} contains the tutorials\n\n- pandas tutorial\n- Python 3.10 tutorial\n",
    ],
)
def test_no_claims(text: str) -> None:
    assert said(text) == []
