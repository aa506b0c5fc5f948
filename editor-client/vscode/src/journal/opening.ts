// Showing an entry: in its notebook, whether that is open or not, or in its text.

import * as vscode from 'vscode';
import { findEntry, type Range } from '../core/journal';
import { rangeOf } from './cells';

export interface Entry {
    /** The document. */
    readonly uri: string;
    /** The cell, where it is known. */
    readonly cell: string | null;
    readonly range: Range | null;
    readonly number?: number;
    readonly title: string;
}

/** Show an entry beside whatever is there, or in place of it. */
export async function openEntry(entry: Entry, preserveFocus = false): Promise<void> {
    const uri = vscode.Uri.parse(entry.uri, true);
    if (/\.ipynb$/i.test(uri.path)) {
        await openCell(uri, entry, preserveFocus);
        return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const selection = entry.range === null ? undefined : rangeOf(entry.range);
    const at = selection === undefined ? {} : { selection: new vscode.Range(selection.start, selection.start) };
    const editor = await vscode.window.showTextDocument(document, { preserveFocus, ...at });
    if (selection !== undefined) {
        editor.revealRange(selection, vscode.TextEditorRevealType.AtTop);
    }
}

async function openCell(uri: vscode.Uri, entry: Entry, preserveFocus: boolean): Promise<void> {
    const notebook = await vscode.workspace.openNotebookDocument(uri);
    const index = cellOf(notebook, entry);
    const selections = index === null ? [] : [new vscode.NotebookRange(index, index + 1)];
    const editor = await vscode.window.showNotebookDocument(notebook, { preserveFocus, selections });
    if (selections[0] !== undefined) {
        editor.revealRange(selections[0], vscode.NotebookEditorRevealType.AtTop);
    }
}

function cellOf(notebook: vscode.NotebookDocument, entry: Entry): number | null {
    const cells = notebook.getCells();
    if (entry.cell !== null) {
        const uri = vscode.Uri.parse(entry.cell).toString();
        const named = cells.findIndex((cell) => cell.document.uri.toString() === uri);
        if (named >= 0) {
            return named;
        }
    }
    const texts = cells.map((cell) => ({
        markdown: cell.kind === vscode.NotebookCellKind.Markup,
        text: cell.document.getText(),
    }));
    return findEntry(texts, entry)?.cell ?? null;
}
