"""tf.data pipelines by the calls that make them: how many samples, of which shape, and whether they are batched.

Pure functions on abstract values; what is doubtful is None.
"""

from __future__ import annotations

from typing import Final

from tflsp.dataclass import replace
from tflsp.facts.model_values import (
    NOTHING_KNOWN,
    Abstract,
    Arguments,
    Array,
    Generator,
    Items,
    Known,
    Stream,
    plain,
    whole_number,
)
from tflsp.tensorflow.layers import Shape

_FROM_TENSORS: Final = ("tensorflow.data.Dataset.from_tensor_slices", "tensorflow.data.Dataset.from_tensors")
_KEEP: Final = frozenset({"shuffle", "cache", "prefetch", "with_options", "snapshot"})
_UNSURE: Final = frozenset(
    {"apply", "interleave", "flat_map", "window", "scan", "group_by_window", "bucket_by_sequence_length", "reduce"}
)


def dataset_method(stream: Stream, name: str, given: Arguments, reshapes: bool | None) -> Abstract:
    """What a method of a tf.data.Dataset gives, ``batch`` excepted.

    ``reshapes`` says of ``map``'s function whether it may add an axis; None where that cannot be seen.
    """
    if name in _KEEP:
        return stream
    if name in ("repeat", "filter", "shard", "skip", "take", "concatenate", "enumerate", "zip"):
        return _counted(stream, name, given)
    if name == "map":
        unsure = reshapes is not False and stream.batched is False
        return replace(stream, sample=None, batched=None if unsure else stream.batched)
    if name == "unbatch":
        return replace(stream, batched=False, batch=None)
    if name in ("padded_batch", "ragged_batch"):
        return replace(stream, batched=True, batch=None)
    if name in _UNSURE:
        return Stream(batched=None)
    return NOTHING_KNOWN


def sample_of(value: Abstract | None) -> tuple[int | None, Shape | None, str]:
    """Length, shape of one sample and source of ``(x, y)``, of a dictionary's kin unknown, of an array."""
    if isinstance(value, Items) and value.values:
        value = value.values[0]
    if isinstance(value, Array) and value.shape:
        return value.shape[0], value.shape[1:], value.source
    return None, None, ""


def pipeline_call(name: str, given: Arguments) -> Abstract:
    """What a function makes, where that is a tf.data.Dataset or a generator of batches."""
    if name in _FROM_TENSORS:
        length, sample, source = sample_of(given.get("tensors", 0))
        whole = name == _FROM_TENSORS[1]
        return Stream(length, sample, whole, source=source)
    if name == "tensorflow.data.Dataset.range":
        return Stream(whole_number(given.get("stop", 0)) if len(given.positional) == 1 else None)
    if name.endswith("ImageDataGenerator"):
        return Generator()
    if name.endswith(("utils.image_dataset_from_directory", "utils.text_dataset_from_directory")):
        size = given.get("batch_size")
        return Stream(batched=not (isinstance(size, Known) and size.value is None))
    if name == "tensorflow.data.Dataset.zip" and isinstance(pair := given.get("datasets", 0), Items):
        first = pair.values[0] if pair.values else NOTHING_KNOWN
        return first if isinstance(first, Stream) else Stream(batched=None)
    if name in ("tensorflow_datasets.load", "tensorflow.data.TFRecordDataset", "tensorflow.data.TextLineDataset"):
        return _loaded_stream(name, given)
    return Stream(batched=None) if name.startswith("tensorflow.data.") else NOTHING_KNOWN


def _loaded_stream(name: str, given: Arguments) -> Abstract:
    """tfds.load of one split, or of several; records are not batched."""
    if "batch_size" in given.keywords or not given.certain:
        return Stream(batched=None)
    if not name.startswith("tensorflow_datasets"):
        return Stream()
    split, info = given.get("split", 1), given.get("with_info")
    if isinstance(split, Items):
        found: Abstract = Items(tuple(Stream() for _ in split.values))
    elif isinstance(split, Known) and isinstance(split.value, str):
        found = Stream()
    else:
        return NOTHING_KNOWN
    if info is None or plain(info) is False:
        return found
    return Items((found, NOTHING_KNOWN)) if plain(info) is True else NOTHING_KNOWN


def _counted(stream: Stream, name: str, given: Arguments) -> Stream:
    """How many samples remain; of a batched data set the count is one of batches."""
    count = whole_number(given.get("count", 0))
    known = stream.length if stream.batched is False else None
    if name == "take" and count is not None and known is not None and count >= 0:
        return replace(stream, length=min(known, count))
    if name == "skip" and count is not None and known is not None and count >= 0:
        return replace(stream, length=max(known - count, 0))
    if name == "repeat":
        return replace(stream, length=None)
    return replace(stream, length=None, sample=stream.sample if name in ("take", "skip", "filter", "shard") else None)
