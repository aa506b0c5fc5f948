"""What `make docs` writes is what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import docs
from tflsp.facts.journal_anchors import anchors
from tflsp.rules.base import all_rules

_CODE = re.compile(r"^(?P<fence>```+|~~~+)[\s\S]*?^(?P=fence)|`[^`\n]*`", re.MULTILINE)
_LINK = re.compile(r"\]\((?![a-z]+:)([^)\s]+)\)")


def test_generated_files_are_current() -> None:
    stale = [str(path) for path, text in docs.generated() if not path.exists() or path.read_text("utf-8") != text]
    assert stale == [], "make docs"


def test_every_rule_is_in_the_tables() -> None:
    made = {path.relative_to(docs.ROOT).as_posix(): text for path, text in docs.generated()}
    for code, rule in all_rules().items():
        assert f"[{code}](docs/rules/{code}.md) | {rule.name} |" in made["README.md"]
        assert f"[{code}]({code}.md) | {rule.name} |" in made["docs/rules/README.md"]


def test_writing_and_checking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    begin, end = docs.BEGIN.format("rules"), docs.END.format("rules")
    figures = f"{docs.BEGIN.format('figures')}\n{docs.END.format('figures')}"
    readme.write_text(f"before\n{begin}\nold\n{end}\nafter\n{figures}\n", "utf-8")
    monkeypatch.setattr(docs, "ROOT", tmp_path)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["docs.py", *arguments])
        return docs.main()

    assert run("--check") == 1
    assert "not current: README.md" in capsys.readouterr().out
    assert run() == 0
    assert run("--check") == 0

    text = readme.read_text("utf-8")
    assert text.startswith(f"before\n{begin}\n\n| code |")
    assert f"\n{end}\nafter\n" in text
    assert "| figure | measured |" in text
    assert "old" not in text.splitlines()

    (tmp_path / "docs/settings.md").write_text("changed by hand", "utf-8")
    assert run("--check") == 1
    assert "not current: docs/settings.md" in capsys.readouterr().out


def test_links_lead_somewhere() -> None:
    """Files and pictures that documents link to are there, and headings that they name."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=docs.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    dead = []
    for name in listed.stdout.splitlines():
        path = docs.ROOT / name
        if name.startswith(("tests/", "tflsp/", "examples/")) or not path.exists():
            continue
        text = _CODE.sub("", path.read_text("utf-8"))
        for target in _LINK.findall(text):
            file, _, fragment = target.partition("#")
            there = path.parent / file if file else path
            if not there.exists() or (fragment and fragment not in _headings(there)):
                dead.append(f"{name}: {target}")
    assert dead == []


def _headings(path: Path) -> set[str]:
    return {each.name for each in anchors([path.read_text("utf-8")])}
