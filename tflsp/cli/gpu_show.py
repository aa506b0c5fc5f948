"""GPUs on a terminal: a table, what there is to note below it, and graphs of the last minutes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tflsp.bilingual import either, text_in
from tflsp.gpu.history import History
from tflsp.gpu.problems import problem_of
from tflsp.gpu.records import clean
from tflsp.gpu.state import Ecc, Gpu, Missing, Process, Snapshot, Value, known
from tflsp.gpu.words import GIB, amount, throttling

_WORDS: Mapping[str, tuple[str, str]] = {
    "name": ("Name", "名称"),
    "memory": ("Memory", "显存"),
    "use": ("Busy", "使用率"),
    "temperature": ("Temp", "温度"),
    "power": ("Power", "功率"),
    "held": ("GPU {index} is held back by: {reasons}", "GPU {index} 受限于：{reasons}"),
    "ecc": (
        "GPU {index}: {count} memory errors that could not be corrected",
        "GPU {index}：{count} 个无法纠正的显存错误",
    ),
    "busy-means": (
        "Busy: part of the time in which any kernel ran, not how much of the GPU it used.",
        "使用率：有内核运行的时间比例，并非 GPU 的占用程度。",
    ),
    "no-processes": ("no processes that the driver tells of", "驱动程序未报告任何进程"),
    "host-pids": (
        "Process ids are the host's: in a container they name nothing. `tflsp gpu` on the host knows names.",
        "进程号属于宿主机，在容器内没有意义。在宿主机上运行 `tflsp gpu` 可查看名称。",
    ),
    "history": ("GPU {index}: busy, memory; {minutes} min", "GPU {index}：使用率、显存；{minutes} 分钟"),
}
_BLOCKS = " ▁▂▃▄▅▆▇█"
_BAR = 8
_HEIGHT = 3


def word(key: str, language: str, **arguments: object) -> str:
    """A text of the table's."""
    return text_in(language, _WORDS, key, arguments)


def shown(snapshot: Snapshot, language: str, label: str = "") -> RenderableType:
    """A snapshot for people. ``label`` names the container that it is of."""
    head = [Text(clean(label), style="bold")] if label else []
    if snapshot.problem is not None:
        return Group(*head, *_wrong(snapshot.problem, language))
    return Group(*head, _table(snapshot, language), *_notes(snapshot, language))


