// What `tflsp/timeline` answers, and what a chart of it needs: series, scales and ticks. Draws nothing.

import type { Change, Range } from './journal';

export interface TimelineStep {
    readonly number: number;
    readonly title: string;
    readonly when: string | null;
    readonly changes: readonly Change[];
    readonly metrics: Readonly<Record<string, number>>;
    readonly result: string | null;
    readonly analysis: string | null;
    readonly optimizer: string | null;
    readonly range: Range | null;
    readonly uri: string | null;
    /** The number of its cell, from 0, when the notebook was read. */
    readonly cell: number | null;
}

interface TimelineError {
    readonly title: string;
    readonly when: string | null;
    readonly afterStep: number;
    readonly message: string | null;
}

interface Criterion {
    readonly metric: string;
    readonly comparison: string;
    readonly value: number;
}

export interface Timeline {
    readonly title: string;
    readonly language: string;
    readonly goal: string | null;
    readonly criterion: Criterion | null;
    readonly metric: string | null;
    readonly metrics: readonly string[];
    readonly goalMet: boolean | null;
    readonly steps: readonly TimelineStep[];
    readonly errors: readonly TimelineError[];
    readonly conclusion: string | null;
}

/** Round numbers that span the values: at most `most` of them, 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, most: number): number[] {
    if (!Number.isFinite(low) || !Number.isFinite(high)) {
        return [];
    }
    if (low === high) {
        const margin = low === 0 ? 1 : Math.abs(low) * 0.1;
        return ticks(low - margin, high + margin, most);
    }
    const rough = (high - low) / Math.max(most - 1, 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10) * power;
    const first = Math.floor(low / step + 1e-9);
    const last = Math.ceil(high / step - 1e-9);
    return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** A number as a person writes it: four digits that mean something. */
export function shortNumber(value: number): string {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
        return value.toExponential(2).replace(/\.?0+e/, 'e');
    }
    return String(Number(value.toPrecision(4)));
}

/** The points of a metric: the steps that have it. */
export function series(timeline: Timeline, metric: string): { index: number; step: TimelineStep; value: number }[] {
    return timeline.steps.flatMap((step, index) => {
        const value = step.metrics[metric];
        return value !== undefined && Number.isFinite(value) ? [{ index, step, value }] : [];
    });
}

/** The index of the best point: the lowest where lower is better, by the goal or by the metric's name. */
export function best(values: readonly number[], metric: string, criterion: Criterion | null): number | null {
    if (values.length === 0) {
        return null;
    }
    const lower = lowerIsBetter(metric, criterion);
    const wanted = lower ? Math.min(...values) : Math.max(...values);
    return values.indexOf(wanted);
}

function lowerIsBetter(metric: string, criterion: Criterion | null): boolean {
    if (criterion !== null && criterion.metric === metric) {
        return criterion.comparison.startsWith('<') || criterion.comparison === '≤';
    }
    return /loss|error|mae|mse|perplexity|time|memory/i.test(metric);
}

/** A step as it is told, where a server leaves something out; null for what is none. */
export function readTimeline(said: unknown): Timeline | null {
    if (typeof said !== 'object' || said === null || !Array.isArray((said as Timeline).steps)) {
        return null;
    }
    const given = said as Partial<Timeline>;
    return {
        title: given.title ?? '',
        language: given.language ?? 'en',
        goal: given.goal || null,
        criterion: given.criterion ?? null,
        metric: given.metric ?? null,
        metrics: given.metrics ?? [],
        goalMet: given.goalMet ?? null,
        steps: (given.steps ?? []).map((step) => ({
            ...step,
            changes: (step.changes as Change[] | undefined) ?? [],
            metrics: (step.metrics as Record<string, number> | undefined) ?? {},
            cell: (step.cell as number | null | undefined) ?? null,
        })),
        errors: given.errors ?? [],
        conclusion: given.conclusion || null,
    };
}
