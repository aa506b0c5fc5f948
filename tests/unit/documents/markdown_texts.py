"""Markdown that breaks naive code: lines that open and close blocks, thrown together, and blocks in blocks."""

from __future__ import annotations

from hypothesis import strategies as st

LINES = (
    *("# Heading", "## 二", "#nospace", "#", " # indented", "    # code", "\t# tab", "text", "文字", "  more", ""),
    *("```", "```bash", "````", "~~~", "~~~~ x", " ```", "  ```sh", "   ~~~", "    ```", "\t```", "``` a`b", "```x"),
    *("- item", "  - nested", "1. one", "10) ten", "-", "- ```", "* ~~~", "> quote", "> ```", "> # h", ">", "> - a"),
    *("<!--", "-->", "<!-- c -->", " <!-- i", "<div>", "</div>", "<b>", "text <b>", "<pre>", "</pre>", "<script>"),
    *("<?php", "?>", "<!DOCTYPE x>", "<![CDATA[", "]]>", "<br/>", "<https://example.org>", "  <div>", "<details>"),
    *(
        "| a | b |",
        "|---|---|",
        "---",
        "===",
        "***",
        "+++",
        "docker run x",
        "\\",
        "x\\",
        "  > x",
        "`` ` ``",
        "</script>",
    ),
)
IN_FENCES = ("# comment", "docker run x", "", "> y", "- z", "<div>", "~~", "  ```", "1. x")

documents = st.tuples(st.lists(st.sampled_from(LINES), max_size=14), st.sampled_from(("\n", "\n", "\r\n"))).map(
    lambda drawn: drawn[1].join(drawn[0])
)
"""Lines without order: half-typed documents look like this."""


@st.composite
def structures(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """The lines of well-formed blocks, nested in lists and quotes."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        match draw(st.sampled_from(("heading", "text", "fence", "list", "quote", "html", "indented"))):
            case "heading":
                own = [draw(st.sampled_from(("# One", "### 三")))]
            case "text":
                own = ["some text", "and # more"]
            case "fence":
                mark = draw(st.sampled_from(("```", "~~~", "`````")))
                info = draw(st.sampled_from(("", "bash", "python")))
                own = [mark + info, *draw(st.lists(st.sampled_from(IN_FENCES), max_size=4)), mark]
            case "list" if depth < 3:
                marker = draw(st.sampled_from(("- ", "1. ", "10. ", "-   ")))
                inner = draw(structures(depth + 1))
                own = [marker + inner[0], *(f"{' ' * len(marker)}{line}" if line else "" for line in inner[1:])]
            case "quote" if depth < 3:
                own = [f"> {line}" if line else ">" for line in draw(structures(depth + 1))]
            case "html":
                own = draw(st.sampled_from((["<div>", "# no", "</div>"], ["<!-- a", "# no", "```", "-->"], ["<p>"])))
            case _:
                own = ["", "    indented", "    # code"]
        lines += [*own, *[""] * draw(st.integers(0, 2))]
    return lines
