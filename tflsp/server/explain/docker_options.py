"""What docker's options do, in one sentence each and with what it means in a TensorFlow 2.9 container.

Source: docs.docker.com/reference/cli/docker/container/run, and the images' Dockerfiles (tflsp.tensorflow.release).
"""

from __future__ import annotations

from typing import Final, NamedTuple


class About(NamedTuple):
    """An option: an example value (empty for a flag), and what it does in English and Chinese."""

    example: str
    en: str
    zh: str

    def text(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


OPTIONS: Final[dict[str, About]] = {
    "add-host": About("host:address", "Adds a line to the container's /etc/hosts.", "在容器的 /etc/hosts 中加一行。"),
    "cap-add": About("SYS_PTRACE", "Grants a Linux capability.", "授予一项 Linux capability。"),
    "cap-drop": About("ALL", "Takes a Linux capability away.", "收回一项 Linux capability。"),
    "cpus": About(
        "4",
        "Limits CPU time to this many cores. TensorFlow still sizes its thread pools by all cores of the host.",
        "把 CPU 时间限制为这么多个核。TensorFlow 仍按宿主机的全部核数建立线程池。",
    ),
    "cpuset-cpus": About(
        "0-3",
        "Lets the container run on these cores only; TensorFlow sizes its thread pools by them.",
        "只允许容器在这些核上运行；TensorFlow 会按它们建立线程池。",
    ),
    "detach": About(
        "",
        "Runs in the background; the token of Jupyter's address is then in `docker logs`.",
        "在后台运行；Jupyter 地址中的 token 要在 `docker logs` 里看。",
    ),
    "device": About("/dev/fuse", "Passes a device of the host into the container.", "把宿主机的一个设备交给容器。"),
    "entrypoint": About(
        "bash",
        "Replaces the image's entry point. TensorFlow's images have none: what follows the image replaces Jupyter.",
        "替换镜像的入口程序。TensorFlow 2.9 镜像没有入口程序：镜像名之后的命令会替换 Jupyter。",
    ),
    "env": About(
        "NAME=value",
        "Sets a variable. `docker inspect` shows its value, secrets too; `-e NAME` alone passes the host's value on.",
        "设置环境变量。密码会出现在 `docker inspect` 中；只写 `-e NAME` 会传入宿主机的值。",
    ),
    "env-file": About(
        ".env", "Reads variables from a file, one NAME=value a line.", "从文件读取环境变量，每行一个 NAME=值。"
    ),
    "gpus": About(
        "all",
        "Gives the container GPUs; it takes the NVIDIA container toolkit on the host and a `-gpu` tag of the image.",
        "把 GPU 交给容器；宿主机需要 NVIDIA container toolkit，镜像需要 `-gpu` 标签。",
    ),
    "hostname": About("tf-dev", "The container's own host name.", "容器自己的主机名。"),
    "init": About(
        "",
        "Runs a small init as process 1 that passes signals on and reaps zombies, e.g. of data loader processes.",
        "让一个小的 init 作为 1 号进程，转发信号并回收僵尸进程（例如数据加载进程）。",
    ),
    "interactive": About(
        "", "Keeps standard input open; with `-t` for a shell.", "保持标准输入打开；与 `-t` 一起用于 shell。"
    ),
    "ipc": About(
        "host",
        "Whose shared memory is used. `host` shares it with all of the host; `--shm-size` is enough in most cases.",
        "使用谁的共享内存。`host` 与宿主机的所有进程共享；多数情况下 `--shm-size` 就够了。",
    ),
    "label": About("project=mnist", "A label to find the container by.", "便于查找容器的标签。"),
    "memory": About(
        "8g",
        "The most memory the container may take; beyond it the kernel ends the process (exit code 137). Not the GPU's.",
        "容器最多可用的内存；超出后内核会结束进程（退出码 137）。不包括显存。",
    ),
    "memory-swap": About(
        "8g",
        "Memory and swap together; the same value as `--memory` means no swap.",
        "内存与交换空间之和；与 `--memory` 相同表示不使用交换空间。",
    ),
    "mount": About(
        'type=bind,source="$PWD/notebooks",target=/tf/notebooks',
        "Mounts a folder or a volume; unlike `-v` it fails where the source is missing.",
        "挂载文件夹或卷；与 `-v` 不同，来源不存在时会报错。",
    ),
    "name": About(
        "tf_dev",
        "The container's name, for `docker exec`, `logs` and `stop`; it must be free.",
        "容器的名字，用于 `docker exec`、`logs`、`stop`；不能与已有容器重名。",
    ),
    "network": About(
        "bridge",
        "The network. With `host` the container's ports are the host's, and `-p` does nothing.",
        "网络。`host` 表示直接使用宿主机的端口，`-p` 不起作用。",
    ),
    "pid": About(
        "host",
        "Whose processes are seen. `host` shows those of the host.",
        "能看到谁的进程。`host` 会看到宿主机的进程。",
    ),
    "pids-limit": About(
        "512", "The most processes and threads that the container may have.", "容器最多可有的进程与线程数。"
    ),
    "platform": About(
        "linux/amd64",
        "The platform of the image. TensorFlow 2.9's images are for linux/amd64 only: elsewhere they are emulated.",
        "镜像的平台。TensorFlow 2.9 镜像只有 linux/amd64：在别的平台上是模拟运行。",
    ),
    "privileged": About(
        "",
        "Gives the container all rights over the host's devices. GPUs do not need it: `--gpus all` does.",
        "让容器拥有对宿主机设备的全部权限。使用 GPU 并不需要它：`--gpus all` 即可。",
    ),
    "publish": About(
        "127.0.0.1:8888:8888",
        "Publishes a port, HOST:CONTAINER. Without an address it is open to the network; Jupyter listens on 8888.",
        "发布端口，宿主机:容器。不写地址就向整个网络开放；Jupyter 监听 8888。",
    ),
    "publish-all": About(
        "", "Publishes all exposed ports at random ports of the host.", "把所有声明的端口发布到宿主机的随机端口。"
    ),
    "pull": About(
        "missing", "When the image is fetched: always, missing or never.", "何时拉取镜像：always、missing 或 never。"
    ),
    "read-only": About("", "Mounts the container's own file system read-only.", "以只读方式挂载容器自己的文件系统。"),
    "restart": About(
        "unless-stopped", "When the container is started again by itself.", "容器在什么情况下自动重新启动。"
    ),
    "rm": About(
        "",
        "Removes the container when it ends, and everything in it that lies in no mount.",
        "容器结束时将其删除，挂载之外的内容一并丢失。",
    ),
    "runtime": About(
        "nvidia",
        "The runtime; `nvidia` is the older way to GPUs, `--gpus all` the one since Docker 19.03.",
        "运行时；`nvidia` 是使用 GPU 的旧方法，自 Docker 19.03 起用 `--gpus all`。",
    ),
    "security-opt": About("no-new-privileges", "Security options.", "安全选项。"),
    "shm-size": About(
        "1g",
        "The size of /dev/shm, 64 MiB by default; processes that load data and NCCL share memory there.",
        "/dev/shm 的大小，默认 64 MiB；数据加载进程与 NCCL 在其中共享内存。",
    ),
    "tmpfs": About("/tmp", "A folder in memory.", "内存中的文件夹。"),
    "tty": About("", "Allocates a terminal; with `-i` for a shell.", "分配终端；与 `-i` 一起用于 shell。"),
    "ulimit": About("memlock=-1", "Resource limits of the processes.", "进程的资源上限。"),
    "user": About(
        '"$(id -u):$(id -g)"',
        "Who the processes run as. The 2.9 images run as root: files in mounts then belong to root.",
        "以谁的身份运行。2.9 镜像以 root 运行：挂载文件夹中的新文件会属于 root。",
    ),
    "volume": About(
        '"$PWD/notebooks:/tf/notebooks"',
        "Mounts a folder or a named volume, SOURCE:TARGET. Jupyter's folder is /tf; what lies outside of mounts goes "
        "with the container.",
        "挂载文件夹或命名卷，来源:目标。Jupyter 的目录是 /tf；挂载之外的内容会随容器消失。",
    ),
    "volumes-from": About("other", "The mounts of another container.", "使用另一个容器的挂载。"),
    "workdir": About("/tf", "The folder in which the command starts.", "命令启动时所在的文件夹。"),
}
