"""The scanner behind its module: places in code points, what is kept from it, and when it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.page_secrets import secret
from tflsp.facts.betterleaks_scan import scan

TOKEN = secret("github-pat")
LOADED = (
    "import sys; from tflsp.facts.betterleaks_scan import scan; scan({text!r}); print('betterleaks' in sys.modules)"
)


@given(st.text(st.sampled_from("aé中😀\u2028\x85\0\ud800 \n\r\t。(")), st.text(st.sampled_from(" \n\"')。,]|")))
def test_places_are_code_points(before: str, after: str) -> None:
    border = after if after[:1] in " \n\"')。,]|" else ""
    text = f"{before} {TOKEN}{border}"
    assert [hit.span.of(text) for hit in scan(text)] == [TOKEN]


@pytest.mark.parametrize("kind", ["github-pat", "huggingface", "aws-access-key"])
@pytest.mark.parametrize("shape", ["{}", "'{}'", "({})", "**{}**", "令牌:{}。", "| {} |", "x={},", "[{}]", "`{}`"])
def test_secrets_are_found_in_any_surroundings(kind: str, shape: str) -> None:
    text = shape.format(secret(kind))
    assert [hit.span.of(text) for hit in scan(text)] == [secret(kind)]


def test_two_lines_two_places() -> None:
    text = f"first\n中 {TOKEN}\nthird\n  {secret('huggingface')} end"
    assert [(hit.rule, hit.span.of(text)) for hit in scan(text)] == [
        ("github-pat", TOKEN),
        ("huggingface-access-token", secret("huggingface")),
    ]


def test_private_keys_are_found_whole() -> None:
    kind = "RSA PRIVATE" + " KEY"
    body = "\n".join(secret("key", 64 - line) for line in range(5))
    text = f"x\n-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\ny"
    (hit,) = scan(text)
    assert hit.span.of(text) == text[2:-2]


@pytest.mark.parametrize(
    "call",
    [
        "wandb.login(key='{}')",
        'wandb.login(relogin=True, key="{}")',
        "os.environ['WANDB_API_KEY'] = '{}'",
        "export WANDB_API_KEY={}",
        "!wandb login {}",
        "wandb login --relogin {}",
    ],
)
def test_keys_of_weights_and_biases(call: str) -> None:
    assert len(scan(call.format(secret("wandb")))) == 1


def test_kaggle_json() -> None:
    assert len(scan('{"username":"somebody","key":"' + secret("wandb")[:32] + '"}')) == 1


@pytest.mark.parametrize(
    "text",
    [
        "FROM tensorflow/tensorflow:2.9.0@sha256:" + secret("jupyter") + secret("key", 16).lower(),
        "    --hash=sha256:" + secret("jupyter") + "0123456789abcdef",
        '"integrity": "sha512-' + secret("key", 86) + '=="',
        "![plot](data:image/png;base64," + secret("key", 4000) + ")",
        "run 0b1e3c52-6f9e-4a53-9f0e-2f4a1c7d8e90 at commit " + secret("wandb"),
        "AKIAIOSFODNN7" + "EXAMPLE",
        "",
        "\0" * 50,
    ],
)
def test_what_is_random_and_no_secret_is_left_alone(text: str) -> None:
    assert scan(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "# Notes\n\nmodel.compile(loss='sparse_categorical_crossentropy', optimizer=tf.keras.optimizers.Adam(1e-3))\n"
        * 50,
        "docker run -it -p 8888:8888 -v $(pwd):/tf/notebooks tensorflow/tensorflow:2.9.0-gpu-jupyter\n",
        "The password and the token are secret; the API key is in AWS.\n",
    ],
)
def test_it_is_not_loaded_for_text_that_can_hold_no_secret(text: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", LOADED.format(text=text)], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_it_is_loaded_for_one_that_can() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", LOADED.format(text=TOKEN)], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "True"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system, so nothing can go wrong with it")
def test_a_child_of_a_process_that_loaded_it_does_not_hang() -> None:
    code = (
        "import os, logging\n"
        "from tflsp.facts.betterleaks_scan import scan\n"
        f"text = {TOKEN!r}\n"
        "assert scan(text)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    logging.disable()\n"
        "    os._exit(0 if scan(text) == () else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == "0"


def test_a_child_may_load_it_itself() -> None:
    code = (
        "import os\n"
        "from tflsp.facts.betterleaks_scan import scan\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        f"    os._exit(len(scan({TOKEN!r})))\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == "1"
