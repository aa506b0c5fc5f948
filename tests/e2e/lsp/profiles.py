"""Profiles of real clients, placed into the workspace of a test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("profiles")
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@dataclass(frozen=True)
class Profile:
    """A client's name and its `initialize` parameters."""

    name: str
    params: Mapping[str, Any]

    def at(self, *path: str) -> Any:
        """What a capability says, None where it is missing."""
        value: Any = self.params["capabilities"]
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def with_capability(self, value: Any, *path: str) -> Profile:
        """The same client with one capability changed; None takes it away."""
        params = json.loads(json.dumps(self.params))
        inner = params["capabilities"]
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        if value is None:
            inner.pop(path[-1], None)
        else:
            inner[path[-1]] = value
        return replace(self, params=params)

    def with_params(self, **params: Any) -> Profile:
        """The same client with other parameters beside its capabilities."""
        return replace(self, params={**self.params, **params})

    def with_encoding(self, encoding: str) -> Profile:
        return self.with_capability([encoding], "general", "positionEncodings")

    def placed(self, workspace: Path) -> dict[str, Any]:
        """The parameters with the workspace in place of the recorded one."""
        text = json.dumps(self.params, ensure_ascii=False).replace("file:///project", workspace.as_uri())
        params: dict[str, Any] = json.loads(text.replace('"/project', f'"{workspace}'))
        return params


def profile(name: str) -> Profile:
    """The profile of a client."""
    return Profile(name, json.loads((FOLDER / f"{name}.json").read_text("utf-8")))
