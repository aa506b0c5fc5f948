"""Jupyter command lines are read with their settings."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import at, facts, one
from tflsp.facts.containers import ContainerLaunch
from tflsp.facts.jupyter import JupyterLaunch


def launch(text: str) -> JupyterLaunch:
    return one(JupyterLaunch, "shell", text)


@pytest.mark.parametrize(
    ("text", "application", "name"),
    [
        ("jupyter notebook --ip=1.2.3.4", "notebook", "jupyter notebook"),
        ("jupyter lab --ip 1.2.3.4", "lab", "jupyter lab"),
        ("jupyter-lab --ServerApp.ip='1.2.3.4'", "lab", "jupyter-lab"),
        ("jupyter server --ServerApp.ip 1.2.3.4 &", "server", "jupyter server"),
        ("python3 -m notebook --ip=1.2.3.4", "notebook", "python3 -m notebook"),
        ("python -m jupyter lab --ip=1.2.3.4", "lab", "python -m jupyter lab"),
        ("start-notebook.sh --NotebookApp.ip=1.2.3.4", "notebook", "start-notebook.sh"),
        ("nohup jupyter notebook --ip=1.2.3.4 > log 2>&1 &", "notebook", "jupyter notebook"),
    ],
)
def test_servers_are_found(text: str, application: str, name: str) -> None:
    found = launch(text)
    assert (found.application, at(found, found.name_span)) == (application, name)
    assert found.ip is not None
    assert found.ip.value == "1.2.3.4"


@pytest.mark.parametrize(
    "text",
    [
        "jupyter notebook list",
        "jupyter nbconvert x.ipynb",
        "jupyter lab build",
        "jupyter",
        "python -m http.server",
        "jupyter --version",
    ],
)
def test_what_serves_nothing(text: str) -> None:
    assert facts("shell", text, JupyterLaunch) == ()


@pytest.mark.parametrize(
    "written", ["--NotebookApp.token=''", "--ServerApp.token ''", '--IdentityProvider.token=""', "--NotebookApp.token="]
)
def test_an_empty_token(written: str) -> None:
    found = launch(f"jupyter notebook {written} --no-browser")
    assert found.token is not None
    assert found.token.value == ""
    assert at(found, found.token.span) == written


def test_settings() -> None:
    found = launch(
        "jupyter notebook --allow-root --no-browser --port 8888 --notebook-dir=/tf --NotebookApp.password='argon2:x' "
        "--NotebookApp.token=$TOKEN --ServerApp.disable_check_xsrf=True --ip 0.0.0.0 nb.ipynb"
    )
    assert found.setting("allow_root") is not None
    assert found.listens_everywhere
    assert found.port is not None
    assert found.port.value == "8888"
    assert found.password is not None
    assert found.password.value_span is not None
    assert at(found, found.password.value_span) == "argon2:x"
    assert found.token is not None
    assert found.token.value is None
    assert found.setting("disable_check_xsrf") is not None


def test_the_container_that_it_runs_in() -> None:
    for text in ("docker run -p 8888:8888 tf jupyter lab --ip 0.0.0.0", "docker run tf bash -c 'cd x && jupyter lab'"):
        assert isinstance(launch(text).inside, ContainerLaunch)
