"""Commands in Python code, with exact places inside of its string literals."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import analysis, at, facts, one
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch
from tflsp.facts.installs import PipInstall
from tflsp.text import TextEdit, apply_edits


@pytest.mark.parametrize(
    "text",
    [
        'subprocess.run(["docker", "run", "x"])',
        "subprocess.check_call(('docker', 'run', 'x'), cwd='/')",
        'sp.Popen(["docker"] + ["run", "x"])',
        'run(["docker", "run", "x"], check=True)',
        "subprocess.run('docker run x', shell=True)",
        "subprocess.run('docker run x')",
        "subprocess.run(shlex.split('docker run x'))",
        "subprocess.call('docker run x'.split())",
        'os.system("docker run x")',
        "os.popen('''docker run x''').read()",
        "print(subprocess.check_output('docker run x', shell=True).decode())",
        "get_ipython().system('docker run x')",
        "await asyncio.create_subprocess_exec('docker', 'run', 'x')",
        "await asyncio.create_subprocess_shell('docker run x')",
        "os.execvp('docker', ['docker', 'run', 'x'])",
        "def f():\n    if a:\n        os.system('docker run x')",
        "os.system(r'docker run x')",
        "os.system('docker '\n          'run x')",
        "os.system('docker \\x72un x')",
        "subprocess.run(['docker', 'run', 'x']",
    ],
)
def test_launches_in_code(text: str) -> None:
    found = facts("python", text, ContainerLaunch)
    if not text.endswith(")") and text.count("(") != text.count(")"):
        assert found == ()  # a call that is being typed
        return
    assert [launch.image.text for launch in found if launch.image] == ["x"]


@pytest.mark.parametrize(
    "text",
    [
        "app.run('docker run x')",
        "session.run(['docker', 'run'])",
        "asyncio.run(main())",
        "run(x)",
        "model.call(['a'])",
        "os.system(command)",
        "# os.system('docker run x')",
        "x = 'os.system(1)'",
        "subprocess.run()",
        "subprocess.run([])",
    ],
)
def test_no_commands(text: str) -> None:
    assert facts("python", text, Command) == ()


def test_places_behind_escapes() -> None:
    text = 'os.system("docker run -e A=\\"b c\\" -v \\"$PWD\\":/tf tensorflow/tensorflow:latest")'
    launch = one(ContainerLaunch, "python", text)
    assert launch.environment == {"A": "b c"}
    assert launch.image is not None
    assert at(launch, launch.image.tag_span) == "latest"


def test_a_fix_is_escaped_as_the_literal_wants_it() -> None:
    text = "os.system('ls a')"
    command = one(Command, "python", text)
    place = command.region.to_root(command.words[1].span)
    edit = TextEdit(place, command.region.root_codec.encode("'b'\n"))
    assert apply_edits(text, [edit]) == "os.system('ls \\'b\\'\\n')"


def test_unknown_parts() -> None:
    text = "subprocess.run(['docker', 'run', '-v', f'{here}:/tf', '-p', str(port), *more, image])"
    launch = one(ContainerLaunch, "python", text)
    assert [mount.target for mount in launch.mounts] == ["/tf"]
    shell = one(
        ContainerLaunch, "python", "os.system(f'docker run -v {os.getcwd()}/x:/tf tensorflow/tensorflow:{tag}')"
    )
    assert shell.image is not None
    assert (shell.image.known, shell.image.is_tensorflow) == (False, True)
    assert [mount.target for mount in shell.mounts] == ["/tf"]
    joined = one(ContainerLaunch, "python", "os.system('docker run tensorflow/tensorflow:' + tag)")
    assert joined.image is not None
    assert (joined.image.known, joined.image.is_tensorflow) == (False, True)


def test_pip_through_the_running_interpreter() -> None:
    text = "subprocess.check_call([sys.executable, '-m', 'pip', 'install', '-q', 'tensorflow==2.9.0'])"
    found = one(PipInstall, "python", text)
    assert [(requirement.name, at(found, requirement.span)) for requirement in found.requirements] == [
        ("tensorflow", "tensorflow==2.9.0")
    ]


def test_standard_input() -> None:
    command = one(Command, "python", "subprocess.run(['chpasswd'], input=b'root:x')")
    assert [(word.value, at(command, word.inner)) for word in command.stdin] == [("root:x", "root:x")]


def test_cells_and_regions() -> None:
    found = analysis("ipython", "!ls\nimport os\nos.system('docker run x')\n")
    (launch,) = found.of(ContainerLaunch)
    assert launch.region.within("ipython")
    assert at(launch, launch.span) == "docker run x"
