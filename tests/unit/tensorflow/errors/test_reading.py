"""Reports from texts that need a GPU, a notebook or a person who pasted them; what a CPU raises is in tests/e2e."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tensorflow.errors import texts
from tflsp.tensorflow.errors import ErrorReport, Frame, read_errors
from tflsp.tensorflow.errors.classes import CLASSES
from tflsp.tensorflow.errors.details import bytes_of, shapes
from tflsp.tensorflow.errors.pages import error_pages
from tflsp.tensorflow.errors.report import OTHER, Level


def only(text: str) -> ErrorReport:
    [report] = read_errors(text).reports
    return report


def test_a_full_gpu_is_one_error_with_the_allocators_figures() -> None:
    report = only(texts.GPU_OOM)
    assert report.key == "oom"
    assert (report.allocator, report.device, report.shapes) == ("GPU_0_bfc", "GPU:0", ("[256, 1024, 32, 32]",))
    assert (report.memory.wanted, report.memory.limit, report.memory.in_use) == (1 << 30, 8053063680, 6 << 30)
    assert report.memory.largest_free == 1 << 29
    assert report.memory.fragmented
    assert report.times == 1
    assert (report.op, report.node) == ("", "gradient_tape/model/conv2d/Conv2D/Conv2DBackpropFilter")


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ("cuMemAllocAsync failed to allocate 1073741824", "gpu-memory-taken", None),
        (
            "failed to allocate 2.50G (2684354560 bytes) from device: CUDA_ERROR_OUT_OF_MEMORY",
            "gpu-memory-taken",
            2684354560,
        ),
        ("Out of memory while trying to allocate 4294967296 bytes.", "oom", 1 << 32),
        (
            "OOM when allocating tensor with shape[60000,784] and type half on /device:GPU:1 by allocator x",
            "oom",
            94080000,
        ),
        (
            "MemoryError: Unable to allocate 1.50 GiB for an array with shape (2, 3) and data type float64",
            "host-memory",
            3 << 29,
        ),
    ],
)
def test_bytes_that_were_wanted(text: str, key: str, wanted: int | None) -> None:
    report = only(f"{texts.TIME}: E tensorflow/a/b.cc:12] {text}\n")
    assert (report.key, report.memory.wanted) == (key, wanted)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Descriptors cannot not be created directly.\nIf this call came from a _pb2.py file", "protobuf-too-new"),
        ("Descriptors cannot be created directly.", "protobuf-too-new"),
        ("CUDA runtime implicit initialization on GPU:1 failed. Status: out of memory", "gpu-memory-taken"),
        ("Blas xGEMM launch failed : a.shape=[1,32,784], b.shape=[1,784,10], m=32 [Op:MatMul]", "cudnn-handle"),
        ("Blas GEMM launch failed : a.shape=(32, 784), b.shape=(784, 10), m=32", "cudnn-handle"),
        ("Blas xGEMMStridedBatched launch failed : a.shape=[4,2,2]", "cudnn-handle"),
        (
            "Attempting to perform BLAS operation using StreamExecutor without BLAS support [Op:MatMul]",
            "cudnn-handle",
        ),
    ],
)
def test_what_a_traceback_ends_with_has_a_page(text: str, key: str) -> None:
    report = only(
        f'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    f()\nTypeError: {text}\n'
    )
    assert (report.key, report.exception) == (key, "TypeError")
    assert report.frame == Frame("train.py", 3, "", "f()")


def test_what_follows_a_handle_that_cannot_be_made_is_one_error_with_it() -> None:
    file = "E tensorflow/stream_executor/cuda/cuda_dnn.cc:377]"
    first = f"{texts.TIME}: {file} Could not create cudnn handle: CUDNN_STATUS_NOT_INITIALIZED\n"
    report = only(f"{first}{texts.TIME}: {file} Possibly insufficient driver version: 460.32.3\n")
    assert (report.key, report.line, report.name) == ("cudnn-handle", 1, "CUDNN_STATUS_NOT_INITIALIZED")
    assert report.message == "Could not create cudnn handle: CUDNN_STATUS_NOT_INITIALIZED"
    assert report.fingerprint == only(first).fingerprint


def test_what_was_retried_is_no_failure() -> None:
    line = "W tensorflow/core/common_runtime/bfc_allocator.cc:290] Allocator (GPU_0_bfc) ran out of memory trying to "
    line += "allocate 2.24GiB with freed_by_count=0. The caller indicates that this is not a failure, but this may mean"
    report = only(f"{texts.TIME}: {line}\n" * 3)
    assert (report.key, report.level, report.times) == ("oom-retried", Level.INFORMATION, 3)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        (texts.IPYTHON_8, Frame("In [2]", 2, "product", "return tf.matmul(a, b)")),
        (texts.IPYTHON_7, Frame("In [7]", 2, "", "model.fit(x, y, epochs=3)")),
        (texts.GRAPH_IN_A_CELL, Frame("In [5]", 3, "", "model.fit(x, y)")),
    ],
)
def test_the_frame_is_the_innermost_of_the_users(text: str, frame: Frame) -> None:
    assert only(text).frame == frame


def test_a_message_says_what_its_colon_announces() -> None:
    assert only(texts.IPYTHON_7).message == "Data cardinality is ambiguous: x sizes: 8, y sizes: 7"


def test_node_and_core_of_a_graphs_error() -> None:
    report = only(texts.GRAPH_IN_A_CELL)
    assert (report.key, report.exception) == ("label-out-of-range", "InvalidArgumentError")
    assert report.node == "loss/SparseSoftmaxCrossEntropyWithLogits"
    assert report.message.startswith("Received a label value of 99")


def test_a_pasted_line_is_the_same_error_as_the_real_one() -> None:
    """The line of the article that tflsp began with, quoted in a journal, with an older status."""
    pasted = only("## OOM\n\n> Resource exhausted: OOM when allocating tensor with shape[60000,784]\n\n### Analysis\n")
    assert (pasted.key, pasted.line, pasted.shapes) == ("oom", 3, ("[60000, 784]",))
    assert pasted.fingerprint == only(texts.GPU_OOM).fingerprint


def test_a_pasted_exception_has_its_class() -> None:
    report = only("It says `ValueError: Shapes (None, 3) and (None, 10) are incompatible` again.")
    assert (report.key, report.exception, report.level) == ("loss-shapes", "ValueError", Level.ERROR)
    assert report.shapes == ("(None, 3)", "(None, 10)")


def test_an_unknown_error_keeps_its_fingerprint_over_paths_and_numbers() -> None:
    one = only(texts.PLAIN.format(user="user", line=12, index=3))
    other = only(texts.PLAIN.format(user="bob", line=99, index=41))
    assert (one.key, one.exception, one.line) == (OTHER, "IndexError", 2)
    assert one.frame == Frame("/home/user/project/train.py", 12, "main", "layers.append(model.layers[3])")
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != only("Traceback (most recent call last):\nKeyError: 'accuracy'\n").fingerprint


def test_an_index_of_a_gpu_that_is_not_there_is_told_from_other_indices() -> None:
    code = 'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    {}\n'
    code += "IndexError: list index out of range\n"
    report = only(code.format("tf.config.experimental.set_memory_growth(gpus[0], True)"))
    assert (report.key, report.message) == ("device-missing", "list index out of range")
    assert only(code.format("print(rows[3])")).key == OTHER


def test_different_operations_are_different_errors() -> None:
    first = "Traceback (most recent call last):\nValueError: Incompatible shapes: [2,3] vs. [4,5] [Op:AddV2]\n"
    reports = read_errors(first + first.replace("AddV2", "Mul") + first).reports
    assert [(report.op, report.times) for report in reports] == [("AddV2", 2), ("Mul", 1)]
    assert len({report.fingerprint for report in reports}) == 2


def test_notices_are_counted_and_not_reported() -> None:
    line = "I tensorflow/core/platform/cpu_feature_guard.cc:193] This TensorFlow binary is optimized with oneAPI"
    reading = read_errors(f"{texts.TIME}: {line}\nEpoch 1/5\n" * 2)
    assert (reading.reports, reading.notices) == ((), 2)


def test_an_unknown_error_of_the_log_is_reported() -> None:
    report = only(f"{texts.TIME}: E tensorflow/some/file.cc:12] something broke\n")
    assert (report.key, report.level, report.message) == (OTHER, Level.ERROR, "something broke")


def test_missing_libraries_are_one_report_that_names_them() -> None:
    line = "W tensorflow/stream_executor/dso_loader.cc:64] Could not load dynamic library '{}'; dlerror: no"
    log = "".join(f"{texts.TIME}: {line}\n".format(name) for name in ("libcudart.so.11.0", "libcudnn.so.8"))
    report = only(log + f"{texts.TIME}: W tensorflow/x.cc:1850] Cannot dlopen some GPU libraries. Please make sure\n")
    assert (report.key, report.name) == ("gpu-libraries", "libcudart, libcudnn")


def test_colours_carriage_returns_and_timestamps_of_docker_are_seen_through() -> None:
    red = "\x1b[31mInvalidArgumentError\x1b[39m: Incompatible shapes: [2,3] vs. [4,5] [Op:AddV2]"
    text = (
        f"\r10/100 [=>...]\r20/100\n\x1b[0;31mInvalidArgumentError\x1b[0m Traceback (most recent call last)\n{red}\r\n"
    )
    assert only(text).key == "incompatible-shapes"
    log = f"2026-01-01T10:00:00.123456789Z {texts.TIME}: E tensorflow/a/b.cc:12] something broke\n"
    assert only(log).message == "something broke"


@pytest.mark.parametrize("key", [each.key for each in CLASSES])
def test_a_page_has_its_examples_and_the_same_remedies_in_both_languages(key: str) -> None:
    page = error_pages()[key]
    assert page.raising or page.logs
    for text in page.logs:
        assert [report.key for report in read_errors(text).reports] == [key]
    english, chinese = page.knowledge["en"], page.knowledge["zh"]
    assert len(english.causes) == len(chinese.causes)
    assert [(each.code, each.language) for each in english.remedies] == [
        (each.code, each.language) for each in chinese.remedies
    ]
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese.title + chinese.meaning)
    assert english.meaning.isascii()


def test_every_page_belongs_to_a_class() -> None:
    folder = next(iter(error_pages().values())).path.parent
    assert {path.stem for path in folder.glob("*.md")} == {each.key for each in CLASSES}


@given(
    st.lists(
        st.sampled_from(
            [
                *texts.GPU_OOM.split("\n"),
                *texts.IPYTHON_8.split("\n"),
                *texts.GRAPH_IN_A_CELL.split("\n"),
                "",
                "> ",
                "\x1b[",
            ]
        )
        | st.text()
    )
)
def test_any_mixture_of_lines_is_read(lines: list[str]) -> None:
    """Outputs are cut off and mixed; a report always has a message of its own and a line that is there."""
    reading = read_errors("\n".join(lines))
    count = "\n".join(lines).count("\n") + 1
    for report in reading.reports:
        assert 1 <= report.line <= count
        assert len(report.message) <= 600
        assert len(report.fingerprint) == 12


@pytest.mark.parametrize(
    ("size", "count"), [("171.13TiB", 188159424861306), ("12B", 12), ("1.0 KiB", 1024), ("x", None)]
)
def test_sizes(size: str, count: int | None) -> None:
    assert bytes_of(size) == count


def test_shapes_are_told_from_indices() -> None:
    assert shapes("In[0]: [2,3], In[1]: [4,5]") == ("[2, 3]", "[4, 5]")
    assert shapes("indices[0,0] = 11 is not in [0, 10)") == ()
    assert shapes("expected shape=(None, 784), found shape=(2, 100)") == ("(None, 784)", "(2, 100)")
    assert shapes("OOM when allocating tensor with shape[60000]") == ("[60000]",)
