"""A timeline as Markdown: a table of steps and errors, and a chart that GitHub and GitLab draw (Mermaid). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tflsp.facts.journal_lines import inline
from tflsp.journal.timeline import Timeline, TimelineError, TimelineStep
from tflsp.journal.timeline_metrics import value_shown
from tflsp.journal.timeline_words import COLON, change_shown, label, say, verdict

_LONGEST_CELL: Final = 300


def markdown_timeline(timeline: Timeline) -> str:
    """The timeline as a document of its own."""
    return "\n".join(_lines(timeline)) + "\n"


def cell(text: str, longest: int = _LONGEST_CELL) -> str:
    """A text as a cell of a table: on one line, with nothing that ends the cell or becomes HTML."""
    line = inline(text)
    line = line if len(line) <= longest else f"{line[: longest - 1]}…"
    return line.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _lines(timeline: Timeline) -> Iterator[str]:
    language = timeline.language
    colon = COLON[language]
    yield f"# {say('timeline', language)}{colon}{cell(timeline.title)}"
    yield ""
    if timeline.goal:
        yield f"- **{say('goal', language)}**{colon}{cell(timeline.goal)}"
    if timeline.target:
        told = verdict(timeline)
        mark = "" if timeline.goal_met is None else "✅ " if timeline.goal_met else "❌ "
        yield f"- **{say('target', language)}**{colon}{cell(timeline.target)}" + (f" ({mark}{told})" if told else "")
    if timeline.best:
        yield f"- **{say('best-result', language)}**{colon}{cell(timeline.best)}"
    if timeline.conclusion:
        yield f"- **{say('conclusion', language)}**{colon}{cell(timeline.conclusion)}"
    if timeline.goal or timeline.target or timeline.best or timeline.conclusion:
        yield ""
    if not timeline.steps and not timeline.errors:
        yield say("no-steps", language)
        return
    yield from _chart(timeline)
    heads = [say(name, language) for name in ("step", "date", "title", "changes")]
    heads += [timeline.metric] if timeline.metric is not None else []
    heads += [say(name, language) for name in ("result", "analysis")]
    yield f"| {' | '.join(map(cell, heads))} |"
    yield f"| {' | '.join('---:' if head == timeline.metric else '---' for head in heads)} |"
    for at, step in enumerate(timeline.steps):
        yield from (_error(timeline, each) for each in timeline.errors if each.behind == at)
        yield _row(timeline, at, step)
    yield from (_error(timeline, each) for each in timeline.errors if each.behind == len(timeline.steps))


def _chart(timeline: Timeline) -> Iterator[str]:
    """A chart of the steps that tell the metric; one point is no chart."""
    name = timeline.metric
    known = [(at, value) for at, value in enumerate(timeline.values) if value is not None]
    if name is None or len(known) < 2:
        return
    goal = timeline.goal_line
    values = [value for _, value in known]
    ends = values + ([goal] if goal is not None else [])
    margin = (max(ends) - min(ends)) * 0.05 or abs(max(ends)) * 0.05 or 1.0
    labels = ", ".join(f'"{label(timeline.steps[at].number, at)}"' for at, _ in known)
    yield "```mermaid"
    yield "xychart-beta"
    yield f'    title "{say("chart", timeline.language, metric=name)}"'
    yield f"    x-axis [{labels}]"
    yield f'    y-axis "{name}" {min(ends) - margin:.6g} --> {max(ends) + margin:.6g}'
    yield f"    line [{', '.join(f'{value:.6g}' for value in values)}]"
    if goal is not None:
        yield f"    line [{', '.join([f'{goal:.6g}'] * len(values))}]"
    yield "```"
    yield ""


def _row(timeline: Timeline, at: int, step: TimelineStep) -> str:
    changes = "<br>".join(cell(change_shown(each, timeline.language)) for each in step.changes)
    cells = [label(step.number, at), cell(step.when), cell(step.title), changes]
    if timeline.metric is not None:
        value = step.metrics.get(timeline.metric)
        told = "—" if value is None else value_shown(timeline.metric, value)
        cells.append(f"**{told}**" if at == timeline.best_step else told)
    cells += [cell(step.result), cell(step.analysis)]
    return f"| {' | '.join(cells)} |"


def _error(timeline: Timeline, error: TimelineError) -> str:
    title = cell(error.title) or say("error", timeline.language)
    cells = ["❌", cell(error.when), f"**{title}**", ""]
    cells += [""] if timeline.metric is not None else []
    return f"| {' | '.join([*cells, cell(error.message), ''])} |"
