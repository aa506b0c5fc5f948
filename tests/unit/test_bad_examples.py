"""What an author shows as a mistake is a hint at most, and is not mended in passing."""

from __future__ import annotations

import pytest

from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.findings import Finding
from tflsp.rules.base import Safety, Severity

COMMAND = "docker run --rm tensorflow/tensorflow:nightly python -V"


def latest(text: str, name: str = "a.md") -> Finding:
    (found,) = (finding for finding in check(open_text(name, text)).findings if finding.code == "TFL101")
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"```bash\n# ❌ 危险\n{COMMAND}\n```\n",
        f"错误示范:\n\n```bash\n{COMMAND}\n```\n",
        f"Don't use this:\n\n```bash\n\n{COMMAND}\n```\n",
        f"**Bad:**\n```bash\n{COMMAND}\n```\n",
        f"> ❌ wrong\n>\n> ```bash\n> {COMMAND}\n> ```\n",
    ],
)
def test_shown_as_a_mistake(text: str) -> None:
    finding = latest(text)
    assert finding.severity is Severity.HINT
    assert finding.fixes
    assert all(fix.safety is not Safety.SAFE for fix in finding.fixes)


@pytest.mark.parametrize(
    "text",
    [
        f"```bash\n{COMMAND}\n```\n",
        f"```bash\n# ❌ old\ndocker ps\n\n# ✅ new\n{COMMAND}\n```\n",
        f"❌ far away\n\none\n\ntwo\n\nthree\n\n```bash\n{COMMAND}\n```\n",
        f"Don't forget to run:\n\n```bash\n{COMMAND}\n```\n",
    ],
)
def test_not_shown_as_a_mistake(text: str) -> None:
    finding = latest(text)
    assert finding.severity is Severity.WARNING
    assert any(fix.safety is Safety.SAFE for fix in finding.fixes)


def test_only_markdown_shows_mistakes() -> None:
    assert latest(f"# ❌ 危险\n{COMMAND}\n", "a.sh").severity is Severity.WARNING
