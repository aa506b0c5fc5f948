"""Errors pasted into Markdown: which block is meant, and which has an entry."""

from __future__ import annotations

import pytest

from tflsp.capture.pasted import Pasted, last_pasted, pasted_at
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal

SHAPES = "InvalidArgumentError: Incompatible shapes: [32,10] vs. [32,5] [Op:AddV2]"
OOM = "ResourceExhaustedError: OOM when allocating tensor with shape[8,8] and type float [Op:MatMul]"
LOGGED = f"## ❌ Shapes error log\n\n> {SHAPES}\n\n### Solution\n\nOther labels.\n"


def at(text: str, place: str, name: str = "notes.md") -> Pasted | None:
    document = open_text(name, text)
    return pasted_at(document, read_journal(document), 0, text.index(place))


def last(text: str, **options: bool) -> str | None:
    report = last_pasted(read_journal(open_text("notes.md", text)), **options)
    return None if report is None else report.key


@pytest.mark.parametrize(
    ("fence", "begin"),
    [
        ("```\n{}\n```\n", "```"),
        ("~~~text\n{}\n~~~\n", "~~~"),
        ("- a list\n\n  ```\n  {}\n  ```\n", "```"),
        ("> {}\n", ">"),
    ],
)
def test_a_block_is_found_by_any_place_in_it(fence: str, begin: str) -> None:
    text = f"# Log\n\nOOM when?\n\n{fence.format(OOM)}\nbehind\n"
    found = at(text, "ResourceExhausted")
    assert found is not None
    assert (found.report.key, found.report.exception, found.is_told) == ("oom", "ResourceExhaustedError", False)
    assert found.report.message.endswith("[Op:MatMul]")
    assert at(text, begin) == found
    for outside in ("# Log", "OOM when?", "behind"):
        assert at(text, outside) is None


@pytest.mark.parametrize("place", ["# ```\n# Inv", "# InvalidArgument", "InvalidArgument", "# ```\n# %%"])
def test_in_a_script_the_signs_of_comments_belong_to_the_block(place: str) -> None:
    text = f"# %% [markdown]\n# # Log\n#\n# ```\n# {SHAPES}\n# ```\n# %%\nx = 1\n"
    found = at(text, place, "exp.py")
    assert found is not None
    assert found.report.key == "incompatible-shapes"
    assert at(text, "x = 1", "exp.py") is None


def test_comments_and_blocks_without_an_error_are_none() -> None:
    assert at(f"<!--\n{SHAPES}\n-->\n", "Invalid") is None
    assert at("```\nEpoch 1/5, no error\n```\n", "Epoch") is None
    assert at(f"```\n{SHAPES}\n{'x' * 200_000}\n```\n", "Invalid") is None


def test_the_last_without_an_entry_is_that_of_a_programs_output() -> None:
    code = f"```python\n# {OOM}\n```\n"
    assert last(f"```\n{SHAPES}\n```\n\n{code}") == "incompatible-shapes"
    assert last(code) is None
    trace = f"```python\nTraceback (most recent call last):\n{OOM}\n```\n"
    assert last(f"```\n{SHAPES}\n```\n\n{trace}") == "oom"
    assert last(f"> {OOM}\n\n```console\n$ python train.py\n{SHAPES}\n```\n") == "incompatible-shapes"


def test_what_an_entry_tells_is_told_and_its_own_message_is_not_pasted() -> None:
    text = f"# Log\n\n```\n{SHAPES}\n```\n\n{LOGGED}"
    found = at(text, "InvalidArgument")
    assert found is not None
    assert found.is_told
    assert (last(text), last(text, is_told=True)) == (None, "incompatible-shapes")
    assert at(text, f"> {SHAPES}") is None
    assert last(LOGGED, is_told=True) is None


def test_another_error_below_the_last_entry_is_pasted() -> None:
    text = f"{LOGGED}\n```\n{OOM}\n```\n"
    found = at(text, "OOM when")
    assert found is not None
    assert (found.report.key, found.is_told) == ("oom", False)
    assert last(text) == "oom"
    # The error that an entry tells of may stand anywhere in it.
    assert last(f"## ❌ OOM error log\n\n- Error: memory\n- Solution: batch(32)\n\n```\n{OOM}\n```\n") is None


KEY = "KeyError: 'val_acc'"
SHAPE = "ValueError: Shape must be rank 2 but is rank 3\n\tmore of the message"


@pytest.mark.parametrize(
    "block", ["```\n{}\n```\n", "```pytb\n{}\n\n```\n", "> {}\n", "- a list\n\n  ```\n  {}\n  ```\n"]
)
def test_an_exceptions_line_alone_is_an_error(block: str) -> None:
    text = f"# Log\n\nA KeyError: why?\n\n{block.format(KEY)}\nKeyError: not pasted\n"
    found = at(text, "KeyError: 'val")
    assert found is not None
    assert (found.report.exception, found.report.message, found.report.frame) == ("KeyError", "'val_acc'", None)
    assert not found.is_told
    assert last(text) == "other"
    for outside in ("A KeyError", "KeyError: not"):
        assert at(text, outside) is None


def test_an_exceptions_line_is_the_first_or_the_last_of_its_block() -> None:
    found = at(f"```\n{SHAPE}\n```\n", "Shape")
    assert found is not None
    assert found.report.message == "Shape must be rank 2 but is rank 3"
    found = at(f"```\nEpoch 1/5\nkeras.errors.{KEY}\n```\n", "Epoch")
    assert found is not None
    assert found.report.exception == "KeyError"


@pytest.mark.parametrize(
    "text",
    [
        f"```python\n{KEY}\n```\n",
        f"```yaml\n{KEY}\n```\n",
        f"```\nThese are known:\n{KEY}\nand all is well\n```\n",
        "```\nError: no such file\n```\n",
        "```\nKeyError\n```\n",
        "```\nKeyError:\n```\n",
        "```\n  KeyError: indented below something else\n  x\n```\n",
        f"> He saw {KEY}\n",
        f"> {KEY}\n> is what he saw. Then he went on.\n",
        f"`{KEY}`\n",
    ],
)
def test_words_about_an_exception_are_no_error(text: str) -> None:
    assert at(text, "Error") is None
    assert last(text) is None


def test_which_entry_tells_of_an_exceptions_line() -> None:
    """What it is called has to be there as well: a name between quotes is in many a text."""
    other = "## ❌ Metrics error log\n\n> ValueError: unknown name\n\n### Solution\n\nNot `'val_acc'`.\n"
    own = f"## ❌ Metrics error log\n\n> {KEY}\n\n### Solution\n\nAnother name.\n"
    block = f"```\n{KEY}\n```\n\n"
    for entry, is_told in ((other, False), (own, True)):
        found = at(f"# Log\n\n{block}{entry}", "KeyError")
        assert found is not None
        assert found.is_told is is_told
    assert at(f"{own}\n", "KeyError") is None
    below = at(f"{other}\n{block}", "KeyError")
    assert below is not None
    assert not below.is_told
