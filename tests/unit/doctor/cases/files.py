"""1, 2, 16, 24, 27, 30: owners, modes, mounts, space."""

from __future__ import annotations

from tests.unit.doctor.made import FreeSpace, Made, case
from tflsp.doctor.base import State

OK, PROBLEM, NOT_HERE = State.OK, State.PROBLEM, State.NOT_APPLICABLE
TENSORFLOW = {"Image": "tensorflow/tensorflow:2.9.0-jupyter", "ExposedPorts": {"8888/tcp": {}}}


@case("root-owned-files", OK)
def same_owner(made: Made) -> None:
    made.file("/workspace/notes.md")


@case("root-owned-files", PROBLEM, "2 files", "model/weights.h5")
def files_of_root(made: Made) -> None:
    made.directory("/workspace/model", owner=0)
    made.file("/workspace/model/weights.h5", owner=0)
    made.file("/workspace/.git/index", owner=0)


@case("root-owned-files", PROBLEM, "a [2J b")
def file_that_would_drive_the_terminal(made: Made) -> None:
    made.file("/workspace/a\x1b[2J\nb", owner=0)


@case("root-owned-files", PROBLEM, "runs as root", "uid 1000")
def container_as_root(made: Made) -> None:
    made.uid = 0


@case("root-owned-files", PROBLEM, "itself belongs to root")
def mount_of_root(made: Made) -> None:
    made.directory("/workspace", owner=0)


@case("root-owned-files", OK)
def root_on_a_host_of_its_own(made: Made) -> None:
    made.inside, made.uid = False, 0
    made.directory("/workspace", owner=0)
    made.file("/workspace/a.py", owner=0)


@case("root-owned-files", NOT_HERE)
def no_folder(made: Made) -> None:
    made.folder = "/nowhere"


@case("cannot-save", OK)
def own_folder(made: Made) -> None:
    made.directory("/home/dev/.local")


@case("cannot-save", PROBLEM, "/workspace: owner uid 0, mode 755, you are uid 1000")
def folder_of_root(made: Made) -> None:
    made.directory("/workspace", owner=0)


@case("cannot-save", PROBLEM, "~/.local: owner uid 0")
def local_of_root(made: Made) -> None:
    made.directory("/home/dev/.local", owner=0)


@case("cannot-save", PROBLEM, "/workspace: mounted read-only")
def read_only_mount(made: Made) -> None:
    made.mount("/workspace", "ext4", "ro,relatime")


@case("cannot-save", PROBLEM, "/notes: owner uid 0")
def folder_of_the_server(made: Made) -> None:
    made.directory("/notes", owner=0)
    made.process(7, "jupyter-lab")
    runtime = "/home/dev/.local/share/jupyter/runtime"
    made.file(
        f"{runtime}/jpserver-7.json", '{"pid": 7, "port": 8888, "url": "http://localhost:8888/", "root_dir": "/notes"}'
    )


@case("cannot-save", PROBLEM, "/: owner uid 0", "/.local")
def no_home(made: Made) -> None:
    made.home = "/"
    made.directory("/", owner=0)
    made.directory("/.local", owner=0)


@case("vscode-server-lost", NOT_HERE)
def never_connected(made: Made) -> None:
    del made


@case("vscode-server-lost", OK, "/home/dev")
def on_the_home_volume(made: Made) -> None:
    made.directory("/home/dev/.vscode-server")


@case("vscode-server-lost", PROBLEM, "on overlay")
def on_the_layer(made: Made) -> None:
    made.unmounted()
    made.directory("/home/dev/.vscode-server")


@case("vscode-server-lost", PROBLEM, "belongs to uid 0")
def volume_of_root(made: Made) -> None:
    made.directory("/home/dev/.vscode-server", owner=0)


@case("work-not-mounted", OK, "/workspace")
def mounted(made: Made) -> None:
    made.file("/workspace/a.ipynb")


