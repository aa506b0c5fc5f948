// The journal's commands: they ask the server, carry out what only a client can, and ask the user what is missing.

import * as vscode from 'vscode';
import type { CellPayload } from '../core/journal';
import { notThere } from '../server/notices';
import type { Session } from '../server/session';
import { t } from '../words';
import { insertCell, insertSnippet, type SnippetPayload } from './cells';
import type { Outputs } from './outputs';
import { entryOf, targetOf, type Target } from './target';

const PATIENCE = 30_000; // ms
const INSERTIONS = ['Goal', 'Step', 'Error', 'Conclusion'] as const;

/** What commands of the server's answer. */
interface Answer {
    readonly applied?: boolean;
    readonly reason?: string;
    readonly insertCell?: CellPayload;
    readonly insertSnippet?: SnippetPayload;
    readonly choices?: readonly { readonly to: string; readonly title: string }[];
    readonly markdown?: string;
    /** Where an entry was promoted to. */
    readonly guide?: string;
    /** The file that lists the experiments, and how many. */
    readonly summary?: string;
    readonly experiments?: number;
    /** What was numbered anew. */
    readonly steps?: readonly unknown[];
}

export class JournalCommands {
    readonly comparison = new Comparison();

    constructor(
        private readonly session: Session,
        private readonly outputs: Outputs,
    ) {}

    /** Register everything; what the server's own commands answer is carried out as well. */
    register(): vscode.Disposable[] {
        this.session.command = (command, args) => this.run(command, args);
        const { registerCommand } = vscode.commands;
        return [
            ...INSERTIONS.map((kind) =>
                registerCommand(`tflsp.journal.${kind.toLowerCase()}`, (argument: unknown) =>
                    this.on(`tflsp.insert${kind}`, targetOf(argument)),
                ),
            ),
            registerCommand('tflsp.journal.promote', (argument: unknown) =>
                this.on('tflsp.promote', entryOf(argument)),
            ),
            registerCommand('tflsp.journal.compare', (argument: unknown) =>
                this.on('tflsp.compareSteps', entryOf(argument)),
            ),
            registerCommand('tflsp.journal.renumber', (argument: unknown) =>
                this.on('tflsp.renumber', targetOf(argument)),
            ),
            registerCommand('tflsp.journal.updateSummary', (argument: unknown) => this.updateSummary(argument)),
            registerCommand('tflsp.fixDocument', () => this.fixDocument()),
            registerCommand('tflsp.client.insertCell', (payload: CellPayload) => insertCell(payload)),
            registerCommand('tflsp.client.insertSnippet', (payload: SnippetPayload) => insertSnippet(payload)),
            vscode.workspace.registerTextDocumentContentProvider(Comparison.scheme, this.comparison),
        ];
    }

    private on(command: string, target: Target | null): Promise<unknown> {
        return target === null
            ? this.tell(t('Open a notebook, a Markdown file or a script first.'))
            : this.run(command, [target]);
    }

    private updateSummary(argument: unknown): Promise<unknown> {
        const target = targetOf(argument);
        const folder = vscode.workspace.workspaceFolders?.[0];
        const uri = target?.uri ?? folder?.uri.toString();
        return this.run('tflsp.updateSummary', uri === undefined ? [{}] : [{ uri }]);
    }

    private fixDocument(): Promise<unknown> {
        const target = targetOf(undefined);
        return target === null ? Promise.resolve() : this.run('tflsp.fixAll', [target.cell ?? target.uri]);
    }

    /** Run a command of the server's with all that belongs to it. */
    private async run(command: string, args: unknown[]): Promise<unknown> {
        // Who asks while the server is starting gets it when it is there.
        if (!(await this.session.settled(PATIENCE))) {
            return notThere();
        }
        if (!this.session.has(command)) {
            return this.tell(t('This server is too old for that: it does not know {0}.', command));
        }
        if (command.startsWith('tflsp.insert')) {
            await this.outputs.flush();
        }
        const said = await this.session.execute(command, args);
        const answer = typeof said === 'object' && said !== null ? (said as Answer) : {};
        if (answer.choices !== undefined && answer.applied !== true) {
            return this.choose(command, args, answer.choices);
        }
        if (answer.insertCell !== undefined) {
            await insertCell(answer.insertCell);
        } else if (answer.insertSnippet !== undefined) {
            await insertSnippet(answer.insertSnippet);
        } else if (typeof answer.guide === 'string') {
            void this.written(t('Promoted into {0}', nameOf(answer.guide)), answer.guide);
        } else if (typeof answer.summary === 'string') {
            const text = t('{0} lists {1} experiments', nameOf(answer.summary), answer.experiments ?? 0);
            void this.written(text, answer.summary);
        } else if (typeof answer.markdown === 'string') {
            await this.comparison.show(answer.markdown);
        } else if (answer.reason !== undefined && (command === 'tflsp.compareSteps' || answer.steps !== undefined)) {
            // Other refusals the server says itself; here there is nothing to be done.
            void vscode.window.showInformationMessage(`tflsp: ${answer.reason}`);
        }
        return said;
    }

    private async written(text: string, uri: string): Promise<void> {
        const open = t('Open');
        if ((await vscode.window.showInformationMessage(`tflsp: ${text}`, open)) === open) {
            await vscode.window.showTextDocument(vscode.Uri.parse(uri, true));
        }
    }

    private async choose(
        command: string,
        args: unknown[],
        choices: readonly { to: string; title: string }[],
    ): Promise<unknown> {
        const items = choices.map(({ to, title }) => ({ label: title, to }));
        const chosen = await vscode.window.showQuickPick(items, { placeHolder: t('Promote to') });
        return chosen === undefined ? undefined : this.run(command, [{ ...Object(args[0]), to: chosen.to }]);
    }

    private async tell(text: string): Promise<void> {
        await vscode.window.showWarningMessage(`tflsp: ${text}`);
    }
}

function nameOf(uri: string): string {
    return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

/** The comparison of two steps, shown as Markdown is previewed. */
class Comparison implements vscode.TextDocumentContentProvider {
    static readonly scheme = 'tflsp-comparison';
    private readonly changed = new vscode.EventEmitter<vscode.Uri>();
    readonly onDidChange = this.changed.event;
    private text = '';

    provideTextDocumentContent(): string {
        return this.text;
    }

    async show(text: string): Promise<void> {
        this.text = text;
        const uri = vscode.Uri.from({ scheme: Comparison.scheme, path: `/${t('Comparison')}.md` });
        this.changed.fire(uri);
        await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    }
}
