"""README's picture: each cell of the terminal at its own place, in its own style."""

from __future__ import annotations

import re

from scripts.screenshot import IMAGES, SCENES, TIMELINE, WIDTH, Style, lines, styled
from tests.components import ROOT


def columns(line: list[str]) -> list[tuple[int, str]]:
    """The runs of a line with the columns that they are drawn at."""
    found = [re.fullmatch(r'<span style="left:([\d.]+)px.*?">(.*)</span>', span) for span in line]
    return [(round(float(each[1]) / WIDTH), each[2]) for each in found if each]


def test_wide_characters_take_two_columns() -> None:
    (line,) = lines("💡 分析:a<b\n")
    assert columns(line) == [(0, "💡"), (2, " "), (3, "分"), (5, "析"), (7, ":a&lt;b")]


def test_styles_run_on_into_the_next_line() -> None:
    first, second = lines("\x1b[1;38;2;255;0;16mbold\nstill\x1b[0m not\n")
    assert "font-weight:bold" in first[0]
    assert "color:#ff0010" in second[0]
    assert columns(second) == [(0, "still"), (5, " not")]
    assert "font-weight" not in second[1]


def test_underlines_and_colours() -> None:
    assert styled(Style(), "4:3;58:2::255:192:185") == Style(underline="wavy", underline_color="#ffc0b9")
    assert styled(Style(underline="solid"), "24") == Style()
    assert styled(Style(), "38;5;9;48;5;232").background == "#080808"
    assert styled(Style(), "94").color == styled(Style(), "38:5:12").color
    assert styled(Style(bold=True), "") == Style()


def test_every_picture_is_there_and_shown() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "editor-client").rglob("*.md")]
    shown = "".join(page.read_text("utf-8") for page in pages)
    for name in (*(scene.name for scene in SCENES), TIMELINE):
        assert (IMAGES / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert f"images/{name}.png)" in shown
    assert "](docs/images/neovim.png)" in (ROOT / "README.md").read_text("utf-8")
