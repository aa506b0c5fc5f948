// What `tflsp status --json` says, and how the status bar tells it.

import { escapeMarkdown } from './html';
import type { Translate } from './words';

export interface ContainerStatus {
    readonly name: string;
    readonly folder: string;
    /** healthy, unhealthy, starting, stopped, out of memory, local, gone, unknown */
    readonly health: string;
    readonly image: string;
    readonly port: number | null;
    readonly gpus: readonly string[];
    readonly drift: readonly string[];
    readonly forwards: readonly number[];
}

/** Read the output of `tflsp status --json`; what is no such array counts as nothing. */
export function readStatuses(text: string): ContainerStatus[] {
    let said: unknown;
    try {
        said = JSON.parse(text);
    } catch {
        return [];
    }
    return Array.isArray(said) ? said.flatMap((each) => (isRecord(each) ? [status(each)] : [])) : [];
}

/** Where a browser finds what `tflsp forward --json` has opened; null where it does not say so. */
export function forwardedTo(output: string): string | null {
    try {
        const { url } = Object(JSON.parse(output.trim().split('\n').pop() ?? '')) as { url?: unknown };
        return typeof url === 'string' && url.startsWith('http://127.0.0.1:') ? url : null;
    } catch {
        return null;
    }
}

/** Whether a tflsp.toml has a table for the container. */
export function describesContainer(settings: string): boolean {
    return /^[ \t]*\[[ \t]*(?:tool\.tflsp\.)?container[ \t]*[\].]/m.test(settings);
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return (
        typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)['name'] === 'string'
    );
}

function status(said: Record<string, unknown>): ContainerStatus {
    const port = said['port'];
    return {
        name: text(said['name']),
        folder: text(said['folder']),
        health: text(said['health']),
        image: text(said['image']),
        port: typeof port === 'number' ? port : null,
        gpus: list(said['gpus']).filter((each) => typeof each === 'string'),
        drift: list(said['drift']).filter((each) => typeof each === 'string'),
        forwards: list(said['forwards']).filter((each) => typeof each === 'number'),
    };
}

