"""Settings of the SSH server: in its file, on their way into it, and on its command line."""

from __future__ import annotations

import pytest

from tests.unit.facts.reading import facts, written
from tflsp.facts.sshd import SshdSetting

FILE = "/etc/ssh/sshd_config"


def found(language: str, text: str) -> list[tuple[str, str]]:
    return [(fact.keyword, fact.value) for fact in facts(language, text, SshdSetting)]


def test_the_file() -> None:
    text = (
        "# PermitRootLogin yes\r\nPort 2222\r\n  permitrootlogin = YES\r\nPasswordAuthentication\tno\r\nUsePAM yes\r\n"
    )
    settings = facts("sshd-config", text, SshdSetting)
    assert [(fact.keyword, fact.value) for fact in settings] == [
        ("Port", "2222"),
        ("PermitRootLogin", "yes"),
        ("PasswordAuthentication", "no"),
    ]
    assert [written(fact, fact.value_span) for fact in settings] == ["2222", "YES", "no"]


def test_what_stands_in_a_match_block_is_conditional() -> None:
    text = "PermitRootLogin no\nMatch Address 10.0.0.0/8\n    PermitRootLogin yes\n"
    assert [fact.conditional for fact in facts("sshd-config", text, SshdSetting)] == [False, True]


@pytest.mark.parametrize(
    "command",
    [
        f'echo "PermitRootLogin yes" >> {FILE}',
        f"echo PermitRootLogin yes >> {FILE}",
        f"sudo sh -c \"echo 'PermitRootLogin yes' >> {FILE}\"",
        f"echo 'PermitRootLogin yes' | sudo tee -a {FILE}.d/lab.conf > /dev/null",
        f"printf 'Port 22\\nPermitRootLogin yes\\n' > {FILE}",
        f"cat > {FILE} <<EOF\nPermitRootLogin yes\nEOF",
        f"tee {FILE} <<'EOF'\nPermitRootLogin yes\nEOF",
        f"cat <<EOF | tee -a {FILE}\nPermitRootLogin yes\nEOF",
        f"sed -i 's/#PermitRootLogin prohibit-password/PermitRootLogin yes/' {FILE}",
        f"sed -i 's/^#\\?\\(PermitRootLogin\\).*/\\1 yes/' {FILE}",
        f"sed -ri 's@#?PermitRootLogin .*@PermitRootLogin yes@g' {FILE}",
        f"sed -i '/^#PermitRootLogin/c\\PermitRootLogin yes' {FILE}",
        f"sed -i -e 's/UsePAM yes/UsePAM no/' -e 's/PermitRootLogin no/PermitRootLogin yes/' {FILE}",
        "/usr/sbin/sshd -D -o PermitRootLogin=yes",
        "sshd -oPermitRootLogin=yes",
    ],
)
def test_commands(command: str) -> None:
    assert [pair for pair in found("shell", command) if pair[0] != "Port"] == [("PermitRootLogin", "yes")]


@pytest.mark.parametrize(
    "command",
    [
        'echo "PermitRootLogin yes"',
        'echo "PermitRootLogin yes" >> notes.txt',
        f'grep "PermitRootLogin yes" {FILE}',
        f"sed -i 's/PermitRootLogin yes/#PermitRootLogin no/' {FILE}",
        f"sed -n 's/PermitRootLogin yes/x/p' {FILE}",
        f"echo '# PermitRootLogin yes' >> {FILE}",
        "sed -i 's/a/PermitRootLogin yes/' other.conf",
    ],
)
def test_commands_that_set_nothing(command: str) -> None:
    assert found("shell", command) == []


def test_places_inside_of_quotes() -> None:
    text = f'echo 中文; echo "PermitRootLogin yes" >> {FILE}'
    (fact,) = facts("shell", text, SshdSetting)
    assert (written(fact, fact.span), written(fact, fact.value_span)) == ("PermitRootLogin yes", "yes")


def test_a_dockerfile() -> None:
    text = f"FROM x:1\nRUN mkdir /run/sshd && \\\n    echo 'PermitRootLogin yes' >> {FILE}\n"
    (fact,) = facts("dockerfile", text, SshdSetting)
    assert fact.region.to_root(fact.span).of(text) == "PermitRootLogin yes"
    heredoc = f"FROM x:1\nCOPY <<EOF {FILE}\nPermitRootLogin yes\nEOF\n"
    assert found("dockerfile", heredoc) == [("PermitRootLogin", "yes")]
