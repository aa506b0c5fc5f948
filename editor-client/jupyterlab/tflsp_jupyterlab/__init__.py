"""tflsp in JupyterLab: what the browser asks of Jupyter's server, and how language servers find tflsp."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "tflsp_jupyterlab"}]


def _load_jupyter_server_extension(server_app: Any) -> None:
    from tflsp_jupyterlab.handlers import handlers

    web_app = server_app.web_app
    web_app.add_handlers(".*$", handlers(web_app.settings["base_url"]))
