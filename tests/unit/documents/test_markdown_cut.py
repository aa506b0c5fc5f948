"""The cut of Markdown into chunks: whatever it is given, the pieces read as they read in the whole."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.documents.markdown_texts import documents, structures
from tests.unit.documents.reading import regions_of
from tflsp.documents import markdown_cut
from tflsp.documents.document import Chunk
from tflsp.documents.opening import open_text
from tflsp.text import Span


@pytest.fixture(params=[markdown_cut.LONG, 5], autouse=True)
def _long_sections(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with a section counted as long after five characters, so that short examples are cut at paragraphs."""
    monkeypatch.setattr(markdown_cut, "LONG", request.param)
    monkeypatch.setattr(markdown_cut, "SMALL", min(request.param, markdown_cut.SMALL))


each_way = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def code_places(chunks: list[Chunk]) -> list[tuple[int, str, str]]:
    """Place, info string and text of every code block."""
    return sorted(
        (chunk.map.span(region.to_root(Span(0, 0))).start, region.traits["fence"], region.text)
        for chunk in chunks
        for region in regions_of(chunk)
        if region.parent is not None and region.parent.parent is None and region.text.strip()
    )


def check_cut(text: str) -> None:
    chunks = open_text("a.md", text).chunks
    start = len(chunks[0].key.text) if chunks and chunks[0].key.language == "front-matter" else 0
    pieces = [chunk for chunk in chunks if chunk.key.language == "markdown"]
    assert code_places(pieces) == code_places([Chunk.slice("markdown", text[start:], start)])
    at = 0
    for chunk in chunks:
        place = chunk.map.span(Span(0, len(chunk.key.text)))
        assert place.of(text) == chunk.key.text
        assert not text[at : place.start].strip()
        at = place.end
    assert not text[at:].strip()


@given(documents)
@each_way
def test_lines_without_order(text: str) -> None:
    check_cut(text)


@given(structures())
@each_way
def test_nested_blocks(lines: list[str]) -> None:
    check_cut("\n".join(lines))


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("a\n# b\nc\n## d", ["a", "# b", "## d"]),
        ("a\r\n\r\n# b\r\nc\r\n# d", ["a", "# b", "# d"]),
        ("```\n# no\n```\n# yes", ["```", "# yes"]),
        ("```\n# no\n~~~\n# no", ["```"]),
        ("<!--\n# no\n-->\n# yes", ["<!--", "# yes"]),
        ("- a\n\n  ```\n  # no\n  ```\n\n# yes", ["- a", "# yes"]),
        ("> ```\n> # no\n# yes", ["> ```", "# yes"]),
        ("---\na: b\n---\n# x", ["---", "# x"]),
        ("+++\na = 1\n+++\ntext", ["+++", "text"]),
        ("---\na\n---\n---\nb\n---\n", ["---"]),
        ("#no\n # no\n# yes", ["#no", "# yes"]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_where_it_cuts(text: str, starts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_cut, "LONG", 3_000)
    assert [chunk.key.text.splitlines()[0] for chunk in open_text("a.md", text).chunks] == starts


def test_a_fence_of_some_length_is_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_cut, "LONG", 3_000)
    monkeypatch.setattr(markdown_cut, "SMALL", 400)
    fence = "```bash\n" + "docker ps\n" * 60 + "```\n"
    json = fence.replace("bash", "json")
    text = f"# one\n\nprose\n\n{fence}behind\n\n{fence}# two\n{json}\n{fence}"
    pieces = [chunk.key.text for chunk in open_text("a.md", text).chunks]
    assert pieces == ["# one\n\nprose\n\n", fence, "behind\n\n", fence, f"# two\n{json}\n", fence]


def test_a_fence_knows_whether_it_is_shown_as_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_cut, "SMALL", 8)
    fence = "```bash\ndocker ps\n```\n"
    text = f"❌ 不要这样\n\n{fence}\nBetter:\n{fence}\n### 错误示范\n\n{fence}\n# ❌ far away\n\n## here\n\n{fence}"
    fences = [chunk for chunk in open_text("a.md", text).chunks if chunk.key.text == fence]
    assert ["above" in dict(chunk.key.traits) for chunk in fences] == [True, False, True, False]


def test_a_long_section_is_cut_at_paragraphs() -> None:
    text = "# one\n\n" + "paragraph of text\n\n- item\n\n```bash\n# a comment\n```\n\n" * 500
    pieces = [chunk.key.text for chunk in open_text("a.md", text).chunks]
    assert "".join(pieces).rstrip() == text.rstrip()
    assert max(map(len, pieces)) < markdown_cut.LONG + 200
