"""Every error that NVML has, and every code of ours, has words and a remedy where something is wrong."""

from __future__ import annotations

import pynvml
import pytest

from tflsp.gpu.problems import CODES, PROBLEMS, WHOLE_GPU, code_of, problem_of

ERRORS = {value for name, value in vars(pynvml).items() if name.startswith("NVML_ERROR_") and isinstance(value, int)}


def test_every_error_of_the_binding_has_a_code() -> None:
    assert ERRORS - CODES.keys() == set()
    assert code_of(12345) == "unknown"


def test_every_code_has_words() -> None:
    assert set(CODES.values()) <= PROBLEMS.keys()
    assert not WHOLE_GPU - PROBLEMS.keys()


@pytest.mark.parametrize("code", PROBLEMS)
def test_words(code: str) -> None:
    found = PROBLEMS[code]
    assert all(found.message)
    assert bool(found.remedy[0]) == bool(found.remedy[1])
    assert found.remedy[0] or found.normal, "something is wrong, and nobody says what to do"
    assert found.say("en").endswith(".")
    assert found.say("zh").endswith("。")


def test_a_code_from_elsewhere_speaks_for_itself() -> None:
    assert problem_of("fell-into-the-sea").say("en") == "fell-into-the-sea."
