"""`make dist`: the Neovim plugin as an archive: from the same files the same bytes.

It unpacks into one folder, which goes onto the runtime path or below `pack/*/start/`.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLUGIN = ROOT / "editor-client/nvim"
# What a runtime path holds, and no more: nobody's leftovers (doc/tags, which Neovim makes itself).
KEPT = ("doc/*.txt", "lsp/*.lua", "lua/**/*.lua", "plugin/*.lua")


def main(folder: Path) -> int:
    version = re.search(r'^__version__ = "(.+)"', (ROOT / "tflsp/__init__.py").read_text("utf-8"), re.MULTILINE)
    assert version is not None
    name = f"tflsp-nvim-{version[1]}"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.tar.gz"
    files = {f"{name}/{path.relative_to(PLUGIN).as_posix()}": path for each in KEPT for path in PLUGIN.glob(each)}
    files[f"{name}/LICENSE"] = ROOT / "LICENSE"
    target.write_bytes(packed(files))
    print(target.relative_to(ROOT) if target.is_relative_to(ROOT) else target)
    return 0


def packed(files: dict[str, Path]) -> bytes:
    """A compressed archive in which nothing tells when, where or by whom it was made."""
    archive = io.BytesIO()
    # The header has a time of its own, and no name.
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=archive, mtime=0) as stream,
        tarfile.open(mode="w", fileobj=stream, format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, path in sorted(files.items()):
            data = path.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return archive.getvalue()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]).resolve()))
