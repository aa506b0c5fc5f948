"""Places in tracebacks: the innermost one that is the user's own, and not TensorFlow's, Python's or a notebook's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tflsp.tensorflow.errors.report import Frame
from tflsp.text.patterns import pattern

_PYTHON = pattern(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+?))?[ \t*]*$')
# IPython 8: `File ~/x.py:54, in f(a)`, `Cell In[3], line 1` or `Input In [3], in <cell line: 1>()`; IPython 7 wrote
# `~/x.py in f(a)` and `<ipython-input-3-0a1b> in <module>`.
_IPYTHON = pattern(
    r"^(?:File (?P<file>[^\n]+?):(?P<line>\d+)(?:, in (?P<function>.+))?"
    r"|(?:Input |Cell )?In ?\[(?P<cell>\d+)\](?:, line (?P<cell_line>\d+))?(?:, in (?P<cell_function>.+?))?"
    r"|<ipython-input-(?P<old_cell>\d+)-\w+> in (?P<old_function>.+)"
    r"|(?P<old_file>[~/.\w][^\n]*\.py) in (?P<old_name>.+))$"
)
_ARROW = pattern(r"^-+> (?P<line>\d+)(?P<code>[^\n]*)$")
_OP = pattern(r" \[Op:\w+\]$")
_CELL_FILE = pattern(r"(?:^|/)(?:ipykernel_\d+/\d+\.py$|<ipython-input-(?P<number>\d+)-)")
_NOT_THE_USERS = pattern(
    r"site-packages|dist-packages|__autograph_generated_file|/lib/python3|\\lib\\|^<frozen|<__array_function__"
    r"|/tensorflow/python/|/keras/engine/"
)


def user_frame(trace: Sequence[str], message: str) -> Frame | None:
    """The innermost frame of the user's: of the message, where it tells of a graph, or else of the traceback."""
    told = _last_of_users(frames(message.split("\n")))
    shown = _last_of_users(frames(trace))
    if told is None or shown is None:
        return told or shown
    # A message shows the frames of a graph as it was built; a cell's own number is only in the traceback.
    return shown if told.file == "cell" else told


def frames(lines: Sequence[str]) -> Iterator[Frame]:
    """All frames in their order, the innermost last."""
    for at, line in enumerate(lines):
        if found := _PYTHON.match(line):
            following = _OP.sub("", lines[at + 1]).strip() if at + 1 < len(lines) else ""
            code = "" if _PYTHON.match(following) else following
            yield Frame(_file(found["file"]), int(found["line"]), _function(found["function"]), code)
        elif found := _IPYTHON.match(line):
            number, code = _arrow(lines, at + 1)
            cell = found["cell"] or found["old_cell"]
            file = f"In [{cell}]" if cell else _file(found["file"] or found["old_file"])
            shown = found["line"] or found["cell_line"] or 0
            name = found["function"] or found["cell_function"] or found["old_function"] or found["old_name"]
            yield Frame(file, number or int(shown), _function(name), code)


def _last_of_users(found: Iterator[Frame]) -> Frame | None:
    last = None
    for frame in found:
        if not _NOT_THE_USERS.search(frame.file):
            last = frame
    return last


def _arrow(lines: Sequence[str], at: int) -> tuple[int, str]:
    """The line that IPython's arrow points at."""
    for line in lines[at : at + 12]:
        if found := _ARROW.match(line):
            return int(found["line"]), found["code"].strip()
        if not line.strip() or _IPYTHON.match(line):
            break
    return 0, ""


def _file(file: str) -> str:
    found = _CELL_FILE.search(file)
    return file if found is None else f"In [{found['number']}]" if found["number"] else "cell"


def _function(name: str | None) -> str:
    """A function's name without its arguments; a module or a cell has none."""
    name = (name or "").partition("(")[0].strip()
    return "" if name.startswith(("<module>", "<cell line")) else name
