"""Every expression of the package compiles: mistakes must not wait for their first use."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import walk_packages

import tflsp
from tflsp.text.patterns import _Uncompiled, pattern


def test_behaves_as_compiled() -> None:
    lazy = pattern(r"(?P<word>\w+)", re.IGNORECASE)
    found = lazy.search("  abc")
    assert found is not None
    assert found["word"] == "abc"
    assert lazy.findall("a b") == ["a", "b"]
    assert lazy.pattern == r"(?P<word>\w+)"
    assert lazy.flags & re.IGNORECASE


def test_all_compile() -> None:
    count = 0
    for module in walk_packages(tflsp.__path__, "tflsp."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(import_module(module.name)).values():
            if isinstance(value, _Uncompiled):
                re.compile(value._source, value._flags)
                count += 1
    assert count > 50
