"""`.env`, who loads it, and whether git leaves it alone; imports and Jupyter's settings in Python."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import facts, written
from tflsp.facts.dotenv import DotenvEntry, DotenvLoad, IgnoreFile
from tflsp.facts.jupyter_settings import JupyterSetting
from tflsp.facts.python_imports import PythonImport


def test_names_and_no_values() -> None:
    text = "# comment=1\nDB_HOST=prod-db\nexport DB_PASSWORD = x\nEMPTY=\n\nnot a line\n"
    entries = facts("dotenv", text, DotenvEntry)
    assert [(entry.name, entry.empty) for entry in entries] == [
        ("DB_HOST", False),
        ("DB_PASSWORD", False),
        ("EMPTY", True),
    ]
    assert "prod-db" not in repr(entries)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("from dotenv import load_dotenv\nload_dotenv()\n", ["load_dotenv"]),
        ("import dotenv\n\ndotenv.load_dotenv( override=True)\n", ["dotenv.load_dotenv"]),
        ("config = dotenv_values('.env')  # from dotenv\n", ["dotenv_values"]),
        ("# load_dotenv()\n", []),
        ("from dotenv import load_dotenv\n", []),
        ("print('load_dotenv()')\n", []),
    ],
)
def test_who_loads_it(text: str, calls: list[str]) -> None:
    assert [written(fact, fact.span) for fact in facts("python", text, DotenvLoad)] == calls


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        (".env\n", True),
        ("*.env\n", True),
        ("/.env*\n", True),
        (".env\n!.env\n", False),
        ("# .env\n", False),
        ("env/\n.venv\n", False),
        ("*\n", True),
    ],
)
def test_what_git_ignores(text: str, covered: bool) -> None:
    (fact,) = facts("gitignore", text, IgnoreFile)
    assert fact.covers_dotenv is covered


def test_imports() -> None:
    text = (
        "import os, sys as system\nimport tensorflow.keras\n"
        "from dotenv import (load_dotenv,\n    find_dotenv as f)\n  import no\n"
    )
    assert [(fact.module, fact.names) for fact in facts("python", text, PythonImport)] == [
        ("", ("os", "system")),
        ("", ("tensorflow",)),
        ("dotenv", ("load_dotenv", "f")),
    ]


def test_settings_of_jupyter() -> None:
    text = "c = get_config()\nc.NotebookApp.token = ''\nc.ServerApp.disable_check_xsrf = True\n#c.ServerApp.ip = '*'\n"
    settings = facts("python", text, JupyterSetting)
    assert [(fact.section, fact.trait, fact.value) for fact in settings] == [
        ("NotebookApp", "token", ""),
        ("ServerApp", "disable_check_xsrf", "True"),
    ]
    assert written(settings[0], settings[0].span) == "c.NotebookApp.token = ''"
