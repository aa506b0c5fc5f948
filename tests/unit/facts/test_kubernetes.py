"""Kubernetes manifests: containers of any pod template."""

from __future__ import annotations

from tests.unit.facts.reading import facts, written
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch, ImageRef
from tflsp.facts.environment import EnvironmentSetting

MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec:
  hostPID: true
  hostNetwork: false
  volumes:
    - name: socket
      hostPath: {path: /var/run/docker.sock}
    - {name: scratch, emptyDir: {}}
  containers:
    - name: tf
      image: tensorflow/tensorflow:latest-gpu
      command: [bash, -c, "pip install numpy"]
      args: [$(A)]
      ports:
        - containerPort: 8888
          hostPort: 8888
        - containerPort: 6006
      env:
        - name: A
          value: b
        - name: FROM_SECRET
          valueFrom: {secretKeyRef: {name: x, key: y}}
      resources:
        limits:
          memory: 8Gi
          cpu: 500m
          nvidia.com/gpu: 1
      volumeMounts:
        - {name: socket, mountPath: /sock}
        - {name: scratch, mountPath: /tmp/x, readOnly: true}
      securityContext:
        privileged: true
---
apiVersion: batch/v1
kind: CronJob
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: "b:1"}]}}}}}
---
apiVersion: kubeflow.org/v1
kind: TFJob
spec:
  tfReplicaSpecs:
    Worker:
      template:
        spec:
          initContainers:
            - {name: i, image: busybox, imagePullPolicy: Never}
          containers:
            - {name: w, image: "{{ .Values.image }}"}
"""


def test_a_container_of_a_pod_is_a_launch() -> None:
    launch = facts("kubernetes", MANIFEST, ContainerLaunch)[0]
    assert launch.image is not None
    assert launch.image.tag == "latest-gpu"
    assert [word.value for word in launch.command] == ["bash", "-c", "pip install numpy", None]
    assert [(port.host_port, port.container_port) for port in launch.ports] == [(8888, 8888)]
    assert [(mount.kind, mount.source, mount.target, mount.read_only) for mount in launch.mounts] == [
        ("bind", "/var/run/docker.sock", "/sock", False),
        ("tmpfs", "scratch", "/tmp/x", True),
    ]
    assert (launch.memory, launch.cpus, launch.gpus) == (8 << 30, 0.5, "1")
    assert written(launch, launch.privileged_span) == "privileged: true"
    assert list(launch.host_namespaces) == ["pid"]


def test_pod_templates_of_every_kind() -> None:
    launches = facts("kubernetes", MANIFEST, ContainerLaunch)
    assert [launch.container_name for launch in launches] == ["tf", "a", "i", "w"]
    images = facts("kubernetes", MANIFEST, ImageRef)
    assert [(image.text, image.pulls) for image in images] == [
        ("tensorflow/tensorflow:latest-gpu", True),
        ("b:1", True),
        ("busybox", False),
    ]


def test_environment_and_commands() -> None:
    settings = facts("kubernetes", MANIFEST, EnvironmentSetting)
    assert [(setting.name, setting.value.value if setting.value else None) for setting in settings] == [("A", "b")]
    commands = facts("kubernetes", MANIFEST, Command)
    assert isinstance(commands[0].inside, ContainerLaunch)


def test_a_fence_of_yaml_is_a_manifest_by_its_content() -> None:
    assert len(facts("yaml", MANIFEST, ContainerLaunch)) == 4
    assert not facts("yaml", "containers:\n  - image: x\n", ContainerLaunch)
