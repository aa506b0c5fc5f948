"""`tflsp check` without click, whose import takes longer than checking a file does."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from tflsp.cli.check_options import plainly

ABORTED = 1


def check(arguments: Sequence[str]) -> int | None:
    """Check, and give the exit code; None where the arguments are click's to read or to complain about."""
    options = plainly(arguments)
    if options is None or options.watch:
        return None
    # What is made from here on stays, in one short run; `check_run` collects again where there are many files.
    gc.disable()
    from tflsp.cli.check_run import check

    try:
        code = check(options)
        sys.stdout.flush()
        sys.stderr.flush()
    except KeyboardInterrupt:
        sys.stderr.write("\nAborted!\n")
        return ABORTED
    except BrokenPipeError:
        # Who reads has enough. Nothing must be written to the pipe when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ABORTED
    return code


def leave(code: int) -> NoReturn:
    """End the process, all output being flushed, without taking the interpreter apart object by object."""
    os._exit(code)
