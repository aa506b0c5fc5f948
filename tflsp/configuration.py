"""Settings from mappings and files: `tflsp.toml`, `[tool.tflsp]`, the editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from tflsp.settings import Settings


def settings_from_mapping(mapping: Mapping[str, Any]) -> Settings:
    """Settings from a table of a settings file (kebab-case keys)."""
    known = {field.name for field in fields(Settings)}
    return Settings(
        **{
            name: tuple(value) if isinstance(value, list) else value
            for key, value in mapping.items()
            if (name := key.replace("-", "_")) in known
        }
    )
