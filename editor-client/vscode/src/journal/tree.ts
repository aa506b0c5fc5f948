// The view "Journal": experiments with their steps and incidents, asked for only while somebody sees it.

import * as vscode from 'vscode';
import { changeText, stepDescription, type Experiment, type Incident, type Step } from '../core/journal';
import type { Session } from '../server/session';
import { t } from '../words';
import { openEntry, type Entry } from './opening';

export type Node =
    | { readonly kind: 'experiment'; readonly experiment: Experiment; readonly uri: string }
    | {
          readonly kind: 'step';
          readonly experiment: Experiment;
          readonly step: Step;
          readonly uri: string;
          readonly number: number;
      }
    | {
          readonly kind: 'incident';
          readonly experiment: Experiment;
          readonly incident: Incident;
          readonly uri: string;
          readonly position?: { line: number; character: number };
      };

export class JournalTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChangeTreeData = this.changed.event;
    private readonly view: vscode.TreeView<Node>;
    private readonly subscriptions: { dispose(): unknown }[];
    private stale = true;

    constructor(private readonly session: Session) {
        this.view = vscode.window.createTreeView('tflsp.journal', { treeDataProvider: this, showCollapseAll: true });
        this.subscriptions = [
            this.changed,
            this.view,
            this.view.onDidChangeVisibility(({ visible }) => {
                if (visible && this.stale) {
                    this.refresh();
                }
            }),
            session.onDidChange((link) => {
                if (link.state === 'connected' || link.state === 'stopped') {
                    this.refresh();
                }
            }),
            vscode.commands.registerCommand('tflsp.journal.refresh', () => this.refresh()),
            vscode.commands.registerCommand('tflsp.journal.open', (node: Node) => openEntry(entryOf(node))),
        ];
    }

    /** What is shown holds no longer. */
    refresh(): void {
        this.stale = !this.view.visible;
        if (this.view.visible) {
            this.changed.fire();
        }
    }

    async getChildren(node?: Node): Promise<Node[]> {
        if (node === undefined) {
            const told = await this.session.request('tflsp/journal', {});
            const experiments = (Object(told) as { experiments?: Experiment[] }).experiments ?? [];
            return experiments.map((experiment) => ({ kind: 'experiment', experiment, uri: experiment.uri }));
        }
        return node.kind === 'experiment' ? entriesOf(node.experiment) : [];
    }

    getTreeItem(node: Node): vscode.TreeItem {
        const item = itemOf(node);
        item.contextValue = node.kind;
        item.command = { title: t('Open'), command: 'tflsp.journal.open', arguments: [node] };
        return item;
    }

    dispose(): void {
        vscode.Disposable.from(...this.subscriptions).dispose();
    }
}

/** Steps and incidents as they stand in the text. */
function entriesOf(experiment: Experiment): Node[] {
    const uri = experiment.uri;
    const steps = experiment.steps.map((step): Node => ({ kind: 'step', experiment, step, uri, number: step.number }));
    const incidents = experiment.errors.map((incident): Node => {
        const at = incident.range === null ? {} : { position: incident.range.start };
        return { kind: 'incident', experiment, incident, uri: incident.uri ?? uri, ...at };
    });
    return [...steps, ...incidents].sort((one, other) => lineOf(one) - lineOf(other));
}

function lineOf(node: Node): number {
    const range = node.kind === 'step' ? node.step.range : node.kind === 'incident' ? node.incident.range : null;
    return range?.start.line ?? 0;
}

function itemOf(node: Node): vscode.TreeItem {
    switch (node.kind) {
        case 'experiment':
            return experimentItem(node.experiment);
        case 'step':
            return stepItem(node.step);
        case 'incident':
            return incidentItem(node.incident);
    }
}

function experimentItem(experiment: Experiment): vscode.TreeItem {
    const uri = vscode.Uri.parse(experiment.uri);
    const file = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const item = new vscode.TreeItem(
        experiment.title === '' ? file : experiment.title,
        vscode.TreeItemCollapsibleState.Expanded,
    );
    item.id = experiment.uri;
    item.description = experiment.best ?? file;
    item.iconPath =
        experiment.goalMet === true
            ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green'))
            : new vscode.ThemeIcon(experiment.conclusion === null ? 'beaker' : 'archive');
    item.tooltip = tooltip([
        [t('File'), vscode.workspace.asRelativePath(uri)],
        [t('Goal'), experiment.goal],
        [t('Best'), experiment.best],
        [t('Conclusion'), experiment.conclusion],
    ]);
    return item;
}

function stepItem(step: Step): vscode.TreeItem {
    const item = new vscode.TreeItem(`#${step.number} ${step.title}`, vscode.TreeItemCollapsibleState.None);
    item.description = stepDescription(step);
    item.iconPath = new vscode.ThemeIcon('debug-step-over');
    item.tooltip = tooltip([
        [t('Changed'), step.changes.map(changeText).join(', ')],
        [t('Result'), step.result],
    ]);
    return item;
}

function incidentItem(incident: Incident): vscode.TreeItem {
    const item = new vscode.TreeItem(incident.title, vscode.TreeItemCollapsibleState.None);
    item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('charts.red'));
    if (incident.seenBefore !== null) {
        item.description = t('seen before');
        item.tooltip = tooltip([[t('Seen before'), incident.seenBefore.title]]);
    }
    return item;
}

function tooltip(rows: readonly (readonly [string, string | null])[]): vscode.MarkdownString {
    const text = new vscode.MarkdownString();
    for (const [name, value] of rows) {
        if (value !== null && value !== '') {
            text.appendMarkdown(`**${name}:** `).appendText(value).appendMarkdown('\n\n');
        }
    }
    return text;
}

function entryOf(node: Node): Entry {
    switch (node.kind) {
        case 'experiment':
            return { uri: node.uri, cell: null, range: node.experiment.range, title: node.experiment.title };
        case 'step':
            return {
                uri: node.uri,
                cell: node.step.uri,
                range: node.step.range,
                number: node.number,
                title: node.step.title,
            };
        case 'incident':
            return {
                uri: node.experiment.uri,
                cell: node.incident.uri ?? null,
                range: node.incident.range,
                title: node.incident.title,
            };
    }
}
