"""A timeline as one HTML page that needs nothing else: no script, no font, no picture, by a policy of its own. Pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from typing import Final

from tflsp.facts.journal_lines import inline
from tflsp.journal.timeline import Timeline, TimelineError, TimelineStep
from tflsp.journal.timeline_chart import chart, described
from tflsp.journal.timeline_metrics import value_shown
from tflsp.journal.timeline_words import change_shown, label, say, verdict

# Of a longer text a page shows the beginning: the journal has it all.
_LONGEST: Final = 1_500


def html_timeline(timeline: Timeline) -> str:
    """The page, in the journal's language."""
    return "".join(f"{line}\n" for line in _page(timeline))


@cache
def _style() -> str:
    from importlib.resources import files  # brings tempfile, shutil and compression

    return files("tflsp.journal").joinpath("templates", "timeline.css").read_text(encoding="utf-8")


def _page(timeline: Timeline) -> Iterator[str]:
    language = timeline.language
    title = f"{timeline.title} – {say('timeline', language)}"
    style = f"\n{_style()}"
    # Only this style is let in: a page that shows people's texts runs and loads nothing.
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    yield "<!doctype html>"
    yield f'<html lang="{"zh-CN" if language == "zh" else "en"}">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{_text(title)}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"
    yield from _header(timeline)
    yield from _figure(timeline)
    yield from _table(timeline)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _header(timeline: Timeline) -> Iterator[str]:
    language = timeline.language
    yield "<header>"
    yield f"<h1>{_text(timeline.title)}</h1>"
    count = say("count", language, steps=len(timeline.steps), errors=len(timeline.errors))
    yield f'<p class="count">{_text(count)}</p>'
    told = verdict(timeline)
    badge = f' <span class="badge {"met" if timeline.goal_met else "missed"}">{_text(told)}</span>' if told else ""
    known = [
        ("goal", _block(timeline.goal)),
        ("target", f"{_text(inline(timeline.target))}{badge}" if timeline.target or badge else ""),
        ("best-result", _text(inline(timeline.best))),
        ("conclusion", _block(timeline.conclusion)),
    ]
    if any(text for _, text in known):
        yield "<dl>"
        yield from (f"<dt>{say(name, language)}</dt><dd>{text}</dd>" for name, text in known if text)
        yield "</dl>"
    yield "</header>"


def _figure(timeline: Timeline) -> Iterator[str]:
    drawn = chart(timeline)
    if not drawn:
        return
    name = say("chart", timeline.language, metric=timeline.metric)
    yield "<figure>"
    yield f'<div class="scrolls" tabindex="0" role="region" aria-label="{escape(name)}">{drawn}</div>'
    yield f"<figcaption>{_text(described(timeline))}</figcaption>"
    yield "</figure>"


def _table(timeline: Timeline) -> Iterator[str]:
    language = timeline.language
    yield f'<h2 id="steps">{say("all", language)}</h2>'
    if not timeline.steps and not timeline.errors:
        yield f"<p>{say('no-steps', language)}</p>"
        return
    yield '<div class="scrolls" tabindex="0" role="region" aria-labelledby="steps">'
    yield '<table aria-labelledby="steps">'
    yield f"<thead><tr>{_heads(timeline)}</tr></thead>"
    yield "<tbody>"
    for at, step in enumerate(timeline.steps):
        yield from (_error(timeline, each) for each in timeline.errors if each.behind == at)
        yield _row(timeline, at, step)
    yield from (_error(timeline, each) for each in timeline.errors if each.behind == len(timeline.steps))
    yield "</tbody>"
    yield "</table>"
    yield "</div>"


def _heads(timeline: Timeline) -> str:
    heads = [(say(name, timeline.language), "") for name in ("step", "title", "changes")]
    heads += [(timeline.metric, ' class="number"')] if timeline.metric is not None else []
    heads += [(say(name, timeline.language), "") for name in ("result", "analysis")]
    return "".join(f'<th scope="col"{more}>{_text(head)}</th>' for head, more in heads)


def _row(timeline: Timeline, at: int, step: TimelineStep) -> str:
    changes = "".join(f"<li>{_text(change_shown(each, timeline.language))}</li>" for each in step.changes)
    when = f'<span class="when">{_text(step.when)}</span>' if step.when else ""
    cells = [
        f'<th scope="row">{_text(label(step.number, at))}</th>',
        f"<td>{_text(step.title)}{when}</td>",
        f"<td>{f'<ul>{changes}</ul>' if changes else ''}</td>",
    ]
    if timeline.metric is not None:
        value = step.metrics.get(timeline.metric)
        shown = "—" if value is None else _text(value_shown(timeline.metric, value))
        best = at == timeline.best_step and len(timeline.steps) > 1
        mark = f' <span class="badge met">{say("best", timeline.language)}</span>' if best else ""
        cells.append(f'<td class="number">{shown}{mark}</td>')
    cells += [f"<td>{_block(step.result)}</td>", f"<td>{_block(step.analysis)}</td>"]
    return f"<tr>{''.join(cells)}</tr>"


def _error(timeline: Timeline, error: TimelineError) -> str:
    columns = 5 if timeline.metric is not None else 4
    when = f'<span class="when">{_text(error.when)}</span>' if error.when else ""
    title = error.title or say("error", timeline.language)
    message = f"<pre>{_text(_cut(error.message), keep_lines=True)}</pre>" if error.message else ""
    mark = f'<span aria-hidden="true">✗</span><span class="hidden">{say("error", timeline.language)}</span>'
    row = f'<tr class="error"><th scope="row">{mark}</th>'
    return f'{row}<td colspan="{columns}"><strong>{_text(title)}</strong>{when}{message}</td></tr>'


def _block(text: str) -> str:
    """A text of several lines."""
    return _text(_cut(text), keep_lines=True)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _text(text: str, *, keep_lines: bool = False) -> str:
    kept = (each for each in text if each.isprintable() or (keep_lines and each in "\n\t"))
    return escape("".join(kept), quote=False)
