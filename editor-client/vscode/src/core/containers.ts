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

/** How the way to the server is. */
export type Link =
    | { readonly state: 'connected'; readonly version: string | null }
    | { readonly state: 'connecting' }
    | { readonly state: 'lost'; readonly retryIn: number }
    | { readonly state: 'stopped'; readonly why: string };

export interface ContainerItem {
    readonly text: string;
    /** Markdown. */
    readonly tooltip: string;
    readonly level: 'normal' | 'warning' | 'error';
}

/** The item of the status bar: the server's place, and whether it is reached. */
export function containerItem(
    link: Link,
    place: { readonly kind: string; readonly container: string | null; readonly why: string } | null,
    container: ContainerStatus | undefined,
    t: Translate,
): ContainerItem {
    const name = place?.container ?? container?.name ?? 'tflsp';
    const lines = [`**${escapeMarkdown(name)}** ${escapeMarkdown(linkText(link, place, t))}`];
    if (container !== undefined) {
        lines.push(escapeMarkdown(t('Container: {0}', healthText(container.health, t))));
        lines.push(...container.drift.map((each) => `- ${escapeMarkdown(each)}`));
    }
    if (place !== null) {
        lines.push(escapeMarkdown(place.why));
    }
    const tooltip = lines.join('\n\n');
    switch (link.state) {
        case 'connecting':
            return { text: `$(sync~spin) ${name}`, tooltip, level: 'normal' };
        case 'lost':
            return { text: `$(debug-disconnect) ${t('{0}: connection lost', name)}`, tooltip, level: 'warning' };
        case 'stopped':
            return { text: `$(circle-slash) ${t('{0}: no server', name)}`, tooltip, level: 'error' };
        case 'connected':
            if (container?.health === 'unhealthy' && place?.kind === 'container') {
                return { text: `$(warning) ${t('{0}: unhealthy', name)}`, tooltip, level: 'warning' };
            }
            return {
                text: `${place?.kind === 'local' ? '$(check)' : '$(vm-active)'} ${name}`,
                tooltip,
                level: 'normal',
            };
    }
}

function linkText(link: Link, place: { readonly kind: string } | null, t: Translate): string {
    switch (link.state) {
        case 'connecting':
            return t('connecting...');
        case 'lost':
            return t('connection lost, trying again in {0} s', Math.ceil(link.retryIn / 1000));
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
