"""What runs in the container beside sshd: JupyterLab with TensorFlow's kernel, TensorBoard, and the watch over them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import docker

from tests.e2e.container.contained import Contained, contained
from tests.e2e.container.engine import Engine

# The command line of what starts services, which is not that of the engine's init.
SUPERVISOR = "/opt/tflsp/bin/python.* /opt/tflsp/bin/tflsp-entrypoint"

# Run by tflsp's Python in the container: the kernel that JupyterLab would start.
KERNEL = """
import json, sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3", startup_timeout=180)
printed = []
def output(message):
    if message["msg_type"] == "stream":
        printed.append(message["content"]["text"])
    assert message["msg_type"] != "error", message["content"]
code = "import sys, tensorflow as tf, json; print(json.dumps([tf.__version__, sys.version_info[:2], sys.executable]))"
client.execute_interactive(code, timeout=300, output_hook=output)
manager.shutdown_kernel(now=True)
print("".join(line for line in "".join(printed).splitlines() if line.startswith("[")))
"""

# Ask Jupyter's API, with the container's token or without.
ASK = """
import http.client, json, sys
headers = {}
if sys.argv[2] == "token":
    headers["Authorization"] = "token " + open("/home/dev/.tflsp/jupyter-token").read().strip()
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[3]), timeout=180)
connection.request("GET", sys.argv[1], headers=headers)
answer = connection.getresponse()
print(json.dumps([answer.status, answer.read().decode(errors="replace")]))
"""

# Initialize the server as JupyterLab's client does, through jupyter-lsp's web socket.
INITIALIZE = """
import asyncio, json
from tornado.websocket import websocket_connect
async def main():
    token = open("/home/dev/.tflsp/jupyter-token").read()
    socket = await websocket_connect("ws://127.0.0.1:8888/lsp/ws/tflsp?token=" + token)
    parameters = {"processId": None, "rootUri": None, "capabilities": {}}
    request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}
    await socket.write_message(json.dumps(request))
    while (answer := json.loads(await socket.read_message())).get("id") != 1:
        pass
    print(json.dumps(answer["result"]["serverInfo"]))
asyncio.run(asyncio.wait_for(main(), 300))
"""


def ask(running: Contained, path: str, token: bool = True, port: int = 8888) -> tuple[int, str]:
    """Ask a server in the container for a path: its status, and what it said."""
    said = running.run("/opt/tflsp/bin/python", "-I", "-c", ASK, path, "token" if token else "", str(port))
    status, text = json.loads(said)
    return status, text


def test_the_kernel_is_the_images_own_python(running_container: Contained) -> None:
    printed = running_container.run("/opt/tflsp/bin/python", "-I", "-c", KERNEL)
    version, python, executable = json.loads(printed.splitlines()[-1])
    assert version == "2.9.0"
    assert python[0] == 3
    assert python[1] < 11
    assert not executable.startswith("/opt/tflsp")


def test_jupyter_wants_its_token_and_tells_nobody(running_container: Contained) -> None:
    assert ask(running_container, "/api/contents", token=False)[0] == 403
    status, text = ask(running_container, "/api/contents")
    assert status == 200
    assert {"mnist_debugging"} <= {each["name"] for each in json.loads(text)["content"]}
    specs = json.loads(ask(running_container, "/api/kernelspecs")[1])
    assert specs["kernelspecs"].keys() == {"python3"}
    token = running_container.run("cat", "/home/dev/.tflsp/jupyter-token").strip()
    assert len(token) >= 32
    assert token not in running_container.container.logs().decode(errors="replace")
    assert token not in running_container.run("sh", "-c", "cat /proc/[0-9]*/cmdline")
    assert running_container.run("stat", "-c", "%a", "/home/dev/.tflsp/jupyter-token").strip() == "600"


def test_jupyter_lsp_knows_our_server(running_container: Contained) -> None:
    status, text = ask(running_container, "/lsp/status")
    assert status == 200
    spec = json.loads(text)["sessions"]["tflsp"]["spec"]
    assert spec["display_name"] == "tflsp"
    assert {"markdown", "dockerfile", "shell"} <= set(spec["languages"])
    assert json.loads(text)["sessions"]["pylsp"]["spec"]["languages"] == ["python"]
    said = running_container.run("/opt/tflsp/bin/python", "-I", "-c", INITIALIZE)
    assert json.loads(said.splitlines()[-1])["name"] == "tflsp"
    # Where it must, jupyter-lsp mirrors documents into the project.
    assert not (running_container.workspace / ".virtual_documents").exists()


def test_only_sshd_is_to_be_reached_from_outside(running_container: Contained) -> None:
    """Jupyter and TensorBoard listen on the container's loopback alone."""
    lines = running_container.run("cat", "/proc/net/tcp", "/proc/net/tcp6").splitlines()
    listening = [line.split()[1] for line in lines if len(line.split()) > 3 and line.split()[3] == "0A"]
    open_ports = {int(each.rpartition(":")[2], 16) for each in listening if not each.startswith("0100007F:")}
    # Docker's own resolver aside, which is on a loopback address too (127.0.0.11).
    open_ports -= {int(each.rpartition(":")[2], 16) for each in listening if each.startswith("0B00007F:")}
    assert open_ports == {2222}
    assert {"0100007F:22B8"} <= set(listening)


