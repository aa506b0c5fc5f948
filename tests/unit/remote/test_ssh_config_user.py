"""The user's ssh configuration, read tolerantly: what OpenSSH takes does not stop us, and notes name the line."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import components
from tflsp.remote.link import _options as read_options
from tflsp.remote.user_config import UserConfig, private_copy


def read(text: str | bytes, folder: Path, host: str = "box") -> tuple[asyncssh.SSHClientConnectionOptions, list[str]]:
    """Read a configuration as link.connect does; the notes call it `config`."""
    source = folder / "config"
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    with private_copy() as copies:
        config = UserConfig(Path(copies), (source,))
        options = asyncio.run(read_options(config, [], [], {"host": host, "client_keys": None, "agent_path": None}))
        return options, [note.replace(str(source), "config") for note in config.notes]


def settings(text: str | bytes, folder: Path, host: str = "box") -> dict[str, Any]:
    found = dict(read(text, folder, host)[0].config.get_options(False))
    found.pop("SendEnv", None)
    return found


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("15s", 15), ("1m30s", 90), ("90", 90), ("2H", 7200), ('"15s"', 15), ("15s # often", 15), ("1d", 86400)],
)
def test_times(written: str, seconds: int, tmp_path: Path) -> None:
    assert settings(f"ServerAliveInterval {written}\n", tmp_path) == {"ServerAliveInterval": seconds}
    assert settings(f"ConnectTimeout={written}\n", tmp_path) == {"ConnectTimeout": seconds}


def test_no_time_at_all_is_no_setting(tmp_path: Path) -> None:
    assert settings("ConnectTimeout none\nPort 7\n", tmp_path) == {"Port": 7}


def test_an_unbalanced_quote_costs_its_line_alone(tmp_path: Path) -> None:
    options, notes = read('Host box\n  User "me\n  Port 2200\n', tmp_path)
    assert options.port == 2200
    assert notes == ["config line 2 is left out: No closing quotation"]


def test_an_apostrophe_in_a_command_that_is_not_ours_is_nothing(tmp_path: Path) -> None:
    assert read("RemoteCommand echo it's\nLocalCommand echo it's\nPort 7\n", tmp_path)[1] == []


def test_a_block_whose_head_cannot_be_read_counts_for_nobody(tmp_path: Path) -> None:
    """Else its options would count for the block above."""
    text = "Host box\n  Port 7\nMatch shell zsh\n  User wrong\n  ProxyJump wrong\nHost *\n  User right\n"
    assert settings(text, tmp_path) == {"Port": 7, "User": "right"}
    assert read(text, tmp_path)[1] == ["config line 3 is left out: Invalid match condition shell"]


def test_comments_behind_values(tmp_path: Path) -> None:
    assert settings('Port 7 # seven\nUser "a b" # c\n', tmp_path) == {"Port": 7, "User": "a b"}


def test_a_word_too_many_is_noted(tmp_path: Path) -> None:
    options, notes = read("Port 7 8\nUser me\n", tmp_path)
    assert options.username == "me"
    assert notes == ["config line 1 is left out: Extra data at end"]


def test_unknown_algorithms_and_tokens(tmp_path: Path) -> None:
    text = "Ciphers none-such\nUser me\nIdentityAgent %z\nIdentityFile ${TFLSP_UNSET}/a\n"
    options, notes = read(text, tmp_path)
    assert options.username == "me"
    assert sorted(note.split(" is left out")[0] for note in notes) == [f"config line {n}" for n in (1, 3, 4)]


def test_what_is_passed_over_is_said_where_it_counts(tmp_path: Path) -> None:
    text = (
        "Host other\n  StrictHostKeyChecking no\n"
        "Host box\n  StrictHostKeyChecking accept-new\n  LocalForward 8888 localhost:8888\n"
        "Host *\n  StrictHostKeyChecking ask\n  ControlMaster auto\n"
    )
    assert read(text, tmp_path)[1] == [
        "config line 4: StrictHostKeyChecking is passed over; host keys are always checked here",
        "config line 5: LocalForward is passed over; use `tflsp forward`",
    ]


def test_includes(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more/1.conf").write_text("Port 1s\nUser me\n")
    (tmp_path / "more/2.conf").write_text("User you\nServerAliveInterval 2m\n")
    text = f'Include "{tmp_path}/more/*.conf"\nHost box\n  ServerAliveInterval 3\n'
    options, notes = read(text, tmp_path)
    assert (options.username, options.config.get("ServerAliveInterval")) == ("me", 120)
    assert notes == [f"{tmp_path}/more/1.conf line 1 is left out: Invalid Port integer value"]


def test_an_include_of_itself_ends(tmp_path: Path) -> None:
    options, notes = read(f"User me\nInclude {tmp_path}/config\n", tmp_path)
    assert options.username == "me"
    assert notes == ["config includes too deep"]


def test_many_includes_of_itself_end(tmp_path: Path) -> None:
    """Twice sixteen times over would be a hundred thousand copies."""
    _, notes = read(f"Include {tmp_path}/config\n" * 2, tmp_path)
    assert any("too many" in note for note in notes)


def test_key_files_that_are_gone_are_no_end(tmp_path: Path) -> None:
    notes = read("IdentityFile ~/.ssh/none-such\nCertificateFile /none/such\nIdentityFile none\n", tmp_path)[1]
    assert [note.split(" is left out")[0] for note in notes] == ["config line 1", "config line 2"]


def test_what_cannot_be_held_to_a_line_costs_the_file(tmp_path: Path) -> None:
    options, notes = read('User me\nMatch ""\n', tmp_path)
    assert options.username != "me"
    assert notes == ["the ssh configuration is not used, as asyncssh cannot read it: string index out of range"]


def test_proxy_commands_go_to_a_shell_as_with_openssh(tmp_path: Path) -> None:
    options, _ = read("HostName h.example\nProxyCommand nc %h %p 2>/dev/null\n", tmp_path)
    assert options.proxy_command == ["/bin/sh", "-c", "exec nc h.example 22 2>/dev/null"]
    assert read("ProxyCommand none\nHost *\n  ProxyCommand nc %h %p\n", tmp_path)[0].proxy_command is None


def test_strange_bytes(tmp_path: Path) -> None:
    assert settings(b"\xef\xbb\xbfPort 7\r\nUser \xff\xfe\nHost \0box\n", tmp_path)["Port"] == 7
    # To Python a bare carriage return ends a line; OpenSSH sees one line, and so do we.
    assert "Port" not in settings(b"# a comment\rPort 7\n", tmp_path)


@given(
    st.text()
    | st.lists(st.sampled_from([*"\"'\\#=%$ \t\r\n", "Host ", "Match ", "Include ", "Port ", "box", "*", "7"])).map(
        "".join
    )
)
def test_any_file_at_all_can_be_read(text: str) -> None:
    with private_copy() as folder:
        if "exec" not in text.lower():
            read(text.encode("utf-8", "replace"), Path(folder))


def test_openssh_takes_what_we_mend(tmp_path: Path) -> None:
    """The notes above are about asyncssh, not about mistakes of the user's."""
    ssh = components.program("ssh", "apt-get install openssh-client")
    config = tmp_path / "config"
    config.write_text("Host box\n  ServerAliveInterval 1m30s\n  Port 7 # seven\n  IdentityFile ~/.ssh/none-such\n")
    shown = subprocess.run([ssh, "-G", "-F", str(config), "box"], capture_output=True, text=True, check=True).stdout
    assert "serveraliveinterval 90\n" in shown
    assert settings(config.read_text(), tmp_path) == {"ServerAliveInterval": 90, "Port": 7}
