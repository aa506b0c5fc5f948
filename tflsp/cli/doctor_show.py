"""The doctor's report for people: problems first, what is fine in one line, then a block to paste."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from tflsp.doctor import Complaint, Machine, State, Words
from tflsp.doctor.environment import environment

_WORDS = {
    "problems": Words("wrong", "有问题"),
    "none": Words("Nothing is wrong.", "一切正常。"),
    "do": Words("do", "处理"),
    "fix": Words("`tflsp doctor --fix` does", "`tflsp doctor --fix` 会执行"),
    "unseen": Words("Could not look", "无法检查"),
    "fine": Words("Fine", "正常"),
    "elsewhere": Words("not applicable", "不适用"),
    "environment": Words("Environment, to paste into a report", "环境信息（可粘贴到报告）"),
    "inside": Words("in the container", "容器内"),
}


def show(
    machine: Machine, complaints: Sequence[Complaint], notes: Iterable[Words], language: str, stream: TextIO
) -> None:
    """Print it. Nothing of what was seen is taken for markup."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=not stream.isatty())

    def word(key: str) -> str:
        return _WORDS[key].of(language)

    problems = [complaint for complaint in complaints if complaint.state is State.PROBLEM]
    for complaint in problems:
        _problem(console, machine, complaint, language)
    unseen = [complaint for complaint in complaints if complaint.state is State.UNSEEN]
    if unseen or notes:
        console.print(Text(word("unseen"), style="yellow"))
    for complaint in unseen:
        console.print(
            Text(f"  {complaint.check.slug}{_where(machine, complaint, language)}: ").append(
                complaint.result.seen.of(language)
            )
        )
    for note in notes:
        console.print(Text(f"  {note.of(language)}"))
    fine = [complaint for complaint in complaints if complaint.state is State.OK]
    others = sum(complaint.state is State.NOT_APPLICABLE for complaint in complaints)
    names = ", ".join(dict.fromkeys(complaint.check.slug for complaint in fine))
    console.print(
        Text(f"{word('fine')} ({len(fine)}; {word('elsewhere')}: {others}): ", style="green").append(
            names, style="default"
        )
    )
    summary = f"{len(problems)} {word('problems')}" if problems else word("none")
    console.print(Text(summary, style="bold red" if problems else "bold green"))
    console.print()
    console.print(Text(word("environment"), style="dim"))
    for key, value in environment(machine).items():
        console.print(Text(f"  {key}: {value}"))


def _problem(console: Console, machine: Machine, complaint: Complaint, language: str) -> None:
    check, result = complaint.check, complaint.result
    head = Text("✗ ", style="red").append(check.slug, style="bold red")
    head.append(_where(machine, complaint, language)).append(f"  {check.title.of(language)}", style="bold")
    console.print(head)
    lines = [Text(result.seen.of(language)), *(Text(f"- {each}", style="dim") for each in result.lines(language))]
    lines.append(
        Text(f"{_WORDS['do'].of(language)}: ", style="cyan").append(complaint.advice.of(language), style="default")
    )
    for fix in result.fixes:
        lines.append(
            Text(f"{_WORDS['fix'].of(language)}: ", style="cyan").append(fix.title.of(language), style="default")
        )
    for line in lines:
        _indented(console, line)
    console.print()


def _where(machine: Machine, complaint: Complaint, language: str) -> str:
    """Said only where it is not the side that the command was given on."""
    return f" ({_WORDS['inside'].of(language)})" if complaint.where == "container" and not machine.inside else ""


def _indented(console: Console, line: Text) -> None:
    """Wrapped below itself on a terminal; whole lines elsewhere, so that they can be searched."""
    console.print(Padding(line, (0, 0, 0, 4), expand=False) if console.is_terminal else Text("    ").append(line))
