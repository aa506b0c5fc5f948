// The view "Journal": experiments with their steps and incidents, asked for only while somebody sees it.

import * as vscode from 'vscode';
import { changeText, stepDescription, type Experiment, type Incident, type Position, type Step } from '../core/journal';
import { entriesOf, entryNow, shownOf, type Entry } from '../core/journalTree';
import type { Session } from '../server/session';
import { t } from '../words';
import { openEntry } from './opening';

export class JournalTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChangeTreeData = this.changed.event;
    private readonly view: vscode.TreeView<Node>;
    private readonly subscriptions: { dispose(): unknown }[];
    private stale = true;
    private asking: Promise<void> | undefined;
    private shown: string | undefined; // what the view was last told to show
    private experiments: readonly Experiment[] = [];

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
            vscode.commands.registerCommand('tflsp.journal.open', (node: Node) => node.open()),
        ];
    }

    /** What is shown holds no longer. */
    refresh(): void {
        this.stale = true;
        if (this.view.visible) {
            void this.follow();
        }
    }

    async getChildren(node?: Node): Promise<Node[]> {
        if (node === undefined) {
            if (this.shown === undefined) {
                await this.follow();
            }
            return this.experiments.map((experiment) => new ExperimentNode(experiment));
        }
        if (!(node instanceof ExperimentNode)) {
            return [];
        }
        const now = (entry: Entry): Entry => entryNow(this.experiments, node.uri, entry) ?? entry;
        return entriesOf(node.experiment).map((entry) => new EntryNode(node.uri, entry, now));
    }

    /** Ask until what is known holds: one question at a time, since answers may overtake each other. */
    private follow(): Promise<void> {
        this.asking ??= this.catchUp().finally(() => (this.asking = undefined));
        return this.asking;
    }

    private async catchUp(): Promise<void> {
        while (this.stale) {
            this.stale = false;
            if (await this.ask()) {
                this.changed.fire();
            }
        }
    }

    /** Whether something else is to be shown. A view that is told of a change forgets its rows until it has others, and a
     * click on one of them meanwhile is for nothing: it is told late, and only where there is one. Where entries stand is
     * looked up when somebody clicks. */
    private async ask(): Promise<boolean> {
        const told = await this.session.request('tflsp/journal', {});
        this.experiments = (Object(told) as { experiments?: Experiment[] }).experiments ?? [];
        const shown = shownOf(this.experiments);
        const isNew = shown !== this.shown;
        this.shown = shown;
        return isNew;
    }

    getTreeItem(node: Node): vscode.TreeItem {
        const item = node.item();
        item.contextValue = node.kind;
        item.command = { title: t('Open'), command: 'tflsp.journal.open', arguments: [node] };
        return item;
    }

    dispose(): void {
        vscode.Disposable.from(...this.subscriptions).dispose();
    }
}

type Node = ExperimentNode | EntryNode;

class ExperimentNode {
    readonly kind = 'experiment';
    readonly uri: string;

    constructor(readonly experiment: Experiment) {
        this.uri = experiment.uri;
    }

    item(): vscode.TreeItem {
        return experimentItem(this.experiment);
    }

    open(): Promise<void> {
        const { uri, range } = this.experiment;
        return openEntry({ uri, cell: null, range, title: '' });
    }
}

/** A step or an incident. `uri`, `number` and `position` are what commands are told: where it stands by then. */
class EntryNode {
    constructor(
        private readonly document: string,
        private readonly shown: Entry,
        private readonly now: (entry: Entry) => Entry,
    ) {}

    get kind(): Entry['kind'] {
        return this.shown.kind;
    }

    get uri(): string {
        const entry = this.now(this.shown);
        return entry.kind === 'step' ? this.document : (entry.incident.uri ?? this.document);
    }

    get number(): number | undefined {
        return this.shown.kind === 'step' ? this.shown.step.number : undefined;
    }

    get position(): Position | undefined {
        const entry = this.now(this.shown);
        return entry.kind === 'step' ? undefined : entry.incident.range?.start;
    }

    item(): vscode.TreeItem {
        return this.shown.kind === 'step' ? stepItem(this.shown.step) : incidentItem(this.shown.incident);
    }

    open(): Promise<void> {
        const entry = this.now(this.shown);
        const { uri, cell, range, title } = entry.kind === 'step' ? entry.step : entry.incident;
        const place = { uri: this.document, cell: uri ?? null, cellNumber: cell ?? undefined, range, title };
        return openEntry({ ...place, number: this.number });
    }
}

function experimentItem(experiment: Experiment): vscode.TreeItem {
    const uri = vscode.Uri.parse(experiment.uri);
    const file = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const item = new vscode.TreeItem(
        [experiment.heading, experiment.title].find((each) => each) ?? file,
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
