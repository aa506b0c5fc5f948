"""The options of ``run``, ``build``, ``exec`` and image commands of docker (29), podman (5) and nerdctl (2).

Sources: docs.docker.com/reference/cli/docker, docs.podman.io (podman-run.1, podman-build.1), nerdctl's reference.
"""

from __future__ import annotations

from tflsp.facts.command_options import OptionTable


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DOCKER_VALUED = """
add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile cpu-count
cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems detach-keys
device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops dns dns-opt dns-option
dns-search domainname entrypoint env env-file expose gpus group-add health-cmd health-interval health-retries
health-start-interval health-start-period health-timeout hostname io-maxbandwidth io-maxiops ip ip6 ipc isolation
kernel-memory label label-file link link-local-ip log-driver log-opt mac-address memory memory-reservation memory-swap
memory-swappiness mount name net net-alias network network-alias oom-score-adj pid pids-limit platform publish pull
restart runtime security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs ulimit user userns uts volume
volume-driver volumes-from workdir
"""
_PODMAN_VALUED = """
arch authfile cert-dir cgroup-conf cgroups chrootdirs conmon-pidfile creds decryption-key env-merge gidmap group-entry
health-log-destination health-max-log-count health-max-log-size health-on-failure health-startup-cmd
health-startup-interval health-startup-retries health-startup-success health-startup-timeout hosts-file hostuser
image-volume init-ctr init-path os passwd-entry personality pidfile pod pod-id-file preserve-fd preserve-fds rdt-class
requires retry retry-delay sdnotify seccomp-policy secret shm-size-systemd subgidname subuidname systemd timeout tz
uidmap umask unsetenv variant
"""
_NERDCTL_VALUED = """
cosign-certificate-identity cosign-certificate-identity-regexp cosign-certificate-oidc-issuer
cosign-certificate-oidc-issuer-regexp cosign-key ipfs-address namespace snapshotter verify
"""
VALUED = _names(_DOCKER_VALUED + _PODMAN_VALUED + _NERDCTL_VALUED)
FLAGS = _names(
    """
    detach disable-content-trust env-host help http-proxy init interactive no-healthcheck no-hostname no-hosts
    oom-kill-disable passwd privileged publish-all quiet read-only read-only-tmpfs replace rm rmi rootfs sig-proxy
    tls-verify tty unsetenv-all use-api-socket
    """
)
SHORT = {
    "P": "publish-all",
    "a": "attach",
    "c": "cpu-shares",
    "d": "detach",
    "e": "env",
    "h": "hostname",
    "l": "label",
    "i": "interactive",
    "m": "memory",
    "p": "publish",
    "q": "quiet",
    "t": "tty",
    "u": "user",
    "v": "volume",
    "w": "workdir",
}
SYNONYMS = {"net": "network", "net-alias": "network-alias", "dns-option": "dns-opt"}

# Options between the program and its subcommand that take a value.
GLOBAL_VALUED = _names(
    """
    --address --cgroup-manager --cni-config-dir --cni-netconfpath --cni-path --config --conmon --connection --context
    --data-root --events-backend --hooks-dir --host --hosts-dir --identity --imagestore --log-level --module --namespace
    --network-cmd-path --network-config-dir --out --root --runroot --runtime --runtime-flag --snapshotter --ssh
    --storage-driver --storage-opt --tlscacert --tlscert --tlskey --tmpdir --url --volumepath -H -a -c -l -n
    """
)


RUN = OptionTable(VALUED, FLAGS, SHORT, SYNONYMS)
BUILD = OptionTable(
    _names(
        """
        add-host allow annotation arch attest authfile build-arg build-context builder cache-from cache-to cap-add
        cap-drop cert-dir cgroup-parent cpu-period cpu-quota cpu-shares cpuset-cpus cpuset-mems creds device file format
        iidfile isolation label layers logfile memory memory-swap metadata-file network no-cache-filter os output
        platform progress provenance sbom secret security-opt shm-size ssh tag target ulimit userns volume
        """
    ),
    _names(
        "check compress debug disable-content-trust force-rm help load no-cache pull push quiet rm squash tls-verify"
    ),
    {"c": "cpu-shares", "f": "file", "m": "memory", "o": "output", "q": "quiet", "t": "tag", "v": "volume"},
)
EXEC = OptionTable(
    _names("detach-keys env env-file user workdir cidfile preserve-fds"),
    _names("detach help interactive privileged tty latest"),
    {"d": "detach", "e": "env", "i": "interactive", "l": "latest", "t": "tty", "u": "user", "w": "workdir"},
)
COMMIT = OptionTable(
    _names("author change format iidfile message"),
    _names("help include-volumes pause quiet squash"),
    {"a": "author", "c": "change", "f": "format", "m": "message", "p": "pause", "q": "quiet", "s": "squash"},
)
IMAGES = OptionTable(
    _names(
        "arch authfile cert-dir creds decryption-key filter format namespace os output platform retry retry-delay "
        "snapshotter variant"
    ),
    _names(
        "all all-platforms all-tags disable-content-trust force help human no-prune no-trunc quiet tls-verify unpack"
    ),
    {"H": "human", "a": "all-tags", "f": "force", "o": "output", "q": "quiet"},
)
