"""A fence of shell that is cut at its statements says what it says as a whole."""

from __future__ import annotations

import pytest

from tflsp.documents.document import Chunk
from tflsp.documents.fence_cut import parts_of
from tflsp.documents.region import ABOVE, CELL
from tflsp.text import Span

PLAIN = """\
```bash
# a container
docker run -d --name tf \\
  -v "$PWD/n:/tf" tensorflow/tensorflow:latest

docker exec -it tf bash -c "pip install pandas"  # it's in there
docker logs tf 2>&1 | grep token &&
./after.sh
# that is all
```
"""


def parts(text: str, at: int = 0) -> list[str]:
    return [part.key.text for part in parts_of(Chunk.slice("markdown", text, at), {})]


def test_statements_with_the_comments_before_them() -> None:
    assert [text.removeprefix("```bash\n") for text in parts(PLAIN)] == [
        '# a container\ndocker run -d --name tf \\\n  -v "$PWD/n:/tf" tensorflow/tensorflow:latest\n',
        '\ndocker exec -it tf bash -c "pip install pandas"  # it\'s in there\n',
        "docker logs tf 2>&1 | grep token &&\n",
        "./after.sh\n# that is all\n```\n",
    ]


def test_every_place_is_where_it_was() -> None:
    document = "文字\n\n" + PLAIN
    at = document.index("```")
    made = parts_of(Chunk.slice("markdown", PLAIN, at), {})
    seen = ""
    for part in made:
        own = part.key.text if not seen else part.key.text.removeprefix("```bash\n")
        start = len(part.key.text) - len(own)
        span = part.map.span(Span(start, len(part.key.text)))
        assert span.of(document) == own
        assert part.map.inwards(span.start) == start
        seen += own
    assert seen == PLAIN


@pytest.mark.parametrize(
    "line",
    [
        *("IMAGE=a/b", "export IMAGE=a/b", "cd x && IMAGE=a/b", "read IMAGE", "for i in 1 2; do", "f() {", "set -e"),
        *("echo 'a", 'echo "a', 'echo "$(cat "b")"', "cat <<EOF", "cat <(ls", "(cd a", "echo `ls", "if true", "[[ a"),
        *("docker run \\ ", "-p 80:80 image", "❌ docker run a", "ls # don't run this", "Collecting pandas", "~~~"),
        *("echo a; while read b", "! read a", "ls\r", "echo ${a:-b}", "MIIEpAIBAAKCAQEA", "$ docker ps", ". env"),
    ],
)
def test_what_could_mean_something_to_another_line_is_not_cut(line: str) -> None:
    assert parts(f"```bash\ndocker ps\n{line}\ndocker images\n```\n") == []


@pytest.mark.parametrize(
    "text",
    [
        *("docker ps\ndocker ps\n", "```python\nimport a\nimport b\n```\n", "```bash\ndocker ps\n```\n"),
        *("```bash\ndocker ps\ndocker ps\n", "```bash\ndocker ps\n```\ntext\ndocker ps\n```\n", "```bash\n```\n"),
    ],
)
def test_what_is_no_fence_of_several_statements_is_not_cut(text: str) -> None:
    assert parts(text) == []


def test_traits_go_with_every_part_and_cells_stay_whole() -> None:
    fence = "```sh\ndocker ps\ndocker images\n```\n"
    shown = parts_of(Chunk.slice("markdown", fence, traits={ABOVE: "bad"}), {})
    assert [dict(part.key.traits) for part in shown] == [{ABOVE: "bad"}] * 2
    assert parts_of(Chunk.slice("markdown", fence, traits={CELL: "markdown"}), {}) == ()


def test_what_has_only_moved_keeps_its_map() -> None:
    before = parts_of(Chunk.slice("markdown", PLAIN, 10), {})
    typed = PLAIN.replace("docker run -d", "docker run -di")
    after = parts_of(Chunk.slice("markdown", typed, 10), {part.key: part for part in before})
    assert [new.map.moved_from(old.map) for old, new in zip(before[1:], after[1:], strict=True)] == [1, 1, 1]
    assert after[0].key != before[0].key
