// What the user is told about the server and the container, and what can be done about it with one click.

import * as vscode from 'vscode';
import type { Link } from '../core/containers';
import type { NotFound, Server } from '../core/findServer';
import { fit } from '../core/versions';
import { t } from '../words';

const { executeCommand } = vscode.commands;
const START = (): [string, () => unknown] => [t('Start Container'), () => executeCommand('tflsp.container.up')];
const LOG = (): [string, () => unknown] => [t('Show Log'), () => executeCommand('tflsp.server.showLog')];
const NOT_WANTED = 'container not wanted';
const CONNECTED_AGAIN = 5000; // ms that it is told

export class Notices {
    private told: string | null = null;
    private waiting = false;

    constructor(
        private readonly context: vscode.ExtensionContext,
        private readonly onDidChange: vscode.Event<Link>,
    ) {}

    /** There is no server. */
    none(place: NotFound): void {
        if (!this.isNew(place.why)) {
            return;
        }
        if (place.startable && vscode.workspace.isTrusted) {
            void ask('warning', place.why, START());
        } else {
            void ask(
                'warning',
                place.why,
                [t('How to Install'), () => executeCommand('tflsp.walkthrough')],
                [t('Open Settings'), () => executeCommand('workbench.action.openSettings', 'tflsp.path')],
            );
        }
    }

    /** The server runs here, and would rather run in the container. */
    offer(place: Server, wasInContainer: boolean): void {
        if (place.offer === null || !vscode.workspace.isTrusted) {
            return;
        }
        if (wasInContainer) {
            const meanwhile = t('Meanwhile the server runs on this machine; it moves back when the container runs.');
            void ask('warning', `${place.offer} ${meanwhile}`, START());
        } else if (this.context.workspaceState.get(NOT_WANTED) !== true && this.isNew(place.offer)) {
            void ask('information', place.offer, START(), [
                t('Not for This Folder'),
                () => this.context.workspaceState.update(NOT_WANTED, true),
            ]);
        }
    }

    /** The connection is lost, and not at once there again. Told until it is, with the next try in it. */
    lost(next: number): void {
        if (this.waiting) {
            return;
        }
        this.waiting = true;
        const now = `[${t('Reconnect Now')}](command:tflsp.container.reconnect)`;
        const log = `[${t('Log')}](command:tflsp.server.showLog)`;
        // Short: it is shown in one line, and whatever is more is cut off.
        const title = `${t('Connection lost')} (${now}, ${log})`;
        const options = { location: vscode.ProgressLocation.Notification, title };
        void vscode.window.withProgress(options, (progress) => {
            const report = (delay: number): void =>
                progress.report({ message: t('next try in {0} s', Math.ceil(delay / 1000)) });
            report(next);
            return new Promise<void>((resolve) => {
                const following = this.onDidChange((link) => {
                    if (link.state === 'lost') {
                        report(link.retryIn);
                    } else if (link.state !== 'connecting') {
                        this.waiting = false;
                        following.dispose();
                        resolve();
                    }
                });
            });
        });
    }

    /** The server goes away again and again. */
    gaveUp(why: string): void {
        void ask('error', why, [t('Restart'), () => executeCommand('tflsp.server.restart')], LOG());
    }

    /** The server is reached; `again`: after it was lost. */
    connected(place: Server, again: boolean): void {
        this.told = place.offer;
        if (again) {
            const said = t('connected to {0} again', place.container ?? t('the server'));
            vscode.window.setStatusBarMessage(`$(check) tflsp: ${said}`, CONNECTED_AGAIN);
        }
    }

    /** What is to be done where extension and server do not belong together; null where they do. Told once. */
    mismatch(version: string | undefined, place: Server): string | null {
        const mine = (this.context.extension.packageJSON as { version: string }).version;
        const found = fit(mine, version);
        if (found !== 'server-older' && found !== 'server-newer') {
            return null;
        }
        const remedy =
            found === 'server-newer'
                ? t('Update this extension.')
                : place.kind === 'container'
                  ? t('Update tflsp on this machine, then run `tflsp up --recreate`.')
                  : t('Update it: pip install --upgrade tflsp.');
        const what = t('This extension is {0}, the server {1}: some things may be missing.', mine, version ?? '?');
        const key = `version ${mine} ${version ?? ''}`;
        if (this.context.globalState.get(key) !== true) {
            void this.context.globalState.update(key, true);
            void ask('warning', `${what} ${remedy}`);
        }
        return `${what} ${remedy}`;
    }

    private isNew(text: string): boolean {
        const before = this.told;
        this.told = text;
        return before !== text;
    }
}

const SHOW = {
    information: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
};

/** A command needs the server, which cannot be reached. */
export function notThere(): Promise<void> {
    return ask('warning', t('The server is not there; see the log.'), LOG());
}

async function ask(kind: keyof typeof SHOW, text: string, ...choices: [string, () => unknown][]): Promise<void> {
    const chosen = await SHOW[kind](`tflsp: ${text}`, ...choices.map(([title]) => title));
    choices.find(([title]) => title === chosen)?.[1]();
}
