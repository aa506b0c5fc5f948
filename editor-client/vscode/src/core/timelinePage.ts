// The timeline as HTML: a chart of one metric over the steps, with the goal and the errors, and the same as a table.

import { escapeHtml } from './html';
import { changeText } from './journal';
import { best, series, shortNumber, ticks, type Timeline, type TimelineStep } from './timeline';
import type { Translate } from './words';

const HEIGHT = 300;
const MARGIN = { left: 64, right: 24, top: 20, bottom: 44 };
// Between two steps, of few and of many.
const STRIDES = { few: 120, many: 76, from: 8 };

export const TIMELINE_STYLE = `
:root { color-scheme: light dark; }
body { padding: 8px 24px 32px; max-width: 1100px; color: var(--vscode-foreground); background: var(--vscode-editor-background); font: var(--vscode-font-size) / 1.5 var(--vscode-font-family); }
h1 { font-size: 1.5em; font-weight: 600; margin: 12px 0 4px; }
.goal { margin: 0 0 12px; color: var(--vscode-descriptionForeground); }
.met { color: var(--vscode-charts-green); font-weight: 600; } .unmet { color: var(--vscode-charts-yellow); font-weight: 600; }
.chart { overflow-x: auto; margin: 12px 0; padding-bottom: 4px; }
.metrics { display: flex; flex-wrap: wrap; gap: 6px; margin: 8px 0; border: 0; padding: 0; }
button.metric { font: inherit; padding: 2px 10px; border-radius: 999px; border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, #8886)); background: transparent; color: var(--vscode-foreground); cursor: pointer; }
button.metric[aria-pressed="true"] { background: var(--vscode-button-background); color: var(--vscode-button-foreground); border-color: transparent; }
svg text { fill: var(--vscode-foreground); font-size: 12px; font-family: var(--vscode-font-family); }
svg .tick { fill: var(--vscode-descriptionForeground); }
svg .grid { stroke: var(--vscode-foreground); stroke-opacity: 0.12; }
svg .series { fill: none; stroke: var(--vscode-charts-blue); stroke-width: 2; stroke-linejoin: round; }
svg .dot { fill: var(--vscode-charts-blue); stroke: var(--vscode-editor-background); stroke-width: 2; }
svg .best .dot { fill: var(--vscode-charts-green); }
svg .value, svg .target-label { font-weight: 600; paint-order: stroke; stroke: var(--vscode-editor-background); stroke-width: 4px; stroke-linejoin: round; }
svg .target { stroke: var(--vscode-charts-yellow); stroke-width: 1.5; stroke-dasharray: 6 4; }
svg .target-label { fill: var(--vscode-charts-yellow); }
svg .incident { stroke: var(--vscode-charts-red); stroke-width: 2; stroke-linecap: round; }
svg .step { cursor: pointer; outline: none; }
svg .step:focus-visible .dot, svg .step:hover .dot { stroke: var(--vscode-focusBorder); }
table { border-collapse: collapse; width: 100%; margin-top: 12px; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--vscode-widget-border, #8884); }
th { font-weight: 600; white-space: nowrap; } td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
a { color: var(--vscode-textLink-foreground); }
tr.error td { color: var(--vscode-errorForeground); }
.empty, .conclusion { margin: 16px 0; }
`;

/** The body of the page, with the chart of one of the metrics. */
export function timelineBody(timeline: Timeline, metric: string | null, t: Translate): string {
    const chosen = metric ?? timeline.metric ?? timeline.metrics[0] ?? null;
    const parts = [`<h1>${escapeHtml(timeline.title)}</h1>`, goal(timeline, t)];
    if (chosen === null || series(timeline, chosen).length === 0) {
        parts.push(
            `<p class="empty">${escapeHtml(t('No step has a number to draw yet. Run a cell, and insert a debug step.'))}</p>`,
        );
    } else {
        parts.push(choice(timeline.metrics, chosen, t), `<div class="chart">${chart(timeline, chosen, t)}</div>`);
    }
    parts.push(table(timeline, chosen, t));
    if (timeline.conclusion !== null) {
        parts.push(
            `<p class="conclusion"><b>${escapeHtml(t('Conclusion'))}</b> ${escapeHtml(timeline.conclusion)}</p>`,
        );
    }
    return `<main>${parts.join('\n')}</main>`;
}

function goal(timeline: Timeline, t: Translate): string {
    if (timeline.goal === null) {
        return '';
    }
    const met =
        timeline.goalMet === null
            ? ''
            : timeline.goalMet
              ? `<span class="met">${escapeHtml(t('met'))}</span>`
              : `<span class="unmet">${escapeHtml(t('not met yet'))}</span>`;
    return `<p class="goal">${escapeHtml(t('Goal'))}: ${escapeHtml(timeline.goal)} ${met}</p>`;
}

function choice(metrics: readonly string[], chosen: string, t: Translate): string {
    if (metrics.length < 2) {
        return '';
    }
    const buttons = metrics.map(
        (metric) =>
            `<button class="metric" data-metric="${escapeHtml(metric)}" aria-pressed="${metric === chosen}">${escapeHtml(metric)}</button>`,
    );
    return `<div class="metrics" role="group" aria-label="${escapeHtml(t('Metric'))}">${buttons.join('')}</div>`;
}

