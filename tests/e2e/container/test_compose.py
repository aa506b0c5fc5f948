"""The container without `tflsp up`: the build's files in a folder, and compose.yaml, as container/README.md says."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tests import components
from tests.components import ROOT
from tests.e2e.container import images
from tests.e2e.container.contained import Contained, contained
from tests.e2e.container.engine import Engine


def test_by_hand_it_is_the_same(docker_engine: Engine, built_image: str, ssh_client: Path, tmp_path: Path) -> None:
    compose = components.program("docker-compose", "apt-get install docker-compose")
    build = tmp_path / "tensorflow-container"
    subprocess.run([sys.executable, "-m", "tflsp.container.context", build], cwd=ROOT, check=True)
    with contained(docker_engine, built_image, tmp_path, {"TFLSP_SERVICES": ""}) as as_up_has_it:
        environment = os.environ | {
            "DOCKER_HOST": docker_engine.host,
            "COMPOSE_PROJECT_NAME": f"tflsp-test-{tmp_path.name.lower()}",
            "TFLSP_AUTHORIZED_KEYS": (tmp_path / "identity.pub").read_text(),
            "TFLSP_PROJECT": str(as_up_has_it.workspace),
            "TFLSP_PORT": "0",
            "BASE_IMAGE": images.BASE,
        }

        def run(*words: str) -> str:
            command: list[str | Path] = [compose, "--file", build / "container" / "compose.yaml", *words]
            ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, ran.stdout + ran.stderr
            return ran.stdout

        try:
            run("up", "--build", "--detach")
            run("exec", "-T", "tensorflow", "tflsp", "health", "--wait", "180")
            key = run("exec", "-T", "tensorflow", "cat", "/home/dev/.tflsp/ssh/host_ed25519.pub")
            (tmp_path / "known_hosts").write_text(f"contained {' '.join(key.split()[:2])}\n")
            address = run("port", "tensorflow", "2222").strip()
            assert address.startswith("127.0.0.1:")
            by_hand: Contained = replace(as_up_has_it, port=int(address.rpartition(":")[2]))
            assert by_hand.ssh("id -u; ls -d /workspace").stdout == "1000\n/workspace\n"
            [container] = run("ps", "-q").split()
            inspect = ["docker", "--host", docker_engine.host, "inspect", "--format"]
            rights = " ".join(
                f"{{{{.HostConfig.{each}}}}}" for each in ("CapDrop", "SecurityOpt", "ReadonlyRootfs", "Init")
            )
            said = subprocess.run([*inspect, rights, container], check=True, capture_output=True, text=True).stdout
            assert said.strip() == "[ALL] [no-new-privileges:true] true true"
        finally:
            run("down", "--volumes", "--rmi", "local")
