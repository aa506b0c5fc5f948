"""Texts that commands and instructions write to files: a heredoc that makes a Dockerfile is a Dockerfile."""

from __future__ import annotations

from tflsp.documents.detect import kind_of

_KINDS = (
    "compose daemon-json devcontainer docker-config-json dockerfile dotenv gitignore json kubernetes markdown percent "
    "python shell sshd-config toml yaml"
)
_READ = frozenset(_KINDS.split())


def written_language(name: str, text: str) -> str | None:
    """The language of a file's text as a region, or None where nothing reads it. ``name`` may hold unknown parts."""
    kind = kind_of(name, text)
    return ("python" if kind == "percent" else kind) if kind in _READ else None
