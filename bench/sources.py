"""Where text that nobody wrote for tflsp comes from: packages by name, from PyPI, npm and Debian, and this machine's.

Versions of PyPI's and npm's packages are fixed, so that two runs look at the same text; Debian's are the release's.
Chosen for Markdown, notebooks, shell scripts and Dockerfiles on containers, notebooks and machine learning.
"""

from __future__ import annotations

from pathlib import Path

PYPI = (
    "ansible-runner==2.4.3",
    "bentoml==1.4.40",
    "chainlit==2.12.0",
    "cog==0.23.1",
    "dagster==1.13.29",
    "dask==2026.8.0",
    "distributed==2026.8.0",
    "docker==7.2.0",
    "dockerspawner==14.0.0",
    "dvc==3.67.1",
    "fastapi==0.165.0",
    "folium==0.20.0",
    "gradio==6.31.0",
    "great-expectations==1.24.1",
    "holoviews==1.23.2",
    "httpie==3.2.4",
    "hydra-core==1.3.8",
    "ipywidgets==8.1.9",
    "jupyter-book==2.1.7",
    "jupyter-repo2docker==2026.4.0",
    "jupyter-server==2.21.1",
    "jupyterhub==6.1.1",
    "kedro==1.7.0",
    "keras-tuner==1.4.8",
    "keras==3.15.1",
    "kubernetes==37.0.2",
    "label-studio==1.23.2",
    "metaflow==2.19.39",
    "mlflow==3.18.0",
    "molecule==26.10.0",
    "nbclient==0.11.0",
    "nbconvert==7.17.2",
    "nbsphinx==0.9.8",
    "nbval==0.11.0",
    "papermill==2.7.0",
    "prefect==3.9.1",
    "pymdown-extensions==13.1",
    "skypilot==0.14.1",
    "sphinx-book-theme==1.4.0",
    "streamlit==1.67.0",
    "tensorflow-datasets==4.9.10",
)
NPM = ("node-red@4.1.15", "pm2@7.0.4", "testcontainers@12.0.4")
DEBIAN = (
    "ansible",
    "buildah",
    "cwltool",
    "docker-compose",
    "docker-doc",
    "golang-github-containers-common-dev",
    "golang-github-docker-docker-dev",
    "golang-github-fsouza-go-dockerclient-dev",
    "golang-github-openshift-imagebuilder-dev",
    "jupyterhub",
    "node-undici",
    "nodejs-doc",
    "podman",
    "prometheus-node-exporter",
    "python-ipyparallel-doc",
    "python-ipywidgets-doc",
    "python-nbconvert-doc",
    "python-nbsphinx-doc",
    "python-notebook-doc",
    "python-skimage-doc",
    "python-sklearn-doc",
    "python-xarray-doc",
    "ruby-docker-api",
    "vagrant",
)
MACHINE = {
    "documentation": (Path("/usr/share"),),
    "node": (Path("/usr/lib/node_modules"),),
    "scripts": (Path("/usr/bin"), Path("/usr/sbin"), Path("/etc"), Path("/usr/lib/git-core"), Path("/usr/lib/init")),
}
"""Folders of this machine; the running interpreter's own packages are added to them."""
