"""No secret ever stands in a message, a title, a log line, a repr, or in what any format prints."""

from __future__ import annotations

import io
import json
import logging
import string
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rules.page_secrets import secret
from tflsp.checking.records import record_of
from tflsp.cli.output import FORMATS
from tflsp.documents.opening import open_text
from tflsp.engine import Report, check
from tflsp.facts.credentials import Credential, CredentialKind
from tflsp.facts.placeholders import Strength, strength_of
from tflsp.findings import Finding
from tflsp.server.convert import finding_data
from tflsp.text import Encoding

# kind -> (name of the document, text around the secret); every surface and every kind of credential.
SURFACES = {
    "uri": ("a.py", "url = 'mysql://ml:{}@db-1/x'\n"),
    "uri in prose": ("a.md", "数据库连接:mysql://ml:{}@db-1/x\n"),
    "password": ("a.py", "password = '{}'\n"),
    "password in prose": ("a.md", "数据库密码: {} 。\n"),
    "password option": ("a.sh", "sshpass -p '{}' ssh host\n"),
    "login": ("Dockerfile", "FROM x:1\nRUN echo 'root:{}' | chpasswd\n"),
    "environment": ("compose.yaml", "services:\n  db:\n    image: x:1\n    environment:\n      DB_PASSWORD: '{}'\n"),
    "image": ("Dockerfile", "FROM tensorflow/tensorflow:latest\nENV DB_PASSWORD={}\n"),
    "container": ("a.md", "```bash\ndocker run -p 8888:8888 -e DB_PASSWORD={} tensorflow/tensorflow:latest\n```\n"),
    "key": ("a.py", "api_key = '{}'\n"),
}
PASSWORDS = st.text(string.ascii_letters + string.digits + "-_+", min_size=14, max_size=30).filter(
    # Long enough that a part of it stands nowhere by chance; with something of everything.
    lambda text: (
        any(char.isdigit() for char in text)
        and any(char.islower() for char in text)
        and any(char.isupper() for char in text)
        and not text.startswith("-")
        # By chance a text says itself that it is none, as `00000000000Xxx` does: what is no secret may be told.
        and strength_of(text) > Strength.WORDS
    )
)


def everything_said(report: Report, finding: Finding) -> Iterator[str]:
    """All that leaves the program for a finding but the edits' own places in the text."""
    for language in ("en", "zh"):
        yield finding.message(language)
        yield from (fix.title(language) for fix in finding.fixes)
    yield from (repr(finding), repr(finding.arguments), repr(finding.fixes))
    yield from (repr(edit) for fix in finding.fixes for edit in fix.edits)
    yield from (repr(line) for fix in finding.fixes for line in fix.lines)
    yield from (line.line for fix in finding.fixes for line in fix.lines if not line.secret)
    lines = report.document.parts[finding.part].lines
    yield json.dumps(finding_data(finding, lines, Encoding.UTF16, "en"), ensure_ascii=False)
    record = record_of(finding, report.facts, "a", "en")
    yield repr(record)
    for make in FORMATS.values():
        stream = io.StringIO()
        make(stream)([record], 0, 1)
        yield stream.getvalue()


def assert_untold(report: Report, text: str) -> None:
    """Neither the secret nor most of it: the last two characters may be shown."""
    for finding in report.findings:
        for said in everything_said(report, finding):
            assert text not in said
            assert text[:-2] not in said
    for located in report.facts.all(Credential):
        assert text[:-2] not in repr(located.fact)


@pytest.mark.parametrize("surface", SURFACES)
@settings(max_examples=30)
@given(password=PASSWORDS)
def test_made_up_passwords(surface: str, password: str) -> None:
    name, around = SURFACES[surface]
    assert_untold(check(open_text(name, around.format(password))), password)


@pytest.mark.parametrize("kind", ["github-pat", "huggingface", "aws-access-key"])
@pytest.mark.parametrize("surface", SURFACES)
def test_tokens(surface: str, kind: str) -> None:
    name, around = SURFACES[surface]
    report = check(open_text(name, around.format(secret(kind))))
    assert any(finding.code == "TFL302" for finding in report.findings)
    assert_untold(report, secret(kind))


def test_tokens_of_jupyter() -> None:
    token = secret("jupyter")
    report = check(open_text("a.md", f"http://127.0.0.1:8888/?token={token}\n"))
    assert [finding.code for finding in report.findings] == ["TFL303"]
    assert_untold(report, token)


def test_private_keys() -> None:
    kind = "RSA PRIVATE" + " KEY"
    body = [secret("key", 64 - line) for line in range(6)]
    text = "\n".join(["KEY = '''", f"-----BEGIN {kind}-----", *body, f"-----END {kind}-----", "'''", ""])
    report = check(open_text("a.py", text))
    assert any(finding.code == "TFL302" for finding in report.findings)
    for line in body:
        assert_untold(report, line)


def test_every_kind_is_among_these() -> None:
    """A kind that is added has to be tried here too."""
    texts = [(name, around.format("Zx9kq2Lm" + "Ab7RtY4w")) for name, around in SURFACES.values()]
    texts += [("a.md", f"http://h:8888/?token={secret('jupyter')}\n"), ("a.md", secret("github-pat"))]
    seen = {located.fact.kind for name, text in texts for located in check(open_text(name, text)).facts.all(Credential)}
    assert seen == set(CredentialKind)


@pytest.mark.parametrize("surface", SURFACES)
def test_nothing_is_logged(surface: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    name, around = SURFACES[surface]
    check(open_text(name, around.format(secret("github-pat"))))
    assert secret("github-pat") not in caplog.text


def test_what_fails_says_nothing_of_the_text(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **more: object) -> None:
        raise ValueError(repr((arguments, more, secret("github-pat"))))

    caplog.set_level(logging.INFO)
    monkeypatch.setattr("tflsp.facts.credential_search.form_of", fail)
    report = check(open_text("a.py", f"token = '{secret('github-pat')}'\n"))
    assert [note.message for note in report.notes if "ValueError" in note.message]
    assert secret("github-pat") not in caplog.text + "".join(note.message for note in report.notes)