/** The chart as SVG; each step is a button that opens it. */
export function chart(timeline: Timeline, metric: string, t: Translate): string {
    const points = series(timeline, metric);
    const values = points.map((point) => point.value);
    const target = timeline.criterion?.metric === metric ? timeline.criterion.value : null;
    const all = target === null ? values : [...values, target];
    const marks = ticks(Math.min(...all), Math.max(...all), 6);
    const [low, high] = [marks[0] ?? 0, marks[marks.length - 1] ?? 1];
    const stride = timeline.steps.length < STRIDES.from ? STRIDES.few : STRIDES.many;
    const width = MARGIN.left + MARGIN.right + stride * Math.max(timeline.steps.length, 4);
    const x = (index: number): number => MARGIN.left + stride * (index + 0.5);
    const y = (value: number): number =>
        MARGIN.top + (HEIGHT - MARGIN.top - MARGIN.bottom) * (1 - (value - low) / (high - low || 1));
    const right = width - MARGIN.right;
    const grid = marks.map(
        (mark) =>
            `<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${f(y(mark))}" y2="${f(y(mark))}"/><text class="tick" x="${MARGIN.left - 10}" y="${f(y(mark) + 4)}" text-anchor="end">${shortNumber(mark)}</text>`,
    );
    const names = timeline.steps.map(
        (step, index) =>
            `<text class="tick" x="${f(x(index))}" y="${HEIGHT - MARGIN.bottom + 22}" text-anchor="middle">#${step.number}</text>`,
    );
    const line = `<polyline class="series" points="${points.map((point) => `${f(x(point.index))},${f(y(point.value))}`).join(' ')}"/>`;
    const goalLine =
        target === null
            ? ''
            : `<line class="target" x1="${MARGIN.left}" x2="${right}" y1="${f(y(target))}" y2="${f(y(target))}"/><text class="target-label" x="${MARGIN.left + 6}" y="${f(y(target) + (y(target) > MARGIN.top + 16 ? -6 : 16))}">${escapeHtml(`${t('Goal')} ${timeline.criterion?.comparison ?? ''} ${shortNumber(target)}`)}</text>`;
    const bestAt = best(values, metric, timeline.criterion);
    const dots = points.map((point, number) =>
        dot(point.index, point.step, point.value, f(x(point.index)), f(y(point.value)), number === bestAt, t),
    );
    const incidents = timeline.errors.map((error) => incident(x(placeOf(timeline, error.afterStep)), error.title));
    const label = t(
        '{0} over {1} steps: from {2} to {3}',
        metric,
        timeline.steps.length,
        shortNumber(values[0] ?? 0),
        shortNumber(values[values.length - 1] ?? 0),
    );
    return `<svg width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="group" aria-label="${escapeHtml(label)}">
${grid.join('')}${names.join('')}<text class="tick" x="${MARGIN.left}" y="12">${escapeHtml(metric)}</text>
${line}${goalLine}${incidents.join('')}${dots.join('')}</svg>`;
}

function dot(
    index: number,
    step: TimelineStep,
    value: number,
    x: string,
    y: string,
    isBest: boolean,
    t: Translate,
): string {
    const name = t('Step {0}: {1}, {2}', step.number, step.title, shortNumber(value));
    const text = [name, ...step.changes.map(changeText), step.analysis ?? ''].filter((each) => each !== '').join('\n');
    return `<g class="step${isBest ? ' best' : ''}" data-step="${index}" tabindex="0" role="button" aria-label="${escapeHtml(text)}"><title>${escapeHtml(text)}</title><circle class="dot" cx="${x}" cy="${y}" r="${isBest ? 7 : 6}"/><text class="value" x="${x}" y="${f(Number(y) - 12)}" text-anchor="middle">${shortNumber(value)}</text></g>`;
}

/** Where an error stands on the axis: half a step behind the last step before it. */
function placeOf(timeline: Timeline, afterStep: number): number {
    const before = timeline.steps.findIndex((step) => step.number === afterStep);
    return before + (before >= 0 ? 0.5 : 0.6);
}

function incident(x: number, title: string): string {
    const y = HEIGHT - MARGIN.bottom - 10;
    return `<g role="img" aria-label="${escapeHtml(title)}"><title>${escapeHtml(title)}</title><path class="incident" d="M${f(x - 5)} ${y - 5} l10 10 m0 -10 l-10 10"/></g>`;
}

function table(timeline: Timeline, metric: string | null, t: Translate): string {
    if (timeline.steps.length === 0 && timeline.errors.length === 0) {
        return '';
    }
    const head = [t('Step'), t('Changed'), ...(metric === null ? [] : [metric]), t('Result'), t('Analysis')];
    const rows = timeline.steps.flatMap((step, index) => [
        `<tr><td><a href="#" data-step="${index}">#${step.number} ${escapeHtml(step.title)}</a></td><td>${step.changes.map((change) => escapeHtml(changeText(change))).join('<br>')}</td>${metric === null ? '' : `<td class="number">${number(step.metrics[metric])}</td>`}<td>${escapeHtml(step.result ?? '')}</td><td>${escapeHtml(step.analysis ?? '')}</td></tr>`,
        ...timeline.errors
            .filter((error) => error.afterStep === step.number)
            .map((error) => errorRow(error.title, error.message, head.length)),
    ]);
    const first = timeline.errors.filter((error) => !timeline.steps.some((step) => step.number === error.afterStep));
    const all = [...first.map((error) => errorRow(error.title, error.message, head.length)), ...rows];
    return `<table><thead><tr>${head.map((each) => `<th scope="col">${escapeHtml(each)}</th>`).join('')}</tr></thead><tbody>${all.join('\n')}</tbody></table>`;
}

function number(value: number | undefined): string {
    return value === undefined ? '' : shortNumber(value);
}

function errorRow(title: string, message: string | null, columns: number): string {
    return `<tr class="error"><td>✕ ${escapeHtml(title)}</td><td colspan="${columns - 1}">${escapeHtml(message ?? '')}</td></tr>`;
}

function f(value: number): string {
    return value.toFixed(1).replace(/\.0$/, '');
}
