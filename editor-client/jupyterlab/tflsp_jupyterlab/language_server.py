"""How jupyter-lsp finds tflsp's language server. Python is left to python-lsp-server where that is installed, since
JupyterLab asks one server a language: what tflsp has to say of Python comes from its plugin there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from tflsp_jupyterlab.program import NoProgram, command

# Language, as JupyterLab calls it, and MIME types.
LANGUAGES = {
    "markdown": ("text/markdown", "text/x-markdown"),
    "ipythongfm": ("text/x-ipythongfm",),
    "shell": ("text/x-sh", "application/x-sh"),
    "bash": (),
    "sh": (),
    "dockerfile": ("text/x-dockerfile",),
    "yaml": ("text/x-yaml", "text/yaml", "application/x-yaml"),
    "toml": ("text/x-toml",),
}
PYTHON = {"python": ("text/x-python", "text/x-ipython", "text/python")}


def spec(manager: Any) -> dict[str, dict[str, Any]]:
    """What jupyter-lsp asks for: our server by its key, or nothing where tflsp is not installed."""
    try:
        line = command()
    except NoProgram:
        return {}
    languages = LANGUAGES if find_spec("pylsp") is not None else {**LANGUAGES, **PYTHON}
    return {
        "tflsp": {
            "version": 2,
            "argv": [*line, "serve"],
            "display_name": "tflsp",
            "languages": list(languages),
            "mime_types": [each for types in languages.values() for each in types],
            "requires_documents_on_disk": False,
            "install": {"pip": "pip install tflsp-jupyterlab"},
        }
    }
