"""A registry on loopback that serves one image, well or badly: what a real engine makes of it is what users see."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"


@contextmanager
def registry(behaviour: str, size: int = 1 << 20) -> Iterator[str]:
    """Serve an image with one layer of `size` random bytes; gives the reference to pull.

    Behaviour: well, broken (a layer stops half-way), missing, limited (too many requests), other-machine.
    """
    layer = _layer(size)
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [_digest(gzip.decompress(layer))]},
        }
    ).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "size": len(config),
                "digest": _digest(config),
            },
            "layers": [
                {
                    "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                    "size": len(layer),
                    "digest": _digest(layer),
                }
            ],
        }
    ).encode()
    elsewhere = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": _LIST,
            "manifests": [
                {
                    "mediaType": _MANIFEST,
                    "size": len(manifest),
                    "digest": _digest(manifest),
                    "platform": {"architecture": "s390x", "os": "linux"},
                }
            ],
        }
    ).encode()
    blobs = {_digest(config): config, _digest(layer): layer}

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if self.path == "/v2/":
                self.answer(200, b"{}")
            elif behaviour == "missing":
                self.answer(404, _error("MANIFEST_UNKNOWN", "manifest unknown"))
            elif behaviour == "limited":
                self.answer(429, _error("TOOMANYREQUESTS", "You have reached your pull rate limit."))
            elif "/manifests/" in self.path:
                kind, body = (_LIST, elsewhere) if behaviour == "other-machine" else (_MANIFEST, manifest)
                self.answer(200, body, kind)
            elif name in blobs:
                stops = behaviour == "broken" and name == _digest(layer)
                self.answer(200, blobs[name], "application/octet-stream", len(layer) // 2 if stops else None)
            else:
                self.answer(404, _error("BLOB_UNKNOWN", "blob unknown"))

        def answer(self, code: int, body: bytes, kind: str = "application/json", stop: int | None = None) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Docker-Content-Digest", _digest(body))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body[:stop])
                if stop is not None:
                    self.close_connection = True

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            # Engines speak plain HTTP with registries on loopback.
            yield f"127.0.0.1:{server.server_port}/mnist:1"
        finally:
            server.shutdown()
            thread.join()


def _layer(size: int) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo("data")
        entry.size = size
        tar.addfile(entry, io.BytesIO(os.urandom(size)))
    return gzip.compress(packed.getvalue(), 1)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _error(code: str, message: str) -> bytes:
    return json.dumps({"errors": [{"code": code, "message": message}]}).encode()
