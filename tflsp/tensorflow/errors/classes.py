"""The classes of errors, each known by the texts that TensorFlow 2.9, Keras and NumPy write, and how bad each is.

Sources: what TensorFlow 2.9.0 prints when it is made to fail (tests/e2e/test_tensorflow_errors.py), and for what needs
a GPU the texts in its binaries. The first class with a text that fits is the one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tflsp.dataclass import dataclass
from tflsp.tensorflow.errors.report import Level
from tflsp.text.patterns import pattern

_SHAPE: Final = r"[\[(][^\])\n]{0,200}[\])]"


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """A kind of error. Groups of its texts: ``name``, ``op``, ``dtype``, ``device``, ``allocator``, ``shape``,
    ``bytes`` and ``size`` (``171.13TiB``). ``by_op`` says that the operation tells one such error from another."""

    key: str
    texts: tuple[str, ...]
    level: Level = Level.ERROR
    by_op: bool = False


CLASSES: Final = (
    ErrorClass(
        "oom-retried",
        (
            r"ran out of memory trying to allocate (?P<size>[\d.]+\w+).{0,120}?The caller indicates that this is "
            r"not a failure",
        ),
        Level.INFORMATION,
    ),
    ErrorClass(
        "gpu-memory-taken",
        (
            r"failed to allocate (?P<size>[\d.]+\w*)? ?\((?P<bytes>\d+) bytes\) from device: CUDA_ERROR_OUT_OF_MEMORY",
            r"cuMemAllocAsync failed to allocate",
            r"CUDA_ERROR_OUT_OF_MEMORY",
            r"CUDA runtime implicit initialization on GPU:\d+ failed\. Status: out of memory",
        ),
    ),
    ErrorClass(
        "oom",
        (
            r"OOM when allocating tensor with shape\[(?P<shape>[\d,]*)\](?: and type (?P<dtype>\w+))?"
            r"(?: on (?P<device>\S+))?(?: by allocator (?P<allocator>\w+))?",
            r"Allocator \((?P<allocator>\w+)\) ran out of memory trying to allocate (?P<size>[\d.]+\w+)"
            r"(?: \(rounded to (?P<bytes>\d+)\))?(?:\s*requested by op (?P<op>[\w/]+))?",
            r"Out of memory while trying to allocate (?P<bytes>\d+) bytes",
            r"Dst tensor is not initialized",
            r"Cannot parse tensor from proto: dtype: DT_",
        ),
    ),
    ErrorClass(
        "host-memory",
        (
            r"Unable to allocate (?P<size>[\d.]+ ?[KMGTPE]iB) for an array with shape (?P<shape>\([\d, ]*\)) "
            r"and data type (?P<dtype>\w+)",
            r"Unable to allocate array with shape (?P<shape>\([\d, ]*\))",
            r"^Killed$|The [Kk]ernel (?:appears to have|has) (?:died|crashed)|exited with code 137",
        ),
    ),
    ErrorClass(
        "incompatible-shapes",
        (
            rf"Incompatible shapes: {_SHAPE} vs\. {_SHAPE}",
            rf"Matrix size-incompatible: In\[0\]: {_SHAPE}, In\[1\]: {_SHAPE}",
            r"Dimensions must be equal, but are \d+ and \d+ for '\{\{node [^}]+\}\} = (?P<op>\w+).*with input shapes",
            r"required broadcastable shapes",
        ),
        by_op=True,
    ),
    ErrorClass(
        "reshape-size",
        (
            r"Input to reshape is a tensor with \d+ values, but the requested shape (?:has|requires a multiple of) \d+",
            r"total size of new array must be unchanged, input_shape = \[.*?\], output_shape = \[.*?\]",
            r"cannot reshape array of size \d+ into shape \([\d, ]*\)",
        ),
    ),
    ErrorClass(
        "concat-shapes",
        (
            r"ConcatOp : Dimension \d+ in both shapes must be equal",
            r"Shapes of all inputs must match",
            r"A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis",
        ),
    ),
    ErrorClass(
        "convolution-shapes",
        (
            r"input depth must be evenly divisible by filter depth: \d+ vs \d+",
            r"One of the dimensions in the output is <= 0 due to downsampling in (?P<name>\w+)",
            r"Negative dimension size caused by subtracting \d+ from \d+",
            r"The number of input channels must be (?:evenly )?divisible",
        ),
    ),
    ErrorClass("index-out-of-range", (r"indices\[[\d,]*\] = -?\d+ is not in \[0, \d+\)",)),
    ErrorClass(
        "layer-input",
        (r'Input \d+ of layer "?(?P<name>[^"\s]+)"? is incompatible with the layer: [^\n]*',),
    ),
    ErrorClass("cardinality", (r"Data cardinality is ambiguous",)),
    ErrorClass(
        "loss-shapes",
        (
            rf"`?logits`? and `?labels`? must have the same shape, received \({_SHAPE} vs {_SHAPE}\)",
            rf"logits and labels must have the same first dimension, got logits shape {_SHAPE} and "
            rf"labels shape {_SHAPE}",
            rf"Shapes {_SHAPE} and {_SHAPE} are incompatible",
        ),
    ),
    ErrorClass(
        "label-out-of-range",
        (r"Received a label value of -?\d+ which is outside the valid range of \[\d+, ?\d+\)",),
    ),
    ErrorClass("no-gradients", (r"No gradients provided for any variable",)),
    ErrorClass(
        "dtype-mismatch",
        (
            r"cannot compute (?P<op>\w+) as input #\d+\(zero-based\) was expected to be an? (?P<dtype>\w+) tensor but "
            r"is an? (?P<dtype2>\w+) tensor",
            r"Input '\w+' of '(?P<op>\w+)' Op has type (?P<dtype>\w+) that does not match type (?P<dtype2>\w+)",
            r"Tensor conversion requested dtype (?P<dtype>\w+) for Tensor with dtype (?P<dtype2>\w+)",
            r"Value passed to parameter '\w+' has DataType (?P<dtype>\w+) not in list of allowed values",
        ),
        by_op=True,
    ),
    ErrorClass("dtype-value", (r"Cannot convert .{1,200}? to EagerTensor of dtype (?P<dtype>\w+)",)),
    ErrorClass(
        "object-array",
        (r"Failed to convert a NumPy array to a Tensor \(Unsupported object type (?P<name>[\w.]+)\)",),
    ),
    ErrorClass(
        "ragged-data",
        (
            r"Can't convert non-rectangular Python sequence to Tensor",
            r"setting an array element with a sequence",
        ),
    ),
    ErrorClass(
        "gpu-driver",
        (
            r"Could not load dynamic library 'libcuda\.so",
            r"failed call to cuInit: ",
            r"kernel driver does not appear to be running on this host",
            r"CUDA driver version is insufficient for CUDA runtime version",
        ),
        Level.WARNING,
    ),
    ErrorClass(
        "gpu-driver-version",
        (r"kernel version \S+ does not match DSO version \S+",),
    ),
    ErrorClass(
        "gpu-libraries",
        (r"Could not load dynamic library '(?P<name>lib\w+)", r"Cannot dlopen some GPU libraries"),
        Level.WARNING,
    ),
    ErrorClass(
        "gpu-too-new",
        (r"TensorFlow was not built with CUDA kernel binaries compatible with compute capability (?P<name>[\d.]*\d)",),
        Level.WARNING,
    ),
    ErrorClass(
        "cudnn-version",
        (r"Loaded runtime CuDNN library: [\d.]+ but source was compiled with: [\d.]*\d",),
    ),
    ErrorClass(
        "cudnn-handle",
        (
            r"Could not create cudnn handle: (?P<name>\w+)",
            r"failed to create cublas handle: (?P<name>\w+)",
            # What follows these two in the log.
            r"Possibly insufficient driver version",
            r"Failure to initialize cublas may be due to OOM",
            # Of a multiplication, where cuBLAS has no handle.
            r"Blas x?GEM[MV]\w* launch failed",
            r"[Aa]ttempting to perform BLAS operation using StreamExecutor without BLAS support",
            # TensorFlow before 2.5, as many pages quote it.
            r"Failed to get convolution algorithm\. This is probably because cuDNN failed to initialize",
        ),
    ),
    ErrorClass("cudnn-missing", (r"DNN library is not found",)),
    ErrorClass("no-algorithm", (r"No algorithm worked!",)),
    # protobuf 4.21, and as later ones write it.
    ErrorClass("protobuf-too-new", (r"Descriptors cannot (?:not )?be created directly",)),
    ErrorClass(
        "device-missing",
        (
            r"Could not satisfy device specification '(?P<device>[^']+)'",
            r"No matching devices found for '(?P<device>[^']+)'",
            r"Cannot assign a device for operation",
            # The message alone says nothing: the user's line is given behind it.
            r"^list index out of range at .*\b\w*(?:gpu|GPU|physical_device|logical_device)\w*\[\d+\]",
        ),
    ),
    ErrorClass(
        "device-setup",
        (
            r"(?P<name>Physical|Virtual|Visible) devices cannot be modified after being initialized",
            r"Memory growth cannot differ between GPU devices",
            r"Cannot set memory growth on (?:non-GPU and non-Pluggable devices|device when virtual devices configured)",
        ),
    ),
    ErrorClass("xla-operation", (r"Detected unsupported operations when trying to compile graph",)),
    ErrorClass(
        "xla-tools",
        (
            r"Can't find ptxas binary",
            r"Couldn't (?:get|invoke) \S*ptxas",
            r"Failed to compile generated PTX with ptxas",
            r"[Ll]ibdevice(?:\.10\.bc)? (?:is required|not found)|Can't find libdevice directory",
        ),
        Level.WARNING,
    ),
    ErrorClass(
        "autograph-branch",
        (
            r"'(?P<name>\w+)' must also be initialized in the (?:else|main) branch",
            r"the else branch must also have a return statement",
            r"'(?P<name>\w+)' has (?:dtype|shape) \S+ in the main branch, but",
            r"[Uu]sing a (?:symbolic )?`tf\.Tensor` as a Python `bool` is not allowed",
        ),
    ),
    ErrorClass(
        "function-variables", (r"tf\.function only supports singleton tf\.Variables created on the first call",)
    ),
    ErrorClass(
        "symbolic-tensor",
        (
            r"'(?:Tensor|KerasTensor|SymbolicTensor)' object has no attribute 'numpy'",
            r"Cannot convert a symbolic (?:tf\.|Keras )?(?:Tensor|input/output)",
        ),
    ),
    ErrorClass(
        "unknown-rank",
        (
            r"Cannot (?:iterate over a|take the length of) shape with unknown rank",
            r"as_list\(\) is not defined on an unknown TensorShape",
            r"'images' contains no shape",
        ),
    ),
    ErrorClass("retracing", (r"triggered tf\.function retracing",), Level.WARNING),
    ErrorClass(
        "not-a-number",
        (
            r"Detected Infinity or NaN in output \d+ of (?:\S+-executing op|graph op) \"(?P<op>\w+)",
            r"Tensor had (?:NaN|Inf|-Inf|\+Inf)",
            r"Batch \d+: Invalid loss, terminating training",
        ),
    ),
    ErrorClass(
        "saved-model-missing",
        (r"SavedModel file does not exist at: \S+", r"No file or directory found at \S+"),
    ),
    ErrorClass(
        "weights-mismatch",
        (
            r"Cannot assign value to variable '\s*(?P<name>[^']+)': Shape mismatch",
            r"Layer count mismatch when loading weights from file",
        ),
    ),
    ErrorClass("data-ran-out", (r"Your input ran out of data; interrupting training",), Level.WARNING),
)

_HARMLESS = pattern(
    r"oneDNN custom operations are on|This TensorFlow binary is optimized with oneAPI"
    r"|To enable them in other operations|NUMA node read from SysFS had negative value"
    r"|Ignore above cudart dlerror|Created device /job:|Compiled cluster using XLA|XLA service 0x|StreamExecutor device"
    r"|Loaded cuDNN version|Successfully opened dynamic library|BFCAllocator dump|MLIR Optimization Pass"
    r"|Created TensorFlow device|retrieving CUDA diagnostic|hostname: |libcuda reported version is"
    r"|kernel reported version is|Adding visible gpu|Found device \d+ with properties"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A class found in a text, and where."""

    error_class: ErrorClass
    match: re.Match[str]


def known(text: str) -> Known | None:
    """The first class in the table that a text belongs to."""
    if not _any().search(text):
        return None
    for error_class in CLASSES:
        for expression in _compiled(error_class.key):
            if found := expression.search(text):
                return Known(error_class, found)
    return None


def known_lines(text: str) -> list[tuple[int, str]]:
    """Lines (zero-based number, text) in which a class's text begins, of a text that may be long."""
    if not _any().search(text):
        return []
    return [(number, line) for number, line in enumerate(text.split("\n")) if _any().search(line)]


def is_harmless(message: str) -> bool:
    """Whether a line of the log is one of those that everybody has and that mean nothing."""
    return _HARMLESS.search(message) is not None


@cache
def _compiled(key: str) -> tuple[re.Pattern[str], ...]:
    return next(tuple(re.compile(text, re.MULTILINE) for text in each.texts) for each in CLASSES if each.key == key)


@cache
def _any() -> re.Pattern[str]:
    texts = "|".join(text for each in CLASSES for text in each.texts)
    return re.compile(re.sub(r"\(\?P<\w+>", "(?:", texts), re.MULTILINE)
