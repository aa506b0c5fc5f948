"""Settings by folder: the nearest file, the editor above it, the client's language below everything."""

from __future__ import annotations

from pathlib import Path

from tflsp.server.projects import Projects, editor_settings


def test_editors_write_keys_in_their_own_ways() -> None:
    table = {
        "tensorflowVersion": "2.9.3",
        "inlay_hints": False,
        "code-lens": None,
        "trace": {"server": "off"},
        "ignore": "",
    }
    assert editor_settings(table) == {"tensorflow-version": "2.9.3", "inlay-hints": False}


def test_the_language_of_the_client_is_a_default(tmp_path: Path) -> None:
    projects = Projects("zh")
    assert projects.settings(tmp_path).settings.language == "zh"
    (tmp_path / "tflsp.toml").write_text('language = "en"\n')
    projects.forget_files()
    assert projects.settings(tmp_path).settings.language == "en"
    assert projects.set_editor_settings({None: {"language": "zh"}})
    assert projects.settings(tmp_path).settings.language == "zh"


def test_folders_under_one_file_share_one_value(tmp_path: Path) -> None:
    (tmp_path / "tflsp.toml").write_text("")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    projects = Projects("en")
    assert projects.settings(tmp_path / "a").settings is projects.settings(tmp_path / "b").settings


def test_a_folder_of_the_editor_has_its_own(tmp_path: Path) -> None:
    projects = Projects("en")
    assert projects.set_editor_settings({None: {"ignore": ["TFL1"]}, tmp_path: {"ignore": ["TFL2"]}})
    assert projects.settings(tmp_path / "sub").settings.ignore == ("TFL2",)
    assert projects.settings(tmp_path.parent).settings.ignore == ("TFL1",)
    assert not projects.set_editor_settings({None: {"ignore": ["TFL1"]}, tmp_path: {"ignore": ["TFL2"]}})


def test_what_files_say_of_a_project_is_read_again_when_asked(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    projects = Projects("en")
    root = projects.root(tmp_path)
    assert not root.base.dotenv_names
    (tmp_path / ".env").write_text("NAME=value\n")
    projects.forget_files()
    assert projects.root(tmp_path) is root
    assert root.base.dotenv_names == {"NAME"}
