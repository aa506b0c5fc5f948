"""JupyterLab and kernels for real: the IPython extension, the language servers, the lab extension."""
