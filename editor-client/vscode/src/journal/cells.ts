// What only a client can do: open a true new cell with live tab stops, and put a snippet into a text.

import * as vscode from 'vscode';
import { hasStops, insertionIndex, type CellPayload, type Range } from '../core/journal';

const FOCUS_PATIENCE = 30_000; // ms

/** What `tflsp.client.insertSnippet` is given. */
export interface SnippetPayload {
    readonly uri: string;
    readonly range: Range;
    readonly snippet: string;
    readonly text: string;
}

/** A notebook, opened where it is not: VS Code holds what is opened by its URI for minutes, closed or not. */
export async function notebookOf(uri: vscode.Uri): Promise<vscode.NotebookDocument> {
    return openNotebook(uri) ?? (await vscode.workspace.openNotebookDocument(uri));
}

/** A notebook that is open, shown or not. */
export function openNotebook(uri: vscode.Uri): vscode.NotebookDocument | undefined {
    return vscode.workspace.notebookDocuments.find((each) => each.uri.toString() === uri.toString());
}

/** Insert a cell as the server planned it, show it, and let its placeholders be filled in. */
export async function insertCell(payload: CellPayload): Promise<boolean> {
    const notebook = await notebookOf(vscode.Uri.parse(payload.notebook, true));
    const after = payload.afterCell === null ? null : vscode.Uri.parse(payload.afterCell).toString();
    const uris = notebook.getCells().map((cell) => cell.document.uri.toString());
    const index = insertionIndex({ afterCell: after, afterIndex: payload.afterIndex }, uris);
    const markup = payload.kind !== 'code';
    const data = new vscode.NotebookCellData(
        markup ? vscode.NotebookCellKind.Markup : vscode.NotebookCellKind.Code,
        // With its text: it is there whole even where nothing can be typed into it.
        payload.text,
        markup ? 'markdown' : 'python',
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(index, [data])]);
    if (!(await vscode.workspace.applyEdit(edit))) {
        return false;
    }
    await typeInto(notebook, index, payload);
    return true;
}

async function typeInto(notebook: vscode.NotebookDocument, index: number, payload: CellPayload): Promise<void> {
    const range = new vscode.NotebookRange(index, index + 1);
    const shown = vscode.window.visibleNotebookEditors.find((each) => each.notebook === notebook);
    const editor = shown ?? (await vscode.window.showNotebookDocument(notebook));
    if (vscode.window.activeNotebookEditor !== editor) {
        await vscode.window.showNotebookDocument(notebook, {
            viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active,
        });
    }
    editor.selections = [range];
    editor.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
    const document = notebook.cellAt(index).document;
    const focused = editorOf(document);
    await vscode.commands.executeCommand('notebook.cell.edit');
    const text = await focused;
    // Who has begun to type is left alone.
    if (text === null || document.getText().replaceAll('\r\n', '\n') !== payload.text) {
        return;
    }
    const end = document.lineAt(document.lineCount - 1).range.end;
    if (!hasStops(payload.snippet)) {
        text.selection = new vscode.Selection(end, end);
    } else {
        const all = new vscode.Range(new vscode.Position(0, 0), end);
        const undo = { undoStopBefore: false, undoStopAfter: false };
        await text.insertSnippet(new vscode.SnippetString(payload.snippet), all, undo);
    }
}

/** The editor of a cell as soon as it has the cursor; null where it does not get it. */
function editorOf(document: vscode.TextDocument): Promise<vscode.TextEditor | null> {
    return new Promise((resolve) => {
        const isIt = (editor: vscode.TextEditor | undefined): boolean => editor?.document === document;
        const done = (editor: vscode.TextEditor | null): void => {
            clearTimeout(timer);
            waiting.dispose();
            resolve(editor);
        };
        const waiting = vscode.window.onDidChangeActiveTextEditor((editor) => {
            if (editor !== undefined && isIt(editor)) {
                done(editor);
            }
        });
        const timer = setTimeout(() => done(null), FOCUS_PATIENCE);
        const active = vscode.window.activeTextEditor;
        if (active !== undefined && isIt(active)) {
            done(active);
        }
    });
}

/** Put a snippet into a text document, with its placeholders live. */
export async function insertSnippet(payload: SnippetPayload): Promise<boolean> {
    const editor = await vscode.window.showTextDocument(vscode.Uri.parse(payload.uri, true));
    return editor.insertSnippet(new vscode.SnippetString(payload.snippet), rangeOf(payload.range));
}

/** A range of LSP's as VS Code has it. */
function rangeOf(range: Range): vscode.Range {
    return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}
