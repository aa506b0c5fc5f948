// Starting the folder's container, and its ports in the browser.

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { forwardedTo, isRunning } from '../core/containers';
import type { Session } from '../server/session';
import { t } from '../words';
import { menu } from './item';
import { containerLog, run } from './running';

const PORTS: Readonly<Record<string, number>> = { jupyter: 8888, tensorboard: 6006 };

export function containerCommands(session: Session): vscode.Disposable[] {
    const { registerCommand, executeCommand } = vscode.commands;
    return [
        session.onDidChange(() => void executeCommand('setContext', 'tflsp.hasContainer', hasContainer(session))),
        registerCommand('tflsp.container.menu', () => menu(session)),
        registerCommand('tflsp.container.up', () => up(session)),
        registerCommand('tflsp.container.reconnect', () => session.restart()),
        registerCommand('tflsp.container.openPort', (what: unknown) => openPort(session, what)),
        registerCommand('tflsp.container.showLog', () => containerLog().show()),
    ];
}

/** Whether there is a container whose ports can be opened: this one, or the one that runs. */
function hasContainer({ place, container }: Session): boolean {
    return place?.kind === 'image' || (container !== undefined && isRunning(container));
}

function program(session: Session): string | null {
    const place = session.place;
    return place === null || place.kind === 'image' ? null : place.program;
}

async function up(session: Session): Promise<void> {
    const path = program(session);
    if (!vscode.workspace.isTrusted) {
        await failed(t('This folder is not trusted.'), [t('Manage Trust'), 'workbench.trust.manage']);
        return;
    }
    if (path === null || session.folder === undefined) {
        await failed(
            path === null ? t('There is no tflsp here that could start a container.') : t('Open a folder first.'),
        );
        return;
    }
    const ended = await run(path, ['up'], session.folder, t('Starting the container'), async ({ code }, report) => {
        if (isUp(code)) {
            report(t('connecting...'));
            await session.restart();
        }
    });
    if (!ended.cancelled && !isUp(ended.code)) {
        await failed(ended.lastLine);
    }
}

/** What `tflsp up` ends with where the container runs; 1: with other settings than those in force. */
function isUp(code: number | null): boolean {
    return code === 0 || code === 1;
}

async function openPort(session: Session, what: unknown): Promise<void> {
    const chosen = typeof what === 'string' ? what : await askPort();
    if (chosen === undefined) {
        return;
    }
    const address = session.place?.kind === 'image' ? await here(chosen) : await forwarded(session, chosen);
    if (address !== null) {
        // Through whatever lies between this machine and the browser: SSH, a dev container, the web.
        await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(address, true)));
    }
}

function askPort(): Thenable<string | undefined> {
    return vscode.window.showInputBox({
        prompt: t('Port in the container'),
        validateInput: (text) =>
            /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65536 ? null : t('A number from 1 to 65535'),
    });
}

async function here(what: string): Promise<string> {
    const base = `http://127.0.0.1:${PORTS[what] ?? Number(what)}/`;
    if (what !== 'jupyter') {
        return base;
    }
    try {
        const token = (await readFile(join(homedir(), '.tflsp', 'jupyter-token'), 'utf8')).trim();
        return `${base}?token=${encodeURIComponent(token)}`;
    } catch {
        return base;
    }
}

async function forwarded(session: Session, what: string): Promise<string | null> {
    const path = program(session);
    const name = session.container?.name;
    if (path === null || name === undefined) {
        await failed(t('No container runs.'));
        return null;
    }
    const ended = await run(path, ['forward', '--json', name, what], session.folder, t('Opening {0}', what));
    if (ended.code !== 0) {
        await failed(ended.lastLine);
        return null;
    }
    const address = forwardedTo(ended.output);
    if (address === null) {
        await failed(ended.lastLine);
    }
    return address;
}

/** Say what went wrong, with the command that helps; by default the log. */
async function failed(
    text: string,
    [title, command]: [string, string] = [t('Show Log'), 'tflsp.container.showLog'],
): Promise<void> {
    if ((await vscode.window.showErrorMessage(`tflsp: ${text.replace(/^tflsp: /, '')}`, title)) === title) {
        await vscode.commands.executeCommand(command);
    }
}
