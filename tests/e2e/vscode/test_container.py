"""The folder's container in the real VS Code: offered, started, worked in, lost and found again; and what trust is for.

One window and one container for the whole file, in the order of a day's work; a test that needs the container connected
brings that about itself.
"""

from __future__ import annotations

import json
import os
import re
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docker
import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import components
from tests.e2e.container.engine import Engine
from tests.e2e.container.projects import OWNER, UserProject, user_project
from tests.e2e.processes import without_started
from tests.e2e.vscode import harness
from tests.e2e.vscode.conftest import SETTINGS
from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.programs import program_with, servers
from tests.e2e.vscode.seeing import cell, rows, see_underlined, sources, write_notebook
from tests.e2e.vscode.serving import Server
from tflsp.remote import targets

# A container is made and started three times, and all that time other tests may have the machine.
pytestmark = pytest.mark.timeout(900)

NOTES = "# 🔧 环境\n\n```bash\necho 🎯 中文 && docker run --rm tensorflow/tensorflow:latest\n```\n"
MORE = "\n```bash\ndocker run --rm tensorflow/tensorflow:latest-gpu\n```\n"
FIT = """learning_rate = 0.001
print("Epoch 1/1")
print("10/10 [==============================] - 1s 5ms/step - loss: 0.3000 - accuracy: 0.9560")"""
STARTING = 180_000  # ms that a container may take, with all that imports TensorFlow in it
# Ends when something is in what VS Code keeps of its folders, which it writes down some time after it was told.
KEPT = """
async (wanted) => {
  const done = (asked) => new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
  const keeps = async ({ name }) => {
    const database = await done(indexedDB.open(name));
    const tables = [...database.objectStoreNames].filter((each) => each === 'ItemTable');
    const kept = await Promise.all(tables.map((each) => done(database.transaction(each).objectStore(each).getAll())));
    database.close();
    return kept.flat().some((each) => String(each).includes(wanted));
  };
  while (!(await Promise.all((await indexedDB.databases()).map(keeps))).includes(true)) {
    await new Promise(requestAnimationFrame);
  }
}
"""
# A server of another version, by the name under which the container is asked for it.
OLDER = """import sys, tflsp
tflsp.__version__ = "0.0.9"
sys.argv = ["tflsp", "serve"]
from tflsp.start import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def project(docker_engine: Engine, docker_client: docker.DockerClient, built_image: str) -> Iterator[UserProject]:
    components.program("ssh", "apt-get install openssh-client")
    # Short, as sockets' paths must be.
    with (
        tempfile.TemporaryDirectory(prefix="tflsp-") as folder,
        user_project(docker_client, docker_engine.host, Path(folder), f'image = "{built_image}"') as made,
    ):
        try:
            yield made
        finally:
            made.tflsp("daemon", "stop", code=None)


@pytest.fixture(scope="module")
def program(project: UserProject) -> str:
    """The user's tflsp: with their home, and their engine."""
    given = {"HOME": str(project.home), "DOCKER_HOST": project.host}
    state = {"XDG_STATE_HOME": str(project.home / ".local/state"), "XDG_RUNTIME_DIR": "", "XDG_CONFIG_HOME": ""}
    return program_with(project.folder.parent, {**given, **state})


@pytest.fixture(scope="module")
def opened(browser: Browser, vscode: Server, project: UserProject, program: str) -> Iterator[Window]:
    vscode.settings({**SETTINGS, "tflsp.path": program, "tflsp.doctor.atStart": "never"})
    write(project, "notes.md", NOTES)
    os.chown(project.folder / "tflsp.toml", OWNER, OWNER)
    with harness.window(browser, vscode, project.folder) as made:
        yield made


@pytest.fixture
def window(opened: Window, request: pytest.FixtureRequest) -> Iterator[Window]:
    """The file's window; a picture of it where the test fails, and nothing open in it afterwards."""
    failed = request.session.testsfailed
    yield opened
    if request.session.testsfailed > failed:
        opened.picture(f"failed-{request.node.name}")
        opened.page.keyboard.press("Escape")
    opened.command("Notifications: Clear All Notifications")
    opened.close_all()


@pytest.fixture
def connected(window: Window, project: UserProject) -> Window:
    """The window, with its server in the container."""
    if item(window).filter(has_text=project.name).locator(".codicon-vm-active").count() == 0:
        project.tflsp("up")
        window.command("tflsp: Restart Server")
    in_the_container(window, project)
    return window


def write(project: UserProject, name: str, text: str) -> Path:
    """A file of the project, as its owner has it."""
    path = project.folder / name
    path.write_text(text, "utf-8")
    os.chown(path, OWNER, OWNER)
    return path