function text(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

function list(value: unknown): unknown[] {
    return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The container of a folder: the innermost project that the folder lies in. */
export function containerOf(all: readonly ContainerStatus[], folder: string | null): ContainerStatus | undefined {
    if (folder === null) {
        return undefined;
    }
    const inside = all.filter(
        (each) => each.folder !== '' && `${folder}/`.startsWith(`${each.folder.replace(/\/$/, '')}/`),
    );
    return inside.reduce<ContainerStatus | undefined>(
        (best, each) => (best === undefined || each.folder.length > best.folder.length ? each : best),
        undefined,
    );
}

/** Whether a server can be reached in it: a sick one can still be looked into. */
export function isRunning(container: ContainerStatus): boolean {
    return ['healthy', 'unhealthy', 'starting'].includes(container.health);
}

/** Whether it is there, and could be started. */
export function isStopped(container: ContainerStatus): boolean {
    return container.health === 'stopped' || container.health === 'out of memory';
}

function exists(container: ContainerStatus): boolean {
    return isRunning(container) || isStopped(container);
}

const RUNNING = 60_000; // ms between two looks at a container that runs: whether it is still healthy
const LONGEST = 30_000; // and at one that was stopped: whether it runs again
const SHORTEST = 2000;

/** Milliseconds until the folder's container is worth a look, after so many in vain; null: not by itself. */
export function nextLook(container: ContainerStatus | undefined, looks: number): number | null {
    // Unknown: the engine did not answer, and may by then.
    if (container === undefined || !(exists(container) || container.health === 'unknown')) {
        return null;
    }
    return isRunning(container) ? RUNNING : Math.min(LONGEST, SHORTEST * 2 ** looks);
}

/** How the way to the server is. */
export type Link =
    | { readonly state: 'connected'; readonly version: string | null }
    | { readonly state: 'connecting'; readonly again?: boolean }
    | { readonly state: 'lost'; readonly retryIn: number }
    | { readonly state: 'stopped'; readonly why: string };

interface ContainerItem {
    readonly text: string;
    /** Markdown. */
    readonly tooltip: string;
    /** The same for those who listen. */
    readonly spoken: string;
    readonly level: 'normal' | 'warning' | 'error';
}

interface Place {
    readonly kind: string;
    readonly container: string | null;
    readonly why: string;
}

/** The item of the status bar: the server's place, and whether it is reached. `mismatch`: that versions do not fit. */
export function containerItem(
    link: Link,
    place: Place | null,
    container: ContainerStatus | undefined,
    mismatch: string | null,
    t: Translate,
): ContainerItem {
    const name = place?.container ?? (container !== undefined && exists(container) ? container.name : 'tflsp');
    const said = linkText(link, place, t);
    const notes = [
        ...(mismatch === null ? [] : [mismatch]),
        ...(container === undefined ? [] : [t('Container: {0}', healthText(container.health, t))]),
        ...(container?.drift ?? []).map((each) => `- ${each}`),
        ...(place === null ? [] : [place.why]),
    ];
    const told = notes.map((note) =>
        note.startsWith('- ') ? `- ${escapeMarkdown(note.slice(2))}` : escapeMarkdown(note),
    );
    const tooltip = [`**${escapeMarkdown(name)}** ${escapeMarkdown(said)}`, ...told].join('\n\n');
    const spoken = [name, said, ...notes].join(', ');
    return { ...face(link, place, container, name, t), tooltip, spoken };
}

function face(
    link: Link,
    place: Place | null,
    container: ContainerStatus | undefined,
    name: string,
    t: Translate,
): { text: string; level: ContainerItem['level'] } {
    switch (link.state) {
        case 'connecting':
            return {
                text: `$(sync~spin) ${link.again === true ? t('{0}: reconnecting', name) : name}`,
                level: 'normal',
            };
        case 'lost':
            return { text: `$(debug-disconnect) ${t('{0}: connection lost', name)}`, level: 'warning' };
        case 'stopped':
            return container !== undefined && isStopped(container)
                ? { text: `$(vm-outline) ${t('{0}: stopped', name)}`, level: 'error' }
                : { text: `$(circle-slash) ${t('{0}: no server', name)}`, level: 'error' };
        case 'connected':
            if (place?.kind === 'container' && container?.health === 'unhealthy') {
                return { text: `$(warning) ${t('{0}: unhealthy', name)}`, level: 'warning' };
            }
            if (place?.kind === 'local' && container !== undefined && isStopped(container)) {
                // The server is this machine's meanwhile.
                const level = container.health === 'stopped' ? 'normal' : 'warning';
                return { text: `$(vm-outline) ${t('{0}: stopped', name)}`, level };
            }
            return { text: `${place?.kind === 'local' ? '$(check)' : '$(vm-active)'} ${name}`, level: 'normal' };
    }
}

/** How the way to the server is, in words. */
export function linkText(link: Link, place: { readonly kind: string } | null, t: Translate): string {
    switch (link.state) {
        case 'connecting':
            return link.again === true ? t('connection lost, connecting again...') : t('connecting...');
        case 'lost':
            return t(
                'connection lost, trying again in {0} s; your documents stay as they are',
                Math.ceil(link.retryIn / 1000),
            );
        case 'stopped':
            return link.why;
        case 'connected': {
            const version = link.version ?? '';
            return place?.kind === 'local'
                ? t('server {0} on this machine', version)
                : t('server {0} in the container', version);
        }
    }
}

/** A state of a container in words. */
export function healthText(health: string, t: Translate): string {
    switch (health) {
        case 'healthy':
            return t('running');
        case 'unhealthy':
            return t('running, but unhealthy');
        case 'starting':
            return t('starting');
        case 'stopped':
            return t('stopped');
        case 'out of memory':
            return t('stopped: out of memory');
        case 'local':
            return t('no container: a session on this machine');
        case 'gone':
            return t('removed');
        default:
            return t('unknown');
    }
}
