// The item below a cell whose run the journal does not know yet: one click logs it.

import * as vscode from 'vscode';
import type { Session } from '../server/session';
import { t } from '../words';

interface Unlogged {
    readonly notebook: string;
    readonly cells: readonly { readonly cell: string; readonly kind: 'step' | 'error'; readonly title: string }[];
}

export class CellItems implements vscode.NotebookCellStatusBarItemProvider, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChangeCellStatusBarItems = this.changed.event;
    private readonly unlogged = new Map<string, Unlogged['cells']>();
    private readonly subscriptions: { dispose(): unknown }[];

    constructor(session: Session) {
        session.on('tflsp/unlogged', (params) => this.take(params as Unlogged));
        this.subscriptions = [
            this.changed,
            session.onDidChange((link) => {
                if (link.state !== 'connected' && this.unlogged.size > 0) {
                    this.unlogged.clear();
                    this.changed.fire();
                }
            }),
            vscode.workspace.onDidChangeConfiguration((event) => {
                if (event.affectsConfiguration('tflsp.journal.offerInCells')) {
                    this.changed.fire();
                }
            }),
            vscode.notebooks.registerNotebookCellStatusBarItemProvider('jupyter-notebook', this),
            vscode.notebooks.registerNotebookCellStatusBarItemProvider('interactive', this),
        ];
    }

    private take(told: Unlogged): void {
        const notebook = vscode.Uri.parse(told.notebook).toString();
        // Items that are drawn anew swallow the click that they are under.
        if (JSON.stringify(this.unlogged.get(notebook) ?? []) === JSON.stringify(told.cells)) {
            return;
        }
        if (told.cells.length > 0) {
            this.unlogged.set(notebook, told.cells);
        } else {
            this.unlogged.delete(notebook);
        }
        this.changed.fire();
    }

    provideCellStatusBarItems(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
        const uri = cell.document.uri.toString();
        const offered = vscode.workspace.getConfiguration('tflsp').get<boolean>('journal.offerInCells', true);
        const found = offered ? (this.unlogged.get(cell.notebook.uri.toString()) ?? []) : [];
        return found
            .filter((each) => vscode.Uri.parse(each.cell).toString() === uri)
            .map(({ kind, title }) => {
                const icon = kind === 'error' ? '$(error)' : '$(add)';
                const item = new vscode.NotebookCellStatusBarItem(
                    `${icon} ${title}`,
                    vscode.NotebookCellStatusBarAlignment.Left,
                );
                item.tooltip =
                    kind === 'error'
                        ? t('Write this error into the journal')
                        : t('Write this run into the journal as a debug step');
                item.command = { title, command: `tflsp.journal.${kind}`, arguments: [cell] };
                return item;
            });
    }

    dispose(): void {
        vscode.Disposable.from(...this.subscriptions).dispose();
    }
}
