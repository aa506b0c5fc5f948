// The GPU view as HTML: a card for each GPU with its numbers, two graphs of the last minutes, and who holds memory.

import { facts, gib, processText, share, type Gpu, type GpuRecord, type Point } from './gpu';
import { escapeHtml, prose } from './html';
import type { Translate } from './words';

const WIDTH = 300;
const HEIGHT = 48;

export const GPU_STYLE = `
body { padding: 0 12px 12px; color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); }
section { margin: 10px 0 16px; }
h2 { font-size: 1em; font-weight: 600; margin: 0 0 2px; }
p { margin: 2px 0; color: var(--vscode-descriptionForeground); overflow-wrap: anywhere; }
.problem { color: var(--vscode-errorForeground); }
code { white-space: nowrap; }
figure { margin: 8px 0 0; }
figcaption { display: flex; justify-content: space-between; gap: 8px; font-size: 0.92em; }
figcaption b { font-weight: 600; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: 48px; margin-top: 2px; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, #8884)); }
.line { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.area { opacity: 0.18; }
.memory .line { stroke: var(--vscode-charts-blue); } .memory .area { fill: var(--vscode-charts-blue); }
.busy .line { stroke: var(--vscode-charts-green); } .busy .area { fill: var(--vscode-charts-green); }
ul { margin: 6px 0 0; padding-left: 18px; color: var(--vscode-descriptionForeground); }
`;

/** The body of the view. */
export function gpuBody(record: GpuRecord | null, history: (gpu: Gpu) => readonly Point[], t: Translate): string {
    if (record === null) {
        return `<p>${escapeHtml(t('Waiting for the server...'))}</p>`;
    }
    if (record.problem !== null) {
        const kind = record.problem.normal ? '' : ' class="problem"';
        const remedy = record.problem.remedy === null ? '' : `<p>${prose(record.problem.remedy)}</p>`;
        return `<section><p${kind}>${escapeHtml(record.problem.message)}</p>${remedy}</section>`;
    }
    return record.gpus.map((gpu) => card(gpu, history(gpu), record.time, t)).join('\n');
}

function card(gpu: Gpu, points: readonly Point[], now: number, t: Translate): string {
    const parts = [`<h2>GPU ${gpu.index}${gpu.name === null ? '' : ` · ${escapeHtml(gpu.name)}`}</h2>`];
    if (gpu.problem !== null) {
        parts.push(`<p class="problem">${escapeHtml(gpu.problem.message)}</p>`);
        if (gpu.problem.remedy !== null) {
            parts.push(`<p>${prose(gpu.problem.remedy)}</p>`);
        }
    }
    const memory = gpu.memory;
    if (memory !== null) {
        const series = points.map((point) => ({
            time: point.time,
            value: point.memory === null ? null : (100 * point.memory) / memory.total,
        }));
        parts.push(
            graph(
                'memory',
                t('Memory'),
                `${gib(memory.used)} / ${gib(memory.total)} GiB · ${share(memory).toFixed(0)}%`,
                series,
                now,
                t,
            ),
        );
    }
    if (gpu.utilization !== null) {
        const series = points.map((point) => ({ time: point.time, value: point.utilization }));
        parts.push(graph('busy', t('Busy'), `${gpu.utilization.gpu}%`, series, now, t));
    }
    const others = facts({ ...gpu, memory: null, utilization: null }, t);
    if (others.length > 0) {
        parts.push(`<p>${escapeHtml(others.join(' · '))}</p>`);
    }
    if (gpu.processes !== null && gpu.processes.length > 0) {
        parts.push(
            `<ul>${gpu.processes.map((process) => `<li>${escapeHtml(processText(process, t))}</li>`).join('')}</ul>`,
        );
    }
    return `<section aria-label="GPU ${gpu.index}">${parts.join('\n')}</section>`;
}

interface Sample {
    readonly time: number;
    readonly value: number | null;
}

function graph(kind: string, name: string, text: string, series: readonly Sample[], now: number, t: Translate): string {
    const from = Math.min(now - 60, series[0]?.time ?? now);
    const label = t('{0}: {1}, the last {2} minutes', name, text, Math.max(1, Math.round((now - from) / 60)));
    const paths = runs(series)
        .map((run) => {
            const points = run.map(({ time, value }) => `${x(time, from, now)},${y(value)}`);
            const [first, last] = [run[0], run[run.length - 1]];
            if (first === undefined || last === undefined) {
                return '';
            }
            const area = `${x(first.time, from, now)},${HEIGHT} ${points.join(' ')} ${x(last.time, from, now)},${HEIGHT}`;
            return `<polygon class="area" points="${area}"/><polyline class="line" points="${points.join(' ')}"/>`;
        })
        .join('');
    return `<figure class="${kind}"><figcaption><span>${escapeHtml(name)}</span><b>${escapeHtml(text)}</b></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}">${paths}</svg></figure>`;
}

/** Stretches without a gap: where nothing was known, nothing is drawn. */
function runs(series: readonly Sample[]): { time: number; value: number }[][] {
    const found: { time: number; value: number }[][] = [[]];
    for (const { time, value } of series) {
        if (value === null) {
            found.push([]);
        } else {
            found[found.length - 1]?.push({ time, value });
        }
    }
    return found.filter((run) => run.length > 0);
}

function x(time: number, from: number, now: number): string {
    return ((WIDTH * (time - from)) / Math.max(now - from, 1)).toFixed(1);
}

function y(percent: number): string {
    return (HEIGHT - 1 - ((HEIGHT - 3) * Math.min(100, Math.max(0, percent))) / 100).toFixed(1);
}
