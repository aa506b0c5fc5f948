"""What an error's text says beside its class: operation, shapes, dtypes, device, bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tflsp.tensorflow.errors.report import Memory
from tflsp.tensorflow.sizes import UNITS, tensor_bytes
from tflsp.text.patterns import pattern

_OP = pattern(r"\[Op:(?!__)(?P<op>\w+)\]")
_NODE = pattern(
    r"^Node: '(?P<node>[^'\n]+)'|Detected at node '(?P<named>[^'\n]+)'|\{\{node (?P<braced>[^}\s]+)\}\}", re.MULTILINE
)
_LAYER = pattern(r'when calling layer "(?P<layer>[^"]+)"')
_SHAPES = pattern(
    r"(?<![\w}])\((?:None|\d+)(?:,|(?:, ?(?:None|\d+))+,?)\)"
    r"|(?<!indices)(?<!In)\[(?:None|\?|\d+)(?:, ?(?:None|\?|\d+))+\]"
    r"|(?<=shape )\[\d+\]|(?<=shape)\[\d+\](?! =)"
)
_TYPE = pattern(r"\bdtype[=:]? ?'?(?P<dtype>[a-z]+\d*)\b")
_SIZE = pattern(r"(?P<number>\d+(?:\.\d+)?) ?(?P<unit>[KMGTP]i?)?B")
_STATS = pattern(r"^(?P<key>Limit|InUse|LargestFreeBlock):\s+(?P<value>\d+)", re.MULTILINE)
_LIMIT = pattern(r"memory_limit_: (?P<limit>\d+)")
_DEVICE = pattern(r"device:(?P<kind>[A-Za-z_]+):(?P<number>\d+)")
_DTYPES: Final = {"float": "float32", "double": "float64", "half": "float16"}


def operation(text: str) -> str:
    """The type of the operation (``MatMul``), without the prefix of Intel's build; empty where only a node is named."""
    found = _OP.search(text)
    return plain_op(found["op"]) if found else ""


def plain_op(name: str) -> str:
    """An operation under its public name; nodes and functions of a graph, which also stand in its place, have none."""
    name = name.removeprefix("_Mkl")
    return name if name[:1].isupper() and "/" not in name else ""


def node(text: str) -> str:
    """The node of the graph, or the layer that was called."""
    found = _NODE.search(text)
    if found:
        return found["node"] or found["named"] or found["braced"]
    layer = _LAYER.search(text)
    return layer["layer"] if layer else ""


def shapes(text: str, limit: int = 4) -> tuple[str, ...]:
    """Shapes in their order, as they are written, each once."""
    found = dict.fromkeys(re.sub(r",(?=[^ )])", ", ", shape) for shape in _SHAPES.findall(text))
    return tuple(found)[:limit]


def dtype(name: str) -> str:
    """A dtype by the name that Python code uses."""
    return _DTYPES.get(name, name)


def dtypes(text: str) -> tuple[str, ...]:
    """Dtypes that a text names, each once."""
    return tuple(dict.fromkeys(dtype(found["dtype"]) for found in _TYPE.finditer(text)))


def device(text: str) -> str:
    """A device in short: ``GPU:0``."""
    found = _DEVICE.search(text)
    return f"{found['kind'].upper()}:{found['number']}" if found else text if re.fullmatch(r"\w+:\d+", text) else ""


def bytes_of(size: str) -> int | None:
    """Bytes of ``171.13TiB``, as precise as that is.

    >>> bytes_of("1.5GiB")
    1610612736
    """
    found = _SIZE.fullmatch(size.strip())
    if found is None:
        return None
    units = [unit[0] for unit in UNITS]
    power = units.index((found["unit"] or "B")[0])
    return int(float(found["number"]) * 1024**power)


def bytes_of_shape(shape: str, kind: str) -> int | None:
    """Bytes of a whole shape such as ``[60000, 784]``."""
    sizes = re.findall(r"\d+", shape)
    return tensor_bytes(tuple(map(int, sizes)), dtype(kind)) if sizes and kind else None


def statistics(lines: Iterable[str]) -> Memory:
    """What the allocator's dump tells: limit, bytes in use, the largest free piece."""
    text = "\n".join(lines)
    found = {each["key"]: int(each["value"]) for each in _STATS.finditer(text)}
    limit = _LIMIT.search(text)
    return Memory(
        limit=found.get("Limit") or (int(limit["limit"]) if limit else None),
        in_use=found.get("InUse"),
        largest_free=found.get("LargestFreeBlock"),
    )
