"""A relay between files or a terminal and pipes, in threads: for streams that the daemon cannot take over itself."""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Thread

from tflsp.remote.thin import Streams

_CHUNK = 1 << 16


class Relay(Streams):
    """What ``source`` holds comes out of ``reads``; what is put into ``writes`` goes to ``target``."""

    def __init__(self, source: int, target: int) -> None:
        self.reads, fed = os.pipe()
        taken, self.writes = os.pipe()
        # The thread that reads may wait for ever, for somebody to type; it ends with the process.
        Thread(target=_copy, args=(source, fed), name="tflsp-input", daemon=True).start()
        self._output = Thread(target=_copy, args=(taken, target), name="tflsp-output", daemon=True)
        self._output.start()

    def sent(self) -> None:
        """The daemon has the ends of the pipes; ours would keep them open."""
        os.close(self.reads)
        os.close(self.writes)

    def finish(self) -> None:
        """Wait until everything is written."""
        self._output.join()


def _copy(source: int, target: int) -> None:
    with suppress(OSError):
        while data := os.read(source, _CHUNK):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(target, rest) :]
    with suppress(OSError):
        os.close(target)