def item(window: Window) -> Locator:
    """The status bar's item of the server and its container."""
    return window.page.locator(".statusbar-item[id$='.tflsp.container']")


def in_the_container(window: Window, project: UserProject) -> None:
    """Wait until the item says that the server is the container's."""
    there = item(window).filter(has_text=re.compile(rf"^\W*{project.name}$"))
    expect(there.locator(".codicon-vm-active")).to_be_visible(timeout=STARTING)
    expect(there.locator("[aria-label*='in the container']")).to_be_attached(timeout=TIMEOUT)


def told(window: Window, text: str) -> Locator:
    """A notification with this text, wherever it is shown."""
    return window.page.locator(".notification-list-item").filter(has_text=text).first


def menu(window: Window) -> Locator:
    """Open the item's menu: its rows."""
    window.press(item(window).locator("a").first)
    offered = window.page.locator(".quick-input-list .monaco-list-row")
    expect(offered.filter(has_text="Settings")).to_be_visible(timeout=TIMEOUT)
    return offered


def servers_in(project: UserProject) -> list[str]:
    """The numbers of the servers that run in the container."""
    processes = [line.split(maxsplit=2) for line in project.ssh("ps -eo pid=,ppid=,args=").stdout.splitlines()]
    return without_started({pid: parent for pid, parent, command in processes if "tflsp serve" in command})


def gone(processes: list[psutil.Process]) -> None:
    """Wait until these have ended: a server has answered that it will before it does."""
    assert psutil.wait_procs(processes, timeout=TIMEOUT / 1000)[1] == []