@case("work-not-mounted", PROBLEM, "/workspace: overlay of /")
def in_the_layer(made: Made) -> None:
    made.unmounted()


@case("work-not-mounted", PROBLEM, "/workspace: tmpfs of /workspace")
def in_memory(made: Made) -> None:
    made.mount("/workspace", "tmpfs")


@case("work-not-mounted", OK)
def folder_with_a_blank(made: Made) -> None:
    made.folder = "/my work/a"
    made.mount("/my\\040work", "ext4")


@case("work-not-mounted", NOT_HERE)
def shell_at_the_root(made: Made) -> None:
    made.folder = "/"


@case("work-not-mounted", PROBLEM, "~: overlay of /")
def notebooks_at_home(made: Made) -> None:
    made.unmounted()
    made.folder = made.home
    made.file("/home/dev/a.ipynb")


@case("work-not-mounted", PROBLEM, "trial (--rm)")
def bare_container(made: Made) -> None:
    made.inside = False
    made.engine([{"Name": "/trial", "Config": TENSORFLOW, "Mounts": [], "HostConfig": {"AutoRemove": True}}])


@case("work-not-mounted", PROBLEM, "trial")
def container_with_an_anonymous_volume(made: Made) -> None:
    made.inside = False
    mounts = [{"Type": "volume", "Name": "a1" * 32, "Destination": "/home/dev"}]
    made.engine([{"Name": "/trial", "Config": TENSORFLOW, "Mounts": mounts, "HostConfig": None}])


@case("work-not-mounted", OK)
def container_with_a_mount(made: Made) -> None:
    made.inside = False
    made.engine([{"Name": "/work", "Config": TENSORFLOW, "Mounts": [{"Destination": "/tf"}], "HostConfig": {}}])


@case("key-modes", OK, "5 files")
def private(made: Made) -> None:
    made.directory("/home/dev/.ssh/tflsp", mode=0o700)
    made.file("/home/dev/.ssh/tflsp/id_ed25519", mode=0o600)
    made.file("/home/dev/.ssh/tflsp/id_ed25519.pub", mode=0o644)
    made.file("/home/dev/.tflsp/jupyter-token", mode=0o600)
    made.directory("/home/dev/.tflsp", mode=0o700)
    made.file("/home/dev/.ssh/tflsp/config", mode=0o600)


@case("key-modes", PROBLEM, "~/.ssh/tflsp/id_ed25519: mode 644, should be 600", "~/.ssh/tflsp: mode 755")
def readable_key(made: Made) -> None:
    made.directory("/home/dev/.ssh/tflsp", mode=0o755)
    made.file("/home/dev/.ssh/tflsp/id_ed25519", mode=0o644)


@case("key-modes", PROBLEM, "belongs to uid 0")
def key_of_root(made: Made) -> None:
    made.file("/home/dev/.tflsp/ssh/host_ed25519", mode=0o600, owner=0)


@case("key-modes", NOT_HERE)
def no_keys(made: Made) -> None:
    del made


@case("disk-full", OK, "/workspace: 40.0 GiB free")
def space(made: Made) -> None:
    del made


@case("disk-full", PROBLEM, "/workspace: 0.0 GiB free")
def no_space(made: Made) -> None:
    made.spaces["/workspace"] = FreeSpace(f_bavail=10)


@case("disk-full", PROBLEM, "~: 3 inodes free")
def no_inodes(made: Made) -> None:
    made.spaces["/home/dev"] = FreeSpace(f_favail=3)


@case("disk-full", PROBLEM, "/var/lib/docker: 2.0 GiB free")
def no_space_for_images(made: Made) -> None:
    made.inside = False
    made.engine()
    made.directory("/var/lib/docker", owner=0)
    made.spaces["/var/lib/docker"] = FreeSpace(f_bavail=1 << 19)


@case("disk-full", OK)
def small_tmpfs(made: Made) -> None:
    made.spaces["/tmp"] = FreeSpace(f_bavail=16_000, f_blocks=16_384)
