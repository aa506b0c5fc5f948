"""What `make docs` writes is what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import docs


def test_generated_files_are_current() -> None:
    assert docs.stale() == [], "make docs"


def test_every_rule_is_in_the_tables() -> None:
    page, readme = docs.rules_page(), docs.readme_rules()
    for code, rule in docs.all_rules().items():
        assert f"[{code}](rules/{code}.md) | {rule.name} |" in page
        assert f"[{code}](docs/rules/{code}.md) | {rule.name} |" in readme


def test_cells_keep_their_bars() -> None:
    assert docs.table(["a"], [["x | y"]]) == "| a |\n| --- |\n| x \\| y |\n"


def test_writing_and_checking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{docs.RULES_BEGIN}\nold\n{docs.RULES_END}\nafter\n", "utf-8")

    assert docs.main(["--check"]) == 1
    assert "README.md is out of date: make docs" in capsys.readouterr().err
    assert docs.main([]) == 0
    assert docs.main(["--check"]) == 0

    text = readme.read_text("utf-8")
    assert text.startswith(f"before\n{docs.RULES_BEGIN}\n\n| code |")
    assert text.endswith(f"\n{docs.RULES_END}\nafter\n")
    assert "old" not in text

    (tmp_path / "docs/rules.md").write_text("changed by hand", "utf-8")
    assert docs.stale() == ["docs/rules.md"]
