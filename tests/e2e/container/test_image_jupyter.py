"""JupyterLab in the image has tflsp out of the box: the extension, both language servers, `%load_ext tflsp`."""

from __future__ import annotations

import json

import pytest

from tests import components
from tests.e2e.container.contained import Contained
from tflsp.container.context import context

# Run by tflsp's Python in the container: cells in the kernel that JupyterLab would start, and what they print.
CELLS = """
import json, sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3", startup_timeout=180)
printed, texts = [], []
def output(message):
    if message["msg_type"] == "stream":
        printed.append(message["content"]["text"])
for code in json.loads(sys.argv[1]):
    reply = client.execute_interactive(code, timeout=300, output_hook=output)
    texts += [each["text"] for each in reply["content"].get("payload", []) if each["source"] == "set_next_input"]
manager.shutdown_kernel(now=True)
print(json.dumps([printed, texts]))
"""

# Ask python-lsp-server through jupyter-lsp's web socket, as JupyterLab does, for what it says of a notebook's Python.
LINT = """
import asyncio, json
from tornado.websocket import websocket_connect
TEXT = "import os\\nos.system('docker run tensorflow/tensorflow:latest')\\n"
async def main():
    token = open("/home/dev/.tflsp/jupyter-token").read()
    socket = await websocket_connect("ws://127.0.0.1:8888/lsp/ws/pylsp?token=" + token)
    async def send(method, parameters, **more):
        await socket.write_message(json.dumps({"jsonrpc": "2.0", "method": method, "params": parameters, **more}))
    await send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
    while json.loads(await socket.read_message()).get("id") != 1:
        pass
    await send("initialized", {})
    document = {"uri": "file:///workspace/x.ipynb", "languageId": "python", "version": 1, "text": TEXT}
    await send("textDocument/didOpen", {"textDocument": document})
    while (told := json.loads(await socket.read_message())).get("method") != "textDocument/publishDiagnostics":
        pass
    print(json.dumps([each["code"] for each in told["params"]["diagnostics"]]))
asyncio.run(asyncio.wait_for(main(), 300))
"""

# Ask the extension's half in the server, as its half in the browser does.
ASK = """
import http.client, json, sys
headers = {"Authorization": "token " + open("/home/dev/.tflsp/jupyter-token").read().strip()}
notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
body = json.dumps({"path": "new.ipynb", "kind": "step", "language": "zh", "notebook": notebook})
answers = []
for name, method, how in (("entry", "POST", headers), ("gpu", "GET", headers), ("gpu", "GET", {})):
    connection = http.client.HTTPConnection("127.0.0.1", 8888, timeout=180)
    connection.request(method, "/tflsp/" + name, body if method == "POST" else None, how)
    answer = connection.getresponse()
    answers.append([answer.status, answer.read().decode()])
print(json.dumps(answers))
"""


def ask(running: Contained, program: str, *arguments: str) -> list[object]:
    said = running.run("/opt/tflsp/bin/python", "-I", "-c", program, *arguments)
    answer = json.loads(said.splitlines()[-1])
    assert isinstance(answer, list)
    return answer


@pytest.fixture
def with_extension(running_container: Contained) -> Contained:
    """The image, made with the extension."""
    if not any(name.startswith("dist/tflsp_jupyterlab-") for name in context().files):
        components.missing("the JupyterLab extension's wheel in the image", "scripts/build-labextension")
    return running_container


def test_the_extension_is_on_and_answers_only_who_is_logged_in(with_extension: Contained) -> None:
    listed = with_extension.run("/opt/tflsp/bin/jupyter-labextension", "list")
    assert "tflsp-jupyterlab v" in listed
    assert "enabled" in listed[listed.index("tflsp-jupyterlab v") :].splitlines()[0]
    entry, gpu, stranger = ask(with_extension, ASK)
    assert isinstance(entry, list)
    assert isinstance(gpu, list)
    assert isinstance(stranger, list)
    assert entry[0] == 200
    assert json.loads(entry[1])["text"].startswith("### 调试步骤 #1")
    assert gpu[0] == 200
    assert "gpus" in json.loads(gpu[1])
    assert stranger[0] == 403


def test_python_is_checked_beside_python_lsp_server(with_extension: Contained) -> None:
    assert "TFL101" in ask(with_extension, LINT)


def test_the_kernel_has_the_ipython_extension_and_nothing_else_of_ours(running_container: Contained) -> None:
    seen = "import sys; print([each for each in sys.path if each.startswith('/opt/tflsp')])"
    cells = ["%load_ext tflsp", "%tflsp step", seen, "import tflsp; print(tflsp.__file__)"]
    printed, texts = ask(running_container, CELLS, json.dumps(cells))
    assert isinstance(texts, list)
    assert isinstance(printed, list)
    assert texts[0].startswith("%%markdown\n### ")
    assert "".join(printed) == "['/opt/tflsp/share/ipython']\n/opt/tflsp/share/ipython/tflsp.py\n"
