"""The GPUs' state in an editor: asked for, subscribed to, in hovers and above training calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import PATIENCE, SERVER, Editor, Text, editor
from tests.e2e.lsp.profiles import profile
from tests.gpu_stub.machine import GIB, T4, Machine, without_gpu

TRAIN = """\
import tensorflow as tf
tf.config.LogicalDeviceConfiguration(memory_limit=1024 * 20)
(x_train, y_train), _ = tf.keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784)
model = tf.keras.Sequential([tf.keras.layers.Dense(128, input_shape=(784,)), tf.keras.layers.Dense(10)])
model.compile("adam")
model.fit(x_train, y_train, batch_size=60_000)
model.evaluate(x_train, y_train)
"""


class Watcher:
    """What was told by tflsp/gpuChanged."""

    def __init__(self, session: Editor) -> None:
        self.told: list[Any] = []
        self._session = session

        async def changed(params: Any) -> None:
            self.told.append(params)
            async with session.client.news:
                session.client.news.notify_all()

        session.client.feature("tflsp/gpuChanged")(changed)

    async def until(self, used: int) -> None:
        await self._session.client.until(lambda: bool(self.told) and self.told[-1].gpus[0].memory.used == used)


async def ask(session: Editor, method: str, **params: Any) -> Any:
    return await session.ask(method, params)


@asynccontextmanager
async def on(machine: Machine | None, workspace: Path, **configuration: Any) -> AsyncIterator[Editor]:
    """An editor whose server runs on this machine."""
    environment = without_gpu() if machine is None else machine.environment
    words = [f"{name}={environment.get(name, '')}" for name in ("LD_LIBRARY_PATH", "TFLSP_NVML_STUB", "PATH")]
    command = ("env", *words, *SERVER)
    client = profile("vscode").with_params(initializationOptions={"settings": {"tflsp": configuration}})
    async with editor(client, workspace, command=command) as session:
        yield session


async def looked_at(session: Editor) -> None:
    """The driver has answered once: hovers and lenses wait a quarter of a second, and it may take longer to load."""
    await ask(session, "tflsp/gpu")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def hover(session: Editor, text: Text, at: str) -> str:
    position = session.position(text, text.text.index(at))
    params = types.HoverParams(types.TextDocumentIdentifier(text.uri), position)
    found = await asyncio.wait_for(session.client.text_document_hover_async(params), PATIENCE)
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


async def lenses(session: Editor, text: Text) -> list[tuple[int, str]]:
    params = types.CodeLensParams(types.TextDocumentIdentifier(text.uri))
    found = await asyncio.wait_for(session.client.text_document_code_lens_async(params), PATIENCE)
    return [(lens.range.start.line, lens.command.title) for lens in found or () if lens.command is not None]


class Refreshes:
    """Counts how often the client was asked to make lenses anew."""

    def __init__(self, session: Editor) -> None:
        self.count = 0
        self._session = session

        async def refresh(params: Any) -> None:
            self.count += 1
            async with session.client.news:
                session.client.news.notify_all()

        session.client.protocol.fm.features.pop("workspace/codeLens/refresh", None)
        session.client.feature("workspace/codeLens/refresh")(refresh)

    async def until(self, text: Text, wanted: Callable[[list[tuple[int, str]]], bool]) -> None:
        """Ask for lenses, and again with each refresh, until they are as wanted."""
        while True:
            seen = self.count
            if wanted(await lenses(self._session, text)):
                return
            await self._session.client.until(partial(self._more, seen))

    def _more(self, seen: int) -> bool:
        return self.count > seen


# Requests


async def test_the_state_on_request(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace) as session:
        found = await ask(session, "tflsp/gpu", history=True)
        assert found.source == "nvml"
        assert found.gpus[0].memory.used == 3 * GIB
        assert found.gpus[0].history[0].memory == 3 * GIB


async def test_a_machine_without_a_gpu(workspace: Path) -> None:
    async with on(None, workspace) as session:
        found = await ask(session, "tflsp/gpu")
        assert (found.problem.code, found.problem.normal, found.gpus) == ("library-not-found", True, [])
        text = session.open("train.py", TRAIN, "python")
        assert "GPU" not in await hover(session, text, "60_000")


async def test_messages_are_in_the_language_of_the_settings(workspace: Path) -> None:
    (workspace / "tflsp.toml").write_text('language = "zh"\n')
    async with on(None, workspace) as session:
        assert "没有" in (await ask(session, "tflsp/gpu")).problem.message


async def test_what_changes_is_told_to_who_subscribes(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace) as session:
        watcher = Watcher(session)
        assert await ask(session, "tflsp/gpuSubscribe", interval=0.5) is None
        await watcher.until(3 * GIB)
        machine.gpus[0]["memory.used"] = 4 * GIB
        machine.write()
        await watcher.until(4 * GIB)
        assert len(watcher.told) == 2, "what has not changed is not told"
        assert await ask(session, "tflsp/gpuUnsubscribe") is None
        assert await ask(session, "tflsp/gpuUnsubscribe") is None
        machine.gpus[0]["memory.used"] = 5 * GIB
        machine.write()
        await ask(session, "tflsp/gpu")
        assert len(watcher.told) == 2, "whoever has left is not told"
        await ask(session, "tflsp/gpuSubscribe", interval=0.5)
        await watcher.until(5 * GIB)


async def test_a_subscription_that_makes_no_sense(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace) as session:
        for interval in ("often", None, True, [1]):
            with pytest.raises(Exception, match="tflsp/gpuSubscribe"):
                await ask(session, "tflsp/gpuSubscribe", interval=interval)


async def test_a_driver_that_hangs_holds_nothing_up(tmp_path: Path, workspace: Path) -> None:
    async with on(Machine(tmp_path, extra={"init.delay": 60}), workspace, **{"code-lens": True}) as session:
        text = session.open("train.py", TRAIN, "python")
        assert "60,000 samples" in await hover(session, text, "60_000")
        assert not any("GPU" in title for _, title in await lenses(session, text))
        assert (await ask(session, "tflsp/gpu")).problem.code == "hangs"
        assert await session.diagnostics(text) is not None


# Hovers


async def test_hover_on_a_batch_size_says_what_is_free(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace) as session:
        await looked_at(session)
        text = session.open("train.py", TRAIN, "python")
        for at in ("60_000", "evaluate"):
            said = await hover(session, text, at)
            assert "samples a step" in said
            assert "GPU 0 (Tesla T4): 12.8 GiB of 16.0 GiB free now." in said
            assert "more than that" not in said


async def test_hover_on_a_limit_of_memory(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace) as session:
        await looked_at(session)
        text = session.open("train.py", TRAIN, "python")
        said = await hover(session, text, "memory_limit")
        assert said.startswith("`memory_limit`: 20.0 GiB")
        assert "12.8 GiB of 16.0 GiB free now. This needs more than that." in said
        text = session.open("b.py", "f(\n    memory_limit=limit,\n)\n", "python")
        assert "MiB of a GPU's memory" in await hover(session, text, "memory_limit")


async def test_hover_where_tensorflow_has_taken_all(tmp_path: Path, workspace: Path) -> None:
    machine = Machine(tmp_path, [{**T4, "memory.used": 15 * GIB}, {**T4, "error": 15}])
    async with on(machine, workspace) as session:
        await looked_at(session)
        text = session.open("train.py", TRAIN, "python")
        said = await hover(session, text, "60_000")
        assert "Without memory growth" in said
        assert "GPU 1 (?): The GPU has fallen off the bus" in said


async def test_hover_on_a_split_gpu(tmp_path: Path, workspace: Path) -> None:
    split = {**T4, "mig": 1, "mig.0.uuid": "MIG-1", "mig.0.name": "T4 MIG 1g.5gb"}
    split |= {"mig.0.memory.total": 5 * GIB, "mig.0.memory.used": GIB}
    async with on(Machine(tmp_path, [split]), workspace) as session:
        await looked_at(session)
        text = session.open("train.py", TRAIN, "python")
        assert "T4 MIG 1g.5gb: 4.0 GiB of 5.0 GiB free now." in await hover(session, text, "60_000")


async def test_hover_names_what_is_wrong(tmp_path: Path, workspace: Path) -> None:
    async with on(Machine(tmp_path, extra={"init": 18}), workspace) as session:
        await looked_at(session)
        text = session.open("train.py", TRAIN, "python")
        assert "of different versions" in await hover(session, text, "60_000")


# Lenses


async def test_lenses_above_training_calls(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace, **{"code-lens": True}) as session:
        refreshes = Refreshes(session)
        text = session.open("train.py", TRAIN, "python")
        await refreshes.until(
            text, lambda found: [lens for lens in found if "GPU" in lens[1]] == [(6, "GPU 0: 3.0 / 16.0 GiB")]
        )


async def test_lenses_come_when_a_setting_asks(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace) as session:
        refreshes = Refreshes(session)
        text = session.open("train.py", TRAIN, "python")
        assert await lenses(session, text) == []
        session.client.set_configuration({"codeLens": True}, section="tflsp")
        session.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await refreshes.until(text, lambda found: (6, "GPU 0: 3.0 / 16.0 GiB") in found)


async def test_no_lenses_unless_a_setting_asks(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace) as session:
        assert await lenses(session, session.open("train.py", TRAIN, "python")) == []


async def test_lenses_are_made_anew_when_memory_changes(machine: Machine, workspace: Path) -> None:
    async with on(machine, workspace, **{"code-lens": True}) as session:
        refreshes = Refreshes(session)
        text = session.open("train.py", TRAIN, "python")
        await refreshes.until(text, lambda found: (6, "GPU 0: 3.0 / 16.0 GiB") in found)
        machine.gpus[0]["memory.used"] = 9 * GIB
        machine.write()
        await refreshes.until(text, lambda found: (6, "GPU 0: 9.0 / 16.0 GiB") in found)
