// Places in notebooks that are not open: the server knows a cell by its number, and VS Code by a URI. Of a notebook that
// is open its cells tell theirs; of others the URIs are made, as VS Code will make them when somebody goes there.

import * as vscode from 'vscode';
import { cellParts, LOCAL, namingOf, type Naming } from '../core/cellUris';
import { notebookOf, openNotebook } from './cells';
import { openEntry } from './opening';

/** What `tflsp.client.openCell` is given: the cell's number, or the title of the entry in it. */
interface CellPlace {
    readonly uri: string;
    readonly cell?: number;
    readonly title?: string;
}

export const OPEN_CELL = 'tflsp.client.openCell';
// What the server puts behind a notebook's URI (tflsp/server/uris.py).
const CELL = /^tflsp-cell=(\d+)$/;
// Notebooks that are opened for one answer where URIs cannot be made; what lies in more is found at their top.
const MOST = 16;

export function registerOpenCell(): vscode.Disposable {
    return vscode.commands.registerCommand(OPEN_CELL, openCell);
}

async function openCell(place: CellPlace): Promise<void> {
    const uri = vscode.Uri.parse(place.uri, true);
    if (/\.ipynb$/i.test(uri.path)) {
        await openEntry({
            uri: uri.toString(),
            cell: null,
            cellNumber: place.cell,
            range: null,
            title: place.title ?? '',
        });
    }
}

/** Places that a server has told, those in cells by VS Code's URIs. */
export async function inCells<T>(found: T): Promise<T> {
    const all: unknown[] = Array.isArray(found) ? found : [found];
    await put(all.filter((each) => each instanceof vscode.Location));
    return found;
}

/** Symbols that a server has told, those in cells by VS Code's URIs. */
export async function symbolsInCells<T extends vscode.SymbolInformation>(
    found: T[] | null | undefined,
): Promise<T[] | null | undefined> {
    await put((found ?? []).map(({ location }) => location));
    return found;
}

/** What is told besides diagnostics that were asked for. */
export async function relatedInCells(diagnostics: readonly vscode.Diagnostic[]): Promise<void> {
    await put(relatedTo(diagnostics));
}

/** What is told besides diagnostics of a cell, which are pushed: its notebook is open, and tells how cells are named. */
export function relatedAtOnce(diagnostics: readonly vscode.Diagnostic[]): void {
    relatedTo(diagnostics).forEach(putAtOnce);
}

function relatedTo(diagnostics: readonly vscode.Diagnostic[]): vscode.Location[] {
    return diagnostics.flatMap(({ relatedInformation }) => (relatedInformation ?? []).map(({ location }) => location));
}

/** Give the cells among these their URIs. Where the window is on another machine, and no notebook is open, one is read for
 * that: it tells how cells are named there. */
async function put(locations: readonly vscode.Location[]): Promise<void> {
    const cells = locations.filter(({ uri }) => CELL.test(uri.fragment));
    const notebooks = new Set(cells.map(({ uri }) => uri.with({ fragment: '' }).toString()));
    for (const notebook of [...notebooks].slice(0, MOST)) {
        if (naming() === undefined) {
            try {
                await notebookOf(vscode.Uri.parse(notebook, true));
            } catch {
                // Gone meanwhile, or no notebook.
            }
        }
    }
    locations.forEach(putAtOnce);
}

function putAtOnce(location: vscode.Location): void {
    const number = CELL.exec(location.uri.fragment)?.[1];
    if (number === undefined) {
        return;
    }
    const notebook = location.uri.with({ fragment: '' });
    const cell = cellUri(notebook, Number(number));
    location.uri = cell ?? notebook;
    if (cell === undefined) {
        location.range = new vscode.Range(0, 0, 0, 0);
    }
}

function cellUri(notebook: vscode.Uri, number: number): vscode.Uri | undefined {
    const open = openNotebook(notebook);
    if (open !== undefined) {
        return open.getCells()[number]?.document.uri;
    }
    const known = naming();
    return known && notebook.with(cellParts(known, notebook, number));
}

/** How cells are named here, if that is known: VS Code says it of cells that it has. */
function naming(): Naming | undefined {
    for (const notebook of vscode.workspace.notebookDocuments) {
        if (notebook.uri.scheme === 'file' && notebook.cellCount > 0) {
            return namingOf(notebook.cellAt(0).document.uri, notebook.uri);
        }
    }
    return vscode.env.remoteName === undefined ? LOCAL : undefined;
}
