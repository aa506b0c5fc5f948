"""Ending the reading process."""

from __future__ import annotations

import asyncio

import pytest

from tflsp.server.workspace.scan import end


def test_a_child_that_ends_by_itself_is_collected_once(caplog: pytest.LogCaptureFixture) -> None:
    """Process.kill, at the same place, loses about one exit code in twenty."""

    async def codes() -> set[int]:
        found = set()
        for _ in range(100):
            process = await asyncio.create_subprocess_exec("true", stdout=asyncio.subprocess.PIPE)
            assert process.stdout is not None
            await process.stdout.read()
            end(process)
            found.add(await process.wait())
        return found

    assert asyncio.run(codes()) <= {0, -15}
    assert not caplog.records


def test_a_child_that_runs_is_ended() -> None:
    async def code() -> int:
        process = await asyncio.create_subprocess_exec("sleep", "60")
        end(process)
        return await process.wait()

    assert asyncio.run(code()) == -15
