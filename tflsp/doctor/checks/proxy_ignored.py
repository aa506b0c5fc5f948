"""25: the proxy that was configured is not used."""

from __future__ import annotations

import json

from tflsp.doctor.base import Result, Stop, Where, Words, check, not_here, ok, problem
from tflsp.doctor.engine import engine
from tflsp.doctor.machine import Machine

_DAEMON = "/etc/docker/daemon.json"
_DROP_INS = "/etc/systemd/system/docker.service.d/*.conf"
_CLIENT_KEYS, _DAEMON_KEYS = ("httpProxy", "httpsProxy", "noProxy"), ("http-proxy", "https-proxy", "no-proxy")
_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")


@check(
    25,
    "proxy-ignored",
    Where.BOTH,
    title=Words("The proxy is ignored: pulls time out", "代理设置不生效：拉取超时"),
    detection=Words(
        "Keys of daemon.json and ~/.docker/config.json (each has its own names), systemd's drop-ins against the proxies"
        " that the engine reports, NO_PROXY without localhost. Addresses are not shown.",
        "daemon.json 与 ~/.docker/config.json 的键名（两者不同）、systemd 配置与引擎实际使用的代理、NO_PROXY 是否含"
        " localhost。不显示地址。",
    ),
    advice=Words(
        'The daemon pulls images: give it `{"proxies": {"http-proxy": ..., "https-proxy": ..., "no-proxy": ...}}`'
        " in /etc/docker/daemon.json and restart it. Containers and builds take `proxies.default.httpProxy` from"
        " ~/.docker/config.json.",
        '拉取镜像的是守护进程：在 /etc/docker/daemon.json 中写 `{"proxies": {"http-proxy": ..., "https-proxy": ...,'
        ' "no-proxy": ...}}` 并重启。容器与构建使用 ~/.docker/config.json 的 `proxies.default.httpProxy`。',
    ),
    sources=("docs.docker.com: Daemon proxy configuration", "docs.docker.com: Use a proxy server with the Docker CLI"),
)
def look(machine: Machine) -> Result:
    wrong = [] if machine.inside else [*_daemon(machine), *_client(machine), *_not_reloaded(machine)]
    variables = [name for name in _VARIABLES if machine.environment.get(name)]
    if variables:
        excepted = machine.environment.get("NO_PROXY") or machine.environment.get("no_proxy") or ""
        hosts = {host.strip() for host in excepted.split(",")}
        if not hosts & {"localhost", "127.0.0.1", "*"}:
            if not wrong:
                return _through_the_proxy()
            wrong.append(_through_the_proxy().seen)
    if wrong:
        return problem("a proxy setting does not do what it says", "代理设置没有按预期生效", *wrong)
    if not variables and (machine.inside or not _configured(machine)):
        return not_here("no proxy is configured", "没有配置代理")
    return ok("proxies are where they work", "代理设置有效", *variables)


def _through_the_proxy() -> Result:
    return problem(
        "NO_PROXY lacks localhost and 127.0.0.1: Jupyter is asked through the proxy",
        "NO_PROXY 没有 localhost 和 127.0.0.1：访问 Jupyter 也会经过代理",
        advice=Words(
            "Set `NO_PROXY=localhost,127.0.0.1` (with what is there already), in both spellings.",
            "设置 `NO_PROXY=localhost,127.0.0.1`（保留原有内容），大小写两种写法都要。",
        ),
    )


def _daemon(machine: Machine) -> list[Words]:
    text = machine.text(_DAEMON)
    if text is None or not text.strip():
        return []
    said = _read(text)
    if said is None:
        return [
            Words(
                f"{_DAEMON} is not valid JSON: the daemon does not start",
                f"{_DAEMON} 不是有效的 JSON：守护进程无法启动",
            )
        ]
    proxies = said.get("proxies")
    wrong = [
        Words(f"{_DAEMON}: {key!r} is not a daemon's key", f"{_DAEMON}：{key!r} 不是守护进程的键")
        for key in ("default", *_CLIENT_KEYS)
        if key in said
    ]
    if isinstance(proxies, dict):
        names = [key for key in ("default", *_CLIENT_KEYS) if key in proxies]
        wrong += [
            Words(f"{_DAEMON}: proxies.{key} is the client's name for it", f"{_DAEMON}：proxies.{key} 是客户端的写法")
            for key in names
        ]
    return wrong


def _client(machine: Machine) -> list[Words]:
    path = f"{machine.environment.get('DOCKER_CONFIG') or machine.home + '/.docker'}/config.json"
    proxies = (_read(machine.text(path) or "") or {}).get("proxies")
    if not isinstance(proxies, dict):
        return []
    shown = machine.short(path)
    wrong = [
        Words(f"{shown}: proxies.{key} must stand below a `default`", f"{shown}：proxies.{key} 应放在 `default` 之下")
        for key in _CLIENT_KEYS
        if key in proxies
    ]
    for group, values in proxies.items():
        names = [group] if group in _DAEMON_KEYS else list(values) if isinstance(values, dict) else []
        wrong += [
            Words(f"{shown}: {name} is the daemon's name for it", f"{shown}：{name} 是守护进程的写法")
            for name in names
            if name in _DAEMON_KEYS
        ]
    return wrong


def _not_reloaded(machine: Machine) -> list[Words]:
    """A drop-in that the running daemon has not been started with."""
    try:
        files = [path for path in machine.glob(_DROP_INS) if "_proxy" in (machine.text(path) or "").lower()]
        if not files or not _on_this_machine(machine):
            return []
        said = engine(machine)
    except Stop:
        return []
    if said.get("HttpProxy") or said.get("HttpsProxy"):
        return []
    return [
        Words(
            f"{files[0]} names a proxy, the running engine has none: systemctl daemon-reload, restart docker",
            f"{files[0]} 设置了代理，但运行中的引擎没有：执行 systemctl daemon-reload 并重启 docker",
        )
    ]


def _on_this_machine(machine: Machine) -> bool:
    return not machine.environment.get("DOCKER_HOST") and machine.exists("/var/run/docker.sock")


def _configured(machine: Machine) -> bool:
    files = (machine.text(_DAEMON) or "", machine.text(f"{machine.home}/.docker/config.json") or "")
    return any("proxies" in (_read(text) or {}) for text in files)


def _read(text: str) -> dict[str, object] | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