def test_what_dies_is_started_again(running_container: Contained) -> None:
    healthy = running_container.run("tflsp", "health")
    assert healthy.startswith("healthy: sshd on port 2222, Jupyter ")
    # Who starts it again is held up until somebody has looked.
    running_container.run("pkill", "-STOP", "-x", "-f", SUPERVISOR)
    try:
        running_container.run("pkill", "-KILL", "-f", "jupyter-lab")
        code, said = running_container.execute("tflsp", "health")
    finally:
        running_container.run("pkill", "-CONT", "-x", "-f", SUPERVISOR)
    assert code == 1
    assert said.startswith("unhealthy: JupyterLab does not answer on port 8888")
    assert running_container.run("tflsp", "health", "--wait", "180").startswith("healthy")
    assert "jupyter ended with code -9" in running_container.container.logs().decode(errors="replace")


def test_tensorboard_shows_the_projects_logs(
    docker_engine: Engine, built_image: str, ssh_client: Path, tmp_path: Path
) -> None:
    (tmp_path / "workspace" / "logs").mkdir(parents=True)
    with contained(docker_engine, built_image, tmp_path, {"TFLSP_SERVICES": "tensorboard"}) as running:
        # It imports TensorFlow first, behind all others on the machine; curl asks until it answers.
        retry = ["--retry", "600", "--retry-delay", "1", "--retry-connrefused"]
        said = running.run("curl", "-sf", *retry, "http://127.0.0.1:6006/data/environment")
        assert json.loads(said)["data_location"] == "/workspace/logs"


def test_the_engine_hears_that_it_is_healthy(
    docker_engine: Engine,
    docker_client: docker.DockerClient,
    built_image: str,
    ssh_client: Path,
    tmp_path: Path,
) -> None:
    """The image's own check, asked every second here: on real machines the first answer takes a minute."""
    events = docker_client.events(decode=True, filters={"event": "health_status", "type": "container"})
    with contained(
        docker_engine, built_image, tmp_path, healthcheck={"interval": 10**9, "start_period": 180 * 10**9}
    ) as running:
        told = next(event for event in events if event["id"] == running.container.id)
    events.close()
    assert told["status"] == "health_status: healthy"


def test_the_container_ends_at_once_and_with_its_sshd(
    docker_engine: Engine, built_image: str, ssh_client: Path, tmp_path: Path
) -> None:
    with contained(docker_engine, built_image, tmp_path) as running:
        started = time.monotonic()
        running.container.stop(timeout=60)
        assert time.monotonic() - started < 30
        assert running.container.wait()["StatusCode"] == 0
        running.container.start()
        running.run("tflsp", "health", "--wait", "180")
        running.run("pkill", "-KILL", "-o", "-x", "sshd")
        assert running.container.wait(timeout=60)["StatusCode"] == 1


def test_nothing_is_kept_outside_the_volume_and_tmpfs(running_container: Contained) -> None:
    changed = {each["Path"] for each in running_container.container.diff() or []}
    # Where the engine mounts its init, it makes the file.
    assert changed <= {"/usr", "/usr/sbin", "/usr/sbin/docker-init", "/sbin", "/sbin/docker-init"}
