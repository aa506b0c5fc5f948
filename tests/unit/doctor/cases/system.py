"""18 to 23: environment, memory, watches, git, clock, WSL."""

from __future__ import annotations

from tests.unit.doctor.made import NOW, Made, case
from tflsp.doctor.base import State

OK, PROBLEM, NOT_HERE, UNSEEN = State.OK, State.PROBLEM, State.NOT_APPLICABLE, State.UNSEEN


@case("environment-missing", OK)
def same_environment(made: Made) -> None:
    made.environment |= {"PATH": "/usr/local/cuda/bin/:/usr/bin", "CUDA_VERSION": "11.2"}
    made.file("/proc/1/environ", "PATH=/usr/bin:/usr/local/cuda/bin\0CUDA_VERSION=11.2\0HOME=/root\0")


@case("environment-missing", PROBLEM, "LD_LIBRARY_PATH: /usr/local/cuda/lib64", "PATH: /usr/local/cuda/bin", "TF_FORCE")
def bare_ssh_session(made: Made) -> None:
    made.file(
        "/proc/1/environ",
        "PATH=/usr/local/cuda/bin:/usr/bin\0LD_LIBRARY_PATH=/usr/local/cuda/lib64\0TF_FORCE_GPU_ALLOW_GROWTH=true\0",
    )


@case("environment-missing", UNSEEN)
def process_of_another(made: Made) -> None:
    made.file("/proc/1/environ")


@case("environment-missing", NOT_HERE)
def no_process_1(made: Made) -> None:
    del made


def cgroup_2(made: Made, kills: int, limit: str = "8589934592") -> None:
    made.mount("/sys/fs/cgroup", "cgroup2")
    made.file("/proc/self/cgroup", "0::/\n")
    made.file("/sys/fs/cgroup/memory.events", f"low 0\nhigh 0\nmax 12\noom 1\noom_kill {kills}\n")
    made.file("/sys/fs/cgroup/memory.max", f"{limit}\n")
    made.file("/sys/fs/cgroup/memory.peak", "4294967296\n")


def cgroup_1(made: Made, kills: int) -> None:
    made.inside = False
    made.mount("/sys/fs/cgroup/memory", "cgroup")
    made.file("/proc/self/cgroup", "4:memory:/jobs/7\n0::/\n")
    made.file("/sys/fs/cgroup/memory/jobs/7/memory.oom_control", f"oom_kill_disable 0\nunder_oom 0\noom_kill {kills}\n")
    made.file("/sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes", "9223372036854771712\n")


@case("out-of-memory-killed", OK, "limit 8.0 GiB", "most used 4.0 GiB")
def no_kills(made: Made) -> None:
    cgroup_2(made, 0)


@case("out-of-memory-killed", PROBLEM, "killed 3 process", "limit 8.0 GiB")
def kills(made: Made) -> None:
    cgroup_2(made, 3)


@case("out-of-memory-killed", PROBLEM, "killed 2 process", "no limit")
def kills_in_version_1(made: Made) -> None:
    cgroup_1(made, 2)


@case("out-of-memory-killed", OK, "no limit")
def no_kills_in_version_1(made: Made) -> None:
    cgroup_1(made, 0)


@case("out-of-memory-killed", PROBLEM, "killed 1 process")
def a_container_that_sees_its_group_as_root(made: Made) -> None:
    made.mount("/sys/fs/cgroup/memory", "cgroup", root="/docker/abc")
    made.file("/proc/self/cgroup", "4:memory:/docker/abc\n")
    made.file("/sys/fs/cgroup/memory/memory.oom_control", "oom_kill 1\n")


@case("out-of-memory-killed", PROBLEM, "a container ended", "trainer")
def container_killed(made: Made) -> None:
    cgroup_1(made, 0)
    config = {"Image": "tensorflow/tensorflow:2.9.0"}
    made.engine([{"Name": "/trainer", "Config": config, "State": {"OOMKilled": True}}])


@case("out-of-memory-killed", UNSEEN)
def no_memory_control(made: Made) -> None:
    made.file("/proc/self/cgroup", "0::/\n")


