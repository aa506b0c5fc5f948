"""Where text that nobody wrote for tflsp comes from: packages by name, from PyPI, npm and Debian, and this machine's.

Versions of PyPI's and npm's packages are fixed, so that two runs look at the same text; Debian's are the release's.
Chosen for Markdown, notebooks, shell scripts and Dockerfiles on containers, notebooks and machine learning.
"""

from __future__ import annotations

from pathlib import Path

PYPI = (
    "bentoml==1.4.40",
    "docker==7.2.0",
    "dockerspawner==14.0.0",
    "folium==0.20.0",
    "gradio==6.31.0",
    "great-expectations==1.24.1",
    "ipywidgets==8.1.9",
    "jupyter-book==2.1.7",
    "jupyter-repo2docker==2026.4.0",
    "jupyter-server==2.21.1",
    "jupyterhub==6.1.1",
    "kedro==1.7.0",
    "keras==3.15.1",
    "keras-tuner==1.4.8",
    "kubernetes==37.0.2",
    "metaflow==2.19.39",
    "mlflow==3.18.0",
    "nbconvert==7.17.2",
    "nbsphinx==0.9.8",
    "papermill==2.7.0",
    "pymdown-extensions==13.1",
    "skypilot==0.14.1",
    "tensorflow-datasets==4.9.10",
)
NPM = ("node-red@4.1.15", "pm2@7.0.4", "testcontainers@12.0.4")
DEBIAN = (
    "ansible",
    "docker-compose",
    "docker-doc",
    "golang-github-docker-docker-dev",
    "golang-github-openshift-imagebuilder-dev",
    "jupyterhub",
    "nodejs-doc",
    "python-ipyparallel-doc",
    "python-ipywidgets-doc",
    "python-nbconvert-doc",
    "python-nbsphinx-doc",
    "python-notebook-doc",
    "python-skimage-doc",
    "python-sklearn-doc",
    "python-xarray-doc",
    "vagrant",
)
MACHINE = {
    "documentation": (Path("/usr/share"),),
    "node": (Path("/usr/lib/node_modules"),),
    "scripts": (Path("/usr/bin"), Path("/usr/sbin"), Path("/etc"), Path("/usr/lib/git-core"), Path("/usr/lib/init")),
}
"""Folders of this machine; the running interpreter's own packages are added to them."""
