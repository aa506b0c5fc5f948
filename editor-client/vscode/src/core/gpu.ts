// What the GPUs are doing, as the status bar and the view say it. The server's record: docs/gpu.md.

import { escapeMarkdown } from './html';
import type { Translate } from './words';

export interface Problem {
    readonly code: string;
    readonly message: string;
    readonly remedy: string | null;
    readonly normal: boolean;
}

export interface Memory {
    readonly total: number;
    readonly used: number;
    readonly free: number;
}

interface Process {
    readonly pid: number;
    readonly memory: number | null;
    readonly name: string | null;
}

/** A moment in the past of a GPU. */
export interface Point {
    readonly time: number;
    readonly memory: number | null;
    readonly utilization: number | null;
}

export interface Gpu {
    readonly index: number;
    readonly uuid: string | null;
    readonly name: string | null;
    readonly memory: Memory | null;
    readonly utilization: { readonly gpu: number } | null;
    readonly temperature: number | null;
    readonly power: number | null;
    readonly powerLimit: number | null;
    readonly throttling: readonly string[] | null;
    readonly processes: readonly Process[] | null;
    readonly problem: Problem | null;
    readonly history?: readonly Point[];
}

export interface GpuRecord {
    readonly time: number;
    readonly driver: string | null;
    readonly cuda: string | null;
    readonly problem: Problem | null;
    readonly gpus: readonly Gpu[];
}

type Level = 'normal' | 'pressure' | 'lost';

interface Item {
    readonly text: string;
    /** Markdown. */
    readonly tooltip: string;
    readonly level: Level;
    /** What a screen reader says. */
    readonly label: string;
}

const GIB = 2 ** 30;

/** Bytes as GiB with one digit, without the unit. */
export function gib(bytes: number): string {
    return (bytes / GIB).toFixed(1);
}

/** The part of the memory that programs hold, in percent. */
export function share(memory: Memory): number {
    return memory.total > 0 ? (100 * memory.used) / memory.total : 0;
}

/** The item of the status bar; null where there is no GPU, which is no fault. `pressure` is in percent. */
export function statusItem(record: GpuRecord, pressure: number, t: Translate): Item | null {
    if (record.problem !== null) {
        return record.problem.normal ? null : lost(record.problem, t('GPU'));
    }
    const fullest = mostLoaded(record.gpus);
    if (fullest === undefined) {
        return null;
    }
    const broken = record.gpus.find((gpu) => gpu.problem !== null && !gpu.problem.normal);
    const level = broken ? 'lost' : record.gpus.some((gpu) => isPressed(gpu, pressure)) ? 'pressure' : 'normal';
    const icon = level === 'normal' ? '$(chip)' : '$(warning)';
    const text = broken?.problem
        ? `GPU ${broken.index} ${broken.problem.code}`
        : shortText(fullest, record.gpus.length);
    return { text: `${icon} ${text}`, tooltip: tooltip(record, t), level, label: text };
}

function lost(problem: Problem, name: string): Item {
    const remedy = problem.remedy === null ? '' : `\n\n${escapeMarkdown(problem.remedy)}`;
    const label = `${name} ${problem.code}`;
    return {
        text: `$(warning) ${label}`,
        tooltip: `**${escapeMarkdown(problem.message)}**${remedy}`,
        level: 'lost',
        label,
    };
}

/** The GPU that the one item tells of: where memory is scarcest. */
function mostLoaded(gpus: readonly Gpu[]): Gpu | undefined {
    return gpus.reduce<Gpu | undefined>(
        (most, gpu) => (most === undefined || load(gpu) > load(most) ? gpu : most),
        undefined,
    );
}

function load(gpu: Gpu): number {
    return gpu.memory === null ? -1 : share(gpu.memory);
}

function isPressed(gpu: Gpu, pressure: number): boolean {
    return gpu.memory !== null && share(gpu.memory) >= pressure;
}

function shortText(gpu: Gpu, count: number): string {
    const name = count > 1 ? `GPU ${gpu.index}/${count}` : 'GPU';
    const memory = gpu.memory === null ? '' : ` ${gib(gpu.memory.used)}/${gib(gpu.memory.total)} GiB`;
    const busy = gpu.utilization === null ? '' : ` ${gpu.utilization.gpu}%`;
    return `${name}${memory}${busy}`;
}

function tooltip(record: GpuRecord, t: Translate): string {
    const parts = record.gpus.map((gpu) => describe(gpu, t));
    const driver = [
        record.driver === null ? '' : t('driver {0}', record.driver),
        record.cuda === null ? '' : `CUDA ${record.cuda}`,
    ].filter((each) => each !== '');
    return [...parts, ...(driver.length > 0 ? [`*${escapeMarkdown(driver.join(', '))}*`] : [])].join('\n\n');
}

function describe(gpu: Gpu, t: Translate): string {
    const lines = [`**GPU ${gpu.index}** ${escapeMarkdown(gpu.name ?? '')}`];
    if (gpu.problem !== null) {
        lines.push(`${gpu.problem.normal ? '' : '$(warning) '}${escapeMarkdown(gpu.problem.message)}`);
        if (gpu.problem.remedy !== null) {
            lines.push(escapeMarkdown(gpu.problem.remedy));
        }
    }
    lines.push(escapeMarkdown(facts(gpu, t).join(', ')));
    for (const process of (gpu.processes ?? []).slice(0, 6)) {
        lines.push(`- ${escapeMarkdown(processText(process, t))}`);
    }
    return lines
        .filter((line) => line !== '')
        .join('  \n')
        .replace('  \n- ', '\n\n- ')
        .replaceAll('  \n- ', '\n- ');
}

/** What is known of a GPU, each as a few words. */
export function facts(gpu: Gpu, t: Translate): string[] {
    const found: string[] = [];
    if (gpu.memory !== null) {
        found.push(t('{0} of {1} GiB in use', gib(gpu.memory.used), gib(gpu.memory.total)));
    }
    if (gpu.utilization !== null) {
        found.push(t('{0}% busy', gpu.utilization.gpu));
    }
    if (gpu.temperature !== null) {
        found.push(`${gpu.temperature} °C`);
    }
    if (gpu.power !== null) {
        found.push(
            gpu.powerLimit === null
                ? `${gpu.power.toFixed(0)} W`
                : `${gpu.power.toFixed(0)}/${gpu.powerLimit.toFixed(0)} W`,
        );
    }
    if (gpu.throttling !== null && gpu.throttling.length > 0) {
        found.push(t('held down by {0}', gpu.throttling.map((reason) => reasonText(reason, t)).join(', ')));
    }
    return found;
}

/** What holds the clocks down, by NVML's name for it (tflsp/gpu/fields.py has them all). */
function reasonText(reason: string, t: Translate): string {
    switch (reason) {
        case 'applications_clocks_setting':
            return t('clocks set by hand');
        case 'sw_power_cap':
            return t('power limit');
        case 'hw_slowdown':
            return t('hardware slowdown');
        case 'sync_boost':
            return t('other GPUs (sync boost)');
        case 'sw_thermal_slowdown':
            return t('heat');
        case 'hw_thermal_slowdown':
            return t('heat (hardware)');
        case 'hw_power_brake_slowdown':
            return t('power supply');
        case 'display_clock_setting':
            return t('the display');
        default:
            return reason;
    }
}

/** A process that holds memory, in a few words. */
export function processText(process: Process, t: Translate): string {
    const name = process.name ?? t('process {0}', process.pid);
    return process.memory === null ? name : `${name}: ${gib(process.memory)} GiB`;
}