class Graphs:
    """The last points of each GPU as bars of characters, the newest at the right."""

    def __init__(self) -> None:
        self._histories: dict[str, History] = {}

    def add(self, label: str, snapshot: Snapshot) -> None:
        """Remember a snapshot of a place."""
        self._histories.setdefault(label, History()).add(snapshot)

    def shown(self, label: str, snapshot: Snapshot, language: str, width: int) -> Iterator[Text]:
        """Two graphs beside each other for each GPU: how busy it was, and the memory used."""
        each = max((width - 6) // 2, 10)
        for gpu in snapshot.gpus:
            points = self._histories[label].of(gpu)[-each:] if label in self._histories else ()
            memory = known(gpu.memory)
            if len(points) < 2:
                continue
            minutes = f"{(points[-1].time - points[0].time) / 60:.1f}"
            yield Text(word("history", language, index=gpu.index, minutes=minutes), style="dim")
            busy = [None if point.utilization is None else point.utilization / 100 for point in points]
            used = [_part(point.memory, memory.total if memory is not None else 0) for point in points]
            for left, right in zip(graph(busy, each), graph(used, each), strict=True):
                yield Text.assemble(" ", (left, "green"), "  ", (right, "cyan"))


def graph(values: Sequence[float | None], width: int, height: int = _HEIGHT) -> list[str]:
    """Parts of one (0 to 1) as columns of eighths of a line, from the top line to the bottom; None is a gap."""
    columns = [None] * (width - len(values)) + list(values)[-width:]
    eighths = [0 if value is None else max(1, round(min(max(value, 0.0), 1.0) * height * 8)) for value in columns]
    lines = []
    for row in reversed(range(height)):
        lines.append("".join(_BLOCKS[min(max(each - row * 8, 0), 8)] for each in eighths))
    return lines


def _table(snapshot: Snapshot, language: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    # Where the terminal is narrow, names give way.
    table.add_column("GPU", justify="right", min_width=3)
    table.add_column(word("name", language), overflow="ellipsis", no_wrap=True)
    table.add_column(word("memory", language), no_wrap=True, min_width=_BAR + 17)
    for key, width in (("use", 6), ("temperature", 5), ("power", 10)):
        table.add_column(word(key, language), justify="right", no_wrap=True, min_width=width)
    for gpu in snapshot.gpus:
        table.add_row(str(gpu.index), Text(_text(gpu.name)), *_cells(gpu))
        for part in known(gpu.mig) or ():
            table.add_row(
                "",
                Text(f"└ {_text(part.name).removeprefix(_text(gpu.name)).strip()}"),
                _memory(part.memory),
                "",
                "",
                "",
            )
        for process in known(gpu.processes) or ():
            table.add_row("", Text(f"  {_process(process)}", style="dim"), _held(process, gpu), "", "", "")
    return table


def _cells(gpu: Gpu) -> Iterator[RenderableType]:
    if gpu.problem is not None:
        yield Text(clean(gpu.problem), style="red")  # the words stand below
        yield from ("", "", "")
        return
    rates, power, limit = known(gpu.utilization), known(gpu.power), known(gpu.power_limit)
    yield _memory(gpu.memory)
    yield "n/a" if rates is None else f"{rates.gpu}%"
    yield "n/a" if isinstance(gpu.temperature, Missing) else f"{gpu.temperature} °C"
    yield "n/a" if power is None else f"{power:.0f} W" if limit is None else f"{power:.0f} / {limit:.0f} W"


def _memory(memory: Value[Any]) -> Text:
    found = known(memory)
    if found is None:
        return Text("n/a")
    part = _part(found.used, found.total) or 0.0
    full = min(round(part * _BAR), _BAR)
    style = "red" if part > 0.95 else "yellow" if part > 0.8 else "green"
    return Text.assemble(("█" * full, style), ("░" * (_BAR - full), "dim"), f" {amount(found)}")


def _process(process: Process) -> str:
    name = "?" if isinstance(process.name, Missing) else clean(process.name)
    return f"{process.pid} {name}" + (f" [{clean(process.container)}]" if process.container else "")


def _held(process: Process, gpu: Gpu) -> Text:
    memory = process.memory
    return Text("" if isinstance(memory, Missing) else f"{'':{_BAR}} {memory / GIB:.1f} GiB", style="dim")


def _notes(snapshot: Snapshot, language: str) -> Iterator[Text]:
    """What is not in the table; what is wrong comes with what to do."""
    said: dict[str, None] = {}
    for gpu in snapshot.gpus:
        if gpu.problem is not None:
            said[f"GPU {gpu.index}: {problem_of(gpu.problem).say(language)}"] = None
            continue
        reasons = [throttling(reason, language) for reason in known(gpu.throttling) or ()]
        if reasons:
            said[word("held", language, index=gpu.index, reasons=", ".join(reasons))] = None
        ecc = known(gpu.ecc)
        if isinstance(ecc, Ecc) and (count := known(ecc.uncorrected)):
            said[word("ecc", language, index=gpu.index, count=count)] = None
        for value, key in ((gpu.memory, "memory"), (gpu.utilization, "use"), (gpu.processes, None)):
            if isinstance(value, Missing) and value.why != "not-sampled":
                what = "PID" if key is None else word(key, language)
                said[f"GPU {gpu.index}, {what}: {problem_of(value.why).say(language)}"] = None
    if snapshot.host_pids and any(known(gpu.processes) for gpu in snapshot.gpus):
        said[word("host-pids", language)] = None
    return (Text(clean(each) if len(each) < 200 else each, style="dim") for each in said)


def _wrong(problem: str, language: str) -> Iterable[Text]:
    found = problem_of(problem)
    yield Text(either(language, found.message), style="" if found.normal else "red")
    if remedy := either(language, found.remedy):
        yield Text(remedy)


def _text(value: Value[str]) -> str:
    return "?" if isinstance(value, Missing) else clean(value)


def _part(value: int | None, total: int) -> float | None:
    return None if value is None or total <= 0 else value / total
