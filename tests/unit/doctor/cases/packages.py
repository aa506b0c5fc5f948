"""7, 8, 9, 17: what the image has installed."""

from __future__ import annotations

import base64

from tests.unit.doctor.made import Made, case
from tflsp.doctor.base import State
from tflsp.doctor.checks.apt_key_missing import KEY

OK, PROBLEM, NOT_HERE, UNSEEN = State.OK, State.PROBLEM, State.NOT_APPLICABLE, State.UNSEEN
REPOSITORY = "deb https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64 /\n"
LIBC = b"\x00GNU C Library (Ubuntu GLIBC 2.31-0ubuntu9.9) stable release version 2.31.\n\x00"
LIBSTDCXX = b"\x00GLIBCXX_3.4.9\x00GLIBCXX_3.4.25\x00GLIBCXX_3.4.28\x00GLIBCXX_DEBUG_MESSAGE_LENGTH\x00"


@case("apt-key-missing", NOT_HERE)
def no_repository(made: Made) -> None:
    made.file("/etc/apt/sources.list", "deb http://archive.example.org/ubuntu focal main\n# " + REPOSITORY)


@case("apt-key-missing", PROBLEM, "/etc/apt/sources.list.d/cuda.list")
def old_image(made: Made) -> None:
    made.file("/etc/apt/sources.list.d/cuda.list", REPOSITORY)
    made.file("/etc/apt/trusted.gpg", b"\x99\x02\x0d" + bytes.fromhex("F60F4B3D7FA2AF80"))


@case("apt-key-missing", OK, "cuda-archive-keyring.gpg")
def key_as_it_is(made: Made) -> None:
    made.file(
        "/etc/apt/sources.list.d/cuda.sources", "URIs: https://developer.download.nvidia.com/compute/cuda/repos/x\n"
    )
    made.file("/usr/share/keyrings/cuda-archive-keyring.gpg", b"\x99\x01\xa2" + bytes.fromhex(KEY) + b"\x00")


@case("apt-key-missing", OK, "nvidia.asc")
def key_in_armour(made: Made) -> None:
    made.file("/etc/apt/sources.list.d/cuda.list", REPOSITORY)
    body = base64.b64encode(b"\x99\x01\xa2" + bytes.fromhex(KEY) + bytes(60)).decode()
    block = "PGP PUBLIC KEY BLOCK-----"
    made.file(
        "/etc/apt/trusted.gpg.d/nvidia.asc",
        f"-----BEGIN {block}\n\n{body[:64]}\n{body[64:]}\n=abcd\n-----END {block}\n",
    )


@case("protobuf-too-new", NOT_HERE)
def no_tensorflow(made: Made) -> None:
    made.interpreter(numpy="1.23.5")


@case("protobuf-too-new", OK, "protobuf 3.19.6, tensorflow 2.9.0")
def old_protobuf(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", protobuf="3.19.6", numpy="1.23.5", keras="2.9.0")


@case("protobuf-too-new", PROBLEM, "import tensorflow fails", "protobuf 4.25.3")
def new_protobuf(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", protobuf="4.25.3")


@case("protobuf-too-new", PROBLEM, "which is slow")
def new_protobuf_in_python(made: Made) -> None:
    made.environment["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python"
    made.interpreter(tensorflow="2.9.0", protobuf="4.25.3")


@case("protobuf-too-new", PROBLEM, "asks for another", "protobuf (>=3.9.2)")
def ancient_protobuf(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", protobuf="3.6.1")


@case("protobuf-too-new", PROBLEM, "not installed")
def no_protobuf(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0")


@case("protobuf-too-new", OK)
def newer_tensorflow(made: Made) -> None:
    made.interpreter(tensorflow="2.16.1", protobuf="4.25.3")


@case("protobuf-too-new", OK)
def no_interpreter_on_path(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", protobuf="3.19.6")
    made.environment["PATH"] = "/bin"


@case("protobuf-too-new", NOT_HERE)
def interpreter_of_the_workspace_is_not_run(made: Made) -> None:
    made.environment["PATH"] = "/workspace/.venv/bin"
    made.program("/workspace/.venv/bin/python3")
    made.directory("/workspace/lib")
    made.file("/workspace/lib/tensorflow-2.9.0.dist-info/METADATA", "Name: tensorflow\nVersion: 2.9.0\n\n")
    made.answers("/workspace/.venv/bin/python3", out="/workspace/lib\n")


@case("numpy-clash", OK, "numpy 1.23.5")
def old_numpy(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", protobuf="3.19.6", numpy="1.23.5", keras="2.9.0")


@case("numpy-clash", PROBLEM, "np.bool")
def numpy_without_aliases(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", numpy="1.24.4", keras="2.9.0")


@case("numpy-clash", PROBLEM, "numpy 2")
def numpy_2(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", numpy="2.0.1", keras="2.9.0")


@case("numpy-clash", PROBLEM, "requires keras<2.10.0,>=2.9.0rc0, but 2.12.0 is installed")
def keras_of_another_release(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", protobuf="3.19.6", numpy="1.23.5", keras="2.12.0")


@case("numpy-clash", PROBLEM, "numpy, which is not installed")
def no_numpy(made: Made) -> None:
    made.interpreter(tensorflow="2.9.0", protobuf="3.19.6", keras="2.9.0")


def ubuntu(made: Made, libc: bytes = LIBC, libstdcxx: bytes = LIBSTDCXX) -> None:
    made.file("/lib/x86_64-linux-gnu/libc.so.6", libc)
    made.file("/usr/lib/x86_64-linux-gnu/libstdc++.so.6", libstdcxx)
    for program in ("bash", "tar", "curl"):
        made.program(f"/usr/bin/{program}")


@case("glibc-too-old", OK, "glibc 2.31", "GLIBCXX_3.4.28")
def ubuntu_20(made: Made) -> None:
    ubuntu(made)


@case("glibc-too-old", PROBLEM, "glibc 2.27 (needs 2.28)")
def ubuntu_18(made: Made) -> None:
    ubuntu(made, LIBC.replace(b"2.31", b"2.27"))


@case("glibc-too-old", PROBLEM, "GLIBCXX_3.4.9 (needs 3.4.25)")
def old_libstdcxx(made: Made) -> None:
    ubuntu(made, libstdcxx=b"\x00GLIBCXX_3.4.9\x00")


@case("glibc-too-old", PROBLEM, "wget or curl is missing")
def no_downloader(made: Made) -> None:
    ubuntu(made)
    made.path("/usr/bin/curl").unlink()


@case("glibc-too-old", PROBLEM, "musl")
def alpine(made: Made) -> None:
    made.file("/lib/ld-musl-x86_64.so.1")


@case("glibc-too-old", UNSEEN)
def nothing_found(made: Made) -> None:
    del made
