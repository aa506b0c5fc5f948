"""Diagnostics that are kept from one analysis to the next are those that would be made anew."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.e2e.lsp.profiles import profile
from tflsp.documents.opening import open_text
from tflsp.engine import Memo, check
from tflsp.server.client import client_of
from tflsp.server.telling import Teller, json_of
from tflsp.text import Span, TextEdit

SECTION = "## 💡 {}\n\n```bash\ndocker run -p 8888:8888 tensorflow/tensorflow:latest\n```\n\n"
START = "# A\n\n" + "".join(SECTION.format(number) for number in range(4))
STEP = (
    "## Debug step #{}: 💡\n\nlearning_rate: 0.1 → 0.0{}\n\n"
    "```bash\ndocker run -p 8888:8888 tensorflow/tensorflow\n```\n\n"
)
JOURNAL = "# A\n\n" + "".join(STEP.format(number, number) for number in range(1, 5)) + "Result: loss 0.1"
NEW = st.sampled_from(
    ["\n", "x", "💡", "\r\n", SECTION, "## B\n", "```\n", "latest", "2.9.0", "", STEP.format(2, 7), "Result: x\n"]
)
CLIENT = client_of(profile("vscode").params)


@settings(max_examples=25)
@given(
    st.sampled_from([START, JOURNAL]),
    st.lists(st.tuples(st.integers(0, 480), st.integers(0, 6), NEW), min_size=1, max_size=6),
)
def test_kept_is_as_good_as_new(text: str, edits: list[tuple[int, int, str]]) -> None:
    document, memo, teller = open_text("a.md", text), Memo(), Teller(CLIENT)
    teller.tell(check(document, memo=memo), ["u"], "en")
    for at, length, new in edits:
        start = min(at, len(document.text))
        document = document.edited(TextEdit(Span(start, min(start + length, len(document.text))), new))
        report = check(document, memo=memo)
        (kept,) = teller.tell(report, ["u"], "en")
        (fresh,) = Teller(CLIENT).tell(report, ["u"], "en")
        assert [diagnostic for _, diagnostic in kept] == [diagnostic for _, diagnostic in fresh]
        assert [finding for finding, _ in kept] == list(report.findings)
        assert json_of(diagnostic for _, diagnostic in kept) == json_of(diagnostic for _, diagnostic in fresh)


def test_what_has_not_changed_is_the_same_object() -> None:
    document, memo, teller = open_text("a.md", START), Memo(), Teller(CLIENT)
    (before,) = teller.tell(check(document, memo=memo), ["u"], "en")
    end = len(document.text)
    document = document.edited(TextEdit(Span(end, end), "more"))
    (after,) = teller.tell(check(document, memo=memo), ["u"], "en")
    last = document.parts[0].lines.line_of(START.rindex("##"))
    above = [diagnostic for _, diagnostic in before if diagnostic["range"]["start"]["line"] < last]
    assert above
    assert all(old is new for old, (_, new) in zip(above, after, strict=False))


def test_a_fix_in_another_chunk_moves_by_itself() -> None:
    document, memo, teller = open_text("journal.md", JOURNAL), Memo(), Teller(CLIENT)
    (before,) = teller.tell(check(document, memo=memo), ["u"], "en")
    end = document.text.index("```", document.text.index("step #2"))
    document = document.edited(TextEdit(Span(end, end), "A line between.\n\n"))
    (after,) = teller.tell(check(document, memo=memo), ["u"], "en")
    (fresh,) = Teller(CLIENT).tell(check(document), ["u"], "en")
    assert [diagnostic for _, diagnostic in after] == [diagnostic for _, diagnostic in fresh]
    kept = [old is new for (_, old), (_, new) in zip(before, after, strict=True)]
    assert any(kept)
    assert not all(kept)


def test_another_language_is_told_anew() -> None:
    document, memo, teller = open_text("a.md", START), Memo(), Teller(CLIENT)
    report = check(document, memo=memo)
    (english,) = teller.tell(report, ["u"], "en")
    (chinese,) = teller.tell(report, ["u"], "zh")
    assert english[0][1]["message"] != chinese[0][1]["message"]
