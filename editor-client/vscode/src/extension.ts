// The extension's beginning: makes the parts, ties them together, and starts the server without waiting for it.

import * as vscode from 'vscode';
import { containerCommands } from './container/commands';
import { placeItem } from './container/item';
import { ContainerWatch } from './container/watch';
import { Doctor } from './doctor';
import { gpuItem } from './gpu/item';
import { GpuView } from './gpu/view';
import { Watching } from './gpu/watching';
import { registerOpenCell } from './journal/cellPlaces';
import { JournalCommands } from './journal/commands';
import { Outputs } from './journal/outputs';
import { CellItems } from './journal/statusBar';
import { Timelines } from './journal/timeline';
import { JournalTree } from './journal/tree';
import { Session } from './server/session';
import { showTrace } from './server/trace';

// Settings that decide on which server runs.
const DECIDING = ['tflsp.path', 'tflsp.container'];

let session: Session | undefined;

export function activate(context: vscode.ExtensionContext): void {
    const current = new Session(context);
    session = current;
    const outputs = new Outputs(current);
    const watching = new Watching(current);
    const timelines = new Timelines(current, context.extensionUri);
    const tree = new JournalTree(current);
    current.on('tflsp/journalChanged', () => {
        tree.refresh();
        timelines.journalChanged();
    });
    context.subscriptions.push(
        current,
        outputs,
        watching,
        tree,
        timelines,
        new CellItems(current),
        new Doctor(current),
        placeItem(current),
        new ContainerWatch(current),
        gpuItem(watching),
        vscode.window.registerWebviewViewProvider('tflsp.gpu', new GpuView(watching, context.extensionUri)),
        ...new JournalCommands(current, outputs).register(),
        registerOpenCell(),
        ...containerCommands(current),
        ...serverCommands(current),
        vscode.workspace.onDidChangeConfiguration((event) => {
            if (DECIDING.some((key) => event.affectsConfiguration(key))) {
                void current.restart();
            }
        }),
        vscode.workspace.onDidGrantWorkspaceTrust(() => void current.restart()),
    );
    void current.start();
}

function serverCommands(current: Session): vscode.Disposable[] {
    const { registerCommand, executeCommand } = vscode.commands;
    return [
        registerCommand('tflsp.server.restart', () => current.restart()),
        registerCommand('tflsp.server.showLog', () => current.log.show()),
        registerCommand('tflsp.server.showTrace', () => showTrace(current.trace)),
        registerCommand('tflsp.gpu.show', () => executeCommand('tflsp.gpu.focus')),
        registerCommand('tflsp.walkthrough', () =>
            executeCommand('workbench.action.openWalkthrough', 'tflsp.tflsp#start'),
        ),
    ];
}

export async function deactivate(): Promise<void> {
    await session?.stop();
}
