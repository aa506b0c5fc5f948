"""What counts as a secret, and what only stands for one."""

from __future__ import annotations

import pytest

from tests.unit.rules.page_secrets import secret
from tflsp.facts.placeholders import Strength, is_random, strength_of

PLACEHOLDERS = """
your_password <TOKEN> $PASSWORD ${DB_PASSWORD} {{password}} %(password)s {password} *** xxxx xxxxxxxx changeme CHANGE_ME
getpass() os.environ["X"] os.getenv('X') settings.password self.password abc123... YOUR_API_KEY enter-here redacted
000000 <your-token> [password] config.yml /run/secrets/db ./token.txt --prompt %PASSWORD% #{pw} AKIAIOSFODNN7EXAMPLE
"""


@pytest.mark.parametrize("value", PLACEHOLDERS.split())
def test_what_stands_for_a_secret_is_none(value: str) -> None:
    assert strength_of(value) is Strength.PLACEHOLDER


@pytest.mark.parametrize("value", ["", "a", "ab", "two words", "密码", "至少8位", "x" * 5000])
def test_what_can_be_no_secret_is_none(value: str) -> None:
    assert strength_of(value) is Strength.PLACEHOLDER


@pytest.mark.parametrize(
    "value", ["password", "my-secret-pw", "postgres", "root", "secret123", "supersecretpassword", "jovyan", "1234"]
)
def test_ordinary_words_are_weaker_than_a_password(value: str) -> None:
    assert strength_of(value) is Strength.WORDS


@pytest.mark.parametrize(
    "value",
    [
        "123456",
        "88888888",
        "admin123",
        "Docker!",
        "P@ssw0rd2024",
        "MyP@ssw0rd2024",
        "qwerty123",
        "hunter2",
        "zhangsan2020",
        "s00perman",
    ],
)
def test_what_everybody_tries_first_is_weak(value: str) -> None:
    assert strength_of(value) is Strength.WEAK


@pytest.mark.parametrize(
    "value", ["Zx9-" + "kq2Lm", "Lab20" + "23!", "Docker20" + "23!", "kX9#" + "mP2q", secret("password", 12)]
)
def test_what_somebody_made_up_is_real(value: str) -> None:
    assert strength_of(value) is Strength.REAL


@pytest.mark.parametrize("kind", ["github-pat", "huggingface", "wandb", "jupyter"])
def test_generated_keys_look_random(kind: str) -> None:
    assert is_random(secret(kind))


@pytest.mark.parametrize(
    "value",
    [
        "categorical_crossentropy",
        "TensorFlowModelRepository",
        "conv2d_transpose_layer",
        "0b1e3c52-6f9e-4a53-9f0e-2f4a1c7d8e90",
        "12345678901234567890",
        "abcdefghijklmnopqrstuvwxyz012345",
    ],
)
def test_names_and_rows_of_characters_do_not(value: str) -> None:
    assert not is_random(value)
