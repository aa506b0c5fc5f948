// Showing an entry: in its notebook, whether that is open or not, or in its text.

import * as vscode from 'vscode';
import { findEntry, findLine, type Range } from '../core/journal';
import { notebookOf } from './cells';

export interface Entry {
    /** The document. */
    readonly uri: string;
    /** The cell, where it is known. */
    readonly cell: string | null;
    /** Its number when the notebook was read. */
    readonly cellNumber?: number | undefined;
    readonly range: Range | null;
    readonly number?: number | undefined;
    readonly title: string;
}

/** Show an entry where its document is open already, else in the active column or the one that is wanted. */
export async function openEntry(entry: Entry, column = vscode.ViewColumn.Active): Promise<void> {
    const uri = vscode.Uri.parse(entry.uri, true);
    const viewColumn = columnOf(uri) ?? column;
    if (/\.ipynb$/i.test(uri.path)) {
        await openCell(uri, entry, viewColumn);
        return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    // What was typed since the server has told it counts.
    const line = entry.range === null ? 0 : findLine(document.getText(), entry, entry.range.start.line);
    const at = new vscode.Position(line, 0);
    const selection = new vscode.Range(at, at);
    const editor = await vscode.window.showTextDocument(document, {
        viewColumn,
        ...(entry.range === null ? {} : { selection }),
    });
    if (entry.range !== null) {
        editor.revealRange(selection, vscode.TextEditorRevealType.AtTop);
    }
}

/** The column that has a document's tab; of several, the active one. */
function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
    const shows = ({ input }: vscode.Tab): boolean =>
        (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) &&
        input.uri.toString() === uri.toString();
    const groups = vscode.window.tabGroups.all.filter((group) => group.tabs.some(shows));
    return (groups.find((group) => group.isActive) ?? groups[0])?.viewColumn;
}

async function openCell(uri: vscode.Uri, entry: Entry, viewColumn: vscode.ViewColumn): Promise<void> {
    const notebook = await notebookOf(uri);
    const index = cellOf(notebook, entry);
    const selections = index === null ? [] : [new vscode.NotebookRange(index, index + 1)];
    const editor = await vscode.window.showNotebookDocument(notebook, { viewColumn, selections });
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
    const number = entry.cellNumber;
    const told = number === undefined ? [] : texts.slice(number, number + 1);
    if (number !== undefined && told.length > 0 && (entry.title === '' || findEntry(told, entry) !== null)) {
        return number;
    }
    return findEntry(texts, entry)?.cell ?? null;
}
