// Outputs of open notebooks for the server: LSP sends none, and what was just run is not saved yet.

import * as vscode from 'vscode';
import { nbOutputs } from '../core/outputs';
import type { Session } from '../server/session';

const QUIET = 150; // ms; a training prints several times a second

export class Outputs implements vscode.Disposable {
    private readonly waiting = new Map<vscode.NotebookDocument, Set<vscode.NotebookCell>>();
    private readonly changed = new Set<vscode.NotebookDocument>();
    private readonly subscriptions: { dispose(): unknown }[];
    private timer: NodeJS.Timeout | undefined;

    constructor(private readonly session: Session) {
        this.subscriptions = [
            vscode.workspace.onDidChangeNotebookDocument((event) => this.collect(event)),
            vscode.workspace.onDidSaveNotebookDocument((notebook) => this.changed.delete(notebook)),
            vscode.workspace.onDidCloseNotebookDocument((notebook) => {
                this.waiting.delete(notebook);
                this.changed.delete(notebook);
            }),
            session.onDidChange((link) => {
                if (link.state === 'connected') {
                    this.tellAnew();
                }
            }),
        ];
    }

    private collect(event: vscode.NotebookDocumentChangeEvent): void {
        if (!isJupyter(event.notebook)) {
            return;
        }
        for (const change of event.cellChanges) {
            if (change.outputs !== undefined || change.executionSummary !== undefined) {
                this.add(event.notebook, change.cell);
            }
        }
        if (this.waiting.size > 0 && this.timer === undefined) {
            this.timer = setTimeout(() => void this.flush(), QUIET);
        }
    }

    private add(notebook: vscode.NotebookDocument, cell: vscode.NotebookCell): void {
        this.changed.add(notebook);
        const cells = this.waiting.get(notebook) ?? new Set();
        this.waiting.set(notebook, cells.add(cell));
    }

    /** A new server knows nothing of what was run and not saved. */
    private tellAnew(): void {
        for (const notebook of this.changed) {
            notebook
                .getCells()
                .filter((cell) => cell.outputs.length > 0)
                .forEach((cell) => this.add(notebook, cell));
        }
        void this.flush();
    }

    /** Tell the server what is known by now; before an entry is asked for. */
    async flush(): Promise<void> {
        clearTimeout(this.timer);
        this.timer = undefined;
        const all = [...this.waiting];
        this.waiting.clear();
        for (const [notebook, cells] of all) {
            const told = [...cells]
                .filter((cell) => cell.index >= 0 && cell.kind === vscode.NotebookCellKind.Code)
                .map(cellRecord);
            if (told.length > 0) {
                await this.session.notify('tflsp/cellOutputs', { notebook: notebook.uri.toString(), cells: told });
            }
        }
    }

    dispose(): void {
        clearTimeout(this.timer);
        vscode.Disposable.from(...this.subscriptions).dispose();
    }
}

function isJupyter(notebook: vscode.NotebookDocument): boolean {
    return notebook.notebookType === 'jupyter-notebook' || notebook.notebookType === 'interactive';
}

function cellRecord(cell: vscode.NotebookCell): Record<string, unknown> {
    return {
        cell: cell.document.uri.toString(),
        executionCount: cell.executionSummary?.executionOrder ?? null,
        success: cell.executionSummary?.success ?? null,
        outputs: nbOutputs(cell.outputs),
    };
}