def inotify(made: Made, watches: int, instances: int = 128) -> None:
    made.file("/proc/sys/fs/inotify/max_user_watches", f"{watches}\n")
    made.file("/proc/sys/fs/inotify/max_user_instances", f"{instances}\n")
    for number in range(20):
        made.directory(f"/workspace/data/{number}")
        made.directory(f"/workspace/node_modules/{number}")


@case("too-few-watches", OK, "limit 8192, in use 2, folders here 22")
def watches_enough(made: Made) -> None:
    inotify(made, 8192)
    made.process(9, "node", "server")
    made.path("/proc/9/fd/4").symlink_to("anon_inode:inotify")
    made.file("/proc/9/fdinfo/4", "pos:\t0\ninotify wd:1 ino:2\ninotify wd:2 ino:3\n")


@case("too-few-watches", PROBLEM, "limit 20, in use 0, folders here 22")
def too_many_folders(made: Made) -> None:
    inotify(made, 20)


@case("too-few-watches", PROBLEM, "only 8 watchers")
def too_few_instances(made: Made) -> None:
    inotify(made, 8192, 8)


@case("too-few-watches", NOT_HERE)
def no_inotify(made: Made) -> None:
    del made


REFUSED = "fatal: detected dubious ownership in repository at '/workspace'\n"


def repository(made: Made, **answer: object) -> None:
    made.directory("/workspace/.git", owner=501)
    made.answers("git", "-C", "/workspace", "rev-parse", **answer)  # type: ignore[arg-type]


@case("dubious-ownership", NOT_HERE)
def no_repository(made: Made) -> None:
    del made


@case("dubious-ownership", OK, "/workspace")
def own_repository(made: Made) -> None:
    repository(made, out=".git\n")


@case("dubious-ownership", PROBLEM, "git refuses /workspace", "you are uid 1000")
def repository_of_another(made: Made) -> None:
    repository(made, code=128, err=REFUSED)


@case("dubious-ownership", PROBLEM)
def as_older_git_says_it(made: Made) -> None:
    repository(made, code=128, err="fatal: unsafe repository ('/workspace' is owned by someone else)\n")


@case("dubious-ownership", UNSEEN, "ended with 128")
def broken_repository(made: Made) -> None:
    repository(made, code=128, err="fatal: not a git repository: (null)\n")


@case("dubious-ownership", UNSEEN, "No such file")
def no_git(made: Made) -> None:
    made.directory("/workspace/.git")


@case("clock-drift", OK, "hardware clock, files")
def right_clock(made: Made) -> None:
    made.file("/sys/class/rtc/rtc0/since_epoch", f"{NOW - 1:.0f}\n")
    made.file("/workspace/a.md")


@case("clock-drift", OK)
def hardware_clock_in_local_time(made: Made) -> None:
    made.file("/sys/class/rtc/rtc0/since_epoch", f"{NOW + 7200:.0f}\n")


@case("clock-drift", PROBLEM, "83 s behind")
def slept(made: Made) -> None:
    made.file("/sys/class/rtc/rtc0/since_epoch", f"{NOW + 83:.0f}\n")


@case("clock-drift", PROBLEM, "60 s behind a file of the project folder")
def file_of_the_future(made: Made) -> None:
    made.file("/workspace/a.md")
    made.changed("/workspace/a.md", NOW + 60)


@case("clock-drift", PROBLEM, "120 s behind this machine")
def engine_behind(made: Made) -> None:
    made.inside = False
    made.engine(SystemTime="2023-11-14T22:11:20.123456789Z")


@case("clock-drift", OK, "engine")
def engine_right(made: Made) -> None:
    made.inside = False
    made.engine(SystemTime="2023-11-15T06:13:20.123456789+08:00")


@case("clock-drift", UNSEEN)
def nothing_to_compare(made: Made) -> None:
    del made


def wsl(made: Made) -> None:
    made.file("/proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2\n")


@case("wsl-file-watch", NOT_HERE)
def linux(made: Made) -> None:
    made.file("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n")
    made.mount("/workspace", "9p")


@case("wsl-file-watch", OK)
def linux_file_system(made: Made) -> None:
    wsl(made)


@case("wsl-file-watch", PROBLEM, "/mnt/c: 9p")
def windows_drive(made: Made) -> None:
    wsl(made)
    made.inside = False
    made.folder = "/mnt/c/Users/me/project"
    made.mount("/mnt/c", "9p")