def test_the_container_is_offered_started_and_reached(window: Window, project: UserProject) -> None:
    expect(item(window).locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    window.command("Notifications: Show Notifications")  # it may be gone from view by now
    window.press(told(window, "describe a container").get_by_role("button", name="Start Container"))
    progress = told(window, "Starting the container")
    expect(progress).to_contain_text("Waiting until it is healthy", timeout=STARTING)
    window.press(progress.get_by_text("Log", exact=True))
    expect(window.page.locator(".panel .view-lines")).to_contain_text("Waiting", timeout=TIMEOUT)
    window.scene("container-starting")
    in_the_container(window, project)
    expect(progress).to_be_hidden(timeout=TIMEOUT)
    log = window.output("tflsp container")
    assert f"{project.name} is up (new)" in log
    assert re.findall(r"token=(.*)", log) == ["***"]  # of Jupyter, which `tflsp up` tells its user
    window.command("View: Hide Panel")


def test_findings_and_fixes_are_those_of_the_server_in_the_container(connected: Window, project: UserProject) -> None:
    path = write(project, "启动.sh", "echo 🎯 训练 && docker run --rm tensorflow/tensorflow:latest\n")
    connected.open("启动.sh")
    see_underlined(connected.page, "latest")
    assert len(servers_in(project)) == 1
    gone(servers(project.folder))
    connected.page.keyboard.press("End")
    connected.page.keyboard.press("ArrowLeft")
    # Until VS Code has asked for what it shows by itself, it may drop what it is asked for.
    light = connected.page.locator(".monaco-editor.focused [class*='lightbulb']").first
    expect(light).to_be_visible(timeout=TIMEOUT)
    connected.quick_fix("Pin to")
    expect(connected.squiggles()).to_have_count(0, timeout=TIMEOUT)
    connected.save()
    assert path.read_text("utf-8") == "echo 🎯 训练 && docker run --rm tensorflow/tensorflow:2.9.0\n"
    assert path.stat().st_uid == OWNER


def test_a_run_becomes_a_step_with_the_containers_environment(connected: Window, project: UserProject) -> None:
    goal = cell("markdown", "## 🎯 Goal\n\nWhy 92 %?\n\n✅ Target: accuracy > 97%\n")
    path = write_notebook(project.folder / "exp_lr.ipynb", goal, cell("code", FIT), cell("markdown", "The end. 完"))
    os.chown(path, OWNER, OWNER)
    before = sources(path)
    connected.open(path.name)
    code = connected.run(1)
    connected.press(code.locator(".cell-statusbar-container .cell-status-item-has-command", has_text="#1"))
    connected.tab_stops()
    connected.page.keyboard.type("Lower it 准")
    connected.save()
    after = sources(path)
    assert [*after[:2], *after[3:]] == before
    assert "#1: Lower it 准\n" in after[2]
    assert "accuracy 0.9560" in after[2]
    version = project.ssh("/usr/bin/env python3 -V || true").stdout.split()[-1]
    assert f"Python {version}, TensorFlow 2.9.0" in after[2]  # which this machine's server has not


def opened_in_browser(window: Window, what: str) -> Page:
    """The page that the menu opens for a port of the container."""
    with window.page.context.expect_page() as opening:
        menu(window)
        window.choose(what)
    page = opening.value
    page.wait_for_load_state("domcontentloaded")
    return page


def test_the_containers_ports_open_in_the_browser(connected: Window, project: UserProject) -> None:
    jupyter = opened_in_browser(connected, "Jupyter")
    assert f":{connected.server.port}/" in jupyter.url  # by the way that this VS Code has for its user's browser
    answer = jupyter.request.get(jupyter.url)
    assert answer.status == 200
    assert "<title>JupyterLab</title>" in answer.text()
    jupyter.close()
    ready = "curl -sf --retry 120 --retry-delay 1 --retry-connrefused http://127.0.0.1:6006/data/environment"
    assert project.ssh(ready).returncode == 0
    board = opened_in_browser(connected, "TensorBoard")
    root = re.split("[?#]", board.url)[0]  # its page says there what it shows
    assert board.request.get(f"{root}data/environment").json()["data_location"] == "/workspace/logs"
    board.close()
    assert re.findall(r"token=([^*]+)", connected.output("tflsp container")) == []


def test_what_the_doctor_finds_in_the_container_is_among_the_problems(connected: Window, project: UserProject) -> None:
    found = connected.page.locator(".markers-panel-container .monaco-list-row", has_text="root-owned-files")
    one, other = project.folder / "one.ipynb", project.folder / "other.ipynb"
    try:
        one.touch()  # as root, who runs these tests
        connected.command("tflsp: What Is Wrong Here? (Doctor)")
        expect(found).to_be_visible(timeout=TIMEOUT)
        other.touch()
        connected.command("tflsp: What Is Wrong Here? (Doctor)")  # with the panel in view, where it stays
        expect(found).to_contain_text("2 files below /workspace", timeout=TIMEOUT)
        connected.picture("container-doctor")
    finally:
        one.unlink()
        other.unlink(missing_ok=True)
    connected.command("tflsp: What Is Wrong Here? (Doctor)")
    expect(told(connected, "Nothing is wrong here")).to_be_visible(timeout=TIMEOUT)
    expect(found).to_have_count(0, timeout=TIMEOUT)
    connected.command("View: Hide Panel")


def test_a_lost_connection_is_said_and_comes_back_with_what_is_typed(connected: Window, project: UserProject) -> None:
    connected.open("notes.md")
    expect(connected.squiggles()).to_have_count(1, timeout=TIMEOUT)
    network = project.client.networks.get("bridge")
    network.disconnect(project.name)
    found = re.search(r"process (\d+)", project.tflsp("daemon", "status").stdout)
    assert found is not None
    os.kill(int(found[1]), signal.SIGKILL)
    progress = told(connected, "Connection lost")
    expect(progress).to_contain_text("next try in", timeout=TIMEOUT)
    expect(item(connected)).to_contain_text("connection lost", timeout=TIMEOUT)
    connected.page.keyboard.press("Control+End")
    connected.page.keyboard.insert_text(MORE)
    connected.picture("container-lost")
    network.connect(project.name)
    expect(connected.squiggles()).to_have_count(2, timeout=TIMEOUT)
    expect(progress).to_be_hidden(timeout=TIMEOUT)
    in_the_container(connected, project)
    expect(connected.page.locator(".notification-toast")).to_have_count(0, timeout=TIMEOUT)  # nothing else is told
    assert (project.folder / "notes.md").read_text("utf-8") == NOTES
    connected.save()
    assert (project.folder / "notes.md").read_text("utf-8") == NOTES + MORE
    write(project, "notes.md", NOTES)


def test_a_stopped_container_is_said_and_started_from_the_item(connected: Window, project: UserProject) -> None:
    connected.open("notes.md")
    expect(connected.squiggles()).to_have_count(1, timeout=TIMEOUT)
    project.client.containers.get(project.name).stop(timeout=3)
    expect(item(connected)).to_contain_text(f"{project.name}: stopped", timeout=TIMEOUT)
    connected.page.keyboard.press("Control+End")
    connected.page.keyboard.insert_text(MORE)
    expect(connected.squiggles()).to_have_count(2, timeout=TIMEOUT)
    assert len(servers(project.folder)) == 1
    connected.command("Notifications: Show Notifications")  # it may be gone from view by now
    expect(told(connected, "Meanwhile the server runs on this machine")).to_be_visible(timeout=TIMEOUT)
    connected.picture("container")
    menu(connected)
    connected.choose("Start this folder's container")
    in_the_container(connected, project)
    expect(connected.squiggles()).to_have_count(2, timeout=TIMEOUT)
    gone(servers(project.folder))


def test_a_container_that_somebody_else_starts_is_moved_into(connected: Window, project: UserProject) -> None:
    container = project.client.containers.get(project.name)
    container.stop(timeout=3)
    expect(item(connected)).to_contain_text("stopped", timeout=TIMEOUT)
    container.start()
    in_the_container(connected, project)


def test_a_container_that_cannot_be_worked_in_is_said(connected: Window, project: UserProject) -> None:
    """Its Jupyter ends by a configuration of the user's own; its language server answers all the same."""
    container = project.client.containers.get(project.name)
    own = "~/.jupyter/jupyter_server_config.py"
    assert project.ssh(f"mkdir -p ~/.jupyter && echo 'import os; os._exit(1)' >{own}").returncode == 0
    try:
        container.restart(timeout=3)
        expect(item(connected)).to_contain_text(f"{project.name}: unhealthy", timeout=STARTING)
        expect(item(connected).locator("[aria-label*='running, but unhealthy']")).to_be_attached(timeout=TIMEOUT)
        connected.open("notes.md")
        expect(connected.squiggles().first).to_be_visible(timeout=TIMEOUT)
        connected.picture("container-unhealthy")
    finally:
        project.ssh(f"rm {own}")
        container.restart(timeout=3)
    in_the_container(connected, project)


def test_a_server_of_another_version_is_told_with_the_remedy(
    connected: Window, project: UserProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(project.home / ".local/state"))
    target = targets.load(project.name)
    write(project, ".older.py", OLDER)
    targets.save(replace(target, command=("/opt/tflsp/bin/python", "-I", "/workspace/.older.py")))
    try:
        menu(connected)
        connected.choose("Restart the server")
        remedy = "Update tflsp on this machine, then run `tflsp up --recreate`."
        expect(told(connected, "the server 0.0.9")).to_contain_text(remedy, timeout=TIMEOUT)
        in_the_container(connected, project)
        expect(item(connected).locator("[aria-label*='server 0.0.9: some things']")).to_be_attached(timeout=TIMEOUT)
        connected.open("notes.md")
        expect(connected.squiggles().first).to_be_visible(timeout=TIMEOUT)  # it is used all the same
    finally:
        targets.save(target)
        (project.folder / ".older.py").unlink()
    connected.command("tflsp: Restart Server")
    expect(item(connected).locator("[aria-label*='some things']")).to_have_count(0, timeout=TIMEOUT)
    in_the_container(connected, project)


def test_a_folder_that_is_not_trusted_starts_nothing_of_its_own(
    browser: Browser, vscode: Server, project: UserProject, program: str, tmp_path: Path
) -> None:
    """What the folder names as tflsp, and the container it names, count from the moment that it is trusted."""
    folder, trace = tmp_path / "clone", tmp_path / "ran"
    (folder / ".vscode").mkdir(parents=True)
    its_own = folder / "tflsp"
    its_own.write_text(f'#!/bin/sh\necho "$@" >>{trace}\nexec {program} "$@"\n', "utf-8")
    its_own.chmod(0o755)
    wanted = {"tflsp.path": str(its_own), "tflsp.container.use": "always"}
    (folder / ".vscode/settings.json").write_text(json.dumps(wanted), "utf-8")
    (folder / "tflsp.toml").write_text("[container]\n", "utf-8")
    (folder / "notes.md").write_text(NOTES, "utf-8")
    vscode.settings({**SETTINGS, "tflsp.path": program, "security.workspace.trust.enabled": True})
    with harness.window(browser, vscode, folder) as window:
        window.open("notes.md")
        expect(window.squiggles()).to_have_count(1, timeout=TIMEOUT)
        expect(item(window).locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
        offered = menu(window)
        expect(offered.filter(has_text="container...")).to_be_visible(timeout=TIMEOUT)
        assert not [row for row in rows(window.page, ".quick-input-list") if row.startswith("Start this folder's")]
        expect(told(window, "describe a container")).to_have_count(0, timeout=TIMEOUT)
        assert not trace.exists()
        window.choose("Trust this folder")
        window.press(window.page.locator(".workspace-trust-editor .monaco-button", has_text=re.compile("^Trust$")))
        offer = told(window, "This folder has no container").get_by_role("button", name="Start Container")
        expect(offer).to_be_visible(timeout=TIMEOUT)
        assert trace.read_text().splitlines()[0] == "status --json"

        # Who wants none is not asked again when the folder is opened the next time.
        (folder / ".vscode/settings.json").write_text("{}", "utf-8")
        window.press(told(window, "describe a container").get_by_role("button", name="Not for This Folder"))
        window.page.evaluate(KEPT, "container not wanted")
        window.page.reload()
        window.ready()
        window.open("notes.md")
        expect(window.squiggles()).to_have_count(1, timeout=TIMEOUT)
        expect(item(window).locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
        window.command("Notifications: Show Notifications")
        expect(told(window, "describe a container")).to_have_count(0)
