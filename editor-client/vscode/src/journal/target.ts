// Which document, cell and place a journal command means: what it was called on, else where the cursor is.

import * as vscode from 'vscode';
import type { Position } from '../core/journal';

export interface Target {
    readonly uri: string;
    readonly cell?: string;
    readonly position?: Position;
    /** Of a step. */
    readonly number?: number;
}

/** The target of a command by its first argument: a cell (cell toolbar, cell status bar), a notebook toolbar's context,
 * a target or a URI already, or nothing. */
export function targetOf(argument: unknown): Target | null {
    if (isCell(argument)) {
        return { uri: argument.notebook.uri.toString(), cell: argument.document.uri.toString() };
    }
    const given = Object(argument) as { uri?: unknown; notebookEditor?: { notebookUri?: unknown } };
    if (typeof given.uri === 'string') {
        return plain(argument as Target);
    }
    const notebook = given.notebookEditor?.notebookUri;
    if (notebook instanceof vscode.Uri) {
        const editor = vscode.window.visibleNotebookEditors.find(
            (each) => each.notebook.uri.toString() === notebook.toString(),
        );
        return editor === undefined ? { uri: notebook.toString() } : ofNotebook(editor);
    }
    return active();
}

/** The entry that a command is about: by its number or its place, of a notebook by the place in its cell. */
export function entryOf(argument: unknown): Target | null {
    const target = targetOf(argument);
    if (target?.cell === undefined) {
        return target;
    }
    const uri = target.cell;
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri);
    const end = document?.lineAt(document.lineCount - 1).range.end;
    return { uri, position: target.position ?? { line: end?.line ?? 0, character: end?.character ?? 0 } };
}

/** What the server is told of a target; nodes of the tree have more. */
function plain({ uri, cell, position, number }: Target): Target {
    return {
        uri,
        ...(cell === undefined ? {} : { cell }),
        ...(position === undefined ? {} : { position }),
        ...(number === undefined ? {} : { number }),
    };
}

function isCell(value: unknown): value is vscode.NotebookCell {
    const cell = Object(value) as Partial<vscode.NotebookCell>;
    return cell.notebook !== undefined && cell.document !== undefined;
}

function active(): Target | null {
    if (vscode.window.activeNotebookEditor !== undefined) {
        return ofNotebook(vscode.window.activeNotebookEditor);
    }
    const editor = vscode.window.activeTextEditor;
    return editor === undefined ? null : { uri: editor.document.uri.toString(), position: cursor(editor) };
}

function ofNotebook(editor: vscode.NotebookEditor): Target {
    const uri = editor.notebook.uri.toString();
    if (editor.notebook.cellCount === 0) {
        return { uri };
    }
    const last = Math.max(editor.selection.start, editor.selection.end - 1);
    const cell = editor.notebook.cellAt(Math.min(last, editor.notebook.cellCount - 1)).document;
    const text = vscode.window.activeTextEditor;
    const position = text?.document === cell ? { position: cursor(text) } : {};
    return { uri, cell: cell.uri.toString(), ...position };
}

function cursor(editor: vscode.TextEditor): Position {
    return { line: editor.selection.active.line, character: editor.selection.active.character };
}
