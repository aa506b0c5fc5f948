"""The server's asyncio: complete for what the server does, and without OpenSSL in its process."""

from __future__ import annotations

import subprocess
import sys

SERVER = """
import sys
from tflsp.server.event_loop import import_asyncio
import_asyncio()
import asyncio, tflsp.server.serving, tflsp.server.app
assert "ssl" not in sys.modules and "_ssl" not in sys.modules
assert asyncio.run(asyncio.sleep(0, "works")) == "works"
import ssl  # whoever needs it has it
assert ssl.OPENSSL_VERSION
"""


def test_nothing_of_the_server_brings_openssl() -> None:
    subprocess.run([sys.executable, "-c", SERVER], check=True)


def test_what_is_there_already_is_left_alone() -> None:
    code = "import asyncio, ssl; from tflsp.server.event_loop import import_asyncio; import_asyncio()"
    check = "from asyncio import sslproto; assert sslproto.ssl is ssl"
    subprocess.run([sys.executable, "-c", f"{code}; {check}"], check=True)
