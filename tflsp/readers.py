"""Imports every module that registers nesters or readers, so that an engine is complete by importing this one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

for _package in ("tflsp.documents", "tflsp.facts"):
    for _module in iter_modules(import_module(_package).__path__, f"{_package}."):
        import_module(_module.name)
