"""Extra packages are seen by notebooks and shells, and TensorFlow's environment knows nothing of them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.container import images
from tests.e2e.container.contained import contained, once
from tests.e2e.container.engine import Engine

WHERE = "import json, numpy, toolz; print(json.dumps([toolz.__file__, numpy.__version__]))"


def test_extra_packages_stand_beside_the_environment(
    docker_engine: Engine, base_images: tuple[str, str], ssh_client: Path, tmp_path: Path
) -> None:
    # One with a dependency that the image has: its version is not to change.
    image = images.build(docker_engine, EXTRA_PACKAGES="toolz xarray")
    freeze = ("python3", "-m", "pip", "freeze", "--all")
    assert once(docker_engine, image, *freeze) == once(docker_engine, base_images[0], *freeze)
    numpy = once(docker_engine, base_images[0], "python3", "-c", "import numpy; print(numpy.__version__)").strip()
    with contained(docker_engine, image, tmp_path, {"TFLSP_SERVICES": ""}) as running:
        ran = running.ssh(f"python3 -c '{WHERE}'")
        assert ran.returncode == 0, ran.stderr
        place, version = json.loads(ran.stdout)
        assert place.startswith("/opt/extra/")
        assert version == numpy
        # tflsp's own Python is not misled by the path of the other.
        assert running.ssh("echo $PYTHONPATH; tflsp version").stdout.startswith("/opt/extra\ntflsp ")
        spec = json.loads(running.run("cat", "/opt/tflsp/share/jupyter/kernels/python3/kernel.json"))
        assert spec["env"]["PYTHONPATH"] == "/opt/tflsp/share/ipython:/opt/extra"
