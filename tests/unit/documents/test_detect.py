"""What a text is, from its name, its language id and its content."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.documents.notebooks import cell, notebook, old_notebook
from tests.unit.text.strategies import wild_texts
from tflsp.documents.detect import HEAD, LANGUAGE_IDS, kind_of
from tflsp.documents.opening import CHUNKERS

NOTEBOOK = json.dumps(notebook(cell("code", "x")), indent=1)
COMPOSE = "# a\nversion: '3'\nservices:\n  # b\n\n  web:\n    image: nginx\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *[(name, "markdown") for name in ("README.md", "a/b.markdown", "x.qmd", "x.Rmd")],
        *[("train.py", "python"), ("a.sh", "shell"), ("x.bash", "shell"), (".bashrc", "shell"), ("entry.zsh", "shell")],
        *[
            (name, "dockerfile")
            for name in ("Dockerfile", "a/dockerfile", "Dockerfile.gpu", "gpu.Dockerfile", "Containerfile")
        ],
        *[
            ("dockerfile.py", "python"),
            ("Dockerfile.md", "markdown"),
            ("Dockerfile.txt", "text"),
            ("Dockerfile-gpu", "dockerfile"),
        ],
        *[
            (name, "compose")
            for name in ("docker-compose.yml", "compose.yaml", "compose.override.yml", "docker-compose.gpu.yaml")
        ],
        *[("decompose.yml", "yaml"), ("x.yaml", "yaml"), ("devcontainer.json", "devcontainer"), ("x.json", "json")],
        *[
            (".devcontainer/devcontainer.json", "devcontainer"),
            (".devcontainer.json", "devcontainer"),
            ("tsconfig.jsonc", "json"),
        ],
        *[
            ("etc/docker/daemon.json", "daemon-json"),
            ("home/.docker/config.json", "docker-config-json"),
            ("config.json", "json"),
        ],
        *[
            (".env", "dotenv"),
            (".env.example", "dotenv"),
            ("prod.env", "dotenv"),
            (".envrc", "shell"),
            ("env.py", "python"),
        ],
        *[(".gitignore", "gitignore"), (".dockerignore", "text"), ("a/.gitignore", "gitignore")],
        *[("sshd_config", "sshd-config"), ("etc/ssh/sshd_config.d/10-x.conf", "sshd-config"), ("ssh_config", "text")],
        *[("tflsp.toml", "toml"), ("pyproject.toml", "toml"), ("notes.txt", "text"), ("LICENSE", "text"), ("", "text")],
        ("x.ipynb", "notebook"),
    ],
)
def test_names(name: str, kind: str) -> None:
    assert kind_of(name, "") == kind


@pytest.mark.parametrize(
    ("language_id", "kind"),
    [
        *[(language, "markdown") for language in ("markdown", "quarto", "rmd", "myst")],
        *[("python", "python"), ("shellscript", "shell"), ("sh", "shell"), ("bash", "shell"), ("zsh", "shell")],
        *[
            ("dockerfile", "dockerfile"),
            ("yaml.docker-compose", "compose"),
            ("dockercompose", "compose"),
            ("yaml", "yaml"),
        ],
        *[("json", "json"), ("jsonc", "json"), ("gitignore", "gitignore"), ("toml", "toml"), ("dotenv", "dotenv")],
        *[("sshdconfig", "sshd-config"), ("plaintext", "text"), ("", "text"), ("cobol", "text"), ("Python", "python")],
    ],
)
def test_language_ids_stand_above_names(language_id: str, kind: str) -> None:
    assert kind_of("", "x", language_id) == kind
    if language_id in LANGUAGE_IDS and kind not in ("yaml", "json"):
        assert kind_of("a.txt", "x", language_id) == kind


@pytest.mark.parametrize(
    ("name", "text", "language_id", "kind"),
    [
        ("x.ipynb", NOTEBOOK, "json", "notebook"),
        ("x.ipynb", NOTEBOOK, "", "notebook"),
        ("x.ipynb", NOTEBOOK[:50], "json", "notebook"),
        ("x.ipynb", "# %%\nx = 1", "python", "percent"),
        ("x.ipynb", "# %% [markdown]\n# x", "", "percent"),
        ("x.ipynb", "---\njupyter:\n---\n# x", "markdown", "markdown"),
        ("x.ipynb", "# A title\n\ntext", "", "markdown"),
        ("x.json", NOTEBOOK, "json", "notebook"),
        ("x", NOTEBOOK, "", "notebook"),
        ("x.json", json.dumps(old_notebook()), "json", "notebook"),
        ("x.json", '\ufeff \n{"nbformat": 4, "cells": []}', "json", "notebook"),
        ("x.json", '{"nbformat": 4}', "json", "json"),
        ("x.json", '["nbformat: 4", "cells"]', "json", "json"),
        ("x.md", NOTEBOOK, "markdown", "markdown"),
        ("run", "#!/bin/bash\nls", "", "shell"),
        ("run", "#!/usr/bin/env -S A=b sh -e\nls", "", "shell"),
        ("run", "#! /usr/bin/env python3\nx", "", "python"),
        ("run", "#!/usr/bin/perl\nx", "", "text"),
        ("x.yml", COMPOSE, "yaml", "compose"),
        ("x.yml", COMPOSE.replace("\n", "\r\n"), "yaml", "compose"),
        ("x.yml", "services:\n  a: b\n", "yaml", "yaml"),
        ("x.yml", "a:\n  services:\n    b:\n      image: x\n", "yaml", "yaml"),
        ("x.yml", "services:\n  a:\n    b: c\nother:\n  image: x\n", "yaml", "yaml"),
        ("x.yml", "a: b\n---\napiVersion: v1\nkind: Pod\n", "yaml", "kubernetes"),
        ("x.yml", "apiVersion: v1\n", "yaml", "yaml"),
        ("x.yml", "kind: x\nspec:\n  apiVersion: v1\n", "yaml", "yaml"),
        ("daemon.json", '{"proxies": {"default": {}}}', "json", "daemon-json"),
        ("x.json", '{"proxies": {"default": {"httpProxy": "x"}}}', "json", "docker-config-json"),
        ("x.json", '{"insecure-registries": []}', "json", "daemon-json"),
        ("config.json", '{"auths": {}}', "json", "docker-config-json"),
        ("x", "Port 22\nPermitRootLogin yes\nPasswordAuthentication no\n", "", "sshd-config"),
        ("notes.txt", "PermitRootLogin yes\nPasswordAuthentication no\n", "", "text"),
        ("x.md", "\0\1\2", "markdown", "binary"),
        ("x.md", "a" * 2000 + "\0", "markdown", "markdown"),
    ],
)
def test_content(name: str, text: str, language_id: str, kind: str) -> None:
    assert kind_of(name, text, language_id) == kind


@given(
    st.sampled_from(("", "x.md", "x.ipynb", "x.json", "a.yml", "Dockerfile", "a.py")),
    wild_texts,
    st.sampled_from(("", *LANGUAGE_IDS)),
)
def test_every_kind_can_be_opened(name: str, text: str, language_id: str) -> None:
    assert kind_of(name, text, language_id) in CHUNKERS


def test_a_large_notebook_is_known_by_its_ends() -> None:
    text = json.dumps(notebook(*[cell("code", "x" * 100)] * (HEAD // 20)), indent=1)
    assert len(text) > 4 * HEAD
    assert kind_of("x.json", text, "json") == "notebook"
