// The timeline of an experiment in a panel: drawn here from what the server tells, following the journal.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { page } from '../core/html';
import { readTimeline, type Timeline } from '../core/timeline';
import { TIMELINE_STYLE, timelineBody } from '../core/timelinePage';
import { notThere } from '../server/notices';
import type { Session } from '../server/session';
import { t } from '../words';
import { openEntry } from './opening';
import { targetOf } from './target';

const PATIENCE = 30_000; // ms

interface Shown {
    readonly panel: vscode.WebviewPanel;
    timeline: Timeline;
    metric: string | null;
}

export class Timelines implements vscode.Disposable {
    private readonly shown = new Map<string, Shown>();
    private readonly subscriptions: { dispose(): unknown }[];

    constructor(
        private readonly session: Session,
        private readonly extension: vscode.Uri,
    ) {
        const open = (argument: unknown): Promise<void> => this.open(argument);
        this.subscriptions = [
            vscode.commands.registerCommand('tflsp.journal.timeline', open),
            vscode.commands.registerCommand('tflsp.client.openTimeline', open),
            vscode.workspace.onDidSaveTextDocument((document) => void this.update(document.uri.toString())),
            vscode.workspace.onDidSaveNotebookDocument((notebook) => void this.update(notebook.uri.toString())),
        ];
    }

    /** The journal has changed: what is visible is asked for anew. */
    journalChanged(): void {
        for (const [uri, shown] of this.shown) {
            if (shown.panel.visible) {
                void this.update(uri);
            }
        }
    }

    private async open(argument: unknown): Promise<void> {
        const uri = targetOf(argument)?.uri;
        if (uri === undefined) {
            return;
        }
        if (!(await this.session.settled(PATIENCE))) {
            return notThere();
        }
        const told = await this.session.request('tflsp/timeline', { uri });
        const timeline = readTimeline(told);
        if (timeline === null || timeline.steps.length + timeline.errors.length === 0) {
            const text =
                told === undefined
                    ? t('The server could not answer that; see the log.')
                    : t('There is no experiment with steps here yet.');
            void vscode.window.showInformationMessage(`tflsp: ${text}`);
            return;
        }
        const there = this.shown.get(uri);
        if (there === undefined) {
            this.create(uri, timeline);
        } else {
            there.timeline = timeline;
            this.draw(there);
            there.panel.reveal();
        }
    }

    private async ask(uri: string): Promise<Timeline | null> {
        return readTimeline(await this.session.request('tflsp/timeline', { uri }));
    }

    private create(uri: string, timeline: Timeline): void {
        const roots = [vscode.Uri.joinPath(this.extension, 'dist', 'webviews')];
        const panel = vscode.window.createWebviewPanel('tflsp.timeline', t('Timeline'), vscode.ViewColumn.Beside, {
            enableScripts: true,
            localResourceRoots: roots,
        });
        panel.iconPath = vscode.Uri.joinPath(this.extension, 'images', 'activity.svg');
        const shown: Shown = { panel, timeline, metric: null };
        this.shown.set(uri, shown);
        panel.onDidDispose(() => this.shown.delete(uri));
        panel.onDidChangeViewState(() => {
            if (panel.visible) {
                void this.update(uri);
            }
        });
        panel.webview.onDidReceiveMessage((message: unknown) => this.told(uri, shown, message));
        this.draw(shown);
    }

    private async update(uri: string): Promise<void> {
        const shown = this.shown.get(uri);
        const timeline = shown === undefined ? null : await this.ask(uri);
        if (shown !== undefined && timeline !== null && JSON.stringify(timeline) !== JSON.stringify(shown.timeline)) {
            shown.timeline = timeline;
            this.draw(shown);
        }
    }

    private draw({ panel, timeline, metric }: Shown): void {
        const script = vscode.Uri.joinPath(this.extension, 'dist', 'webviews', 'timeline.js');
        panel.title = timeline.title === '' ? t('Timeline') : t('Timeline: {0}', timeline.title);
        panel.webview.html = page({
            nonce: randomBytes(16).toString('hex'),
            source: panel.webview.cspSource,
            language: vscode.env.language,
            title: panel.title,
            style: TIMELINE_STYLE,
            body: timelineBody(timeline, metric, t),
            script: panel.webview.asWebviewUri(script).toString(),
        });
    }

    private told(uri: string, shown: Shown, message: unknown): void {
        const { step, metric } = Object(message) as { step?: unknown; metric?: unknown };
        if (typeof metric === 'string') {
            shown.metric = metric;
            this.draw(shown);
        }
        const found = typeof step === 'number' ? shown.timeline.steps[step] : undefined;
        if (found !== undefined) {
            const { range, number, title, cell } = found;
            const entry = { uri, cell: found.uri, cellNumber: cell ?? undefined, range, number, title };
            void openEntry(entry, vscode.ViewColumn.One);
        }
    }

    dispose(): void {
        vscode.Disposable.from(...this.subscriptions).dispose();
        for (const { panel } of this.shown.values()) {
            panel.dispose();
        }
    }
}
